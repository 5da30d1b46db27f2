package answer

import (
	"testing"
	"time"
)

var phraseNow = time.Date(2021, 1, 20, 12, 0, 0, 0, time.UTC)

func TestAgo_CountsInTheUnitPeopleWould(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                   "just now",
		-time.Minute:        "just now",
		2 * time.Second:     "2 seconds ago",
		119 * time.Second:   "119 seconds ago",
		2 * time.Minute:     "2 minutes ago",
		119 * time.Minute:   "119 minutes ago",
		2 * time.Hour:       "2 hours ago",
		47 * time.Hour:      "47 hours ago",
		49 * time.Hour:      "2 days ago",
		24 * 60 * time.Hour: "60 days ago",
	} {
		if got := ago(phraseNow, phraseNow.Add(-d)).String(); got != want {
			t.Errorf("ago %v = %q, want %q", d, got, want)
		}
	}
}

func TestTook_CountsInTheUnitPeopleWould(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                       "0 ms",
		12 * time.Millisecond:   "12 ms",
		1500 * time.Millisecond: "1.5 seconds",
		2 * time.Minute:         "2 minutes",
		5 * time.Hour:           "5 hours",
	} {
		if got := took(d).String(); got != want {
			t.Errorf("took %v = %q, want %q", d, got, want)
		}
	}
}
