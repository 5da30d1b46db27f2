package pace

import (
	"slices"
	"time"

	"tidings/bot"
)

const (
	// maxRTT bounds how long a request without an answer is assumed to be on its way.
	maxRTT = time.Second
	// replyReserveFor is how long after an answer to a person a target keeps room for the next.
	replyReserveFor = 10 * time.Minute
	// replyReserve is how many messages of a limit alerts leave to answers then, and minReserveRate the
	// smallest limit that has room to leave.
	replyReserve   = 2
	minReserveRate = 10
	// maxBackoffFactor is how much slower than its limit a target that was rate limited is sent to at most.
	maxBackoffFactor = 4
)

// Slot is one request. Platforms count requests when they arrive, and of that only a bound is known:
// whatever the answer took longer than the fastest round trip may have passed before the request arrived.
// Times are nanoseconds, as a target has many.
type Slot struct {
	start int64 // as the stopwatch counts
	rtt   int64 // until the answer; open while there is none, void if there was no request
}

const (
	open = -1
	void = -2
)

// latest returns the latest moment at which the request can have arrived, less the time that the
// fastest round trip takes.
func (s *Slot) latest(now, minRTT int64) int64 {
	switch s.rtt {
	case void:
		return 0
	case open:
		return min(now, s.start+int64(maxRTT))
	}
	return s.start + max(s.rtt-minRTT, 0)
}

// window keeps one sender, or one target, within its rates: in no span of a rate's length do more than its
// number of requests arrive, wherever that span begins and whatever the network does meanwhile.
type window struct {
	slots     []*Slot // oldest first
	notBefore int64   // nothing goes earlier
	// left and until are what the platform said last: so many more until then.
	left  int
	until int64
	// lastReply is when the target last got an answer for a person.
	lastReply int64
	// backoffFactor lengthens the rates of a target that was rate limited. 0 is not at all.
	backoffFactor float64
}

// view is what a window is looked at with.
type view struct {
	now, minRTT int64
	stretch     float64 // lengthens the rates
	buffer      *[]int64
}

// plain is how the window of a target is looked at: the throttle is that of the whole bot.
func (v view) plain() view {
	v.stretch = 1
	return v
}

// from returns the earliest moment for another request by somebody with claims of class c.
func (w *window) from(v view, rates []bot.Rate, c Class) int64 {
	if w.until > v.now {
		if w.left > 0 {
			return max(w.notBefore, v.now)
		}
		return max(w.notBefore, w.until)
	}
	at := max(w.notBefore, v.now)
	for _, r := range rates {
		n, length := r.N, w.length(v, r)
		if c == Answers && r.Burst > n && w.backoffFactor == 0 {
			n, length = r.Burst, length*int64(r.Burst)/int64(r.N)
		}
		if c != Answers && n >= minReserveRate && w.lastReply > 0 && v.now-w.lastReply < int64(replyReserveFor) {
			n -= replyReserve
		}
		at = max(at, w.fits(v, n, length))
	}
	return at
}

// length returns how long the span of a rate is assumed to be.
func (w *window) length(v view, r bot.Rate) int64 {
	return int64(float64(r.Per) * max(w.backoffFactor, 1) * v.stretch)
}

// fits returns the earliest moment at which fewer than n of the requests lie within length.
func (w *window) fits(v view, n int, length int64) int64 {
	ends := (*v.buffer)[:0]
	for _, s := range w.slots {
		if end := s.latest(v.now, v.minRTT) + length; end > v.now {
			ends = append(ends, end)
		}
	}
	*v.buffer = ends
	if len(ends) < n {
		return v.now
	}
	slices.Sort(ends)
	return ends[len(ends)-n]
}

// record records a request and drops those that no rate looks back to.
func (w *window) record(v view, rates []bot.Rate, s *Slot) {
	longest := int64(0)
	for _, r := range rates {
		longest = max(longest, w.length(v, r)*int64(max(r.Burst, r.N))/int64(r.N))
	}
	keep := w.slots[:0]
	for _, old := range w.slots {
		if old.latest(v.now, v.minRTT)+longest > v.now {
			keep = append(keep, old)
		}
	}
	clear(w.slots[len(keep):])
	w.slots = keep
	if len(rates) > 0 {
		w.slots = append(w.slots, s)
	}
	w.left--
}

// idle reports whether nothing of the window matters any more.
func (w *window) idle(now int64) bool {
	last := max(w.notBefore, w.until)
	if n := len(w.slots); n > 0 {
		last = max(last, w.slots[n-1].start+int64(maxBackoffFactor*MaxWindow))
	}
	if w.lastReply > 0 {
		last = max(last, w.lastReply+int64(replyReserveFor))
	}
	return last <= now
}

// slow lengthens the rates after the platform asked to wait, and ease shortens them after a success.
func (w *window) slow() { w.backoffFactor = min(max(w.backoffFactor, 1)*1.25, maxBackoffFactor) }

func (w *window) ease() {
	if w.backoffFactor > 0 {
		if w.backoffFactor *= 0.98; w.backoffFactor <= 1 {
			w.backoffFactor = 0
		}
	}
}

// MaxWindow is the longest period that an adapter's limits may name.
const MaxWindow = time.Minute
