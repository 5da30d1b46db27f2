package pace

import (
	"testing"
	"time"
)

// TestStopwatch_NeverRunsBack reads wall clocks alone, as they are after a machine slept; the monotonic clock can only
// make a span longer.
func TestStopwatch_NeverRunsBack(t *testing.T) {
	var w stopwatch
	at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	last := w.read(at)
	for i, step := range []struct{ moved, want time.Duration }{
		{time.Second, time.Second},
		{-time.Hour, 0},
		{time.Second, time.Second},
		{24 * time.Hour, 24 * time.Hour},
	} {
		at = at.Add(step.moved)
		got := w.read(at)
		if time.Duration(got-last) != step.want {
			t.Errorf("step %d: the count went on by %v, want %v", i, time.Duration(got-last), step.want)
		}
		if m := w.moment(got + int64(time.Minute)); !m.Equal(at.Add(time.Minute)) {
			t.Errorf("step %d: a minute later is %v, want %v", i, m, at.Add(time.Minute))
		}
		last = got
	}
}

func TestElapsed_CountsByTheMonotonicClockWhenTheWallClockStandsStill(t *testing.T) {
	from := time.Now()
	to := from.Add(time.Minute)
	if got := Elapsed(from, to); got != time.Minute {
		t.Errorf("Elapsed = %v, want a minute", got)
	}
	if got := Elapsed(to.Round(0), from.Round(0)); got != 0 {
		t.Errorf("Elapsed = %v of a clock that was set back, want 0", got)
	}
}
