package store

import (
	"maps"
	"sync"
	"time"
)

// inFlight knows which targets this process has leased, by the monotonic clock. The wall clock may be set ahead during
// a send, and then the lease that is stored is over: another send would show the alert twice.
type inFlight struct {
	mu    sync.Mutex // guards until
	until map[int64]flight
}

// flight is a lease of this process.
type flight struct {
	token int64
	until time.Time
	lease time.Duration
}

// add notes that targets are leased from now on, and forgets what is over.
func (f *inFlight) add(targets []int64, token int64, now time.Time, lease time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.until == nil {
		f.until = map[int64]flight{}
	}
	maps.DeleteFunc(f.until, func(_ int64, l flight) bool { return !now.Before(l.until) })
	for _, target := range targets {
		f.until[target] = flight{token: token, until: now.Add(lease), lease: lease}
	}
}

// renew notes that the leases of targets begin anew, but for those that have ended meanwhile.
func (f *inFlight) renew(targets []int64, token int64, now time.Time, lease time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, target := range targets {
		if f.until[target].token == token {
			f.until[target] = flight{token: token, until: now.Add(lease), lease: lease}
		}
	}
}

// end notes that a target is leased no longer.
func (f *inFlight) end(target, token int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.until[target].token == token {
		delete(f.until, target)
	}
}

// left returns for how long a target is leased yet, 0 if it is not.
func (f *inFlight) left(target int64, now time.Time) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.until[target]
	return min(l.lease, max(0, l.until.Sub(now))) // a clock that was set back makes no lease longer
}
