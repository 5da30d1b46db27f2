package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// ClaimFetch gives a feed that is not paused to one of the processes that would fetch it now. A claim that ends later than one of now would is
// of a clock that was set back since.
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
