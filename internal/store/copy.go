package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"strings"

	"tidings/internal/database"
)

// CopyConfig says what Copy copies.
type CopyConfig struct {
	// From and To are as Config.URL. Nothing may be stored at To yet. From may be of an older development version.
	From, To string
	Logger   *slog.Logger
	// Progress, if set, is called from time to time with how many steps of how many are done. A step is a row, or an
	// article in the full-text index.
	Progress func(done, total int64)
}

// Copied says what was copied of a table.
type Copied = database.Copied

// Copy copies a whole installation into an empty one, on the same or another database: all that was stored at one
// moment, or nothing. It knows no table by name but the full-text index, which it makes anew: what else there is, both
// schemas say. What is written to the old one meanwhile stays there.
func Copy(ctx context.Context, cfg CopyConfig) (list []Copied, err error) {
	if path, ok := strings.CutPrefix(cfg.From, "sqlite:"); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("there is nothing to copy: %w", err) // opening it would make it
		}
	}
	from, err := openAsIs(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("copy from: %w", err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := Open(ctx, Config{URL: cfg.To, Logger: cfg.Logger})
	if err != nil {
		return nil, fmt.Errorf("copy to: %w", err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	return database.Copy(ctx, database.CopyConfig{
		From: from, To: to.db, Progress: cfg.Progress,
		Except: []string{"search", "unindexed", "places", "article_counts"}, Seeded: []string{"counters"},
		Renamed: map[string]string{"packed": "batches", "bucket": "shard", "ways": "preferences"},
		Finish:  to.finishCopy, FinishSteps: []string{"articles"},
	})
}

// finishCopy makes what follows from the rows that were copied.
func (s *Store) finishCopy(ctx context.Context, tx *database.Tx, step func(n int64)) error {
	const (
		batch = 500
		text  = `
			SELECT a.time_key, a.owner,` + articleColumns + `
			FROM articles AS a
			WHERE a.time_key > $1
			ORDER BY a.time_key
			LIMIT $2`
	)
	// What development versions called it.
	if _, err := tx.Exec(ctx, `UPDATE deliveries SET state = 'on_hold' WHERE state = 'held'`); err != nil {
		return err
	}
	last := int64(math.MinInt64)
	read := func(row database.Scan) (o ownedArticle, err error) {
		o.article, err = readArticle(row, &last, &o.owner)
		return o, err
	}
	for {
		list, err := database.Collect(ctx, tx, read, text, last, batch)
		if err != nil || len(list) == 0 {
			return err
		}
		for i := range list {
			a := &list[i].article
			if err := s.dialect.putText(ctx, tx, keyOf(a), textsOf(a, list[i].owner)); err != nil {
				return fmt.Errorf("full-text index: %w", err)
			}
		}
		step(int64(len(list)))
	}
}

// openAsIs opens what is to be copied, though it may be of a version that this program cannot go on with.
func openAsIs(ctx context.Context, cfg CopyConfig) (*database.DB, error) {
	return openDatabase(ctx, Config{URL: cfg.From, Logger: cfg.Logger}, database.Config{AsIs: true})
}
