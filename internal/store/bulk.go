package store

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// BulkUpdates returns the sources with articles on hold, by name.
func (s *Store) BulkUpdates(ctx context.Context) ([]bot.BulkUpdate, error) {
	const text = `
		SELECT source, count(*), min(first_seen)
		FROM articles
		WHERE quiet = 'held'
		GROUP BY source
		ORDER BY source`
	read := func(row database.Scan) (f bot.BulkUpdate, err error) {
		var since int64
		err = row(&f.Source, &f.Articles, &since)
		f.Since = time.UnixMicro(since).UTC()
		return f, err
	}
	list, err := database.Collect(ctx, s.db, read, text)
	if err != nil {
		return nil, fmt.Errorf("bulk updates: %w", err)
	}
	return list, nil
}

// ApproveBulkUpdate lets a source's articles on hold become alerts, in lists. Each article is matched with the filters
// again.
func (s *Store) ApproveBulkUpdate(ctx context.Context, source string) (int, error) {
	return s.endBulkUpdate(ctx, source, bot.InBulk, (*ingest).again)
}

// DismissBulkUpdate ends the wait without alerts.
func (s *Store) DismissBulkUpdate(ctx context.Context, source string) (int, error) {
	return s.endBulkUpdate(ctx, source, bot.Seen, func(*ingest, context.Context, int64) error { return nil })
}

// endBulkUpdate gives a source's articles on hold another reason to be suppressed, or none, and calls then for each,
// in the order in which they came.
func (s *Store) endBulkUpdate(
	ctx context.Context, source string, to bot.Suppressed, then func(*ingest, context.Context, int64) error,
) (int, error) {
	const (
		onHold = `
			SELECT id
			FROM articles
			WHERE source = $1 AND quiet = 'held'
			ORDER BY id`
		update = `
			UPDATE articles
			SET quiet = $2
			WHERE id = $1`
	)
	n := 0
	err := s.db.InTx(ctx, database.AppendLog, func(ctx context.Context, tx *database.Tx) error {
		in := s.newIngest(tx)
		ids, err := database.Collect(ctx, tx, database.Value[int64], onHold, safe(source))
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := tx.Exec(ctx, update, id, to); err != nil {
				return err
			}
			if err := then(in, ctx, id); err != nil {
				return err
			}
		}
		n = len(ids)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("end the bulk update of %s: %w", source, err)
	}
	return n, nil
}
