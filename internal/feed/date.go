package feed

import (
	"regexp"
	"strings"
	"time"
)

var (
	weekdayFirst = regexp.MustCompile(`^(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:\.?\s+|\.?,\s*)`)
	monthDot     = regexp.MustCompile(`(\p{L}{3,9})\.`)
	zoneAgain    = regexp.MustCompile(`(?:\s*\([A-Za-z ]{1,40}\)|\[[A-Za-z/_]{1,40}\]|([+-]\d{2}:?\d{2}) [A-Z]{2,5})$`)
	zoneInside   = regexp.MustCompile(`(:\d{2}) ([A-Z]{2,5}|[+-]\d{4}) (\d{4})$`)
	zoneLast     = regexp.MustCompile(`^(.*\d(?:\s?[AaPp]\.?[Mm]\.?)?)\s*(?:(Z|z|[A-Z]{2,5})|(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?)$`)
	noon         = regexp.MustCompile(`(?i)\s*([ap])\.?m\.?$`)
)

// parseDate reads the dates that feeds hold. What names no zone is in the zone given; what names
// one by letters must name one we know, or it is not read at all, because hours would be lost.
func parseDate(s string, zone *time.Location) (when time.Time, dateOnly, ok bool) {
	s = strings.Join(strings.Fields(s), " ")
	for _, layout := range standardLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), false, isPlausible(t)
		}
	}
	if len(s) < len("2006-1-2") || len(s) > 64 {
		return time.Time{}, false, false
	}
	s = weekdayFirst.ReplaceAllString(zoneAgain.ReplaceAllString(s, "$1"), "")
	s = zoneInside.ReplaceAllString(s, "$1 $3 $2") // as Unix prints dates
	s = monthDot.ReplaceAllString(s, "$1")
	s = strings.NewReplacer("Sept ", "Sep ", ". ", ".", ",", " ", " at ", " ", " - ", " ", "−", "-").Replace(s)
	if m := zoneLast.FindStringSubmatch(s); m != nil && strings.Contains(m[1], ":") {
		offset, known := offsetOf(m)
		if !known && noonless(m[2]) {
			return time.Time{}, false, false
		}
		if known {
			s, zone = m[1], time.FixedZone("", offset)
		}
	}
	s = strings.ToUpper(strings.Join(strings.Fields(noon.ReplaceAllString(s, " ${1}m")), " "))
	for _, layout := range layouts {
		t, err := time.ParseInLocation(layout, s, zone)
		if err == nil {
			if strings.Contains(layout, "4") {
				return t.UTC(), false, isPlausible(t)
			}
			return t, true, isPlausible(t) // in its zone, so that the day stays known
		}
	}
	return time.Time{}, false, false
}

// noonless reports whether letters after a time name a zone and not a half of the day.
func noonless(letters string) bool { return letters != "" && letters != "AM" && letters != "PM" }

// isPlausible reports whether an article may have been published then. Programs write their own
// beginning of time for a date that they do not know.
func isPlausible(t time.Time) bool { return t.Year() > 1970 && t.Year() < 2200 }

// offsetOf returns the seconds east of Greenwich that a match of zoneLast names.
func offsetOf(m []string) (seconds int, known bool) {
	if m[3] == "" {
		return zoneOf(strings.ToUpper(m[2]))
	}
	hours, minutes := m[4], m[5]
	if minutes == "" {
		minutes = "00"
	}
	d, err := time.ParseDuration(hours + "h" + minutes + "m")
	if err != nil || d > 14*time.Hour {
		return 0, false
	}
	if m[3] == "-" {
		d = -d
	}
	return int(d.Seconds()), true
}

// zoneOf knows the abbreviations that feeds use. CST is Chicago's and IST India's, the more common
// of their meanings.
func zoneOf(name string) (seconds int, known bool) {
	const hour = 3600
	switch name {
	case "Z", "UT", "UTC", "GMT", "WET":
		return 0, true
	case "BST", "CET", "WEST", "MEZ", "WAT":
		return hour, true
	case "CEST", "EET", "MESZ", "SAST", "CAT":
		return 2 * hour, true
	case "EEST", "MSK", "EAT", "TRT":
		return 3 * hour, true
	case "GST":
		return 4 * hour, true
	case "PKT":
		return 5 * hour, true
	case "IST":
		return 5*hour + hour/2, true
	case "ICT", "WIB":
		return 7 * hour, true
	case "HKT", "SGT", "PHT", "AWST", "MYT":
		return 8 * hour, true
	case "KST", "JST":
		return 9 * hour, true
	case "ACST":
		return 9*hour + hour/2, true
	case "AEST":
		return 10 * hour, true
	case "ACDT":
		return 10*hour + hour/2, true
	case "AEDT":
		return 11 * hour, true
	case "NZST":
		return 12 * hour, true
	case "NZDT":
		return 13 * hour, true
	case "BRT", "ART":
		return -3 * hour, true
	case "EDT", "AST":
		return -4 * hour, true
	case "EST", "CDT":
		return -5 * hour, true
	case "CST", "MDT":
		return -6 * hour, true
	case "MST", "PDT":
		return -7 * hour, true
	case "PST", "AKDT":
		return -8 * hour, true
	case "AKST":
		return -9 * hour, true
	case "HST":
		return -10 * hour, true
	}
	return 0, false
}

// standardLayouts lists what the formats ask for and most documents have.
var standardLayouts = []string{time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 GMT", time.RFC3339, "20060102T150405Z0700"}

// layouts lists how dates are written, in capitals, without weekday, zone and commas.
var layouts = []string{
	"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2",
	"2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2", "2006.1.2 15:04:05", "2006.1.2 15:04", "2006.1.2",
	"20060102T150405", "20060102",
	"2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 Jan 2006 3:04:05 PM", "2 Jan 2006 3:04 PM", "2 Jan 2006",
	"2 January 2006 15:04:05", "2 January 2006 15:04", "2 January 2006 3:04 PM", "2 January 2006",
	"2 Jan 06 15:04:05", "2 Jan 06 15:04", "2-Jan-06 15:04:05", "2-Jan-2006 15:04:05", "2-Jan-2006",
	"Jan 2 2006 15:04:05", "Jan 2 2006 15:04", "Jan 2 2006 3:04:05 PM", "Jan 2 2006 3:04 PM", "Jan 2 2006",
	"January 2 2006 15:04:05", "January 2 2006 15:04", "January 2 2006 3:04:05 PM", "January 2 2006 3:04 PM",
	"January 2 2006", "Jan 2 15:04:05 2006",
}
