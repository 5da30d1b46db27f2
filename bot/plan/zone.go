package plan

import (
	_ "embed" // the lists of zones and places
	"strings"
	"time"

	"tidings/bot/filter"
)

// zonesTab lists the zones, each with its country; what many people live in comes first, up to an empty line.
// No library lists them better: those that there are copy the same table, and are older than the Go release's own data.
//
//go:embed zones.tab
var zonesTab string

// placesTab lists further places, each with its zone.
//
//go:embed places.tab
var placesTab string

// listedZone is a zone that people can choose.
type listedZone struct {
	name, country string
	major         bool
}

// city returns the last part of the zone's name as people write it: New York.
func (z *listedZone) city() string {
	return strings.ReplaceAll(z.name[strings.LastIndexByte(z.name, '/')+1:], "_", " ")
}

// listedZones returns all zones that people can choose.
func listedZones() []listedZone {
	list := make([]listedZone, 0, 420)
	major := true
	for line := range strings.Lines(zonesTab) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			major = false
		} else if name, country, ok := strings.Cut(line, "\t"); ok {
			list = append(list, listedZone{name, country, major})
		}
	}
	return list
}

// places yields places and their zones until yield returns false.
func places(yield func(place, zone string) bool) {
	for line := range strings.Lines(placesTab) {
		if place, zone, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok && !yield(place, zone) {
			return
		}
	}
}

// foldZone returns what somebody typed for a zone as it is compared.
func foldZone(s string) string {
	s = filter.Fold(strings.ReplaceAll(s, "_", " "))
	for _, said := range []string{" time zone", " timezone", " time", " standard"} {
		s = strings.TrimSuffix(s, said)
	}
	return s
}

// rule is how a zone's clocks run: zones with the same offsets are alike to people.
type rule struct {
	winter, summer         int // offsets in January and July, in seconds
	winterName, summerName string
}

// ruleOf returns the rule of a zone in a year; ok is false for one that the program doesn't have.
func ruleOf(name string, year int) (r rule, ok bool) {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return r, false
	}
	r.winterName, r.winter = time.Date(year, time.January, 15, 12, 0, 0, 0, zone).Zone()
	r.summerName, r.summer = time.Date(year, time.July, 15, 12, 0, 0, 0, zone).Zone()
	return r, true
}

// alike returns of zones those that an answer names: one of each rule, and besides as many major ones as there is room for.
func alike(zones []listedZone, year int) (names []string) {
	seen := map[[2]int]bool{}
	chosen := map[string]bool{}
	choose := func(fits func(z *listedZone, clocks [2]int) bool) {
		for i := range zones {
			r, ok := ruleOf(zones[i].name, year)
			if clocks := [2]int{r.winter, r.summer}; ok && len(chosen) < maxChoices && fits(&zones[i], clocks) {
				chosen[zones[i].name], seen[clocks] = true, true
			}
		}
	}
	choose(func(_ *listedZone, clocks [2]int) bool { return !seen[clocks] })
	choose(func(z *listedZone, _ [2]int) bool { return z.major })
	for _, z := range zones {
		if chosen[z.name] {
			names = append(names, z.name)
		}
	}
	return names
}

// rules counts the rules of zones.
func rules(zones []listedZone, year int) int {
	seen := map[[2]int]bool{}
	for _, z := range zones {
		if r, ok := ruleOf(z.name, year); ok {
			seen[[2]int{r.winter, r.summer}] = true
		}
	}
	return len(seen)
}
