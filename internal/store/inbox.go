package store

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
)

// rememberUpdates is how long a handled update is known when it comes again. Telegram keeps updates for 24
// hours; core.telegram.org/bots/api#getting-updates
const rememberUpdates = 48 * time.Hour

// Receive stores updates and the offset to ask for next, in one transaction.
func (s *Store) Receive(ctx context.Context, platform string, updates []bot.Update, next int64) error {
	const (
		insert = `
			INSERT INTO inbox (platform, id, body)
			VALUES ($1, $2, $3)
			ON CONFLICT DO NOTHING`
		offset = `
			INSERT INTO inbox_offsets (platform, next)
			VALUES ($1, $2)
			ON CONFLICT (platform) DO UPDATE
			SET next = excluded.next`
		forget = `
			DELETE FROM inbox
			WHERE platform = $1 AND handled > 0 AND handled < $2`
	)
	err := s.inScope(ctx, beside, func(ctx context.Context, tx *tx) error {
		for _, u := range updates {
			body := u.Body
			if body == nil {
				body = []byte{}
			}
			if _, err := tx.exec(ctx, insert, platform, u.ID, body); err != nil {
				return err
			}
		}
		if _, err := tx.exec(ctx, offset, platform, next); err != nil {
			return err
		}
		_, err := tx.exec(ctx, forget, platform, tx.now-rememberUpdates.Microseconds())
		return err
	})
	if err != nil {
		return fmt.Errorf("receive %s updates: %w", platform, err)
	}
	return nil
}

// Offset returns the last next given to Receive, or 0.
func (s *Store) Offset(ctx context.Context, platform string) (int64, error) {
	n, err := number(ctx, s.r, `SELECT next FROM inbox_offsets WHERE platform = $1`, platform)
	if err != nil {
		return 0, fmt.Errorf("offset of %s: %w", platform, s.dialect.mapError(err))
	}
	return n, nil
}

// Unhandled returns the updates that have not been handled, oldest first.
func (s *Store) Unhandled(ctx context.Context, platform string) ([]bot.Update, error) {
	const text = `
		SELECT id, body
		FROM inbox
		WHERE platform = $1 AND handled = 0
		ORDER BY received`
	read := func(row scan) (u bot.Update, err error) { return u, row(&u.ID, &u.Body) }
	list, err := collect(ctx, s.r, read, text, platform)
	if err != nil {
		return nil, fmt.Errorf("unhandled %s updates: %w", platform, s.dialect.mapError(err))
	}
	return list, nil
}

// Handled forgets an update.
func (s *Store) Handled(ctx context.Context, platform string, id int64) error {
	const update = `
		UPDATE inbox
		SET body = NULL, handled = $3
		WHERE platform = $1 AND id = $2 AND handled = 0`
	err := s.inScope(ctx, beside, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, update, platform, id, tx.now)
		return err
	})
	if err != nil {
		return fmt.Errorf("handled %s update %d: %w", platform, id, err)
	}
	return nil
}
