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
	// clockLife is how long what Discord said of the time counts, and askTime how long it has to have said
	// nothing to be asked.
	clockLife = 5 * time.Minute
	askTime   = 4 * time.Minute
)

// clock remembers what time it was at Discord. Its zero value knows nothing, and its methods may be called
// concurrently.
type clock struct {
	mu    sync.Mutex // guards what follows
	there time.Time
	here  time.Time // when it was so, with a monotonic reading
}

// hear takes note of the Date of an answer.
func (c *clock) hear(date string) {
	there, err := http.ParseTime(date)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.there, c.here = there, time.Now()
}

// now returns what time it is at Discord, to the second.
func (c *clock) now() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	passed := time.Since(c.here)
	if c.there.IsZero() || passed > clockLife {
		return time.Time{}, false
	}
	return c.there.Add(passed), true
}

// silent returns for how long nothing was heard.
func (c *clock) silent() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.here)
}

// keepTime asks Discord for something when it has said nothing for a while, until ctx ends. So its time stays
// known, and a token that was revoked is noticed.
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
