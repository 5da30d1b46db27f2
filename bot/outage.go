package bot

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// gate holds all sends of a platform back until a moment.
type gate struct {
	until atomic.Int64 // unix nanoseconds
}

// closeUntil holds sends back at least until t.
func (g *gate) closeUntil(t time.Time) {
	for {
		old := g.until.Load()
		if t.UnixNano() <= old || g.until.CompareAndSwap(old, t.UnixNano()) {
			return
		}
	}
}

// wait blocks while the gate is closed, and reports whether ctx is still alive.
func (g *gate) wait(ctx context.Context, now func() time.Time) bool {
	for {
		left := time.Unix(0, g.until.Load()).Sub(now())
		if left <= 0 {
			return ctx.Err() == nil
		}
		if !pause(ctx, left) {
			return false
		}
	}
}

// streak counts the passing failures of a platform since the last success. Those of one target in a
// row count once: a target that keeps failing while nothing else is sent is no outage, and holds up
// nobody else.
type streak struct {
	mu    sync.Mutex // guards everything below
	count int
	last  Target
	inRow int // failures of last in a row
}

// failed counts a failure of t. It returns how many there are, and how many of t in a row.
func (s *streak) failed(t Target) (count, inRow int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count == 0 || s.last != t {
		s.count++
		s.last, s.inRow = t, 0
	}
	s.inRow++
	return s.count, s.inRow
}

// end begins anew after a success. It returns how many failures there were.
func (s *streak) end() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := s.count
	s.count = 0
	return count
}
