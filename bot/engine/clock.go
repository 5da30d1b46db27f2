package engine

import (
	"context"
	"sync"
	"time"

	"tidings/bot"
)

// clocks compares the wall clock with those of the platforms, where they are known. Its methods may be called
// concurrently.
type clocks struct {
	now      func() time.Time
	adapters []bot.Adapter

	mu     sync.Mutex // guards agreed
	agreed time.Time  // when no platform last disagreed, by the wall clock; zero if that was never so
}

// embargoes reports whether embargoes are on hold: no matter who is wrong, none ends while the clocks disagree. It returns by
// when those have ended that did, so that a clock that was set ahead reveals nothing.
func (c *clocks) embargoes() (ended time.Time, onHold bool) {
	now := c.now()
	earliest := now
	for _, a := range c.adapters {
		if skew, known := bot.ClockSkew(a, now); known && skew.Abs() > bot.MaxSkew {
			onHold = true
			if there := now.Add(-skew); there.Before(earliest) {
				earliest = there
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !onHold || c.agreed.IsZero() || earliest.Before(c.agreed) {
		c.agreed = earliest
	}
	return c.agreed, onHold
}

// embargoTime returns by when embargoes have ended.
func (c *clocks) embargoTime() time.Time {
	ended, _ := c.embargoes()
	return ended
}

// noteSkew logs when the wall clock begins to differ from a platform's, and when that ends.
func (e *Engine) noteSkew(ctx context.Context, s bot.PlatformState, skewed map[string]bool) {
	is := s.ClockFault() != ""
	log := e.cfg.Logger.With("platform", s.Platform, "ahead", s.Skew.Round(time.Second))
	switch {
	case is && !skewed[s.Platform]:
		log.WarnContext(ctx, "wall clock differs from the platform's, so no embargo ends; set it right")
	case !is && skewed[s.Platform] && s.SkewKnown:
		log.InfoContext(ctx, "wall clock agrees with the platform's again")
	case !s.SkewKnown:
		return // it may be as it was
	}
	skewed[s.Platform] = is
}

// stepWatch compares the wall clock with the monotonic one.
type stepWatch struct{ wall, monotonic time.Time }

func newStepWatch(wall time.Time) *stepWatch { return &stepWatch{wall: wall, monotonic: time.Now()} }

// look returns by how much the wall clock went ahead of the monotonic one since the last look; it is negative if it was
// set back. A machine that sleeps stops the monotonic clock alone.
func (w *stepWatch) look(wall, monotonic time.Time) time.Duration {
	step := wall.Round(0).Sub(w.wall.Round(0)) - monotonic.Sub(w.monotonic)
	w.wall, w.monotonic = wall, monotonic
	return step
}

// minStep is the least step that is logged: clocks are adjusted by fractions of a second all the time.
const minStep = 2 * time.Second

// noteStep logs a step of the wall clock, and what was done about it.
func (e *Engine) noteStep(ctx context.Context, step time.Duration) {
	step = step.Round(time.Second)
	switch {
	case step <= -minStep:
		e.cfg.Logger.WarnContext(ctx, "wall clock was set back; waits go by the monotonic clock, stored ones that it would lengthen are due, embargoes keep their moments",
			"by", -step)
	case step >= minStep:
		e.cfg.Logger.WarnContext(ctx, "wall clock was set ahead, or the machine slept; sends in hand keep their leases, and limits count the longer time",
			"by", step)
	}
}
