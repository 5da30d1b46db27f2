package store

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// Purge forgets up to n targets that have been suspended since before a moment.
func (s *Store) Purge(ctx context.Context, before time.Time, n int) (int, error) {
	const text = `
		SELECT ` + knownColumns + `
		FROM targets
		WHERE suspended_at > 0 AND suspended_at < $1
		ORDER BY suspended_at
		LIMIT $2`
	var list []known
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) (err error) {
		if list, err = database.Collect(ctx, tx, readKnown, text, micros(before), n); err != nil {
			return err
		}
		for _, k := range list {
			if _, err := s.forget(ctx, tx, k.id); err != nil {
				return err
			}
		}
		return nil
	})
	for _, k := range list {
		if err == nil {
			err = s.endPlace(ctx, k.Place())
		}
	}
	if err != nil {
		return 0, fmt.Errorf("purge: %w", err)
	}
	return len(list), nil
}

// Forget forgets a target with all it had. With the last of its place go the sources of that place, and their articles.
func (s *Store) Forget(ctx context.Context, t bot.Target) (int, error) {
	var n int64
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		n = 0
		target, err := findTarget(ctx, tx, t)
		if err == nil && target != 0 {
			n, err = s.forget(ctx, tx, target)
		}
		return err
	})
	if err == nil {
		err = s.endPlace(ctx, t.Place())
	}
	if err != nil {
		return 0, fmt.Errorf("forget %s: %w", t, err)
	}
	return int(n), nil
}

// forget removes everything of a target but its subscriptions, which are only emptied and ended: who follows
// their changes must hear of it, and then finds them without a target. It returns how many it ended.
func (s *Store) forget(ctx context.Context, tx *database.Tx, target int64) (int64, error) {
	const (
		end = `
			UPDATE subscriptions
			SET ended = $2, version = $3
			WHERE target_id = $1 AND ended = 0`
		empty = `
			UPDATE subscriptions
			SET filter = '', filter_key = '', created_by = '', preferences = ''
			WHERE target_id = $1`
		anonymous = `
			UPDATE targets
			SET space = '', chat = $2, thread = '', suspended = '', suspended_at = 0, rejected = 0, last_rejected = '',
				last_sent = 0, last_lag = 0, corrections = '', uncertain = 0, settings = '', rhythm = 0, name = '', name_key = ''
			WHERE id = $1`
	)
	if err := s.expandTarget(ctx, tx, target); err != nil {
		return 0, err
	}
	version, err := newVersion(ctx, tx)
	if err != nil {
		return 0, err
	}
	ended, err := tx.Exec(ctx, end, target, tx.Now, version)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, empty, target); err != nil {
		return 0, err
	}
	// Each by an index of its own. What ended without a message identifies no one, and goes by its age.
	texts := []string{
		`DELETE FROM queue WHERE target_id = $1`, `DELETE FROM deliveries WHERE target_id = $1 AND message_id <> ''`,
		`DELETE FROM mutes WHERE target_id = $1`, `DELETE FROM sends WHERE target_id = $1`,
	}
	for _, state := range waitingStates() {
		texts = append(texts, `DELETE FROM deliveries WHERE target_id = $1 AND `+inState(state))
	}
	for _, text := range texts {
		if _, err := tx.Exec(ctx, text, target); err != nil {
			return 0, err
		}
	}
	_, err = tx.Exec(ctx, anonymous, target, fmt.Sprint("forgotten ", target))
	return ended, err
}

// PruneDeliveries forgets up to n deliveries that ended before a moment.
func (s *Store) PruneDeliveries(ctx context.Context, before time.Time, n int) (int, error) {
	const text = `
		DELETE FROM deliveries
		WHERE id IN (
			SELECT id
			FROM deliveries
			WHERE settled > 0 AND settled < $1
			ORDER BY settled
			LIMIT $2)`
	return s.prune(ctx, "deliveries", text, micros(before), n)
}

// PruneState forgets up to n values whose keys begin with prefix and that were set before a moment.
func (s *Store) PruneState(ctx context.Context, prefix string, before time.Time, n int) (int, error) {
	const text = `
		DELETE FROM state
		WHERE name IN (
			SELECT name
			FROM state
			WHERE name >= $3 AND name < $4 AND at < $1
			LIMIT $2)`
	return s.prune(ctx, "state", text, micros(before), n, prefix, prefix+"\U0010ffff")
}

func (s *Store) prune(ctx context.Context, what, text string, args ...any) (int, error) {
	var n int64
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) (err error) {
		n, err = tx.Exec(ctx, text, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("prune %s: %w", what, err)
	}
	return int(n), nil
}
