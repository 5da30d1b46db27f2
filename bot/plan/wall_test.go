package plan

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests' zones are those of the Go release
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// on returns the moment that a zone's clocks with an offset show, as "2026-03-29 02:30 +0100".
func on(t testing.TB, shown string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04 -0700", shown)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestSchedule_NextOverChangesOfTheClock(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, zone, when, after, want string }{
		{"an ordinary day", "Europe/Berlin", "daily 08:00", "2026-01-10 07:00 +0100", "2026-01-10 08:00 +0100"},
		{"at the moment itself, the next", "Europe/Berlin", "daily 08:00", "2026-01-10 08:00 +0100", "2026-01-11 08:00 +0100"},
		{"Berlin skips 02:30", "Europe/Berlin", "daily 02:30", "2026-03-28 12:00 +0100", "2026-03-29 03:00 +0200"},
		{"and has it again the next day", "Europe/Berlin", "daily 02:30", "2026-03-29 03:00 +0200", "2026-03-30 02:30 +0200"},
		{"Berlin has 02:30 twice: the first", "Europe/Berlin", "daily 02:30", "2026-10-24 12:00 +0200", "2026-10-25 02:30 +0200"},
		{"and not the second", "Europe/Berlin", "daily 02:30", "2026-10-25 02:30 +0200", "2026-10-26 02:30 +0100"},
		{"between the two, the next day's", "Europe/Berlin", "daily 02:30", "2026-10-25 02:10 +0100", "2026-10-26 02:30 +0100"},
		{"08:00 stays 08:00 over the change", "America/New_York", "daily 08:00", "2026-03-07 08:00 -0500", "2026-03-08 08:00 -0400"},
		{"and back", "America/New_York", "daily 08:00", "2026-10-31 08:00 -0400", "2026-11-01 08:00 -0500"},
		{"New York skips 02:00", "America/New_York", "daily 02:00", "2026-03-07 12:00 -0500", "2026-03-08 03:00 -0400"},
		{"Cairo has no midnight", "Africa/Cairo", "daily 00:00", "2026-04-23 12:00 +0200", "2026-04-24 01:00 +0300"},
		{"Cairo has 23:30 twice: the first", "Africa/Cairo", "daily 23:30", "2026-10-29 12:00 +0300", "2026-10-29 23:30 +0300"},
		{"and the next is tomorrow's", "Africa/Cairo", "daily 23:30", "2026-10-29 23:30 +0300", "2026-10-30 23:30 +0200"},
		{"Lord Howe skips half an hour", "Australia/Lord_Howe", "daily 02:15", "2026-10-03 12:00 +1030", "2026-10-04 02:30 +1100"},
		{"and has half of one twice", "Australia/Lord_Howe", "daily 01:45", "2026-04-04 12:00 +1100", "2026-04-05 01:45 +1100"},
		{"Casablanca's Ramadan ends", "Africa/Casablanca", "daily 02:30", "2026-03-21 12:00 +0000", "2026-03-22 03:00 +0100"},
		{"and begins", "Africa/Casablanca", "daily 02:30", "2026-02-14 12:00 +0100", "2026-02-15 02:30 +0100"},
		{"Apia's lost Friday comes as Saturday begins", "Pacific/Apia", "weekly fri 08:00", "2011-12-29 12:00 -1000", "2011-12-31 00:00 +1400"},
		{"and Saturday's own", "Pacific/Apia", "daily 08:00", "2011-12-31 00:00 +1400", "2011-12-31 08:00 +1400"},
		{"several times a day", "Asia/Seoul", "daily 08:00 18:00", "2026-05-05 08:00 +0900", "2026-05-05 18:00 +0900"},
		{"weekdays: Friday to Monday", "Asia/Seoul", "weekdays 08:00", "2026-05-08 08:00 +0900", "2026-05-11 08:00 +0900"},
		{"weekdays are local: Sunday in UTC", "Asia/Seoul", "weekdays 08:00", "2026-05-10 22:30 +0000", "2026-05-10 23:00 +0000"},
		{"weekends", "Asia/Seoul", "weekends 10:00", "2026-05-11 09:00 +0900", "2026-05-16 10:00 +0900"},
		{"weekly", "Asia/Seoul", "weekly mon 08:00", "2026-05-11 08:00 +0900", "2026-05-18 08:00 +0900"},
		{"hourly", "Asia/Kolkata", "hourly", "2026-05-11 08:05 +0530", "2026-05-11 09:00 +0530"},
		{"hourly over Berlin's gap", "Europe/Berlin", "hourly", "2026-03-29 01:00 +0100", "2026-03-29 03:00 +0200"},
		{"hourly in the hour that comes twice", "Europe/Berlin", "hourly", "2026-10-25 02:00 +0200", "2026-10-25 02:00 +0100"},
		{"hourly over Lord Howe's half hour: 60 minutes", "Australia/Lord_Howe", "hourly", "2026-10-04 01:00 +1030", "2026-10-04 02:30 +1100"},
		{"and then the new full hour", "Australia/Lord_Howe", "hourly", "2026-10-04 02:30 +1100", "2026-10-04 03:00 +1100"},
		{"now", "Asia/Seoul", "now", "2026-05-11 08:05 +0900", "2026-05-11 08:05 +0900"},
	}
	for _, tt := range tests {
		s, ok := parseStored(tt.when)
		if !ok {
			t.Fatalf("%s: %q isn't read", tt.name, tt.when)
		}
		if got, want := s.Next(on(t, tt.after), zone(t, tt.zone)), on(t, tt.want); !got.Equal(want) {
			t.Errorf("%s: %s in %s after %s is %s, want %s", tt.name, tt.when, tt.zone, tt.after, got, tt.want)
		}
	}
}
