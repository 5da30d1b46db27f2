package telegram

import (
	"net/http"
	"testing"
	"time"
)

func TestElapsed_IsTheLongerOfBothClocks(t *testing.T) {
	now := time.Now()
	wall := now.Round(0) // without the monotonic clock
	for _, c := range []struct {
		name      string
		from, now time.Time
		want      time.Duration
	}{
		{"both agree", now, now.Add(time.Minute), time.Minute},
		{"the wall clock alone", wall, wall.Add(time.Minute), time.Minute},
		{"a sleep of the machine", now, wall.Add(time.Hour), time.Hour},
	} {
		if got := elapsed(c.from, c.now); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestDates_DropAnOldAnswer(t *testing.T) {
	now := time.Now()
	said := now.Add(-time.Hour).Truncate(time.Second)
	var d dates
	d.note(http.Header{"Date": {said.UTC().Format(http.TimeFormat)}}, now)
	d.note(http.Header{"Date": {"yesterday"}}, now.Add(time.Second))
	if at, ok := d.at(now.Add(time.Minute)); !ok || !at.Equal(said.Add(time.Minute)) {
		t.Errorf("a minute later it is %v, known: %t; want %v", at, ok, said.Add(time.Minute))
	}
	if _, ok := d.at(now.Add(dateKnownFor + 1)); ok {
		t.Error("an answer counts for ever")
	}
}
