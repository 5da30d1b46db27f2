package discord

import (
	"context"
	"net/http"
	"sync"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

var _ bot.Clock = (*Adapter)(nil)

const (
	// clockLife is how long a Date stays valid, and askTime how old it gets before the bot makes a request to
	// renew it.
	clockLife = 5 * time.Minute
	askTime   = 4 * time.Minute
)

// clock estimates Discord's time. Its zero value knows nothing, and its methods may be called concurrently.
type clock struct {
	mu    sync.Mutex // guards what follows
	there time.Time
	here  time.Time // when it was so, with a monotonic reading
}

// hear records the Date of a response.
func (c *clock) hear(date string) {
	there, err := http.ParseTime(date)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.there, c.here = there, time.Now()
}

// now returns Discord's time, to the second.
func (c *clock) now() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	passed := time.Since(c.here)
	if c.there.IsZero() || passed > clockLife {
		return time.Time{}, false
	}
	return c.there.Add(passed), true
}

// silent returns how long ago the last Date was recorded.
func (c *clock) silent() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.here)
}

// keepTime makes a request whenever there was none for a while, until ctx ends, so that Discord's time stays known
// and a revoked token is noticed.
func (r *run) keepTime(ctx context.Context) error {
	for retry.Sleep(ctx, askTime/4) == nil {
		if r.rest.clock.silent() >= askTime {
			_, _ = r.whoami(ctx) // an outage shows elsewhere
		}
	}
	return nil
}

// PlatformTime returns the time by the Date of Discord's last answer.
func (a *Adapter) PlatformTime() (time.Time, bool) { return a.rest.clock.now() }
