package store

import (
	"testing"
	"time"
)

func TestClockWatch_NoticesAClockThatWasSetBack(t *testing.T) {
	start := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	c := clockWatch{skew: time.Second}
	for _, step := range []struct {
		after time.Duration // since the last step
		want  bool
	}{
		{0, true}, // it may have been set back while the program was not running
		{time.Minute, false},
		{-time.Second, false}, // by no more than clocks differ
		{-2 * time.Second, true},
		{time.Hour, false},
		{-time.Hour, true},
		{0, false},
	} {
		start = start.Add(step.after)
		if got := c.suspects("test", start); got != step.want {
			t.Errorf("after %v: suspects %t, want %t", step.after, got, step.want)
		}
		c.settle("test")
	}
}

func TestInFlight_KnowsWhatIsLeased(t *testing.T) {
	now := time.Now()
	var f inFlight
	f.add([]int64{1, 2, 3}, 7, now, time.Minute)
	f.end(2, 8) // of another lease
	f.end(3, 7)
	for target, want := range map[int64]time.Duration{1: 30 * time.Second, 2: 30 * time.Second, 3: 0, 4: 0} {
		if got := f.left(target, now.Add(30*time.Second)); got != want {
			t.Errorf("target %d is leased for %v more, want %v", target, got, want)
		}
	}
	f.renew([]int64{1, 2}, 7, now.Add(30*time.Second), time.Minute)
	if got := f.left(1, now.Add(time.Minute)); got != 30*time.Second {
		t.Errorf("renewed, it is leased for %v more, want 30s", got)
	}
	if got := f.left(1, now.Add(-time.Hour)); got != time.Minute {
		t.Errorf("with the clock set back, it is leased for %v more, want 1m", got)
	}
	f.add([]int64{5}, 9, now.Add(2*time.Minute), time.Minute)
	if len(f.until) != 1 {
		t.Errorf("%d are remembered, want what is not over", len(f.until))
	}
}
