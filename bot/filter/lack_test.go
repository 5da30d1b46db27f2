package filter

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// inWords writes lacks as people might read them.
func inWords(list []Lack) string {
	texts := make([]string, len(list))
	for i, l := range list {
		texts[i] = "needs " + strings.Join(l.Terms, "|")
		if l.Excluded {
			texts[i] = "without " + l.Terms[0]
		}
	}
	return strings.Join(texts, "; ")
}

func TestLacks_NameWhatKeepsAFilterFromMatching(t *testing.T) {
	d := NewDocument(Fields{
		Title: "North Korea fires ballistic missile", Summary: "A drill, officials say", Tags: []string{"Military"},
		Source: "nknews", Lang: "en", URL: "https://example.org/pro/1",
	})
	for text, want := range map[string]string{
		"":                              "",
		"missile":                       "",
		"Drills parades":                "needs parades",
		`"Drills"`:                      `needs "drills"`,
		"missile -drill":                "without drill",
		"parade missile tank":           "needs parade; needs tank",
		"parade -drill":                 "needs parade; without drill",
		"moon OR yoon":                  "needs moon|yoon",
		"(moon OR yoon) missile":        "needs moon|yoon",
		"(moon missile) OR (yoon tank)": "needs moon",
		"(moon tank) OR (yoon tank)":    "needs moon; needs tank",
		"(missile -drill) OR yoon":      "needs yoon",
		"(missile -drill) OR (moon b)":  "without drill",
		"-(missile drill)":              "without (drill missile)",
		"-(missile OR yoon OR drill)":   "without missile; without drill",
		"-(-yoon)":                      "needs yoon",
		"-(missile -yoon)":              "without (-yoon missile)",
		`"missile ballistic"`:           `needs "missile ballistic"`,
		"title:drill tag:mil":           "needs title:drill; needs tag:mil",
		"source:herald lang:ko url:/x/": `needs source:herald; needs lang:ko; needs url:"/x/"`,
		`/Parade|\d/ sanction*`:         `needs /Parade|\d/; needs sanction*`,
		"-/fires/":                      "without /fires/",
	} {
		if got := inWords(mustParse(t, text).Lacks(d)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestLacks_ShowsWhereWhatIsExcludedStands(t *testing.T) {
	fields := Fields{Title: "A Drill", Tags: []string{"drill"}}
	got := mustParse(t, "-drill").Lacks(NewDocument(fields))
	if len(got) != 1 || fmt.Sprint(passages(fields, got[0].Hits)) != "[title/0:Drill tag/0:drill]" {
		t.Errorf("%+v, %v", got, passages(fields, got[0].Hits))
	}
}

// There is something to say exactly when a filter does not match a document.
func TestLacks_AreThereUnlessTheFilterMatches(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(9, 10))}
	for range rounds {
		s, fields := g.filter(3), g.fields()
		f, d := mustParse(t, s.text), NewDocument(fields)
		got := f.Lacks(d)
		if f.Match(d) != (len(got) == 0) {
			t.Fatalf("%q on %+v: match %t, lacks %+v", s.text, fields, f.Match(d), got)
		}
		for _, l := range got {
			if len(l.Terms) == 0 || l.Terms[0] == "" || l.Excluded && len(l.Terms) != 1 {
				t.Fatalf("%q on %+v lacks %+v", s.text, fields, got)
			}
		}
	}
}
