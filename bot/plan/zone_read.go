package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/lazyregexp"
	"tidings/internal/typo"
)

// maxChoices bounds how many zones an answer names.
const maxChoices = 10

// ZoneChoice says that what somebody typed may be several zones, or none but is like one. A *[bot.UserError] is in its chain.
type ZoneChoice struct {
	Choices []string // names of zones, the likeliest first; at most 10
	err     *bot.UserError
}

// Error returns what the person is told.
func (e *ZoneChoice) Error() string { return e.err.Error() }

// Unwrap returns the *[bot.UserError].
func (e *ZoneChoice) Unwrap() error { return e.err }

// ParseZone reads a time zone as people type it, and returns its IANA name: "Europe/Berlin", "berlin", "new york", "Korea",
// "UTC". What fits several, as "IST", "UTC+2" and "Canada" do, is a *[ZoneChoice]; any other error a *[bot.UserError].
func ParseZone(typed string, now time.Time) (string, error) {
	z := zoneReader{typed: read(typed).shown(), word: foldZone(typed), year: now.Year(), now: now, zones: listedZones()}
	if len(typed) > maxTyped || z.word == "" {
		return "", z.unknown()
	}
	if z.word == "utc" || z.word == "gmt" || z.word == "z" || z.word == "zulu" {
		return "UTC", nil
	}
	if name, ok := z.named(); ok {
		return name, nil
	}
	for _, find := range []func() []listedZone{z.inCountry, z.abbreviated} {
		if found := find(); len(found) > 0 {
			return z.choose(found)
		}
	}
	if offset, ok := parseOffset(z.word); ok {
		return z.atOffset(offset)
	}
	if name, ok := z.cityInCountry(); ok {
		return name, nil
	}
	return "", z.unknown()
}

// zoneReader finds a zone.
type zoneReader struct {
	typed, word string // as quoted, and folded
	now         time.Time
	year        int
	zones       []listedZone
}

// zoneName matches names as IANA gives them, also those that are not listed because another one took their place.
var zoneName = lazyregexp.New(`^[A-Z][A-Za-z]+(/[A-Z][A-Za-z0-9_+-]+){1,2}$`)

// named finds a zone by its name, its city, or a place in it.
func (z *zoneReader) named() (name string, ok bool) {
	for i := range z.zones {
		if listed := &z.zones[i]; z.word == foldZone(listed.name) || z.word == foldZone(listed.city()) {
			return listed.name, true
		}
	}
	for place, zone := range places {
		if z.word == foldZone(place) {
			return zone, true
		}
	}
	if written := strings.TrimSpace(z.typed); zoneName.MatchString(written) {
		if _, err := time.LoadLocation(written); err == nil {
			return written, true
		}
	}
	return "", false
}

// inCountry finds the zones of a country.
func (z *zoneReader) inCountry() (found []listedZone) {
	word := z.word
	switch word {
	case "us", "usa", "u.s.", "u.s.a.", "america", "united states of america", "미국", "アメリカ", "美国":
		word = "united states"
	case "uk", "u.k.", "united kingdom", "great britain", "england":
		word = "britain"
	}
	for _, listed := range z.zones {
		country := foldZone(listed.country)
		before, _, _ := strings.Cut(country, " (")
		if word == country || word == before {
			found = append(found, listed)
		}
	}
	return found
}

// cityInCountry finds the zone of a city with its country behind it: “berlin, germany”.
func (z *zoneReader) cityInCountry() (name string, ok bool) {
	city, country, ok := strings.Cut(z.word, ",")
	if !ok {
		return "", false
	}
	there, land := *z, *z
	there.word, there.typed, land.word = strings.TrimSpace(city), "", strings.TrimSpace(country)
	if name, ok = there.named(); !ok {
		return "", false
	}
	return name, slices.ContainsFunc(land.inCountry(), func(l listedZone) bool { return l.name == name })
}

// abbreviated finds the zones whose clocks go by an abbreviation, in winter or in summer.
func (z *zoneReader) abbreviated() (found []listedZone) {
	const longest = 5
	if len(z.word) < 3 || len(z.word) > longest || strings.ContainsAny(z.word, "+-0123456789") {
		return nil
	}
	abbreviation := strings.ToUpper(z.word)
	for _, listed := range z.zones {
		if r, ok := ruleOf(listed.name, z.year); ok && (r.winterName == abbreviation || r.summerName == abbreviation) {
			found = append(found, listed)
		}
	}
	return found
}

// choose returns the zone if all that were found are alike, and tells which there are otherwise.
func (z *zoneReader) choose(found []listedZone) (string, error) {
	if rules(found, z.year) == 1 {
		return found[0].name, nil
	}
	names := alike(found, z.year)
	return "", &ZoneChoice{names, bot.UserErrorf("“%s” can be several time zones. Which one? Type %s.", z.typed, bot.Or(bot.Plains(names)...))}
}

// offsetText matches offsets from UTC.
var offsetText = lazyregexp.New(`^(?:utc|gmt)? ?([+-]) ?(\d{1,2})(?::?([0-5]\d))?$`)

// parseOffset reads an offset from UTC, in seconds.
func parseOffset(word string) (seconds int, ok bool) {
	m := offsetText.FindStringSubmatch(word)
	if m == nil {
		return 0, false
	}
	h, _ := strconv.Atoi(m[2])
	minutes, _ := strconv.Atoi("0" + m[3])
	seconds = h*3600 + minutes*60
	if m[1] == "-" {
		seconds = -seconds
	}
	return seconds, true
}

// atOffset tells which zones are at an offset now. There is one without changes of the clock for whole hours.
func (z *zoneReader) atOffset(seconds int) (string, error) {
	if seconds == 0 {
		return "UTC", nil
	}
	var found []listedZone
	for _, listed := range z.zones {
		zone, err := time.LoadLocation(listed.name)
		if err != nil {
			continue
		}
		if _, offset := z.now.In(zone).Zone(); offset == seconds {
			found = append(found, listed)
		}
	}
	names := alike(found, z.year)
	if fixed := fixedZone(seconds); fixed != "" {
		names = append(names[:min(len(names), maxChoices-1)], fixed)
	}
	if len(names) == 0 {
		return "", bot.UserErrorf("No time zone is at “%s” now. Type a city, such as %s, or a name, such as %s.", z.typed, "Berlin", "Europe/Berlin")
	}
	return "", &ZoneChoice{names, bot.UserErrorf("An offset doesn't say when the clocks change. Which zone is it? Type %s.", bot.Or(bot.Plains(names)...))}
}

// fixedZone returns the name of the zone that is always at an offset, or "". Its sign is the other way round, as in POSIX.
func fixedZone(seconds int) string {
	name := fmt.Sprintf("Etc/GMT%+d", -seconds/3600)
	if _, err := time.LoadLocation(name); err != nil || seconds%3600 != 0 {
		return ""
	}
	return name
}

// unknown tells what is nearest.
func (z *zoneReader) unknown() error {
	if names := z.near(); len(names) > 0 {
		return &ZoneChoice{names, bot.UserErrorf("I don't know a time zone “%s”. Did you mean %s?", z.typed, bot.Or(bot.Plains(names)...))}
	}
	return bot.UserErrorf("I don't know a time zone “%s”. Type a city, such as %s, or a name, such as %s.", z.typed, "Berlin", "Europe/Berlin")
}

// near returns the zones whose names begin with what was typed, else those that a slip of the finger away.
func (z *zoneReader) near() []string {
	const few, shortest, longest = 3, 3, 30
	if n := len(z.word); n < shortest || n > longest {
		return nil
	}
	if list := CompleteZones(z.typed, z.now); len(list) > 0 {
		var names []string
		for _, s := range list[:min(few, len(list))] {
			names = append(names, s.Value)
		}
		return names
	}
	best, least := "", max(1, len(z.word)/4)
	try := func(place, zone string) {
		if n := typo.Distance(z.word, foldZone(place)); n <= least && (n < least || best == "") {
			best, least = zone, n
		}
	}
	for i := range z.zones {
		try(z.zones[i].city(), z.zones[i].name)
		try(z.zones[i].name, z.zones[i].name)
	}
	for place, zone := range places {
		try(place, zone)
	}
	if best == "" {
		return nil
	}
	return []string{best}
}
