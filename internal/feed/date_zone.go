package feed

import (
	"strings"
	"time"

	"tidings/internal/lazyregexp"
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
	case t.text == "pt", t.kind == dateWord && months[t.text] == 0 && !weekdays[t.text] && !isFiller(t.text): // Fridays in Poland begin so too
		zone, known := zoneLettered(t.text)
		r.zone = zone
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
	for t := r.peek(0); name == "" || t.glued && (t.kind != dateMark || strings.Contains("/-+", t.text)) && t.kind != dateEnd; t = r.peek(0) {
		name += t.text
		r.at++
	}
	zone, known := zoneNamed(name)
	r.zone = zone
	return known && r.readBracket()
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
	case "BST", "CET", "WEST", "MET", "MEZ", "WAT":
		return hour, true
	case "CEST", "EET", "MEST", "MESZ", "SAST", "CAT":
		return 2 * hour, true
	case "EEST", "MSK", "МСК", "EAT", "TRT":
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
	if zone, known := zoneLettered(name); known {
		return zone, true
	}
	written := zoneWord.ReplaceAllStringFunc(name, func(w string) string {
		switch w {
		case "gmt", "us", "utc":
			return strings.ToUpper(w)
		case "of", "es", "au":
			return w
		}
		return strings.ToUpper(w[:1]) + w[1:]
	})
	zone, err := time.LoadLocation(written)
	return zone, err == nil && strings.Contains(name, "/")
}

var zoneWord = lazyregexp.New(`[a-z]+`)

// zoneLettered returns the zone of an abbreviation, in any case. Those of America for summer and winter alike go by
// its clocks.
func zoneLettered(name string) (*time.Location, bool) {
	name = strings.ToUpper(name)
	if seconds, known := zoneOf(name); known {
		return time.FixedZone("", seconds), true
	}
	city := map[string]string{"ET": "New_York", "CT": "Chicago", "MT": "Denver", "PT": "Los_Angeles"}[name]
	zone, err := time.LoadLocation("America/" + city)
	return zone, err == nil && city != ""
}
