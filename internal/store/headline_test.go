package store

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tidings/bot"
)

// pair is a line of a list of reports in testdata.
type pair struct {
	same bool
	a, b bot.Article
}

func readPairs(t *testing.T, file string) (list []pair) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSpace(line), "|")
		if strings.HasPrefix(line, "#") || len(fields) != 5 {
			continue
		}
		list = append(list, pair{
			same: fields[0] == "S",
			a:    bot.Article{Source: "a", Title: fields[1], Summary: fields[2]}, b: bot.Article{Source: "b", Title: fields[3], Summary: fields[4]},
		})
	}
	return list
}

func (p *pair) joined() bool {
	a, b := newHeadline(p.a.Title, p.a.Summary), newHeadline(p.b.Title, p.b.Summary)
	return a.sameStory(&b)
}

// TestSameStory_AcrossNewsrooms measures what is found of stories that newsrooms have written each on their own. Nothing
// may be joined that reports different stories, any two of a list among them. desks.txt is the harder list: rewrites within
// the hour, and what follows from an event beside the event.
func TestSameStory_AcrossNewsrooms(t *testing.T) {
	for file, least := range map[string]float64{"newsrooms.txt": 0.6, "desks.txt": 0.5} {
		t.Run(file, func(t *testing.T) { measurePairs(t, readPairs(t, file), least) })
	}
}

func measurePairs(t *testing.T, list []pair, least float64) {
	t.Helper()
	same, found := 0, 0
	for i := range list {
		p := &list[i]
		got := p.joined()
		switch {
		case !p.same && got:
			t.Errorf("%q and %q are joined", p.a.Title, p.b.Title)
		case p.same && got:
			same, found = same+1, found+1
		case p.same:
			same++
			t.Logf("not found: %q and %q", p.a.Title, p.b.Title)
		}
		for j := range i {
			o := &list[j]
			if o.a.Title == p.a.Title {
				continue
			}
			if other := (pair{a: p.a, b: o.b}); p.same && o.same && other.joined() {
				t.Errorf("%q and %q are joined", p.a.Title, o.b.Title)
			}
		}
	}
	t.Logf("%d of %d found, and %d pairs apart", found, same, len(list)-same)
	if float64(found) < least*float64(same) {
		t.Errorf("%d of %d found, want %.0f %%", found, same, 100*least)
	}
}

// TestPairs_FormStories checks that most headlines of one story are compared with each other at all.
func TestPairs_FormStories(t *testing.T) {
	list := append(readPairs(t, "newsrooms.txt"), readPairs(t, "desks.txt")...)
	same, met := 0, 0
	for i := range list {
		if p := &list[i]; p.same {
			a, b := titlePairs(bareTitle(p.a.Title), public), titlePairs(bareTitle(p.b.Title), public)
			same++
			if slices.ContainsFunc(a, func(k int64) bool { return slices.Contains(b, k) }) {
				met++
			} else {
				t.Logf("%q and %q do not meet", p.a.Title, p.b.Title)
			}
		}
	}
	if 4*met < 3*same {
		t.Errorf("%d of %d meet, want three of four", met, same)
	}
}

// TestSameStory_OfOneTitle finds what newsrooms make of one agency's headline.
func TestSameStory_OfOneTitle(t *testing.T) {
	list := readStories(t)
	same, found := 0, 0
	for i := range list {
		for j := range i {
			a, b := newHeadline(list[i].text, ""), newHeadline(list[j].text, "")
			got := a.sameStory(&b)
			switch {
			case list[i].story != list[j].story && got:
				t.Errorf("%q and %q count as one story", list[i].text, list[j].text)
			case list[i].story != list[j].story:
			case got:
				same, found = same+1, found+1
			default:
				same++
				t.Logf("not found: %q and %q", list[i].text, list[j].text)
			}
		}
	}
	t.Logf("%d of %d found", found, same)
	if 10*found < 8*same {
		t.Errorf("%d of %d found, want 80 %%", found, same)
	}
}

func TestSameText_IgnoresWireMarks(t *testing.T) {
	const link = "https://wire.example/1"
	for _, tt := range []struct {
		name string
		a, b bot.Article
		want bool
	}{
		{"a lead", bot.Article{Title: "(LEAD) Mill burns down", URL: link}, bot.Article{Title: "Mill burns down", URL: link}, true},
		{"an update of one dek", bot.Article{Title: "UPDATE 2-Mill burns down", Summary: "D"}, bot.Article{Title: "UPDATE 1-Mill burns down", Summary: "D"}, true},
		{"breaking", bot.Article{Title: "BREAKING: Mill burns down", URL: link}, bot.Article{Title: "Mill burns down", URL: link + "?utm_source=x"}, true},
		{"neither link nor dek", bot.Article{Title: "BREAKING: Mill burns down"}, bot.Article{Title: "Mill burns down"}, false},
		{"another title", bot.Article{Title: "BREAKING: Mill burns down", URL: link}, bot.Article{Title: "Mill does not burn down", URL: link}, false},
	} {
		if got := sameText(&tt.a, &tt.b); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestEvents_AreOfOneKindByWord(t *testing.T) {
	for _, table := range []map[string]string{events, synonyms} {
		kinds := map[string]string{}
		for kind, words := range table {
			for word := range strings.FieldsSeq(words) {
				is := stem(word)
				if was := kinds[is]; was != "" && was != kind {
					t.Errorf("%q is of %s and of %s", word, was, kind)
				}
				kinds[is] = kind
			}
		}
	}
}

func FuzzSameStory(f *testing.F) {
	f.Add("UPDATE 1-Reds beat Blues - Example Times", "A dek", "[속보] 북한 2발 발사", "")
	f.Fuzz(func(t *testing.T, a, aDek, b, bDek string) {
		x, y := newHeadline(a, aDek), newHeadline(b, bDek)
		if x.sameStory(&y) != y.sameStory(&x) {
			t.Errorf("%q and %q are one story one way only", a, b)
		}
	})
}

func TestTurnsFrom_NumbersAndTheOrderOfNames(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Ferry sinks, 40 rescued", "Ferry sinks, 60 rescued", true},
		{"Ferry sinks, 40 rescued", "Ferry sinks, forty rescued", false},
		{"Ravens beat Otters in final", "Otters beat Ravens in final", true},
		{"Ravens beat Otters in final", "Otters beaten by Ravens in final", false},
	} {
		a, b := newHeadline(tt.a, ""), newHeadline(tt.b, "")
		if got := a.turnsFrom(&b); got != tt.want {
			t.Errorf("%q and %q: %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}
