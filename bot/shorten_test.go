package bot

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func runes(s Span) int { return utf8.RuneCountInString(s.Text) }

func TestShorten_CutsBetweenWordsAndCharacters(t *testing.T) {
	tests := []struct {
		name  string
		text  Text
		limit int
		want  string
	}{
		{"what fits stays", Plain("exactly ten"), 11, "exactly ten"},
		{"a word is kept whole where that costs little", Plain("one two three four five six"), 25, "one two three four five…"},
		{"a long word is cut", Plain("Donaudampfschifffahrt"), 6, "Donau…"},
		{"marks stay with their letter", Plain("ae\u0301\u0302io"), 4, "a…"},
		{"an emoji family stays together", Plain("ab👨‍👩‍👧‍👦cd"), 6, "ab…"},
		{"a flag stays together", Plain("ab🇰🇷cd"), 4, "ab…"},
		{"a skin tone stays with its hand", Plain("ab👍🏽cd"), 4, "ab…"},
		{"later spans go", Join(Plain("first "), Styled("second", Bold), Plain(" third")), 8, "first s…"},
		{"no room for anything", Plain("abc"), 0, ""},
		{"room for the Ellipsis alone", Plain("abc"), 1, "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.text.Shorten(tt.limit, runes).String(); got != tt.want {
				t.Errorf("Shorten(%q, %d) = %q, want %q", tt.text, tt.limit, got, tt.want)
			}
		})
	}
}

func TestShorten_KeepsStylesAndLinks(t *testing.T) {
	text := Join(Styled("bold", Bold), Text{{Text: " and a link that is long", Link: "https://example.com"}})
	got := text.Shorten(12, runes)
	if got[0].Style != Bold || got[1].Link != "https://example.com" {
		t.Errorf("Shorten = %+v, want the bold span and the link kept", got)
	}
}

func TestShorten_DoesNotChangeItsArgument(t *testing.T) {
	text := Join(Plain("keep  "), Plain("this one whole"))
	text.Shorten(7, runes)
	if got := text.String(); got != "keep  this one whole" {
		t.Errorf("after Shorten the text is %q", got)
	}
}

func TestShorten_DoesNotCutAMoment(t *testing.T) {
	text := Join(Plain("at "), Text{{Text: "noon, more or less", Time: testNow}})
	if got := text.Shorten(8, runes).String(); got != "at…" {
		t.Errorf("Shorten = %q, want the moment left out", got)
	}
}

func FuzzShorten(f *testing.F) {
	f.Add("one two three", "four five", 9)
	f.Add("👨‍👩‍👧‍👦e\u0301", "🇰🇷🇰🇵", 4)
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		if limit < 0 || limit > 1000 || !utf8.ValidString(a+b) {
			t.Skip()
		}
		size := func(s Span) int { return 2 * runes(s) } // as if everything had to be escaped
		got := Join(Plain(a), Styled(b, Bold)).Shorten(limit, size)
		total := 0
		for _, s := range got {
			total += size(s)
		}
		if total > limit {
			t.Errorf("Shorten(%q+%q, %d) = %q, %d units", a, b, limit, got, total)
		}
		if !utf8.ValidString(got.String()) {
			t.Errorf("Shorten(%q+%q, %d) = %q, which is not UTF-8", a, b, limit, got)
		}
		if whole := strings.TrimSuffix(got.String(), Ellipsis); !strings.HasPrefix(a+b, whole) && got.String() != a+b {
			t.Errorf("Shorten(%q+%q, %d) = %q, which is not its beginning", a, b, limit, got)
		}
	})
}
