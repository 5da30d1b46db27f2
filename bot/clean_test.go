package bot

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var testNow = time.Date(2021, 1, 20, 12, 0, 0, 0, time.UTC)

func TestCleanText_KeepsWhatPeopleRead(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "Party Congress over", "Party Congress over"},
		{"white space", "  a\n\tb \u00a0 c ", "a b c"},
		{"control characters", "a\x00b\x1bc\x7fd\u0085e", "abcd e"},
		{"broken UTF-8", "a\xff\xfeb", "ab"},
		{"direction overrides", "a\u202egnp.exe\u202c", "agnp.exe"},
		{"isolates and zero-width spaces", "\u2066a\u200b\ufeffb\u2069", "ab"},
		{"tag characters", "a\U000E0041b", "ab"},
		{"joiners stay", "👨\u200d👩", "👨\u200d👩"},
		{"Hangul stays", "미사일을 쐈다", "미사일을 쐈다"},
		{"marks beyond what letters have", "Z" + strings.Repeat("\u0335", 30) + "a\u0301", "Z" + strings.Repeat("\u0335", 4) + "a\u0301"},
		{"marks beyond what syllables have", "က" + strings.Repeat("\u103b", 30), "က" + strings.Repeat("\u103b", 8)},
		{"marks that scripts need", "ᾧ\u0313\u0342\u0345 e\u0323\u0302 קָֽ֔ दृष्ट्वा န့်ုံး ស្ត្រី བསྒྲུབས 1️⃣", "ᾧ\u0313\u0342\u0345 e\u0323\u0302 קָֽ֔ दृष्ट्वा န့်ုံး ស្ត្រី བསྒྲུབས 1️⃣"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := CleanText(tt.in, 200); got != tt.want {
				t.Errorf("CleanText(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestCleanText_CutsBetweenCharacters(t *testing.T) {
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"cafe\u0301s", 5, "caf"},
		{"cafe\u0301s", 6, "cafe\u0301"},
		{"a 👨\u200d👩", 8, "a"},
		{"a b", 2, "a"},
		{"abc", 2, "ab"},
		{"👨\u200d👩!", 8, "👨\u200d"}, // a character alone is rather cut than lost
		{"🇰🇷", 4, "🇰"},
	} {
		if got := CleanText(tt.in, tt.limit); got != tt.want {
			t.Errorf("CleanText(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func TestCleanProse_SaysThatItIsCut(t *testing.T) {
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"Harbor opens", 12, "Harbor opens"},
		{"Harbor opens again", 14, "Harbor open…"},
		{"Harbor\u200b", 6, "Harbor"},
		{strings.Repeat("e\u0301", 9), 12, strings.Repeat("e\u0301", 3) + "…"},
		{strings.Repeat("한", 9), 12, "한한한…"},
	} {
		got := CleanProse(tt.in, tt.limit)
		if got != tt.want || CleanProse(got, tt.limit) != got {
			t.Errorf("CleanProse(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
	a := Article{Title: strings.Repeat("Wort ", 1000), Summary: strings.Repeat("Satz. ", 9000), Source: "wire"}
	if err := a.Clean(testNow); err != nil || !strings.HasSuffix(a.Title, "Wort…") || !strings.HasSuffix(a.Summary, "Satz.…") {
		t.Errorf("stored as %q, %q, %v", a.Title, a.Summary[len(a.Summary)-20:], err)
	}
}

func TestCleanText_CostsNothingWhereNothingIsWrong(t *testing.T) {
	for _, s := range []string{"Party Congress over", "미사일을 쐈다", "Çà et là: «tout» – déjà vu 👩"} {
		if n := testing.AllocsPerRun(10, func() { CleanText(s, 100) }); n > 0 {
			t.Errorf("%q is copied: %v allocations", s, n)
		}
	}
}

func TestCleanURL_AcceptsOnlyWebAddresses(t *testing.T) {
	long := "https://example.com/" + strings.Repeat("a", MaxURL)
	tests := map[string]string{
		"https://example.com/a?b=c#d":     "https://example.com/a?b=c#d",
		"HTTP://example.com/":             "http://example.com/",
		"https://user:pass@example.com/a": "https://example.com/a",
		"https://example.com/a b?c=d e":   "https://example.com/a%20b?c=d%20e",
		"https://münchen.example:8080/ä":  "https://xn--mnchen-3ya.example:8080/%C3%A4",
		"javascript:alert(1)":             "",
		"data:image/png;base64,AAAA":      "",
		"//example.com/a":                 "",
		"https://":                        "",
		"example.com/a":                   "",
		long:                              "",
	}
	for in, want := range tests {
		if got := CleanURL(in); got != want {
			t.Errorf("CleanURL(%.60q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanGUID_OfAnyLengthNamesOne(t *testing.T) {
	long := strings.Repeat("a", MaxGUID)
	for in, want := range map[string]string{" a\x00b ": "ab", long: long} {
		if got := CleanGUID(in); got != want {
			t.Errorf("CleanGUID(%.60q) = %.60q, want %.60q", in, got, want)
		}
	}
	one, other := CleanGUID(long+"1"), CleanGUID(long+"2")
	if one == other || len(one) > MaxGUID || CleanGUID(one) != one {
		t.Errorf("names of %d and %d bytes, the same: %t", len(one), len(other), one == other)
	}
}

func FuzzCleanText(f *testing.F) {
	f.Add("a \x00\u202e b", 5)
	f.Add("한글", 4)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		if limit < 0 || limit > 1<<16 {
			t.Skip()
		}
		got := CleanText(s, limit)
		if len(got) > limit || !utf8.ValidString(got) || strings.TrimSpace(got) != got {
			t.Errorf("CleanText(%q, %d) = %q", s, limit, got)
		}
		if again := CleanText(got, limit); again != got {
			t.Errorf("CleanText is not stable: %q, then %q", got, again)
		}
	})
}

func TestArticleClean_MakesAnArticleStorable(t *testing.T) {
	a := Article{
		Source: "wire", Title: " Missile\x00 test ", Authors: []string{"A ", "", "A", "B"}, URL: "ftp://example.com",
		Published: time.Date(2021, 1, 12, 9, 0, 0, 123456789, time.FixedZone("KST", 9*3600)),
	}
	if err := a.Clean(testNow); err != nil {
		t.Fatal(err)
	}
	want := Article{
		Source: "wire", Title: "Missile test", Authors: []string{"A", "B"}, Tags: []string{}, Status: Live,
		Published: time.Date(2021, 1, 12, 0, 0, 0, 123456000, time.UTC), GUID: a.GUID,
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("Clean (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(a.GUID, "title:") {
		t.Errorf("GUID = %q, want one made from the title", a.GUID)
	}
}

func TestArticleClean_DatesWhatHasNoUsableDate(t *testing.T) {
	for name, published := range map[string]time.Time{"none": {}, "far ahead": testNow.AddDate(5, 0, 0)} {
		a := Article{Source: "wire", Title: "x", Published: published}
		if err := a.Clean(testNow); err != nil || !a.Published.Equal(testNow) {
			t.Errorf("%s: Published = %v, %v; want now", name, a.Published, err)
		}
	}
}

func TestArticleClean_SaysWhatIsWrong(t *testing.T) {
	tests := []struct {
		article Article
		want    string
	}{
		{Article{Source: "wire"}, "no title"},
		{Article{Title: "x"}, "no source"},
		{Article{Source: "wire", Title: "x", Status: "killed"}, `"killed"`},
		{Article{Source: "wire", Title: "x", Urgency: 12}, "urgency 12"},
		{Article{Source: "wire", Title: "x", Embargo: testNow.AddDate(400, 0, 0)}, "an embargo until 2421-01-20; it may last 10 years"},
	}
	for _, tt := range tests {
		if err := tt.article.Clean(testNow); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Clean(%+v) = %v, want an error with %q", tt.article, err, tt.want)
		}
	}
}
