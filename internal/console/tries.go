package console

import (
	"sync"
	"time"
)

// The tries to sign in that may fail: so many in a row, and one more in each span. What is right is never refused, so
// nobody can lock anybody out, and of the 100 bits of a token nobody guesses one at any pace.
const (
	maxTries = 10
	trySpan  = 6 * time.Second
)

// tries limits how often wrong tokens are answered, whoever sends them: behind a proxy, all have one address. The zero
// value is ready.
type tries struct {
	mu   sync.Mutex // guards free
	free time.Time  // by when all tries are to be had again
}

// fail counts a wrong try, and returns how long to wait for the next answer; 0 is not at all.
func (t *tries) fail(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free.Before(now) {
		t.free = now
	}
	if wait := t.free.Sub(now) - (maxTries-1)*trySpan; wait > 0 {
		return wait
	}
	t.free = t.free.Add(trySpan)
	return 0
}
