package discord

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tidings/bot"
	"tidings/bot/bottest"
)

func TestMarkdown_EscapesOnlyWhereItMatters(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"prose", "Seoul-based #1 (again) > 2. Yes + no: 12:30", "Seoul-based #1 (again) > 2. Yes + no: 12:30"},
		{"styles", "*a* _b_ ~c~ `d` ||e||", `\*a\* \_b\_ \~c\~ \` + "`d\\`" + ` \|\|e\|\|`},
		{"heading", "# a\n -# b", "\\# a\n \\-# b"},
		{"quote", "> a\n>>> b", "\\> a\n\\>>> b"},
		{"list", "- a\n+ b\n12. c\n3) d", "\\- a\n\\+ b\n12\\. c\n3\\) d"},
		{"masked link", "[a](https://b.example)", `\[a\](<https://b.example>)`},
		{"everyone", "@everyone @here @ann", "@\u200beveryone @\u200bhere @ann"},
		{"tokens", "<@1> <#2> <t:0:R>", "\\<@\u200b1> \\<#2> \\<t\\:0:R>"},
		{"emoji", ":tada: 10:30:45", `\:tada: 10\:30:45`},
		{"address", "see https://a.example/b_c_d.", "see <https://a.example/b_c_d>."},
		{"address with marks", "https://a.example/*b*c", `https\://a.example/\*b\*c`},
		{"backslash", `\*`, `\\\*`},
		{"control", "a\x00\u202eb\tc", "ab c"},
	}
	for _, tt := range tests {
		if got := markdown(bot.Plain(tt.in)); got != tt.want {
			t.Errorf("%s: %q becomes %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestMarkdown_SeesAcrossSpans(t *testing.T) {
	for _, text := range []bot.Text{
		bot.Join(bot.Plain("@"), bot.Styled("everyone", bot.Bold)),
		bot.Join(bot.Plain("<"), bot.Plain("@123>")),
		bot.Join(bot.Styled("12", bot.Italic), bot.Plain(". no list")),
		bot.Join(bot.Plain(":"), bot.Linked("tada", "https://a.example"), bot.Plain(":")),
		bot.Join(bot.Styled("a", bot.Bold), bot.Styled("b", bot.Bold)),
		bot.Join(bot.Styled("a", bot.Bold), bot.Styled("b", bot.Italic)),
		bot.Join(bot.Styled("a", bot.Code), bot.Styled("b`", bot.Code|bot.Strike)),
		bot.Join(bot.Styled(" a ", bot.Italic), bot.Plain("b")),
		bot.Join(bot.Plain("1"), bot.Styled("a\nb", bot.Pre), bot.Plain("# c")),
		bot.Join(bot.Styled("``a``` `", bot.Code), bot.Styled("``` ` ``", bot.Pre)),
		bot.Linked("https://a.example/x", "https://b.example"),
	} {
		reads(t, text)
	}
}

// reads tests that people read the words of text and nothing else.
func reads(t *testing.T, text bot.Text) *reader {
	t.Helper()
	md := markdown(text)
	r := readMarkdown(md)
	var all strings.Builder
	for _, s := range text {
		all.WriteString(strings.ToValidUTF8(s.Text, ""))
	}
	got, want := words(r.text.String()), words(all.String())
	if got != want {
		t.Errorf("%q becomes %q, which reads %q, want %q", text, md, got, want)
	}
	if len(r.mentions) > 0 {
		t.Errorf("%q becomes %q, which mentions %q", text, md, r.mentions)
	}
	return r
}

// words returns what is seen of s.
func words(s string) string {
	s = strings.Map(visible, strings.ToValidUTF8(s, ""))
	s = strings.ReplaceAll(s, zeroWidthSpace, "")
	return strings.Join(strings.Fields(s), " ")
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range bottest.Texts() {
		if len(s.Text) < 500 {
			f.Add(s.Text, s.Text, uint8(bot.Bold))
		}
	}
	f.Fuzz(func(t *testing.T, a, b string, style uint8) {
		r := reads(t, bot.Plain(a))
		if len(r.marks) > 0 {
			t.Errorf("%q reads as markup: %q", a, r.marks)
		}
		reads(t, bot.Join(bot.Plain(a), bot.Plain(b)))
		reads(t, bot.Join(bot.Plain(a), bot.Linked(b, "https://a.example/?q=(x)"), bot.Plain(a)))
		text := bot.Join(bot.Plain(a), bot.Styled(b, bot.Style(style)&(bot.Bold|bot.Strike)), bot.Plain(a))
		reads(t, text)
		const limit = 60
		if got := fit(text, limit); units(got) > limit || !utf8.ValidString(got) {
			t.Errorf("%q is cut to %d units, want at most %d: %q", text, units(got), limit, got)
		}
	})
}
