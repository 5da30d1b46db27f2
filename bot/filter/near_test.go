package filter

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestNearMisses_NameWordsInOtherForms(t *testing.T) {
	fields := Fields{
		Title: "Sanctioned Korean airstrikes", Summary: "Firing on the war ship, banned traders said", Tags: []string{"launched"}, Lang: "en",
	}
	for text, want := range map[string]string{
		"sanction":                "sanction/sanctioned: (sanction OR sanctioned)",
		"sanctions korea":         "sanctions/sanctioned korea/korean: (sanctions OR sanctioned) (korea OR korean)",
		"Korea -drill":            "korea/korean: (Korea OR korean) -drill",
		"title:(korea OR japan)":  "title:korea/korean: title:((korea OR korean) OR japan)",
		"air-strike":              "air-strike/airstrikes: (air-strike OR airstrikes)",
		"warship":                 "warship/war ship: (warship OR war-ship)",
		"fire":                    "fire/firing: (fire OR firing)",
		"ban, trade's":            "ban/banned trade/traders: (ban, OR banned) (trade's OR traders)",
		"korea korea":             "korea/korean: (korea OR korean) (korea OR korean)",
		"japan OR korea":          "korea/korean: japan OR (korea OR korean)",
		"-japan korea":            "korea/korean: -japan (korea OR korean)",
		"lang:en korea":           "korea/korean: lang:en (korea OR korean)",
		"":                        "",
		"korean":                  "", // matches
		"sanction japan":          "", // a form is not enough
		"sanction -traders":       "",
		"-korean":                 "",
		"-(korea -sanction)":      "",
		`"sanction"`:              "",
		`"sanction" OR japan`:     "",
		"launch":                  "", // tags are no text
		"title:fire":              "",
		"summary:korea":           "",
		"author:korea tag:launch": "",
		"sanctify":                "",
		"/sanction /":             "",
		"airs":                    "",
	} {
		var list []string
		widened := ""
		f := mustParse(t, text)
		for _, m := range f.NearMisses(NewDocument(fields)) {
			list, widened = append(list, m.Term+"/"+m.Found), ": "+m.Widened
		}
		if got := strings.Join(list, " ") + widened; got != want {
			t.Errorf("%q nearly misses %s, want %s", text, got, want)
		}
		french := fields
		french.Lang = "fr"
		if got := f.NearMisses(NewDocument(french)); len(got) > 0 {
			t.Errorf("%q nearly misses French by %+v", text, got)
		}
	}
}

// nearMatter writes filters and articles in which many words are related.
func nearMatter(r *rand.Rand) (filter string, fields Fields) {
	words := []string{
		"sanction", "sanctions", "sanctioned", "sanctioning", "korea", "koreans", "fire", "firing", "launches", "launcher", "ban",
		"banned", "trade", "traders", "air-strike", "airstrike", "air", "strike", "election", "elected", "the", "city",
	}
	some := func(n int) string {
		var list []string
		for range 1 + r.IntN(n) {
			list = append(list, words[r.IntN(len(words))])
		}
		return strings.Join(list, " ")
	}
	filter = some(3)
	switch r.IntN(4) {
	case 0:
		filter += " -" + words[r.IntN(len(words))]
	case 1:
		filter += " OR title:(" + some(2) + ")"
	}
	return filter, Fields{Title: some(4), Summary: some(6)}
}

func TestNearMisses_AreMetByTheWidenedFilterAndTheWider(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range rounds {
		text, fields := nearMatter(r)
		f, d := mustParse(t, text), NewDocument(fields)
		misses := f.NearMisses(d)
		if len(misses) == 0 {
			continue
		}
		found++
		if f.Match(d) || !mustParse(t, misses[0].Widened).Match(d) {
			t.Fatalf("%q on %+v: match %t, %q does not", text, fields, f.Match(d), misses[0].Widened)
		}
		split := false
		for _, m := range misses {
			split = split || strings.Contains(m.Found, " ")
		}
		if wider, ok := f.Wider(); !split && (!ok || !wider.Match(d)) {
			t.Fatalf("%q nearly misses %+v, but %q does not match it (%t)", text, fields, wider, ok)
		}
	}
	if found < rounds/10 {
		t.Errorf("only %d of %d were near: the samples prove little", found, rounds)
	}
}

func TestWider_MatchesWhatTheFilterMatches(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range rounds {
		text, fields := nearMatter(r)
		f, d := mustParse(t, text), NewDocument(fields)
		if wider, ok := f.Wider(); ok && f.Match(d) && !wider.Match(d) {
			t.Fatalf("%q matches %+v, the wider %q does not", text, fields, wider)
		}
	}
	for _, text := range []string{"", "2021", `"korea"`, "-korea", "tag:korea", "미사일", "/a/", "korea*"} {
		if wider, ok := mustParse(t, text).Wider(); ok {
			t.Errorf("%q could be widened to %q", text, wider)
		}
	}
}
