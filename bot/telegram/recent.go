package telegram

import (
	"sync"
	"time"
)

// recent remembers when something last happened, by chat and by person or message. The zero value is ready. What it
// keeps is bounded: it is cleared when it is full.
type recent struct {
	mu sync.Mutex // guards at
	at map[memberKey]time.Time
}

// first reports whether something did not happen within the given time before now, and notes that it does now.
func (r *recent) first(key memberKey, now time.Time, within time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, ok := r.at[key]; ok && elapsed(at, now) < within {
		return false
	}
	r.note(key, now)
	return true
}

// add notes that something happens now.
func (r *recent) add(key memberKey, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.note(key, now)
}

func (r *recent) note(key memberKey, now time.Time) {
	if r.at == nil || len(r.at) >= maxKnown {
		r.at = map[memberKey]time.Time{}
	}
	r.at[key] = now
}

// has reports whether something happened within the given time before now.
func (r *recent) has(key memberKey, now time.Time, within time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.at[key]
	return ok && elapsed(at, now) < within
}

// forget makes something not have happened.
func (r *recent) forget(key memberKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.at, key)
}
