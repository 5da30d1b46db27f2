package filter

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestFilter_StringIsWhatWasWritten(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{" \n\t", ""},
		{"  Kim \n  Jong\u3000Un ", "Kim Jong Un"},
		{"“ballistic   missile”  OR -Drill", "“ballistic missile” OR -Drill"},
		{"title:  kim   /a  b/   c  d", "title: kim /a  b/ c d"},
		{"( a|b )", "( a|b )"},
	}
	for _, tt := range tests {
		f := mustParse(t, tt.in)
		if got := f.String(); got != tt.want {
			t.Errorf("Parse(%q).String() = %q, want %q", tt.in, got, tt.want)
		}
		if got := f.Empty(); got != (tt.want == "") {
			t.Errorf("Parse(%q).Empty() = %t", tt.in, got)
		}
	}
}

func TestFilter_NegationAloneIsNotEmpty(t *testing.T) {
	if mustParse(t, "-a").Empty() {
		t.Error("-a is empty")
	}
}

func TestParse_RefusesWithReasonPlaceAndHint(t *testing.T) {
	tests := []struct {
		in    string
		error string
		caret string
	}{
		{
			`kim "ballistic missile`, `quotation mark is not closed at column 5; end the phrase with "`, `
kim "ballistic missile
    ^`,
		},
		{
			"(moon OR yoon", `"(" is not closed at column 1; add the missing ")"`, `
(moon OR yoon
^`,
		},
		{
			"kim (", `"(" is not closed at column 5; add the missing ")"`, `
kim (
    ^`,
		},
		{
			"moon yoon) x", `")" has no "(" before it at column 10; remove it, or put it in quotes`, `
moon yoon) x
         ^`,
		},
		{
			"kim ( ) x", "group is empty at column 5; put words between the parentheses, or remove them", `
kim ( ) x
    ^`,
		},
		{
			"kim OR", "OR needs something on both sides at column 5; for example: moon OR yoon", `
kim OR
    ^`,
		},
		{
			"| kim", "OR needs something on both sides at column 1; for example: moon OR yoon", `
| kim
^`,
		},
		{
			"a OR OR b", "OR needs something on both sides at column 3; for example: moon OR yoon", `
a OR OR b
  ^`,
		},
		{
			"a (b AND) c", "AND needs something on both sides at column 6; for example: nuclear AND missile", `
a (b AND) c
     ^`,
		},
		{
			"missile NOT", "NOT needs something after it at column 9; for example: missile NOT drill", `
missile NOT
        ^`,
		},
		{
			"북한 - 미사일", "minus sign stands alone at column 4; write it right before a word, as in -drill", `
북한 - 미사일
     ^`,
		},
		{
			"titel:kim", "unknown field titel: at column 1; did you mean title:?", `
titel:kim
^`,
		},
		{
			"a Titel: kim", "unknown field titel: at column 3; did you mean title:?", `
a Titel: kim
  ^`,
		},
		{
			"colour:kim", "unknown field colour: at column 1; there are title, summary, author, tag, source, lang and url; " +
				"quotes make it plain words", `
colour:kim
^`,
		},
		{
			"topic:kim", "unknown field topic: at column 1; did you mean tag:?", `
topic:kim
^`,
		},
		{
			"after:2024-01-01 kim", "unknown field after: at column 1; there are title, summary, author, tag, source, lang and url; " +
				"quotes make it plain words", `
after:2024-01-01 kim
^`,
		},
		{
			"title:", "title: needs a value at column 1; for example: title:missile", `
title:
^`,
		},
		{
			"author: OR b", `author: needs a value at column 1; for example: author:"jane doe"`, `
author: OR b
^`,
		},
		{
			"title:-kim", "minus sign after a field at column 7; write it before the field, as in -title:missile", `
title:-kim
      ^`,
		},
		{
			"title:(a author:b)", "author: inside the group of title: at column 10; use one field at a time", `
title:(a author:b)
         ^`,
		},
		{
			"kim 🚀 un", "“🚀” has no letters or digits to search for at column 5; " +
				"signs and emoji are found only by a regular expression, such as /🚀/", `
kim 🚀 un
    ^`,
		},
		{
			`北 ""`, "quotes are empty at column 3; put words between them, or remove them", `
北 ""
   ^`,
		},
		{
			"url:*", "url: needs a piece of an address at column 5; for example: url:/pro/", `
url:*
    ^`,
		},
		{
			"k*", "prefix is shorter than 2 letters at column 1; write more of the word before the star", `
k*
^`,
		},
		{
			"*sile", "star inside a term at column 1; it may only end one, as in sanction*", `
*sile
^`,
		},
		{
			`a "b* cc"`, "star inside a term at column 5; it may only end one, as in sanction*", `
a "b* cc"
    ^`,
		},
		{
			"a *", "star stands alone at column 3; leave the filter empty to get everything", `
a *
  ^`,
		},
		{
			"covid-*", "star without a word before it at column 7; it may only follow a letter or digit, as in sanction*", `
covid-*
      ^`,
		},
		{
			"a /b", "regular expression is not closed at column 3; end it with /, or put the text in quotes", `
a /b
  ^`,
		},
		{
			"//", "regular expression is empty at column 1; put a pattern between the slashes, or quote the text", `
//
^`,
		},
		{
			"/usr/bin", "text right after a regular expression at column 6; " +
				`put a space between them, write \/ for a slash inside, or put all in quotes`, `
/usr/bin
     ^`,
		},
		{
			"kim /a*|*b/", "regular expression: missing argument to repetition operator “*” at column 9", `
kim /a*|*b/
        ^`,
		},
		{
			"/(a)(b/", "regular expression: missing closing ) at column 5", `
/(a)(b/
    ^`,
		},
		{
			"/(a))b/", "regular expression: unexpected ) at column 5", `
/(a))b/
    ^`,
		},
		{
			"/[a][z-a]/", "regular expression: invalid character class range “z-a” at column 6", `
/[a][z-a]/
     ^`,
		},
		{
			`/a(?=b)/`, "regular expression: invalid or unsupported Perl syntax “(?=” at column 3; look-around is not supported", `
/a(?=b)/
  ^`,
		},
		{
			`/(a)\1/`, `regular expression: invalid escape sequence “\1” at column 5; ` +
				`back-references are not supported; \\ is a backslash`, `
/(a)\1/
    ^`,
		},
		{
			"/a{9999}/", "regular expression: invalid repeat count “{9999}” at column 3", `
/a{9999}/
  ^`,
		},
		{
			"/(ab){600}/", "regular expression is too large at column 2; use smaller repeat counts, or words", `
/(ab){600}/
 ^`,
		},
		{
			"北朝鮮のミサイルがまた発射されたとの報道 titel:미사일 を北朝鮮のミサイルがまた", "unknown field titel: at column 22; did you mean title:?", `
…また発射されたとの報道 titel:미사일 を…
                        ^`,
		},
		{"a\xff", "filter is not valid UTF-8 at column 2", "\na\n ^"},
	}
	for _, tt := range tests {
		_, err := Parse(tt.in)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%q): %v, want a *SyntaxError", tt.in, err)
			continue
		}
		if diff := cmp.Diff(tt.error, err.Error()); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", tt.in, diff)
		}
		if diff := cmp.Diff(strings.TrimPrefix(tt.caret, "\n"), syntax.Caret()); diff != "" {
			t.Errorf("Parse(%q).Caret() (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestParse_KeepsItsBounds(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("(", n) + "a" + strings.Repeat(")", n) }
	tests := []struct {
		name    string
		in, bad string
		reason  string
		pos     int
	}{
		{"length", strings.Repeat("é", 2000), strings.Repeat("é", 2001), "longer than 2,000 characters", 4000},
		{"terms", strings.Repeat("a ", 200), strings.Repeat("a ", 201), "more than 200 terms", 400},
		{"nesting", nested(50), nested(51), "more than 50 deep", 50},
		{"side by side", strings.Repeat("(a)", 100), strings.Repeat("(", 60), "more than 50 deep", 50},
		{"pattern", "/" + strings.Repeat("a", 500) + "/", "/" + strings.Repeat("a", 501) + "/", "longer than 500", 1},
		{"programs", "/a{250}/ /b{250}/", "/a{250}/ /b{250}/ /c{250}/", "too large", 19},
		{"repeats", "/(?:a{20}){20}/", "/(?:a{20}){50}/", "too large", 1},
		{"classes", "/" + strings.Repeat(`\pL`, 24) + "/", `/\pL/ /` + strings.Repeat(`\PL`, 24) + "/", "too many characters", 7},
		{"ranges", "/[가-힣] [一-龥]/", "/[가-힣] [가-힣]/", "too many characters", 1},
		{"ranges in numbers", `/[\x41-\x{FFFF}]/`, `/[\x41-\x{FFFFFF}]/`, "too many characters", 1},
		{"minus", strings.Repeat("-", 1999) + "a", strings.Repeat("-", 2000), "stands alone", 0},
		{"not", strings.Repeat("NOT ", 400) + "a", strings.Repeat("NOT ", 400), "NOT needs", 399 * 4},
	}
	for _, tt := range tests {
		if _, err := Parse(tt.in); err != nil {
			t.Errorf("%s: at the bound: %v", tt.name, err)
		}
		_, err := Parse(tt.bad)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(syntax.Reason, tt.reason) || syntax.Pos != tt.pos {
			t.Errorf("%s: past the bound: %#v, want %q at %d", tt.name, err, tt.reason, tt.pos)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", `title:(a OR "b c"*) -drill /x  y|z/i`, "NOT (a | b) AND url:/pro/ lang:en", "titel:x", "（a｜b）", `צה"ל`,
		"/(a/", "/a[/ ]", "11.6 13,259 u.s. k*", "“미사일 발사” 北*", "\u200e-\u00ada", "source:\"NK  News\"*", "http://a.b/c_(d)",
		"\x94eؔޮؔؔޮؔؔؔeؔޮؔe", "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0316 \"a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\"",
	} {
		f.Add(s)
	}
	d := NewDocument(launch())
	f.Fuzz(func(t *testing.T, s string) {
		parsed, err := Parse(s)
		if err != nil {
			checkSyntaxError(t, s, err)
			return
		}
		if hits, ok := parsed.Explain(d); ok != parsed.Match(d) {
			t.Errorf("%q matches: %t, but explains %v", s, !ok, hits)
		}
		again, err := Parse(parsed.String())
		if err != nil {
			t.Fatalf("Parse(%q).String() = %q: %v", s, parsed, err)
		}
		if diff := cmp.Diff(parsed.root, again.root, meaning()); diff != "" {
			t.Errorf("Parse(%q).String() = %q means something else:\n%s", s, parsed, diff)
		}
		if parsed.String() != again.String() {
			t.Errorf("Parse(%q).String() = %q, then %q", s, parsed, again)
		}
	})
}

// meaning compares expressions.
func meaning() cmp.Options {
	return cmp.Options{
		cmp.AllowUnexported(not{}, words{}, word{}, whole{}, pattern{}),
		cmp.Comparer(func(a, b *regexp.Regexp) bool { return a.String() == b.String() }),
	}
}

func checkSyntaxError(t *testing.T, s string, err error) {
	var e *SyntaxError
	if !errors.As(err, &e) {
		t.Fatalf("Parse(%q): %v isn't a *SyntaxError", s, err)
	}
	if e.Source != s || e.Pos < 0 || e.Pos > len(s) || e.Pos < len(s) && !utf8.RuneStart(s[e.Pos]) && utf8.ValidString(s) {
		t.Errorf("Parse(%q): fault at %d of %q", s, e.Pos, e.Source)
	}
	if strings.ContainsAny(e.Error(), "\r\n") {
		t.Errorf("Parse(%q): error has several lines: %q", s, e.Error())
	}
	lines := strings.Split(e.Caret(), "\n")
	if len(lines) != 2 || strings.TrimLeft(lines[1], " ") != "^" || columns(lines[0]) > caretBefore+caretAfter+2 ||
		len(lines[1]) > columns(lines[0])+1 {
		t.Errorf("Parse(%q): caret %q", s, lines)
	}
}
