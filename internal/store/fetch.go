package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// ClaimFetch gives a feed that is not paused to one of the processes that would fetch it now. A claim that ends later than
// one of now would is of a clock that was set back since.
func (s *Store) ClaimFetch(
	ctx context.Context, name string, known time.Time, lease time.Duration,
) (state bot.FetchState, mine bool, err error) {
	const claim = `
		UPDATE sources
		SET fetch_until = $3
		WHERE name = $1 AND last_try <= $2 AND paused = 0 AND (fetch_until <= $4 OR fetch_until > $5)`
	var n int64
	err = s.db.InTx(ctx, database.SharedAsync, func(ctx context.Context, tx *database.Tx) (err error) {
		until := tx.Now + lease.Microseconds()
		n, err = tx.Exec(ctx, claim, safe(name), micros(known), until, tx.Now, until+s.clock.skew.Microseconds())
		return err
	})
	if err != nil {
		return bot.FetchState{}, false, fmt.Errorf("claim feed: %w", err)
	}
	if n > 0 {
		return bot.FetchState{}, true, nil
	}
	src, err := sourceByID(ctx, s.db, safe(name))
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return bot.FetchState{}, false, fmt.Errorf("claim feed: %w", err)
	}
	return src.Fetch, false, nil
}

// SaveFetch records what the last fetch of a feed taught, and ends its claim. A fetch that a crash of
// the database undoes is made again.
func (s *Store) SaveFetch(ctx context.Context, name, title string, f bot.FetchState) error {
	return s.db.InTx(ctx, database.SharedAsync, func(ctx context.Context, tx *database.Tx) error {
		return saveFetch(ctx, tx, name, title, f)
	})
}

// saveFetch also has the feed looked at when it is next to be fetched: or at once, if what says when that is has changed
// since the fetch began.
func saveFetch(ctx context.Context, tx *database.Tx, name, title string, f bot.FetchState) error {
	const update = `
		UPDATE sources
		SET title = CASE WHEN $2 = '' THEN title ELSE $2 END, etag = $3, last_modified = $4, body_hash = $5,
			next_fetch = $6, last_try = $7, last_success = $8, failures = $9, error = $10,
			fetch_memory = $11, fetch_until = 0, address = $13, host_pause = $14,
			due = CASE WHEN due > $7 AND due <= $16 THEN due ELSE $15 END
		WHERE name = $1 AND ($12 = '' OR url = $12)`
	memory, err := json.Marshal(f.Memory)
	if err != nil {
		return fmt.Errorf("save fetch: %w", err)
	}
	n, err := tx.Exec(ctx, update, safe(name), safe(title), []byte(f.ETag), []byte(f.LastModified), safe(f.BodyHash),
		micros(f.Next), micros(f.LastTry), micros(f.LastSuccess), f.Failures, safe(f.Error), string(memory), safe(f.Of),
		safe(f.Memory.Address), micros(f.Memory.HostPause), max(micros(f.Next), tx.Now), tx.Now)
	if err != nil {
		return fmt.Errorf("save fetch: %w", err)
	}
	if n == 0 {
		return fmt.Errorf("source %q: %w", name, bot.ErrNotFound)
	}
	return nil
}
