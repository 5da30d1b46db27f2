package pace

import "time"

// Elapsed returns how long it is from one reading of the clock to a later one: the longer of what the monotonic clock
// says, which stands still while a machine sleeps (https://go.dev/issue/24595), and of what the wall clock says, which
// may have been set. It is never negative.
func Elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)), 0)
}

// stopwatch counts time that never runs back, whatever happens to the wall clock. Its readings are nanoseconds.
type stopwatch struct {
	last  time.Time // the last reading of the clock
	total time.Duration
}

// read returns the count at a reading of the clock.
func (w *stopwatch) read(now time.Time) int64 {
	if w.last.IsZero() {
		w.total = time.Hour // so that what was before the first reading has a count too
	} else {
		w.total += Elapsed(w.last, now)
	}
	w.last = now
	return int64(w.total)
}

// moment returns when a count is reached, by the clock that was read last.
func (w *stopwatch) moment(count int64) time.Time {
	return w.last.Add(time.Duration(count) - w.total)
}
