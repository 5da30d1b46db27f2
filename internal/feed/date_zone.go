package feed

import (
	"strings"
	"time"
)

// readZone reads the zone behind a time, and the same once more in letters. It fails for letters that are neither
// a zone that we know nor a word of a date.
func (r *dateReader) readZone() bool {
	if r.isMark(0, ",") {
		r.at++
	}
	switch t := r.peek(0); {
	case t.kind == dateWord && r.isMark(1, "/") && r.peek(2).kind == dateWord:
		return r.readZoneName()
	case t.kind == dateWord && (t.text == "gmt" || t.text == "utc" || t.text == "ut") && r.isMark(1, "+-") && r.peek(2).glued:
		r.at++
		return r.readOffset()
	case t.kind == dateWord && months[t.text] == 0 && !weekdays[t.text] && !isFiller(t.text):
		seconds, known := zoneOf(strings.ToUpper(t.text))
		r.zone = time.FixedZone("", seconds)
		r.at++
		return known && r.readBracket()
	case r.isMark(0, "+-") && r.peek(1).kind == dateNumber && r.peek(1).glued:
		return r.readOffset()
	}
	return r.readBracket()
}

// readZoneName reads the name of a zone in the database of IANA.
func (r *dateReader) readZoneName() bool {
	name := ""
	for t := r.peek(0); t.kind == dateWord || t.text == "/" || t.text == "-" || name != "" && t.glued && t.kind == dateNumber; t = r.peek(0) {
		if name != "" && !t.glued {
			break
		}
		name += t.text
		r.at++
	}
	zone, known := zoneNamed(name)
	r.zone = zone
	return known
}

// readOffset reads how far a zone is from Greenwich, and passes over its name if that follows.
func (r *dateReader) readOffset() bool {
	const farthest, minute = 14 * 60, 60
	east, n := r.isMark(0, "+"), r.peek(1)
	minutes := n.value * minute
	if r.at += 2; len(n.text) > 2 {
		minutes = n.value/100*minute + n.value%100
	} else if r.isMark(0, ":") && r.peek(1).kind == dateNumber {
		minutes += r.peek(1).value
		r.at += 2
	}
	if !east {
		minutes = -minutes
	}
	r.zone = time.FixedZone("", minutes*minute)
	if t := r.peek(0); t.kind == dateWord && months[t.text] == 0 && !weekdays[t.text] {
		r.at++
	}
	return minutes >= -farthest && minutes <= farthest && len(n.text) <= 4 && r.readBracket()
}

// readBracket passes over a zone's name in brackets, which counts if there is no offset.
func (r *dateReader) readBracket() bool {
	if !r.isMark(0, "[") {
		return true
	}
	var name strings.Builder
	for r.at++; r.at < len(r.tokens) && !r.isMark(0, "]"); r.at++ {
		name.WriteString(r.peek(0).text)
	}
	r.at++
	if r.zone != nil {
		return true
	}
	zone, known := zoneNamed(name.String())
	r.zone = zone
	return known
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
