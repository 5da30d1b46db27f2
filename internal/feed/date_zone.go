package feed

import (
	"strings"
	"time"
)

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

// zoneNamed returns the zone of a name in the database of IANA, in any case.
func zoneNamed(name string) (*time.Location, bool) {
	if seconds, known := zoneOf(strings.ToUpper(name)); known {
		return time.FixedZone("", seconds), true
	}
	parts := strings.Split(name, "/")
	for i, part := range parts {
		words := strings.Split(part, "_")
		for j, w := range words {
			switch {
			case w == "gmt" || w == "us" || w == "utc" || i == 0 && len(w) == 2:
				words[j] = strings.ToUpper(w)
			case w == "of" || w == "es" || w == "au" || w == "in" && j > 0:
			case w != "":
				words[j] = strings.ToUpper(w[:1]) + w[1:]
			}
		}
		parts[i] = strings.Join(words, "_")
	}
	zone, err := time.LoadLocation(strings.Join(parts, "/"))
	return zone, err == nil && len(parts) > 1
}
