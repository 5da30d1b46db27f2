// Package retry waits between tries: for how long, for as long as somebody still wants the result, and with two
// lines in the log for an outage of hours.
package retry

import (
	"context"
	"math/rand/v2"
	"time"
)

// maxDoublings keeps the doubling from overflowing: by then every wait has reached its most.
const maxDoublings = 20

// Backoff returns how long to wait after the n-th failure in a row, counted from 0: doubling from base up to most,
// less up to a quarter of jitter, so that many clients don't come back at once. A negative n counts as 0.
func Backoff(n int, base, most time.Duration) time.Duration {
	d := most
	if n = max(n, 0); n < maxDoublings {
		d = min(base<<n, most)
	}
	return d - rand.N(d/4+1)
}

// Sleep waits for d, and returns ctx's error if that ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Overdue reports whether the deadline of a context is over by a reading of either clock: the one of timers stands still while a
// machine sleeps, and a timer may fire only after what runs on when a process has stood still. Who asks right before a request
// doesn't make one that was given up long ago.
func Overdue(ctx context.Context, now time.Time) bool {
	deadline, ok := ctx.Deadline()
	return ok && (!now.Before(deadline) || !now.Round(0).Before(deadline.Round(0)))
}
