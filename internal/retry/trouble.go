package retry

import (
	"context"
	"log/slog"
	"time"
)

// The waits of a loop between failures: from Base, soon enough that nobody notices a hiccup, up to Most, soon enough
// after an outage.
const (
	Base = 100 * time.Millisecond
	Most = 5 * time.Second
)

// Trouble waits out the failures of a loop. It logs one line when they begin and one when they are over. It belongs to
// one goroutine.
type Trouble struct {
	Logger *slog.Logger
	// Work names what the loop does, as "watching articles".
	Work string

	failures int // in a row
}

// Note records the result of one round and, after a failure, waits before the next, or until ctx ends.
func (t *Trouble) Note(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err == nil && t.failures > 0:
		t.Logger.InfoContext(ctx, "store answers again", "work", t.Work, "failures", t.failures)
		t.failures = 0
	case err != nil:
		if t.failures == 0 {
			t.Logger.ErrorContext(ctx, "store failed, trying again", "work", t.Work, "err", err)
		}
		_ = Sleep(ctx, Backoff(t.failures, Base, Most))
		t.failures++
	}
}
