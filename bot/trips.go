package bot

import (
	"math"
	"time"
)

const (
	// tripsFor is how long answers are remembered at least, and at most for twice as long.
	tripsFor = time.Minute
	// fewTrips are too few to say anything of the quickest.
	fewTrips = 20
	// tripDoubt is how far below the quickest trip so far the quickest of all may lie, as a multiple of
	// the mean excess over it divided by the root of their number. That is what becomes of two delays, out
	// and back, which are spread evenly or thin out exponentially.
	tripDoubt = 4
)

// trips knows how long requests and their answers took of late.
type trips struct {
	now, before tripSpan
	known       int64 // what quickest returns
}

// tripSpan sums up the trips of a span of time, in nanoseconds.
type tripSpan struct {
	begun    int64
	count    int64
	quickest int64
	sum      int64
}

// note adds a trip that ended at a moment.
func (t *trips) note(trip, at int64) {
	if at-t.now.begun >= int64(tripsFor) {
		t.before, t.now = t.now, tripSpan{begun: at}
	}
	s := &t.now
	if s.count == 0 || trip < s.quickest {
		s.quickest = trip
	}
	s.count++
	s.sum += trip
	t.known = t.estimate()
}

// quickest returns a time that every trip takes at least, 0 while too little is known.
func (t *trips) quickest() int64 { return t.known }

func (t *trips) estimate() int64 {
	least, count, sum := t.now.quickest, t.now.count, t.now.sum
	if t.before.count > 0 {
		least, count, sum = min(least, t.before.quickest), count+t.before.count, sum+t.before.sum
	}
	if count < fewTrips {
		return 0
	}
	n := float64(count)
	excess := float64(sum)/n - float64(least)
	return max(0, least-int64(tripDoubt*excess/math.Sqrt(n)))
}
