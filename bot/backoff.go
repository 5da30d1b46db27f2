package bot

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// backoff returns how long to wait after the n-th failure in a row, counted from 0: doubling from
// base up to most, with up to a quarter of jitter taken off so that many do not come back at once.
func backoff(n int, base, most time.Duration) time.Duration {
	d := most
	if n < 20 {
		d = min(base<<n, most)
	}
	return d - rand.N(d/4+1)
}

// pause waits for d or until ctx ends, and reports whether ctx is still alive.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// trouble waits out the failures of a loop. It logs one line when they begin and one when they are
// over, so that an outage of hours does not fill the log.
type trouble struct {
	logger *slog.Logger
	what   string // the loop's work, as "watching articles"
	count  int    // failures in a row
}

const (
	troubleBase = 100 * time.Millisecond
	troubleMost = 5 * time.Second
)

// note takes the result of one round and, after a failure, waits before the next.
func (t *trouble) note(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err == nil && t.count > 0:
		t.logger.InfoContext(ctx, "store answers again", "work", t.what, "failures", t.count)
		t.count = 0
	case err != nil:
		if t.count == 0 {
			t.logger.ErrorContext(ctx, "store failed, trying again", "work", t.what, "err", err)
		}
		pause(ctx, backoff(t.count, troubleBase, troubleMost))
		t.count++
	}
}
