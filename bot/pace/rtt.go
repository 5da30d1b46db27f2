package pace

import (
	"math"
	"time"
)

const (
	// rttKeptFor is how long answers are remembered at least, and at most for twice as long.
	rttKeptFor = time.Minute
	// rttDoubt is how many times their mean, divided by the root of their number, the fastest of some round trips may
	// exceed the fastest possible one. Of two delays, out and back, each spread evenly, it exceeds that with a chance of
	// less than exp(-rttDoubt²/2), or 3 in 10^7, and then a request comes too early only if it is faster still: one of
	// 3·10^9 at most, as summed up over all cases. Of delays that thin out exponentially, fewer do. Up to rttDoubt²
	// trips say nothing.
	rttDoubt = 5.5
)

// rttWindow knows how long requests and their answers took recently.
type rttWindow struct {
	now, before rttSpan
	known       int64 // what minRTT returns
}

// rttSpan sums up the trips of a span of time, in nanoseconds.
type rttSpan struct {
	begun int64
	count int64
	min   int64
	sum   int64
}

// note adds a trip that ended at a moment.
func (t *rttWindow) note(trip, at int64) {
	if at-t.now.begun >= int64(rttKeptFor) {
		t.before, t.now = t.now, rttSpan{begun: at}
	}
	s := &t.now
	if s.count == 0 || trip < s.min {
		s.min = trip
	}
	s.count++
	s.sum += trip
	t.known = t.estimate()
}

// minRTT returns a time that every round trip takes at least, 0 while too little is known.
func (t *rttWindow) minRTT() int64 { return t.known }

func (t *rttWindow) estimate() int64 {
	least, count, sum := t.now.min, t.now.count, t.now.sum
	if t.before.count > 0 {
		least, count, sum = min(least, t.before.min), count+t.before.count, sum+t.before.sum
	}
	root := math.Sqrt(float64(count))
	if root <= rttDoubt {
		return 0
	}
	// If the mean exceeds the fastest possible by m, the least does by m*rttDoubt/root at most, and so the mean exceeds
	// the least by m - m*rttDoubt/root at least.
	excess := float64(sum)/float64(count) - float64(least)
	return max(0, least-int64(excess*rttDoubt/(root-rttDoubt)))
}
