package discord

import (
	"sync"
	"time"

	"tidings/bot"
)

const (
	// returnsInRow is how many returns of a place are passed on at once, and returnEvery how far apart later ones are:
	// each makes the bot try what was suspended there, and rights may still be missing.
	returnsInRow = 3
	returnEvery  = 3 * time.Minute
	// maxReturns is how many places are remembered before those that have been quiet are forgotten.
	maxReturns = 1000
)

// returns spaces the returns of each place. Its methods may be called concurrently.
type returns struct {
	mu     sync.Mutex // guards places
	places map[bot.Target]*returning
}

// returning is what is known of the returns of one place.
type returning struct {
	free   time.Time // when the place has all its returns in a row again
	queued bool      // one is in the queue
	timed  bool      // one is delayed
}

// wait returns how long to delay a return, and false if it is redundant because one is queued or delayed already.
// A return that lists the chats in which the bot may post isn't delayed.
func (r *returns) wait(p bot.Presence, now time.Time) (time.Duration, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := r.place(p.Scope, now)
	if one.queued || one.timed && !p.Known {
		return 0, false
	}
	if p.Known {
		one.queued = true
		return 0, true
	}
	if one.free.Before(now) {
		one.free = now
	}
	one.free = one.free.Add(returnEvery)
	wait := max(one.free.Sub(now)-returnsInRow*returnEvery, 0)
	one.timed, one.queued = wait > 0, wait == 0
	return wait, true
}

// due ends the delay of a return, and reports whether to pass it on.
func (r *returns) due(scope bot.Target) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := r.places[scope]
	if one == nil || !one.timed {
		return false
	}
	news := !one.queued
	one.timed, one.queued = false, true
	return news
}

// reported records that the queued return of a place was passed on.
func (r *returns) reported(scope bot.Target) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if one := r.places[scope]; one != nil {
		one.queued = false
	}
}

// removed lets a return after a removal pass although an earlier one is queued. Delayed returns to what the bot was
// removed from are void.
func (r *returns) removed(scope bot.Target) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for other, one := range r.places {
		one.queued = false
		if other == scope || scope.Chat == "" && other.Space == scope.Space {
			one.timed = false
		}
	}
}

func (r *returns) place(scope bot.Target, now time.Time) *returning {
	if one := r.places[scope]; one != nil {
		return one
	}
	if len(r.places) >= maxReturns {
		for other, one := range r.places {
			if !one.queued && !one.timed && one.free.Before(now) {
				delete(r.places, other)
			}
		}
	}
	if r.places == nil {
		r.places = map[bot.Target]*returning{}
	}
	one := &returning{}
	r.places[scope] = one
	return one
}
