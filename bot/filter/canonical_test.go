package filter

import (
	"math/rand/v2"
	"testing"
)

func TestKey_IsTheSameForFiltersThatSayTheSame(t *testing.T) {
	for _, same := range [][]string{
		{"", "  "},
		{"missile", " MISSILE", "missile missile", "(missile)", "míssile", "missile's", "Missile’s"},
		{`"missile"`, "“Missile”"},
		{`"2021"`, "2021"},
		{`author:"kim"`, "author:Kim"},
		{"kim moon", "moon AND Kim", "kim & moon", "(moon) kim"},
		{"moon OR yoon", "yoon | moon", "moon OR (yoon OR moon)"},
		{`"ballistic missile"`, "“Ballistic Missile”", "“ballistic-missile”"},
		{"ballistic-missile", "Ballistic–Missile’s"},
		{"미사일", "미사일*"},
		{"-(a b)", "NOT (b a)"},
		{`title:(kim yoon)`, "title:kim title:yoon"},
		{"dek:drill", "summary:drill"},
		{"lang:en_US", `lang:"EN-us"`},
		{`source:"NK  News"*`, `source:"nk news*"`},
		{"http://a.b/c", "url:http://A.B/c"},
		{`/\d/`, `/\d/i`},
	} {
		for _, text := range same[1:] {
			if got, want := mustParse(t, text).Key(), mustParse(t, same[0]).Key(); got != want {
				t.Errorf("key of %q is %q, that of %q is %q", text, got, same[0], want)
			}
		}
	}
}

func TestKey_DiffersWhereFiltersDo(t *testing.T) {
	seen := map[string]string{}
	for _, text := range []string{
		"", `/\d/`, `/\D/`, `title:/\d/`, "moon OR yoon", "moon or yoon", "moon yoon", `"moon yoon"`, "moon yoon*", "-moon", "moon -yoon",
		"-(moon yoon)", "-(moon OR yoon)", "title:moon", "tag:moon", "source:moon", "source:moon*", "url:moon", "(moon OR yoon) kim",
		"moon OR yoon kim", "й", "и", "lang:moon", "moons", `"moon"`, `"moons"`, "moon-yoon", `title:"moon"`, "moon-s", `"moon s"`,
	} {
		key := mustParse(t, text).Key()
		if other, ok := seen[key]; ok {
			t.Errorf("%q and %q have the key %q", other, text, key)
		}
		seen[key] = text
	}
}

// A key is a filter too, and matches the same articles.
func TestKey_MeansWhatTheFilterMeans(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(5, 6))}
	for range rounds {
		s, fields := g.filter(3), g.fields()
		f := mustParse(t, s.text)
		again, err := Parse(f.Key())
		if err != nil {
			t.Fatalf("key %q of %q: %v", f.Key(), s.text, err)
		}
		if again.Key() != f.Key() {
			t.Fatalf("key %q of %q has the key %q", f.Key(), s.text, again.Key())
		}
		if d := NewDocument(fields); again.Match(d) != f.Match(d) {
			t.Fatalf("key %q of %q: they differ on %+v", f.Key(), s.text, fields)
		}
	}
}
