package discord

import (
	"net/http"
	"sync"
	"time"

	"tidings/bot"
)

var _ bot.Clock = (*Adapter)(nil)

// clockLife is how long what Discord said of the time is worth something: a machine that sleeps stops the
// clock that the rest is measured by.
const clockLife = time.Hour

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

// PlatformTime returns the time by the Date of Discord's last answer.
func (a *Adapter) PlatformTime() (time.Time, bool) { return a.rest.clock.now() }
