package filter

import (
	"slices"
	"strings"
	"testing"
)

func TestMatch_FindsPluralsAndPossessives(t *testing.T) {
	for _, same := range []string{
		"missile missiles", "crash crashes", "city cities", "house houses", "box boxes", "match matches", "hero heroes",
		"movie movies", "cookie cookies", "key keys", "sky skies", "day days", "car cars", "axe axes", "shoe shoes",
		"boss bosses", "virus viruses", "bus buses", "gas gases", "tax taxes", "case cases", "bias biases", "lens lenses", "israeli israelis", "taxi taxis", "café cafés", "state STATES", "size sizes", "ally allies", "monkey monkeys",
	} {
		one, many, _ := strings.Cut(same, " ")
		for _, pair := range [][2]string{{one, many}, {many, one}, {one, one + "’s"}, {many, many + "'"}, {one + "'s", many}, {one + "’s", one}} {
			if !mustParse(t, pair[0]).Match(NewDocument(Fields{Title: "A " + pair[1] + " B"})) {
				t.Errorf("%s does not find %s", pair[0], pair[1])
			}
			if mustParse(t, "-"+pair[0]).Match(NewDocument(Fields{Summary: "A " + pair[1] + " B", Lang: "en-GB"})) {
				t.Errorf("-%s does not exclude %s", pair[0], pair[1])
			}
		}
	}
}

func TestMatch_KnowsWhatIsNotAPlural(t *testing.T) {
	for _, pair := range []string{
		"new news", "specie species", "serie series", "arm arms", "aid aids", "custom customs", "good goods", "mar mars", "mean means",
		"bos boss", "viru virus", "crisi crisis", "a as", "ha has", "wa was", "gas ga", "1990 1990s", "16 16s", "ракета ракетаs",
		"missile missiled", "missile missilery", "die dies", "los lose", "los loses", "nos nose", "hama hamas", "vega vegas", "chao chaos",
		"pari paris", "crisi crisis",
	} {
		one, other, _ := strings.Cut(pair, " ")
		for _, pair := range [][2]string{{one, other}, {other, one}} {
			if mustParse(t, pair[0]).Match(NewDocument(Fields{Title: pair[1]})) {
				t.Errorf("%s finds %s", pair[0], pair[1])
			}
		}
	}
}

func TestMatch_FindsPluralsOnlyWhereTheyAreMeant(t *testing.T) {
	tests := []struct {
		filter string
		in     Fields
		want   bool
	}{
		{"missile", Fields{Title: "missiles"}, true},
		{"missile", Fields{Title: "missiles", Lang: "und"}, true},
		{"missile", Fields{Summary: "missiles", Lang: "EN_us"}, true},
		{"missile", Fields{Title: "missiles", Lang: "fr"}, false},
		{"missiles", Fields{Title: "missiles", Lang: "fr"}, true},
		{"missile", Fields{Tags: []string{"missiles"}}, false},
		{"missiles", Fields{Tags: []string{"missiles"}}, true},
		{"missile", Fields{Authors: []string{"missiles"}}, false},
		{"title:missile", Fields{Summary: "missiles"}, false},
		{"summary:missile", Fields{Summary: "missiles"}, true},
		{"tag:missile", Fields{Tags: []string{"missiles"}}, false},
		{"source:wire", Fields{Source: "wires"}, false},
		{`"missile"`, Fields{Title: "missiles"}, false},
		{`"missile"`, Fields{Title: "missile’s"}, true},
		{`title:"missile"`, Fields{Title: "missiles"}, false},
		{"missile*", Fields{Title: "missiles"}, true},
		{"missiles*", Fields{Title: "missile"}, false},
		{"/missiles/", Fields{Title: "missile"}, false},
		{"air-strike", Fields{Title: "Air strikes"}, true},
		{`"air strike"`, Fields{Title: "Air strikes"}, false},
		{"air-strike*", Fields{Title: "airs strike"}, false},
		{"f-16", Fields{Title: "F-16"}, true},
		{"title:(missile OR tank)", Fields{Title: "tanks"}, true},
		{"missile -tank", Fields{Title: "missiles and tanks"}, false},
		{"missile -\"tank\"", Fields{Title: "missiles and tanks"}, true},
		{"kim's sister", Fields{Title: "sister of Kim"}, true},
		{`"kim's sister"`, Fields{Title: "sister of Kim"}, false},
	}
	for _, tt := range tests {
		f, d, s := mustParse(t, tt.filter), NewDocument(tt.in), NewSet()
		if got := f.Match(d); got != tt.want {
			t.Errorf("%s matches %+v: %t, want %t", tt.filter, tt.in, got, tt.want)
		}
		s.Put(1, f)
		if got := len(matching(s, d)) == 1; got != tt.want {
			t.Errorf("%s in a set matches %+v: %t, want %t", tt.filter, tt.in, got, tt.want)
		}
	}
}

// Stems are an equivalence: forms of a word are those of each of its forms, and nothing else shares the stem.
func TestForms_AreThoseWithOneStem(t *testing.T) {
	words := []string{"missile", "crash", "house", "city", "movie", "key", "day", "boss", "news", "hero", "shoe", "die", "as", "y", "ies", "13s", "ракета"}
	for _, word := range words {
		list := forms(word)
		if list[0] != word {
			t.Errorf("forms of %s: %v, want it first", word, list)
		}
		for _, form := range list {
			if singular(form) != singular(word) {
				t.Errorf("%s is a form of %s, though the singulars are %s and %s", form, word, singular(form), singular(word))
			}
			if a, b := slices.Sorted(slices.Values(list)), slices.Sorted(slices.Values(forms(form))); !slices.Equal(a, b) {
				t.Errorf("forms of %s are %v, of %s %v", word, a, form, b)
			}
		}
	}
}

func FuzzStem(f *testing.F) {
	f.Add("missiles", "missile")
	f.Add("cities", "citys")
	f.Add("heroes", "heroe")
	f.Add("loses", "los")
	f.Add("gases asses buses", "gase asse lose")
	f.Add("israelis", "israeli")
	f.Add("hamas hama", "biases bias")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, word := range append(Tokens(a), Tokens(b)...) {
			s := stemOf(word)
			if got := s.text + endings(s.kind)[s.ending]; got != word {
				t.Fatalf("%q is stem and ending of %q", got, word)
			}
			for _, other := range Tokens(b) {
				if got, want := s.lexeme == stemOf(other).lexeme, singular(word) == singular(other); got != want {
					t.Fatalf("%q and %q share their stem: %t, want %t", word, other, got, want)
				}
			}
		}
	})
}
