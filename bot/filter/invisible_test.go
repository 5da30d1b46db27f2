package filter

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParse_RejectsInvisibleCharacters(t *testing.T) {
	for _, text := range []string{
		"\u200b", " \u200d\ufeff ", "\u2060", "\u00ad", "\u180e", "\u202e\u200f", "\x00", "\u061c", "\U000e0041", "\u3164", "\u2800", "\ufe0f",
		"(\u200b)", "-\u200b", "a OR \u200b", "title:\u200b", "\"\u200b\"", "\u0301\u0302",
	} {
		f, err := Parse(text)
		if _, ok := errors.AsType[*SyntaxError](err); !ok {
			t.Errorf("%+q is the filter %q, %v", text, f, err)
		}
	}
	_, err := Parse(" \u200b")
	want := "filter has only invisible characters at column 2; leave it empty to get everything"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestParse_CutsStacksOfMarks(t *testing.T) {
	for _, text := range []string{"นำ\u0e49", "Tie\u0302\u0301ng", "ב\u05bc\u05b0\u0591", "q" + strings.Repeat("\u0301", maxMarks)} {
		if got := mustParse(t, text).String(); got != text {
			t.Errorf("%+q became %+q", text, got)
		}
	}
	stack := strings.Repeat("\u0e49", 500)
	f := mustParse(t, "ก"+stack+" OR \"ข"+stack+"\" -x")
	if n := utf8.RuneCountInString(f.String()); n > 12+2*maxMarks {
		t.Errorf("a filter with two stacks of marks has %d characters", n)
	}
	if !f.Match(NewDocument(Fields{Title: "กข" + stack})) || !f.Match(NewDocument(Fields{Title: "ก" + stack + stack})) {
		t.Error("a filter does not find the stack that it was written with")
	}
	if n := len(Tokens("ก" + stack)[0]); n > 3*(1+maxMarks) {
		t.Errorf("a word with a stack of marks has %d bytes", n)
	}
}
