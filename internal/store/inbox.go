package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// rememberUpdates is how long a handled update is known when it comes again. Telegram keeps updates for 24
// hours; core.telegram.org/bots/api#getting-updates
const rememberUpdates = 48 * time.Hour

// Receive stores updates and the offset to ask for next, in one transaction.
func (s *Store) Receive(
	ctx context.Context, platform string, updates []bot.Update, next int64, lease time.Duration,
) (taken []bot.Update, err error) {
	const forget = `
		DELETE FROM inbox
		WHERE platform = $1 AND handled > 0 AND handled < $2`
	err = s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		taken = taken[:0]
		for _, u := range updates {
			stored, err := receive(ctx, tx, platform, u, tx.Now+lease.Microseconds())
			if err != nil {
				return err
			}
			if stored {
				taken = append(taken, u)
			}
		}
		if err := setOffset(ctx, tx, platform, next); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, forget, platform, tx.Now-rememberUpdates.Microseconds())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("receive %s updates: %w", platform, err)
	}
	return taken, nil
}

// receive stores an update, and reports false for one that is known.
func receive(ctx context.Context, tx *database.Tx, platform string, u bot.Update, until int64) (bool, error) {
	const insert = `
		INSERT INTO inbox (platform, id, body, leased)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`
	if u.Body == nil {
		u.Body = []byte{}
	}
	n, err := tx.Exec(ctx, insert, platform, u.ID, u.Body, until)
	return n > 0, err
}

// setOffset remembers where to ask for next, unless that is 0.
func setOffset(ctx context.Context, tx *database.Tx, platform string, next int64) error {
	const offset = `
		INSERT INTO inbox_offsets (platform, next)
		VALUES ($1, $2)
		ON CONFLICT (platform) DO UPDATE
		SET next = excluded.next`
	if next == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, offset, platform, next)
	return err
}

// Offset returns the last next given to Receive, or 0.
func (s *Store) Offset(ctx context.Context, platform string) (int64, error) {
	n, err := database.Number(ctx, s.db, `SELECT next FROM inbox_offsets WHERE platform = $1`, platform)
	if err != nil {
		return 0, fmt.Errorf("offset of %s: %w", platform, err)
	}
	return n, nil
}

// adopted is an update with its place among the others.
type adopted struct {
	bot.Update
	received int64
}

// orphaned is what an update that no process owns meets. A lease that ends later than any can dates from before the
// clock was set back.
const orphaned = `platform = $1 AND handled = 0 AND (leased <= $2 OR leased > $3)`

// Adopt makes up to n updates the caller's that are nobody's. Mostly there are none, which a reader finds
// out without a turn to write.
func (s *Store) Adopt(ctx context.Context, platform string, n int, lease time.Duration) ([]bot.Update, error) {
	const (
		count = `SELECT COUNT(*) FROM inbox WHERE ` + orphaned
		// Another process may have adopted what the inner query saw; the outer condition is looked at again
		// once that one's change is known.
		adopt = `
			UPDATE inbox
			SET leased = $4
			WHERE ` + orphaned + ` AND received IN (
				SELECT received FROM inbox WHERE ` + orphaned + ` ORDER BY received LIMIT $5)
			RETURNING id, body, received`
	)
	now := micros(s.now())
	waiting, err := database.Number(ctx, s.db, count, platform, now, now+longestLease(lease))
	if err != nil {
		return nil, fmt.Errorf("look for %s updates: %w", platform, err)
	}
	if waiting == 0 {
		return nil, nil
	}
	var list []adopted
	err = s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) (err error) {
		read := func(row database.Scan) (u adopted, err error) { return u, row(&u.ID, &u.Body, &u.received) }
		list, err = database.Collect(ctx, tx, read, adopt, platform, tx.Now, tx.Now+longestLease(lease), tx.Now+lease.Microseconds(), n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("adopt %s updates: %w", platform, err)
	}
	slices.SortFunc(list, func(a, b adopted) int { return cmp.Compare(a.received, b.received) })
	updates := make([]bot.Update, 0, len(list))
	for _, u := range list {
		updates = append(updates, u.Update)
	}
	return updates, nil
}

// longestLease returns, in microseconds, twice what the leases of updates are, so that clocks may differ a little.
func longestLease(lease time.Duration) int64 { return 2 * lease.Microseconds() }

// Keep begins the leases of updates anew.
func (s *Store) Keep(ctx context.Context, platform string, ids []int64, lease time.Duration) error {
	const keep = `
		UPDATE inbox
		SET leased = $3
		WHERE platform = $1 AND id = $2 AND handled = 0`
	ids = slices.Sorted(slices.Values(ids)) // so that two processes cannot wait for each other
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec(ctx, keep, platform, id, tx.Now+lease.Microseconds()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep %s updates: %w", platform, err)
	}
	return nil
}

// Handled forgets an update.
func (s *Store) Handled(ctx context.Context, platform string, id int64) error {
	const update = `
		UPDATE inbox
		SET body = NULL, handled = $3
		WHERE platform = $1 AND id = $2 AND handled = 0`
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Exec(ctx, update, platform, id, tx.Now)
		return err
	})
	if err != nil {
		return fmt.Errorf("handled %s update %d: %w", platform, id, err)
	}
	return nil
}
