package filter

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// SyntaxError says why and where Parse refuses a filter, in words for the person who wrote it.
type SyntaxError struct {
	Source string // the filter as given to Parse
	Pos    int    // byte offset of the fault in Source; its length if something is missing at the end
	Reason string // what is wrong, lower case, without a full stop
	Hint   string // what to do about it, in the same manner; may be empty
}

// Error returns one line: the reason, the column counted in characters from 1, and the hint.
func (e *SyntaxError) Error() string {
	column := utf8.RuneCountInString(e.Source[:e.Pos]) + 1
	s := fmt.Sprintf("%s at column %d", e.Reason, column)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// What Caret shows of a long filter, in columns: enough to see where one is, and no line break on a phone.
const (
	caretBefore = 24
	caretAfter  = 16
)

// Caret returns two lines for a monospace font, without a line feed at the end: the filter, or the part of it around the
// fault between ellipses, and a ^ under the fault. Wide characters count two columns.
func (e *SyntaxError) Caret() string {
	before, after := oneLine(e.Source[:e.Pos]), oneLine(e.Source[e.Pos:])
	if columns(before)+columns(after) > caretBefore+caretAfter {
		before, after = lastColumns(before, caretBefore), firstColumns(after, caretAfter)
	}
	return before + after + "\n" + strings.Repeat(" ", columns(before)) + "^"
}

// oneLine replaces what would break or shift the line by spaces, and leaves out direction marks, which would turn it.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case blank(r):
			return ' '
		case r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r):
			return -1
		default:
			return r
		}
	}, s)
}

func columns(s string) int {
	n := 0
	for _, r := range s {
		n += columnsOf(r)
	}
	return n
}

func columnsOf(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r < utf8.RuneSelf:
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// firstColumns returns s, or as much of its beginning as fits into n columns and an ellipsis.
func firstColumns(s string, n int) string {
	for i, r := range s {
		if n -= columnsOf(r); n < 0 {
			return s[:i] + "…"
		}
	}
	return s
}

// lastColumns returns s, or as much of its end as fits into n columns after an ellipsis.
func lastColumns(s string, n int) string {
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if n -= columnsOf(r); n < 0 {
			return "…" + s[i:]
		}
		i -= size
	}
	return s
}
