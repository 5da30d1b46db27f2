package filter

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestCountable_SaysWhatAnIndexCounts(t *testing.T) {
	names := func(f Field) []string {
		if f == Lang {
			return []string{"", "en", "en-GB"}
		}
		return []string{"herald", "nknews", "nk-daily", "daily"}
	}
	for text, want := range map[string]string{
		"":                         "all",
		`"missile"`:                "any[missile]",
		"missile":                  "or(any[missile] title[missiles] summary[missiles])",
		`"missile" sanction*`:      "and(any[missile] any[sanction*])",
		`"north korea" -"drill"`:   "any[north korea] less and(any[north korea] any[drill])",
		`"kim" -a -(b OR c)`:       "any[kim] less and(any[kim] or(any[a] any[b] any[c]))",
		`-"drill"`:                 "all less any[drill]",
		"-drill":                   "all less or(any[drill] title[drills] summary[drills])",
		"-a -b":                    "all less or(any[a] any[b])",
		"(a OR b) -(c d)":          "or(any[a] any[b]) less and(or(any[a] any[b]) any[c] any[d])",
		`source:nknews "missile"`:  "and(source[nknews] any[missile])",
		"source:nk*":               "or(source[nknews] source[nk daily])",
		"lang:en":                  "or(lang[en] lang[en gb])",
		"lang:gb":                  "no",
		"source:daily":             "no", // stands in nk-daily
		"source:gazette":           "no",
		"url:/pro/":                "no",
		"/kim/ moon":               "no",
		"a OR -b":                  "no",
		"-(-a)":                    "no",
		`"미사일 발사"`:                 "no", // an open word before the last
		`미사일`:                      "any[미사일*]",
		"title:(news OR author)":   "or(title[news] title[newse] title[newses] title[author] title[authors])",
		"author:author":            "author[author]",
		"air-strike":               "or(any[air strike] title[air strikes] summary[air strikes] title[airs strike] summary[airs strike] title[airs strikes] summary[airs strikes])",
		"ship-ship-ship-ship-ship": "no", // in too many forms
		"summary:ship-ship-ship":   "or(summary[ship ship ship] summary[ship ship ships] summary[ship ships ship] summary[ship ships ships] summary[ships ship ship] summary[ships ship ships] summary[ships ships ship] summary[ships ships ships])",
	} {
		match, less, ok := mustParse(t, text).Countable(names)
		got := written(match)
		if less.Op != All {
			got += " less " + written(less)
		}
		if !ok {
			got = "no"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestCountable_CountsPluralsInEnglishOnly(t *testing.T) {
	for languages, want := range map[string]string{
		" en":       "or(title[drill] title[drills])",
		"ko fr-CA":  "or(title[drill] without(title[drills] or(lang[ko] lang[fr ca])))",
		"en en_us":  "or(title[drill] title[drills])",
		"und en ko": "or(title[drill] without(title[drills] lang[ko]))",
		"en-ko ko":  "no", // cannot be distinguished
	} {
		match, _, ok := mustParse(t, "title:drill").Countable(func(Field) []string { return strings.Split(languages, " ") })
		got := written(match)
		if !ok {
			got = "no"
		}
		if got != want {
			t.Errorf("languages %q: %s, want %s", languages, got, want)
		}
	}
	if _, _, ok := mustParse(t, "drill").Countable(func(Field) []string { return nil }); ok {
		t.Error("plurals are counted without knowing the languages")
	}
}

// What is counted is what matches, document by document.
func TestCountable_CountsWhatMatchFinds(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(11, 12))}
	counted := 0
	for range rounds {
		s, fields := g.filter(2), g.fields()
		f := mustParse(t, s.text)
		match, less, ok := f.Countable(func(field Field) []string {
			if field == Lang {
				return []string{fields.Lang}
			}
			return []string{fields.Source}
		})
		if !ok {
			continue
		}
		counted++
		got := 0
		if answers(match, fields) {
			got++
		}
		if less.Op != All && answers(less, fields) {
			got--
		}
		want := 0
		if f.Match(NewDocument(fields)) {
			want++
		}
		if got != want {
			t.Fatalf("%q on %+v: %d counted by %s less %s", s.text, fields, got, written(match), written(less))
		}
	}
	if counted < rounds/5 {
		t.Errorf("only %d of %d filters can be counted", counted, rounds)
	}
}
