package engine

import (
	"context"
	"maps"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	// lookEvery is how often the platforms are looked at.
	lookEvery = time.Minute
	// connectWithin is how long a process counts as connecting at most: a platform's outage must not keep all of a
	// deployment from being ready.
	connectWithin = 30 * time.Second
)

// PlatformState returns how a platform does. One without an adapter is not connected.
func (e *Engine) PlatformState(platform string) bot.PlatformState {
	s := bot.PlatformState{Platform: platform}
	o := e.outlets[platform]
	if o == nil {
		return s
	}
	if r := o.refused.Load(); r != nil {
		s.Refused = r.since
		return s
	}
	s.Skew, s.SkewKnown = bot.ClockSkew(o.adapter, e.cfg.Now())
	listens := o.listens.Load()
	if listens == nil {
		s.Connecting = multiListener(o.adapter) // which begins to listen at once
		return s
	}
	s.Connected = true
	c, ok := o.adapter.(bot.Connector)
	if !ok {
		return s
	}
	var since time.Time
	if since, s.Connected = c.Connected(); s.Connected {
		return s
	}
	s.OutOfReach = *listens
	if since.After(*listens) { // it was connected
		s.OutOfReach = since
		return s
	}
	s.Connecting = multiListener(o.adapter) && e.cfg.Now().Sub(*listens) < connectWithin
	return s
}

// platformStates returns how all platforms do, by name.
func (e *Engine) platformStates() []bot.PlatformState {
	var list []bot.PlatformState
	for _, platform := range slices.Sorted(maps.Keys(e.outlets)) {
		list = append(list, e.PlatformState(platform))
	}
	return list
}

// watchPlatforms logs what lasts, until ctx ends.
func (e *Engine) watchPlatforms(ctx context.Context) error {
	looks := map[string]int{} // in a row that found a platform out of reach
	skewed := map[string]bool{}
	steps := newStepWatch(e.cfg.Now())
	for retry.Sleep(ctx, lookEvery) == nil {
		e.noteStep(ctx, steps.look(e.cfg.Now(), time.Now()))
		for _, s := range e.platformStates() {
			e.noteReach(ctx, s, looks)
			e.noteSkew(ctx, s, skewed)
		}
	}
	return nil
}

// noteReach warns when a platform has been out of reach for two looks, and every remindEvery from then on. It counts
// looks because a clock may be set.
func (e *Engine) noteReach(ctx context.Context, s bot.PlatformState, looks map[string]int) {
	const first = 2
	n := looks[s.Platform]
	if s.OutOfReach.IsZero() {
		delete(looks, s.Platform)
		if n >= first && s.Connected {
			e.cfg.Logger.InfoContext(ctx, "platform in reach again", "platform", s.Platform)
		}
		return
	}
	looks[s.Platform]++
	if n+1 >= first && (n+1-first)%int(remindEvery/lookEvery) == 0 {
		e.cfg.Logger.WarnContext(ctx, "platform out of reach", "platform", s.Platform, "since", s.OutOfReach)
	}
}
