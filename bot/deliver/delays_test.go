package deliver

import (
	"testing"
	"time"

	"tidings/bot"
)

var delayNow = time.Date(2021, 1, 20, 12, 0, 0, 0, time.UTC)

func TestDelays_ReportPercentiles(t *testing.T) {
	var d Delays
	if got := d.Recent(delayNow); got != (bot.Delay{}) {
		t.Errorf("of no alerts it reports %+v", got)
	}
	for i := range 1000 {
		d.Add(time.Duration(i+1)*time.Millisecond, delayNow)
	}
	got := d.Recent(delayNow)
	near := func(got, want time.Duration) bool { return got >= want && got <= want*111/100 }
	if got.Over != 1000 || !near(got.P50, 500*time.Millisecond) || !near(got.P99, 990*time.Millisecond) {
		t.Errorf("of 1 to 1000 ms it reports %+v", got)
	}
}

func TestDelays_AcceptAnyDuration(t *testing.T) {
	for _, took := range []time.Duration{-time.Second, 0, time.Microsecond, time.Hour, 30 * 24 * time.Hour} {
		var d Delays
		d.Add(took, delayNow)
		if got := d.Recent(delayNow); got.Over != 1 || got.P50 <= 0 || got.P50 != got.P99 {
			t.Errorf("of %v it reports %+v", took, got)
		}
	}
}

func TestDelays_DropOldSamples(t *testing.T) {
	var d Delays
	d.Add(time.Hour, delayNow)
	d.Add(time.Second, delayNow.Add(10*time.Minute))
	if got := d.Recent(delayNow.Add(10 * time.Minute)); got.Over != 2 {
		t.Errorf("after ten minutes it counts %d alerts, want 2", got.Over)
	}
	if got := d.Recent(delayNow.Add(20 * time.Minute)); got.Over != 1 || got.P99 > 2*time.Second {
		t.Errorf("after twenty minutes it reports %+v, want the newer one", got)
	}
	d.Add(time.Second, delayNow.Add(time.Hour))
	if got := d.Recent(delayNow.Add(time.Hour)); got.Over != 1 {
		t.Errorf("after an hour it counts %d alerts, want 1", got.Over)
	}
}
