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
type publication struct{ digest, answer string }

// Publish stores articles and returns what became of each. The key is recorded in the same transaction, so
// a publisher who did not hear the answer may ask again, whatever happened between.
func (s *Store) Publish(ctx context.Context, pub bot.Publication) ([]bot.Published, error) {
	var list []bot.Published
	if err := s.warmTitles(ctx); err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	err := s.db.InTx(ctx, database.AppendLog, func(inner context.Context, tx *database.Tx) error {
		if err := forgetKeys(inner, tx); err != nil {
			return err
		}
		was, found, err := published(inner, tx, pub)
		if err != nil {
			return err
		}
		if found {
			list, err = was, nil
			return err
		}
		in, err := s.takeIn(inner, tx, intake{via: viaAPI, articles: pub.Articles}, ctx.Err)
		if err != nil {
			return err
		}
		list = in.each
		return rememberKey(inner, tx, pub, list)
	})
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	return list, nil
}

// published returns what an earlier call with the same key did.
func published(ctx context.Context, tx *database.Tx, pub bot.Publication) (list []bot.Published, found bool, err error) {
	const text = `
		SELECT digest, answer
		FROM publications
		WHERE key = $1`
	if pub.Key == "" {
		return nil, false, nil
	}
	read := func(row database.Scan) (p publication, err error) { return p, row(&p.digest, &p.answer) }
	was, found, err := database.One(ctx, tx, read, text, safe(pub.Key))
	if err != nil || !found {
		return nil, false, err
	}
	if was.digest != pub.Digest {
		return nil, false, bot.ErrKeyReused
	}
	return list, true, json.Unmarshal([]byte(was.answer), &list)
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
	_, err = tx.Exec(ctx, insert, safe(pub.Key), safe(pub.Digest), string(answer), tx.Now)
	return err
}

// forgetKeys forgets the keys that have had their time.
func forgetKeys(ctx context.Context, tx *database.Tx) error {
	const remove = `
		DELETE FROM publications
		WHERE at <= $1`
	_, err := tx.Exec(ctx, remove, tx.Now-keysKept.Microseconds())
	return err
}
