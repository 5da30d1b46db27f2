package bot

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestOutletName_IsWhatPeopleKnow(t *testing.T) {
	for title, want := range map[string]string{
		"Kestrel Wire":                   "Kestrel Wire",
		"Kestrel Wire RSS":               "Kestrel Wire",
		"Kestrel Wire - All Stories RSS": "Kestrel Wire",
		"RSS: Kestrel Wire":              "Kestrel Wire",
		"Kestrel Wire » Feed":            "Kestrel Wire",
		"Kestrel Wire | Latest news":     "Kestrel Wire",
		"Kestrel - World":                "Kestrel",
		"Kestrel: Asia":                  "Kestrel: Asia",
		"The Evening Post (RSS Feed)":    "The Evening Post",
		"Wire | Latest headlines, opinion, and more from around the world": "Wire",
		"News":           "",
		"RSS feed":       "",
		"":               "",
		" \n":            "",
		"한겨레 : 전체기사 RSS": "한겨레 : 전체기사",
		"A newspaper with a name that is far too long to be shown": "A newspaper with a name that is far too…",
		"Feedly":   "Feedly",
		"Die Welt": "Die Welt",
	} {
		if got := OutletName(title); got != want {
			t.Errorf("%q is known as %q, want %q", title, got, want)
		}
	}
}

func FuzzOutletName(f *testing.F) {
	f.Add("Kestrel Wire - All Stories RSS")
	f.Add("İİ RSS: ſ feed - x")
	f.Fuzz(func(t *testing.T, title string) {
		name := OutletName(title)
		if !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxOutlet+1 || strings.TrimSpace(name) != name {
			t.Errorf("%q is known as %q", title, name)
		}
	})
}
