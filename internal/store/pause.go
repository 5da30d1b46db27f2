package store

import (
	"context"
	"fmt"

	"tidings/bot"
	"tidings/internal/database"
)

// PauseSource keeps a feed from being fetched until ResumeSource. It is kept with all that is known of it, and one that is paused
// already stays so since then. bot.ErrNotFound says that there is no such feed.
func (s *Store) PauseSource(ctx context.Context, id string) error {
	const update = `
		UPDATE sources
		SET paused = CASE WHEN paused = 0 THEN $2 ELSE paused END
		WHERE name = $1 AND kind = $3`
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		return changeOne(tx.Exec(ctx, update, safe(id), tx.Now, bot.FeedSource))
	})
	if err != nil {
		return fmt.Errorf("pause source %s: %w", id, err)
	}
	return nil
}

// ResumeSource has a paused feed fetched again, as soon as its server allows it. What its document then shows that came
// meanwhile is news, as after an outage. bot.ErrNotFound says that there is no such feed.
func (s *Store) ResumeSource(ctx context.Context, id string) error {
	const update = `
		UPDATE sources
		SET paused = 0, due = $3
		WHERE name = $1 AND kind = $2`
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		return changeOne(tx.Exec(ctx, update, safe(id), bot.FeedSource, tx.Now))
	})
	if err != nil {
		return fmt.Errorf("resume source %s: %w", id, err)
	}
	return nil
}

// changeOne returns bot.ErrNotFound if a statement changed nothing.
func changeOne(n int64, err error) error {
	if err == nil && n == 0 {
		return bot.ErrNotFound
	}
	return err
}
