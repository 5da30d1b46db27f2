package feed

import (
	"errors"
	"net/http"
	"time"

	"tidings/bot"
)

// How long to leave a feed alone that fails, at most. What only time mends is tried more often than
// what needs a person.
const (
	maxDelay          = time.Hour
	maxDelayRefused   = 6 * time.Hour
	maxDelayMissing   = 24 * time.Hour
	minDelayTooMany   = time.Hour   // RFC 6585 leaves it to us if there is no Retry-After
	jitter            = 0.1         // of an interval or delay
	shortestJittering = time.Minute // intervals below are kept exactly
)

// schedule decides when a feed is fetched next.
type schedule struct {
	interval time.Duration
	random   func() float64 // from 0 up to 1
}

// succeeded returns the state after an answer at now to a fetch begun at start. The interval is the
// longest time between fetches, so chance only shortens it.
func (s schedule) succeeded(state bot.FetchState, got fetched, start time.Time) bot.FetchState {
	wait := s.interval
	if wait >= shortestJittering {
		wait -= time.Duration(s.random() * jitter * float64(wait))
	}
	state.ETag, state.LastModified, state.BodyHash = got.etag, got.lastModified, got.hash
	state.LastTry, state.LastSuccess, state.Next = start, start, start.Add(wait)
	state.Failures, state.Error = 0, ""
	return state
}

// failed returns the state after a failure. What was known of the feed stays known.
func (s schedule) failed(state bot.FetchState, err error, start, now time.Time) bot.FetchState {
	state.Failures++
	state.Error = err.Error()
	state.LastTry, state.Next = start, now.Add(s.delay(state.Failures, err))
	return state
}

// delay doubles with each failure in a row, up to a limit that depends on what failed.
func (s schedule) delay(failures int, err error) time.Duration {
	least, most := time.Duration(0), maxDelay
	if e, ok := errors.AsType[*fetchError](err); ok {
		switch {
		case e.after > 0:
			return max(s.interval, e.after+time.Duration(s.random()*jitter*float64(time.Minute)))
		case e.status == http.StatusTooManyRequests:
			least, most = minDelayTooMany, maxDelayRefused
		case e.status == http.StatusGone:
			least, most = maxDelayMissing, maxDelayMissing
		case e.status == http.StatusNotFound:
			most = maxDelayMissing
		case e.status >= 400 && e.status < 500, e.err != nil:
			most = maxDelayRefused
		}
	}
	most = max(most, s.interval)
	wait := s.interval
	for range failures {
		wait = min(2*wait, most) // in steps, lest it overflow
		if wait == most {
			break
		}
	}
	wait = max(wait, least)
	return wait + time.Duration((2*s.random()-1)*jitter*float64(wait))
}

// due returns when a feed is to be fetched. A shorter interval than the one that Next was reckoned
// with counts at once, unless the feed fails or its server asked for patience.
func (s schedule) due(state bot.FetchState) time.Time {
	if state.Failures > 0 || state.LastTry.IsZero() {
		return state.Next
	}
	if soonest := state.LastTry.Add(s.interval); soonest.Before(state.Next) {
		return soonest
	}
	return state.Next
}
