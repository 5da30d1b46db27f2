package store

import (
	"os"
	"strings"
	"testing"
)

// storyLine is one of testdata/stories.txt and the number of the story it reports.
type storyLine struct {
	story int
	text  string
	title
}

func readStories(t *testing.T) []storyLine {
	t.Helper()
	data, err := os.ReadFile("testdata/stories.txt")
	if err != nil {
		t.Fatal(err)
	}
	var list []storyLine
	story := 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "":
			story++
		default:
			list = append(list, storyLine{story, line, newTitle(line)})
		}
	}
	return list
}

// TestAlike_FindsStories measures likeness on headlines in four languages: a tag in front, a source behind,
// a word or the particles changed, a clause more or less. Most must be found, and nothing that is none.
func TestAlike_FindsStories(t *testing.T) {
	list := readStories(t)
	for _, script := range []struct {
		name string
		cjk  bool
		most float64
	}{{"words", false, 0.9}, {"pairs of characters", true, 0.9}} {
		same, found, apart := 0, 0, 0
		for i := range list {
			for j := range i {
				a, b := &list[i], &list[j]
				if a.cjk != script.cjk || b.cjk != script.cjk {
					continue
				}
				got := a.alike(&b.title)
				switch {
				case a.story != b.story && got:
					t.Errorf("%q and %q count as one story", a.text, b.text)
				case a.story != b.story:
					apart++
				case got:
					same, found = same+1, found+1
				default:
					same++
					t.Logf("not found: %q and %q", a.text, b.text)
				}
			}
		}
		share := float64(found) / float64(same)
		t.Logf("%s: %d of %d pairs found (%.0f %%), %d apart", script.name, found, same, 100*share, apart)
		if share < script.most {
			t.Errorf("%s: %.0f %% found, want %.0f", script.name, 100*share, 100*script.most)
		}
	}
}

func TestAlike_KeepsSeriesApart(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Inside the border towns, Part 1", "Inside the border towns, Part 2", false},
		{"Photos of the week, Aug. 9-16", "Photos of the week, Aug. 16-23", false},
		{"Summit in the capital: Day One", "Summit in the capital: Day Three", false},
		{"Editor's picks for Monday morning", "Editor's picks for Tuesday morning", false},
		{"連載 統一への道 上", "連載 統一への道 下", false},
		{"Quake kills 12 in mountain province", "Quake in mountain province kills 15, officials say", true},
		{"Quake kills 12 in mountain province", "Quake kills 12 in mountain province", true},
		{"North Korea", "North Korea fires two missiles", false},
		{"", "", false},
		{"!!!", "???", false},
	} {
		a, b := newTitle(tt.a), newTitle(tt.b)
		if got, back := a.alike(&b), b.alike(&a); got != tt.want || back != tt.want {
			t.Errorf("%q and %q: %v and %v, want %v", tt.a, tt.b, got, back, tt.want)
		}
	}
}

func TestTitleKey_IgnoresTypography(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Kim\u2019s \u201clong\u201d march", "KIM'S \"LONG\" MARCH", true},
		{"Café opens – at last", "Cafe opens at last!", true},
		{"Part 1", "Part 2", false},
		{"ﾐｻｲﾙ発射", "ミサイル発射", true},
	} {
		if got := titleKey(tt.a) == titleKey(tt.b); got != tt.want {
			t.Errorf("%q and %q: %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestNearDek_ToleratesAnEdit(t *testing.T) {
	const dek = "Officials said the barrier would be ready before the next storm season and cost less than planned"
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{dek, dek, true},
		{dek, strings.Replace(dek, "less", "more", 1), true},
		{dek, "Another thing altogether happened elsewhere on a day like this", false},
		{"", "", false},
		{strings.Repeat("東", 500), strings.Repeat("東", 500), true},
	} {
		if got := nearDek(tt.a, tt.b); got != tt.want {
			t.Errorf("%.20q and %.20q: %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzAlike(f *testing.F) {
	f.Add("North Korea fires 2", "北朝鮮が2発")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := newTitle(a), newTitle(b)
		if x.alike(&y) != y.alike(&x) {
			t.Errorf("%q and %q are alike one way only", a, b)
		}
	})
}
