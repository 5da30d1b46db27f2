package deliver

import (
	"context"
	"sync"
	"time"

	"tidings/bot/pace"
)

const (
	// maxInFlight is how many sends of one platform are under way at once. Even at 50 ms an answer, 16 to 32
	// are needed to reach what the platforms allow.
	maxInFlight = 32
	// stuckAfter is when a send makes room for another, although nobody has answered it: chats that
	// hang delay no others. At most stuckMost do so while others are answered, and maxStuck while
	// none is, which may be an outage.
	stuckAfter = 2 * time.Second
	stuckMost  = 1024
	maxStuck   = 64
	// inHand is how many deliveries are claimed before there is a slot for them, and minBatch how many
	// are claimed at once at least. Few, so that an urgent one is soon among them; enough that a claim
	// is done before the slots run out.
	inHand   = 16
	minBatch = 4
)

// inFlight counts the deliveries that are claimed and have no slot yet, and the sends under way.
type inFlight struct {
	now     func() time.Time
	changed chan struct{} // of one

	mu       sync.Mutex // guards everything below
	waiting  int
	sends    map[*pace.Slot]time.Time // when they began
	answered time.Time
}

func newInFlight(now func() time.Time) *inFlight {
	return &inFlight{now: now, changed: make(chan struct{}, 1), sends: map[*pace.Slot]time.Time{}}
}

// claimed, begun, unsent and ended follow a delivery: it is claimed, and then either begun and ended, or
// unsent.
func (f *inFlight) claimed(n int) { f.update(func() { f.waiting += n }) }

func (f *inFlight) unsent() { f.update(func() { f.waiting-- }) }

func (f *inFlight) begun(s *pace.Slot) {
	f.update(func() {
		f.waiting--
		f.sends[s] = f.now()
	})
}

// replaced begins another send for a delivery of which one has ended.
func (f *inFlight) replaced(s *pace.Slot) { f.update(func() { f.sends[s] = f.now() }) }

func (f *inFlight) ended(s *pace.Slot) { f.update(func() { delete(f.sends, s) }) }

// noteAnswer notes that the platform answered a send, whatever it said.
func (f *inFlight) noteAnswer() { f.update(func() { f.answered = f.now() }) }

func (f *inFlight) update(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	select {
	case f.changed <- struct{}{}:
	default: // whoever waits will look
	}
}

// capacity waits until deliveries may be claimed and returns how many; 0 if ctx ended.
func (f *inFlight) capacity(ctx context.Context) int {
	for ctx.Err() == nil {
		n, later := f.count()
		if n >= minBatch {
			return n
		}
		timer := time.NewTimer(later)
		select {
		case <-f.changed:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return 0
}

// count returns how many deliveries may be claimed, and when to look again by itself.
func (f *inFlight) count() (n int, later time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	stuck, later := 0, stuckAfter
	for _, begun := range f.sends {
		if left := begun.Add(stuckAfter).Sub(now); left > 0 {
			later = min(later, left)
		} else {
			stuck++
		}
	}
	most := maxStuck
	if now.Sub(f.answered) < stuckAfter {
		most = stuckMost
	}
	fresh := len(f.sends) - min(stuck, most)
	return min(inHand, maxInFlight-fresh) - f.waiting, later
}
