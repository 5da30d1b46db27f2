package store

import (
	"context"
	"fmt"

	"tidings/bot"
	"tidings/internal/database"
)

// UnshareSource gives a public feed to a place, where alone people know of what it brings from then on. What it brought so
// far was public, and stays so, as that of a feed which is removed. Its name, settings and login go with it; its next
// document is its first, which raises no alerts. bot.ErrExists says that the place follows its address already, or has a
// source of its name, bot.ErrNotFound that there is no such feed.
func (s *Store) UnshareSource(ctx context.Context, id string, to bot.Place) error {
	const (
		move = `
			INSERT INTO sources (name, owner, label, kind, url, title, configured, added, due, longest, paused, login, articles)
			SELECT $2, $3, $4, kind, url, title, configured, $5, $5, longest, paused, login, (SELECT count(*) FROM articles WHERE source = $2)
			FROM sources
			WHERE name = $1 AND NOT EXISTS (SELECT 1 FROM sources WHERE owner = $3 AND (url = $6 OR label = $4))
			ON CONFLICT DO NOTHING`
		remove = `
			DELETE FROM sources
			WHERE name = $1`
	)
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		src, err := sourceByID(ctx, tx, safe(id))
		if err != nil {
			return err
		}
		if src.Place != "" || src.Kind != bot.FeedSource || to == "" {
			return bot.ErrNotFound
		}
		owner, err := makeOwner(ctx, tx, to)
		if err != nil {
			return err
		}
		own, err := unsharedID(ctx, tx, owner, &src)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, move, src.ID, own, owner, src.Name, tx.Now, src.URL)
		if err != nil {
			return err
		}
		if n == 0 {
			return bot.ErrExists
		}
		_, err = tx.Exec(ctx, remove, src.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("unshare source %s: %w", id, err)
	}
	return nil
}

// unsharedID returns the ID of a feed that a place is to have alone. One that the place had before it was shared has another
// now: the articles of the old one are public.
func unsharedID(ctx context.Context, q database.Querier, owner int64, src *bot.Source) (string, error) {
	const query = `
		SELECT EXISTS (SELECT 1 FROM sources WHERE name = $1) OR EXISTS (SELECT 1 FROM articles WHERE source = $1 AND owner = 0)`
	id, err := newSourceID(ctx, q, owner, src)
	for err == nil {
		var taken bool
		if taken, _, err = database.One(ctx, q, database.Value[bool], query, id); !taken {
			break
		}
		id += "~"
	}
	return id, err
}
