package poll

import (
	"errors"
	"time"

	"tidings/bot"
)

// How long to leave a feed alone that fails. What goes away by itself is tried more often than what
// needs a person.
const (
	maxDelay          = time.Hour // while it has failed for a few hours; a quarter of the time later
	maxDelayRefused   = 6 * time.Hour
	maxDelayMissing   = 24 * time.Hour
	minDelayTooMany   = time.Hour     // RFC 6585 leaves it to us if there is no Retry-After
	minDelayRefused   = 4 * time.Hour // nobody fixes that within minutes
	confirmGone       = 24 * time.Hour
	jitter            = 0.1         // of an interval or delay
	shortestJittering = time.Minute // intervals below are kept exactly
	never             = 100 * 365 * 24 * time.Hour
)

// The least interval that a feed is given for how often it changes. A shorter one is only the
// operator's to choose.
const (
	floorConditional   = 15 * time.Minute // if the server can say that nothing has changed
	floorUnconditional = time.Hour
	pollsPerGap        = 4             // between two changes of a feed
	backup             = 6 * time.Hour // of a feed whose hub delivers
)

// schedule decides when a feed is fetched next.
type schedule struct {
	interval time.Duration  // the longest, unless somebody asks for a longer one
	most     time.Duration  // how long such a wish is honored
	random   func() float64 // from 0 up to 1
}

// succeeded returns the state after an answer to a fetch begun at start. The interval is the longest
// time between fetches, so chance only shortens it; what the server asks for is the shortest, so
// chance only lengthens that.
func (s schedule) succeeded(state bot.FetchState, got *fetched, start time.Time) bot.FetchState {
	state.ETag, state.LastModified, state.BodyHash = got.etag, got.lastModified, got.hash
	state.LastTry, state.LastSuccess = start, start
	state.Failures, state.Error = 0, ""
	m := &state.Memory
	applyAnswer(m, got, start)
	wait := s.pace(&state)
	if wait >= shortestJittering {
		wait -= time.Duration(s.random() * jitter * float64(wait))
	}
	state.Next, m.NotBefore = start.Add(wait), time.Time{}
	if asked := s.asked(m); asked > s.interval {
		m.NotBefore = start.Add(asked)
		state.Next = later(state.Next, m.NotBefore.Add(s.upToAMinute()))
	}
	state.Next = outsideSkipped(m, state.Next)
	return state
}

// pace returns the interval of a feed that works. It follows how often the feed changes, between a
// floor and the operator's interval.
func (s schedule) pace(state *bot.FetchState) time.Duration {
	m := &state.Memory
	wait := s.interval
	if m.Gap > 0 {
		floor := floorUnconditional
		if state.ETag != "" || state.LastModified != "" {
			floor = floorConditional
		}
		// A feed that has been silent for longer than usual is one that changes less often.
		gap := max(m.Gap, state.LastTry.Sub(m.Changed))
		wait = min(s.interval, max(floor, gap/pollsPerGap))
	}
	if !m.Pushed.IsZero() {
		wait = max(wait, backup)
	}
	return wait
}

// asked returns how long the server, or else the document, asks to wait.
func (s schedule) asked(m *bot.FetchMemory) time.Duration {
	if m.MaxAge > 0 {
		return min(m.MaxAge, s.most)
	}
	return min(m.Hint, s.most)
}

// due returns when a feed is to be fetched. A shorter interval than the one that Next was reckoned
// with counts at once, unless the feed fails or its server asked for patience.
func (s schedule) due(state *bot.FetchState) time.Time {
	m := &state.Memory
	switch {
	case m.Ended:
		return state.LastTry.Add(never)
	case state.Failures > 0 || state.LastTry.IsZero():
		return state.Next
	}
	if soonest := outsideSkipped(m, later(state.LastTry.Add(s.pace(state)), m.NotBefore)); soonest.Before(state.Next) {
		return soonest
	}
	return state.Next
}

// failed returns the state after a failure. What was known of the feed stays known.
func (s schedule) failed(state bot.FetchState, err error, start, now time.Time) bot.FetchState {
	state.Failures++
	state.Error = err.Error()
	m := &state.Memory
	if m.Failing.IsZero() {
		m.Failing = start
	}
	state.LastTry, state.Next = start, now.Add(s.delay(&state, err))
	m.Advice, m.NotBefore, m.Move = "", time.Time{}, bot.Move{}
	e, ok := errors.AsType[*fetchError](err)
	if !ok {
		return state
	}
	m.Advice = e.advice
	if e.fault == faultLimited {
		m.Limited, m.HostPause, m.NotBefore = now, state.Next, state.Next
	}
	if e.fault == faultGone {
		m.Ended = !m.Gone.IsZero() && start.Sub(m.Gone) >= confirmGone
		if m.Gone.IsZero() {
			m.Gone = start
		}
	} else {
		m.Gone = time.Time{}
	}
	if m.Address != "" && state.Failures >= backToURL {
		m.Address = ""
	}
	return state
}

// backToURL is after how many failures a feed that has moved is looked for at its old address again.
const backToURL = 3

// delay doubles with each failure in a row, up to a limit that depends on what failed.
func (s schedule) delay(state *bot.FetchState, err error) time.Duration {
	failing := state.LastTry.Sub(state.Memory.Failing)
	least, most := time.Duration(0), min(max(maxDelay, failing/4), maxDelayMissing)
	if e, ok := errors.AsType[*fetchError](err); ok {
		if e.after > 0 {
			return max(s.interval, e.after+s.upToAMinute())
		}
		switch e.fault {
		case faultPassing:
		case faultLimited:
			least, most = minDelayTooMany, maxDelayRefused
		case faultRefused:
			least, most = minDelayRefused, maxDelayRefused
		case faultContent:
			if most = maxDelayRefused; state.Failures > 1 { // once may be a page put up for maintenance
				least = minDelayRefused
			}
		case faultEmpty: // what comes next may be urgent
			return s.interval
		case faultMissing:
			most = maxDelayMissing
		case faultGone:
			return confirmGone + s.upToAMinute()
		}
	}
	most = max(most, s.interval)
	wait := s.interval
	for range state.Failures {
		wait = min(2*wait, most) // in steps, or it would overflow
		if wait == most {
			break
		}
	}
	spread := jitter * float64(max(wait, least))
	if least > 0 {
		return max(wait, least) + time.Duration(s.random()*spread)
	}
	return wait + time.Duration((2*s.random()-1)*spread)
}

// upToAMinute keeps those who were asked to wait until the same moment from coming back at once.
func (s schedule) upToAMinute() time.Duration {
	return time.Duration(s.random() * float64(time.Minute))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
