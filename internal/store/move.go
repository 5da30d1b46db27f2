package store

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// Move gives everything that belongs to a chat, with all its threads unless from names one, to another
// chat. Threads keep their names unless from names one.
func (s *Store) Move(ctx context.Context, from, to bot.Target) error {
	where, args, err := within(from)
	if err != nil || from.Chat == "" || to.Chat == "" || to.Platform != from.Platform {
		return fmt.Errorf("move %s to %s: not from chat to chat of a platform", from, to)
	}
	text := `
		SELECT ` + knownColumns + `
		FROM targets
		WHERE ` + where + `
		ORDER BY id`
	err = s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		list, err := database.Collect(ctx, tx, readKnown, text, args...)
		if err != nil {
			return err
		}
		for _, k := range list {
			dest := to
			if from.Thread == "" {
				dest.Thread = k.Thread
			}
			if dest == k.Target {
				continue
			}
			if err := s.moveTarget(ctx, tx, k.id, dest); err != nil {
				return err
			}
		}
		if from.Thread != "" {
			return nil
		}
		return s.ownersMove(ctx, tx, from.Place(), to.Place())
	})
	if err != nil {
		return fmt.Errorf("move %s to %s: %w", from, to, err)
	}
	return nil
}

// moveTarget gives a target another address, or everything it has to the target that has that address.
func (s *Store) moveTarget(ctx context.Context, tx *database.Tx, id int64, dest bot.Target) error {
	const (
		rename = `
			UPDATE targets
			SET space = $2, chat = $3, thread = $4
			WHERE id = $1`
		changed = `
			UPDATE subscriptions
			SET version = $2
			WHERE target_id = $1 AND ended = 0`
	)
	other, err := findTarget(ctx, tx, dest)
	if err != nil {
		return err
	}
	if other != 0 {
		return s.merge(ctx, tx, id, other)
	}
	if _, err := tx.Exec(ctx, rename, id, safe(dest.Space), safe(dest.Chat), safe(dest.Thread)); err != nil {
		return err
	}
	version, err := newVersion(ctx, tx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, changed, id, version)
	return err
}

// merge gives everything that target from has to target to, and forgets from.
func (s *Store) merge(ctx context.Context, tx *database.Tx, from, to int64) error {
	for _, id := range []int64{from, to} {
		if err := s.expandTarget(ctx, tx, id); err != nil {
			return err
		}
	}
	if err := mergeSubscriptions(ctx, tx, from, to); err != nil {
		return err
	}
	if err := s.mergeDeliveries(ctx, tx, from, to); err != nil {
		return err
	}
	if err := mergeRhythm(ctx, tx, from, to); err != nil {
		return err
	}
	for _, text := range []string{
		`DELETE FROM queue WHERE target_id = $1`,
		`DELETE FROM targets WHERE id = $1`,
	} {
		if _, err := tx.Exec(ctx, text, from); err != nil {
			return err
		}
	}
	return enqueueTarget(ctx, tx, to)
}

// mergeRhythm gives the settings that target from has to target to, unless that has its own, and its mutes.
func mergeRhythm(ctx context.Context, tx *database.Tx, from, to int64) error {
	const (
		settings = `
			UPDATE targets
			SET settings = (SELECT f.settings FROM targets AS f WHERE f.id = $1),
				corrections = (SELECT f.corrections FROM targets AS f WHERE f.id = $1)
			WHERE id = $2 AND settings = '' AND corrections = ''`
		same = `
			DELETE FROM mutes
			WHERE target_id = $1 AND EXISTS (
				SELECT 1
				FROM mutes AS o
				WHERE o.target_id = $2 AND o.kind = mutes.kind AND o.value = mutes.value)`
		mutes = `
			UPDATE mutes
			SET target_id = $2
			WHERE target_id = $1`
		counted = `
			DELETE FROM sends
			WHERE target_id = $1 AND EXISTS (
				SELECT 1
				FROM sends AS o
				WHERE o.target_id = $2 AND o.delivery_id = sends.delivery_id)`
		sends = `
			UPDATE sends
			SET target_id = $2
			WHERE target_id = $1`
	)
	for _, text := range []string{settings, same, mutes, counted, sends} {
		if _, err := tx.Exec(ctx, text, from, to); err != nil {
			return err
		}
	}
	return changeRhythm(ctx, tx, to)
}

func mergeSubscriptions(ctx context.Context, tx *database.Tx, from, to int64) error {
	const (
		end = `
			UPDATE subscriptions
			SET ended = $3, version = $4
			WHERE target_id = $1 AND ended = 0 AND filter_key IN (
				SELECT filter_key
				FROM subscriptions
				WHERE target_id = $2 AND ended = 0)`
		last = `
			SELECT coalesce(max(number), 0)
			FROM subscriptions
			WHERE target_id = $1 AND ended = 0`
		// Numbers follow those that are there.
		move = `
			UPDATE subscriptions
			SET target_id = $2, number = number + $3, version = $4
			WHERE target_id = $1 AND ended = 0`
		moveEnded = `
			UPDATE subscriptions
			SET target_id = $2
			WHERE target_id = $1`
	)
	version, err := newVersion(ctx, tx)
	if err != nil {
		return err
	}
	if err := attributeToTwins(ctx, tx, from, to); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, end, from, to, tx.Now, version); err != nil {
		return err
	}
	highest, err := database.Number(ctx, tx, last, to)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, move, from, to, highest, version); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, moveEnded, from, to)
	return err
}

// attributeToTwins gives what waits for subscriptions of target from to those of target to with the same filters, which
// stay.
func attributeToTwins(ctx context.Context, tx *database.Tx, from, to int64) error {
	const twins = `
		SELECT f.id, k.id
		FROM subscriptions AS f
		JOIN subscriptions AS k ON k.target_id = $2 AND k.filter_key = f.filter_key AND k.ended = 0
		WHERE f.target_id = $1 AND f.ended = 0`
	type pair struct{ ends, stays int64 }
	read := func(row database.Scan) (p pair, err error) { return p, row(&p.ends, &p.stays) }
	list, err := database.Collect(ctx, tx, read, twins, from, to)
	if err != nil {
		return err
	}
	for _, p := range list {
		for _, state := range waitingStates() {
			text := `
				UPDATE deliveries
				SET subscription_id = $3
				WHERE target_id = $1 AND subscription_id = $2 AND ` + inState(state)
			if _, err := tx.Exec(ctx, text, from, p.ends, p.stays); err != nil {
				return err
			}
		}
	}
	return nil
}

// rememberPosts is how far back a merge looks for what the old chat has seen. An article that has been
// in the store for longer raises no alert, whatever happens to it.
const rememberPosts = 7 * 24 * time.Hour

// mergeDeliveries moves what waits, and what was recently sent, so that the new chat does not see it
// again. What both have is left with the old one, and ended if it waits.
func (s *Store) mergeDeliveries(ctx context.Context, tx *database.Tx, from, to int64) error {
	// A count, since a planner makes a join of NOT EXISTS, which may read all that the new chat ever had.
	const unseen = ` AND 0 = (
				SELECT count(*)
				FROM deliveries AS o
				WHERE o.article_id = deliveries.article_id AND o.target_id = $2 AND o.revision = deliveries.revision)`
	for _, state := range waitingStates() {
		move := `
			UPDATE deliveries
			SET target_id = $2
			WHERE target_id = $1 AND ` + inState(state) + unseen
		if _, err := tx.Exec(ctx, move, from, to); err != nil {
			return err
		}
		if _, err := endWaiting(ctx, tx, from, state, "the chat it moved to has it already"); err != nil {
			return err
		}
	}
	return mergeRecent(ctx, tx, s.db.List(), from, to, unseen)
}

// mergeRecent moves what was recently sent. It asks in steps that each go by an index: a planner makes of the whole one
// that goes through all that the old chat ever had.
func mergeRecent(ctx context.Context, tx *database.Tx, list string, from, to int64, unseen string) error {
	const articles = `
		SELECT id
		FROM articles
		WHERE time_key > $1 AND first_seen > $2`
	sent := `
		SELECT d.id
		FROM ` + list + `
		JOIN deliveries AS d ON d.article_id = list.value AND d.target_id + 0 = $2`
	move := `
		UPDATE deliveries
		SET target_id = $2
		WHERE id IN (SELECT list.value FROM ` + list + `)` + unseen
	since := moment(tx.Now).Add(-rememberPosts)
	ids, err := database.Collect(ctx, tx, database.Value[int64], articles, timeKey(since, 0), micros(since))
	if err != nil {
		return err
	}
	if ids, err = database.Collect(ctx, tx, database.Value[int64], sent, database.JSONList(ids), from); err != nil {
		return err
	}
	return tx.Queue(ctx, move, database.JSONList(ids), to)
}
