package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// keysKept is how long an idempotency key is remembered.
const keysKept = 24 * time.Hour

// publication is a past call of Publish.
type publication struct {
	digest, answer string
	at             int64
}

// Publish stores articles and returns what became of each. The key is recorded in the same transaction, so
// a publisher who did not hear the answer may ask again, whatever happened between.
func (s *Store) Publish(ctx context.Context, pub bot.Publication) ([]bot.Published, error) {
	var list []bot.Published
	var in *ingest
	var before []publication
	err := s.deposit(ctx, &deposit{
		ask: func(inner context.Context, tx *database.Tx) (err error) {
			before = nil
			if err := askPublished(inner, tx, pub.Key, &before); err != nil {
				return err
			}
			in, err = s.ask(inner, tx, intake{via: viaAPI, articles: pub.Articles}, ctx.Err)
			return err
		},
		store: func(ctx context.Context, tx *database.Tx) (err error) {
			var found bool
			if list, found, err = published(before, pub, moment(tx.Now)); err != nil || found {
				return err
			}
			if err := in.takeIn(ctx); err != nil {
				return err
			}
			list = in.each
			return rememberKey(ctx, tx, pub, list)
		},
	})
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	return list, nil
}

// askPublished asks for an earlier call with a key.
func askPublished(ctx context.Context, tx *database.Tx, key string, into *[]publication) error {
	const text = `
		SELECT digest, answer, at
		FROM publications
		WHERE key = $1`
	if key == "" {
		return nil
	}
	read := func(row database.Scan) (p publication, err error) { return p, row(&p.digest, &p.answer, &p.at) }
	return database.QueueCollect(ctx, tx, into, read, text, safe(key))
}

// published returns what an earlier call with the same key did, unless the key has been forgotten.
func published(before []publication, pub bot.Publication, now time.Time) (list []bot.Published, found bool, err error) {
	if len(before) == 0 || before[0].at <= micros(now.Add(-keysKept)) {
		return nil, false, nil
	}
	if before[0].digest != pub.Digest {
		return nil, false, bot.ErrKeyReused
	}
	return list, true, json.Unmarshal([]byte(before[0].answer), &list)
}

func rememberKey(ctx context.Context, tx *database.Tx, pub bot.Publication, list []bot.Published) error {
	const insert = `
		INSERT INTO publications (key, digest, answer, at)
		VALUES ($1, $2, $3, $4)`
	if pub.Key == "" {
		return nil
	}
	answer, err := json.Marshal(list)
	if err != nil {
		return err
	}
	if err := forgetKeys(ctx, tx); err != nil {
		return err
	}
	return tx.Queue(ctx, insert, safe(pub.Key), safe(pub.Digest), string(answer), tx.Now)
}

// forgetKeys forgets the keys that have had their time.
func forgetKeys(ctx context.Context, tx *database.Tx) error {
	const remove = `
		DELETE FROM publications
		WHERE at <= $1`
	return tx.Queue(ctx, remove, tx.Now-keysKept.Microseconds())
}
