package plan

import (
	"testing"
	"time"

	"tidings/bot"
)

// add gives a fuzz test things that people type.
func add(f *testing.F) {
	for _, typed := range []string{
		"", "8", "8h", "20 Uhr", "8.30pm", "25:00", "every day at 8", "weekdays 8 and 18", "mon-fri 22-7 and weekends except urgent", "weekly mon fri 08:00 18:00",
		"22:00-07:00", "10 an hour, 30 a day", "0/h", "until mon 08:00", "1h30", "2026-02-30", "3 days", "for good", "half an hour", "오후 8시 30분", "毎日8時半",
		"Europe/Berlin", "UTC+5:30", "IST", "new york", "every 3 hours", "–", "99999999999999999999 h", "\x00\xff", "a a a an hour", "fri-thu", "12am-12pm",
	} {
		f.Add(typed)
	}
}

// mustTell fails if an error has nothing to say to people.
func mustTell(t *testing.T, typed string, err error) {
	t.Helper()
	if text := told(err); err != nil && (text == "" || text[:min(4, len(text))] == "not ") {
		t.Errorf("%q: %v", typed, err)
	}
}

func FuzzParseTime(f *testing.F) {
	add(f)
	f.Fuzz(func(t *testing.T, typed string) {
		minute, err := ParseTime(typed)
		if err != nil {
			mustTell(t, typed, err)
			return
		}
		if again, err := ParseTime(bot.ClockTime(minute)); err != nil || again != minute || minute < 0 || minute >= minutesPerDay {
			t.Errorf("%q is %s, and that is %d (%v)", typed, bot.ClockTime(minute), again, err)
		}
	})
}

func FuzzParseWhen(f *testing.F) {
	add(f)
	f.Fuzz(func(t *testing.T, typed string) {
		s, err := ParseWhen(typed)
		if err != nil {
			mustTell(t, typed, err)
			return
		}
		again, err := ParseWhen(s.String())
		stored, ok := parseStored(s.String())
		if err != nil || again.String() != s.String() || !ok || stored.String() != s.String() || len(s.times) > MaxTimes {
			t.Errorf("%q is %q, and that is %q (%v); stored it is %q (%v)", typed, s, again, err, stored, ok)
		}
	})
}

func FuzzParseQuiet(f *testing.F) {
	add(f)
	f.Fuzz(func(t *testing.T, typed string) {
		q, err := ParseQuiet(typed)
		if err != nil {
			mustTell(t, typed, err)
			return
		}
		if again, err := ParseQuiet(FormatQuiet(q)); err != nil || again != q && FormatQuiet(q) != "off" {
			t.Errorf("%q is %q, %+v, and that is %+v (%v)", typed, FormatQuiet(q), q, again, err)
		}
		week := time.Date(2026, 5, 11, 12, 0, 0, 0, time.UTC)
		if end, ok := quietEnd(q, week, time.UTC); ok && end.Sub(week) > 7*24*time.Hour {
			t.Errorf("%q is quiet until %s", typed, end)
		}
	})
}

func FuzzParseLimit(f *testing.F) {
	add(f)
	f.Fuzz(func(t *testing.T, typed string) {
		l, err := ParseLimit(typed)
		if err != nil {
			mustTell(t, typed, err)
			return
		}
		if again, err := ParseLimit(FormatLimit(l)); err != nil || again != l || l.Hour < 0 || l.Day < 0 {
			t.Errorf("%q is %q, and that is %+v (%v)", typed, FormatLimit(l), again, err)
		}
	})
}

func FuzzParseUntil(f *testing.F) {
	add(f)
	zones := []*time.Location{time.UTC, zone(f, "Europe/Berlin"), zone(f, "Pacific/Apia")}
	now := time.Date(2026, 3, 28, 13, 20, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, typed string) {
		for _, z := range zones {
			end, err := ParseUntil(typed, now, z)
			if err != nil {
				mustTell(t, typed, err)
			} else if !end.IsZero() && (!end.After(now) || end.Sub(now) > (maxPause+2)*24*time.Hour) {
				t.Errorf("%q in %s ends at %s", typed, z, end)
			}
		}
	})
}

func FuzzParseZone(f *testing.F) {
	add(f)
	now := time.Date(2026, 3, 28, 13, 20, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, typed string) {
		name, err := ParseZone(typed, now)
		if err != nil {
			mustTell(t, typed, err)
			return
		}
		if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
			t.Errorf("%q is %q (%v)", typed, name, err)
		}
		if again, err := ParseZone(name, now); err != nil || again != name {
			t.Errorf("%q is %q, and that is %q (%v)", typed, name, again, err)
		}
		CompleteZones(typed, now)
	})
}

// FuzzScheduleOf holds that whatever the store has is a schedule, and that it comes.
func FuzzScheduleOf(f *testing.F) {
	add(f)
	planner := New(time.UTC)
	f.Fuzz(func(t *testing.T, when string) {
		it := Item{Article: &bot.Article{Title: "News"}, Came: time.Date(2026, 3, 28, 13, 20, 0, 0, time.UTC)}
		got := planner.Decide(&bot.Rhythm{Subscriptions: []bot.Subscription{{Preferences: bot.Preferences{When: when}}}}, it, it.Came)
		if wait := got.At.Sub(it.Came); wait < 0 || wait > 7*24*time.Hour {
			t.Errorf("%q waits for %s", when, wait)
		}
	})
}
