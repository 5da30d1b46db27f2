package plan

import (
	"slices"
	"strings"
	"time"
)

// MaxSuggestions bounds what the Complete functions return: as many as platforms show.
const MaxSuggestions = 25

// Suggestion completes what somebody is typing.
type Suggestion struct {
	Value string // what is typed in the end
	Label string // what is shown for it
}

// CompleteZones returns zones whose name, city or country, or a place in which, begins with what has been typed, each with its
// time now: those of many people first. Without anything typed it returns only these.
func CompleteZones(typed string, now time.Time) []Suggestion {
	word := foldZone(typed)
	zones := listedZones()
	var found []string
	for i := range zones {
		z := &zones[i]
		if word == "" && z.major || word != "" && slices.ContainsFunc([]string{z.city(), z.name, z.country}, func(name string) bool {
			return begins(foldZone(name), word)
		}) {
			found = append(found, z.name)
		}
	}
	if word != "" {
		for place, zone := range places {
			if begins(foldZone(place), word) && !slices.Contains(found, zone) {
				found = append(found, zone)
			}
		}
	}
	list := make([]Suggestion, 0, min(len(found), MaxSuggestions))
	for _, name := range found[:min(len(found), MaxSuggestions)] {
		if zone, err := time.LoadLocation(name); err == nil {
			list = append(list, Suggestion{name, name + " · " + now.In(zone).Format("15:04")})
		}
	}
	return list
}

// begins reports whether a name, or a later word of it, begins with what has been typed.
func begins(name, typed string) bool {
	return strings.HasPrefix(name, typed) || strings.Contains(name, " "+typed) || strings.Contains(name, "/"+typed)
}

// CompleteWhen returns schedules that begin with what has been typed, and what that reads as.
func CompleteWhen(typed string) []Suggestion {
	reads := ""
	if s, err := ParseWhen(typed); err == nil {
		reads = s.String()
	}
	return completed(typed, reads, "now", "hourly", "daily 08:00", "daily 08:00 18:00", "daily 18:00",
		"weekdays 08:00", "weekdays 08:00 18:00", "weekends 10:00", "weekly mon 08:00", "weekly fri 16:00")
}

// CompleteQuiet returns quiet hours that begin with what has been typed, and what that reads as.
func CompleteQuiet(typed string) []Suggestion {
	reads := ""
	if q, err := ParseQuiet(typed); err == nil {
		reads = FormatQuiet(q)
	}
	return completed(typed, reads, "22:00-07:00", "22:00-07:00 and weekends", "22:00-07:00 except urgent",
		"18:00-08:00 weekdays", "weekends", "off")
}

// CompleteLimit returns limits that begin with what has been typed, and what that reads as.
func CompleteLimit(typed string) []Suggestion {
	reads := ""
	if l, err := ParseLimit(typed); err == nil {
		reads = FormatLimit(l)
	}
	return completed(typed, reads, "5 an hour", "10 an hour", "30 a day", "10 an hour, 30 a day", "off")
}

// CompleteUntil returns ends that begin with what has been typed, and that itself if it can be read.
func CompleteUntil(typed string, now time.Time, zone *time.Location) []Suggestion {
	reads := ""
	if _, err := ParseUntil(typed, now, zone); err == nil {
		reads = strings.TrimSpace(typed)
	}
	return completed(typed, reads, "1h", "2h", "8h", "until 08:00", "until 18:00", "tomorrow 08:00", "until mon 08:00", "1 day", "1 week")
}

// completed returns what has been typed reads as, and the values that begin with it.
func completed(typed, reads string, values ...string) []Suggestion {
	typed = strings.ToLower(strings.TrimSpace(typed))
	var list []Suggestion
	if reads != "" && typed != "" {
		list = append(list, Suggestion{reads, reads})
	}
	for _, v := range values {
		if len(list) < MaxSuggestions && v != reads && strings.HasPrefix(v, typed) {
			list = append(list, Suggestion{v, v})
		}
	}
	return list
}
