package pace

import (
	"math"
	"time"
)

const (
	// rttKeptFor is how long answers are remembered at least, and at most for twice as long.
	rttKeptFor = time.Minute
	// minSamples are too few to say anything of the fastest.
	minSamples = 20
	// rttDoubt is how far below the fastest round trip so far the fastest of all may lie, as a multiple of
	// the mean excess over it divided by the root of their number. That is what becomes of two delays, out
	// and back, which are spread evenly or thin out exponentially.
	rttDoubt = 4
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

// minRTT returns a time that every trip takes at least, 0 while too little is known.
func (t *rttWindow) minRTT() int64 { return t.known }

func (t *rttWindow) estimate() int64 {
	least, count, sum := t.now.min, t.now.count, t.now.sum
	if t.before.count > 0 {
		least, count, sum = min(least, t.before.min), count+t.before.count, sum+t.before.sum
	}
	if count < minSamples {
		return 0
	}
	n := float64(count)
	excess := float64(sum)/n - float64(least)
	return max(0, least-int64(rttDoubt*excess/math.Sqrt(n)))
}
