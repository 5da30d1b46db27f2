package plan

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestZones_AreInTheProgramsData(t *testing.T) {
	t.Parallel()
	zones := listedZones()
	if len(zones) < 400 {
		t.Fatalf("%d zones are listed", len(zones))
	}
	names := map[string]bool{}
	for _, z := range zones {
		if _, err := time.LoadLocation(z.name); err != nil || z.country == "" || names[z.name] {
			t.Errorf("%+v: %v, listed before: %v", z, err, names[z.name])
		}
		names[z.name] = true
	}
	for place, zone := range places {
		if !names[zone] {
			t.Errorf("%s is in %s, which isn't listed", place, zone)
		}
	}
}

func TestParseZone_ReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	now := on(t, "2026-05-11 12:00 +0000")
	for typed, want := range map[string]string{
		"Europe/Berlin": "Europe/Berlin", "europe/berlin": "Europe/Berlin", "Berlin": "Europe/Berlin", "new york": "America/New_York", "New_York": "America/New_York",
		"seoul": "Asia/Seoul", "서울": "Asia/Seoul", "Korea": "Asia/Seoul", "North Korea": "Asia/Pyongyang", "Germany": "Europe/Berlin", "Japan": "Asia/Tokyo",
		"UK": "Europe/London", "London, UK": "Europe/London", "London, England": "Europe/London", "Berlin, Germany": "Europe/Berlin", "San Francisco": "America/Los_Angeles", "São Paulo": "America/Sao_Paulo", "Zürich": "Europe/Zurich", "München": "Europe/Berlin",
		"東京": "Asia/Tokyo", "北京": "Asia/Shanghai", "utc": "UTC", "GMT": "UTC", "+0": "UTC", "JST": "Asia/Tokyo", "KST": "Asia/Seoul", "ET": "America/New_York",
		"Asia/Calcutta": "Asia/Kolkata", "US/Eastern": "America/New_York", "Etc/GMT-9": "Etc/GMT-9", "Eastern Time": "America/New_York", "Japan Standard Time": "Asia/Tokyo", "Seoul time": "Asia/Seoul", "Pacific time": "America/Los_Angeles", "Poland": "Europe/Warsaw", "China": "Asia/Shanghai", "buenos aires": "America/Argentina/Buenos_Aires",
	} {
		got, err := ParseZone(typed, now)
		if typed == "Asia/Calcutta" && got == typed {
			continue // an old name that the data keeps
		}
		if err != nil || got != want {
			t.Errorf("%q is %q (%v), want %q", typed, got, err, want)
		}
	}
}

func TestParseZone_OffersWhatFits(t *testing.T) {
	t.Parallel()
	now := on(t, "2026-05-11 12:00 +0000")
	for typed, want := range map[string]string{
		"IST":          "Asia/Kolkata Asia/Jerusalem Europe/Dublin",
		"CET":          "Europe/Berlin",
		"EST":          "America/New_York America/Panama",
		"CST":          "America/Chicago Asia/Shanghai America/Havana",
		"+9":           "Asia/Seoul Asia/Tokyo Etc/GMT-9",
		"UTC+5:30":     "Asia/Kolkata",
		"UTC+2":        "Europe/Berlin Africa/Johannesburg Etc/GMT-2",
		"-3":           "America/Sao_Paulo Etc/GMT+3",
		"USA":          "America/New_York America/Los_Angeles Pacific/Honolulu",
		"Canada":       "America/Toronto",
		"Berlim":       "Europe/Berlin",
		"Soul":         "Asia/Seoul",
		"new yo":       "America/New_York",
		"Europe/Berln": "Europe/Berlin",
	} {
		got, err := ParseZone(typed, now)
		choice, ok := errors.AsType[*ZoneChoice](err)
		if !ok {
			t.Errorf("%q is %q (%v), want a choice", typed, got, err)
			continue
		}
		for name := range strings.FieldsSeq(want) {
			if !slices.Contains(choice.Choices, name) || !strings.Contains(told(err), name) {
				t.Errorf("%q offers %q (%s), want %q among them", typed, choice.Choices, told(err), name)
			}
		}
	}
}

func TestParseZone_TellsWhatCanBeTyped(t *testing.T) {
	t.Parallel()
	now := on(t, "2026-05-11 12:00 +0000")
	for typed, want := range map[string]string{
		"":                 "I don't know a time zone “”. Type a city, such as Berlin, or a name, such as Europe/Berlin.",
		"qqqqq":            "I don't know a time zone “qqqqq”. Type a city, such as Berlin, or a name, such as Europe/Berlin.",
		"../../etc/passwd": "I don't know a time zone “../../etc/passwd”. Type a city, such as Berlin, or a name, such as Europe/Berlin.",
		"Local":            "I don't know a time zone “Local”. Type a city, such as Berlin, or a name, such as Europe/Berlin.",
		"auto":             "I don't know a time zone “auto”. Type a city, such as Berlin, or a name, such as Europe/Berlin.",
		"+27":              "No time zone is at “+27” now. Type a city, such as Berlin, or a name, such as Europe/Berlin.",
	} {
		if _, err := ParseZone(typed, now); told(err) != want {
			t.Errorf("%q: %s\nwant %s", typed, told(err), want)
		}
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	now := on(t, "2026-05-11 12:00 +0000")
	values := func(list []Suggestion) string {
		var v []string
		for _, s := range list[:min(3, len(list))] {
			v = append(v, s.Value)
		}
		return strings.Join(v, "|")
	}
	for _, tt := range []struct{ what, got, want string }{
		{"zones without anything", values(CompleteZones("", now)), "America/New_York|America/Los_Angeles|America/Chicago"},
		{"zones: be", values(CompleteZones("be", now)), "Europe/Berlin|Europe/Brussels|Africa/Porto-Novo"},
		{"zones: berl", values(CompleteZones("berl", now)), "Europe/Berlin"},
		{"zones: korea", values(CompleteZones("korea", now)), "Asia/Seoul|Asia/Pyongyang"},
		{"when: we", values(CompleteWhen("we")), "weekly wed 08:00|weekdays 08:00|weekdays 08:00 18:00"},
		{"when: every day at 7", values(CompleteWhen("every day at 7")), "daily 07:00"},
		{"quiet: 22", values(CompleteQuiet("22")), "22:00-07:00|22:00-07:00 and weekends|22:00-07:00 except urgent"},
		{"limit: 10/h", values(CompleteLimit("10/h")), "10 an hour"},
		{"until: unt", values(CompleteUntil("unt", now, time.UTC)), "until 08:00|until 18:00|until mon 08:00"},
		{"until: 3 days", values(CompleteUntil("3 days", now, time.UTC)), "3 days"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.what, tt.got, tt.want)
		}
	}
	if got := CompleteZones("seoul", now)[0].Label; got != "Asia/Seoul · 21:00" {
		t.Errorf("label %q", got)
	}
	if n := len(CompleteZones("a", now)); n != MaxSuggestions {
		t.Errorf("%d suggestions", n)
	}
}
