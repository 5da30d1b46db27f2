package deliver

import (
	"context"
	"sync"
	"time"

	"tidings/bot/pace"
)

const (
	// moreInFlight is how many deliveries may be under way at once beyond as many as may be in hand. Even at 50 ms an answer, 16 to
	// 32 are needed to reach what the platforms allow.
	moreInFlight = 16
	// stuckAfter is when a send makes room for another, although nobody has answered it: chats that
	// hang delay no others. At most stuckMost do so while others are answered, and maxStuck while
	// none is, which may be an outage.
	stuckAfter = 2 * time.Second
	stuckMost  = 1024
	maxStuck   = 64
	// leastInHand and mostInHand bound how many deliveries are claimed before there is a slot for them, and a batchPart of these
	// is claimed at once at least. Few, so that an urgent one is soon among them; enough that a claim is done before the slots
	// run out. The most have had their slots well within slotTimeout on any platform.
	leastInHand = 16
	mostInHand  = 40
	batchPart   = 4
	// handFactor times as many as began while a claim lasted may be in hand from then on, as the next one may take longer. With
	// each faster claim a handDecay of what is beyond the least is left out.
	handFactor = 3
	handDecay  = 16
)

// inFlight counts the deliveries that are claimed and have no slot yet, and the sends under way.
type inFlight struct {
	now     func() time.Time
	changed chan struct{} // of one

	mu       sync.Mutex // guards everything below
	hand     int        // how many may wait
	waiting  int
	started  int                      // how many have begun, ever
	sends    map[*pace.Slot]time.Time // when they began
	answered time.Time
}

func newInFlight(now func() time.Time) *inFlight {
	return &inFlight{now: now, changed: make(chan struct{}, 1), hand: leastInHand, sends: map[*pace.Slot]time.Time{}}
}

// claimed, begun, unsent and ended follow a delivery: it is claimed, and then either begun and ended, or
// unsent.
func (f *inFlight) claimed(n int) { f.update(func() { f.waiting += n }) }

func (f *inFlight) unsent() {
	f.update(func() {
		f.waiting--
		f.hand = leastInHand // there were more than slots
	})
}

func (f *inFlight) begun(s *pace.Slot) {
	f.update(func() {
		f.waiting--
		f.started++
		f.sends[s] = f.now()
	})
}

// replaced begins another send for a delivery of which one has ended.
func (f *inFlight) replaced(s *pace.Slot) { f.update(func() { f.sends[s] = f.now() }) }

func (f *inFlight) ended(s *pace.Slot) { f.update(func() { delete(f.sends, s) }) }

// noteAnswer notes that the platform answered a send, whatever it said.
func (f *inFlight) noteAnswer() { f.update(func() { f.answered = f.now() }) }

// claiming notes that a claim begins of what is due; it is over when the returned function is called. What begins meanwhile tells
// how many have to be in hand for the slots not to run out while a claim lasts.
func (f *inFlight) claiming() (over func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.started
	return func() { f.update(func() { f.hand = nextHand(f.hand, f.started-before) }) }
}

// nextHand returns how many deliveries may be in hand after a claim during which some have begun.
func nextHand(hand, begun int) int {
	less := hand - (hand-leastInHand+handDecay-1)/handDecay
	return min(max(leastInHand, handFactor*begun, less), mostInHand)
}

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
		if n > 0 {
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

// count returns how many deliveries may be claimed, if they are worth a claim, and when to look again by itself.
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
	hand, most := leastInHand, maxStuck // sends that hang in an outage use up no slots that more in hand would keep busy
	if now.Sub(f.answered) < stuckAfter {
		hand, most = f.hand, stuckMost
	}
	fresh := len(f.sends) - min(stuck, most)
	n = min(hand, hand+moreInFlight-fresh) - f.waiting
	if n < hand/batchPart {
		n = 0
	}
	return n, later
}
