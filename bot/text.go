package bot

import (
	"strings"
	"time"

	"tidings/bot/filter"
)

// Style is a set of ways to set a span apart. An adapter shows those that its platform has.
type Style uint8

// The styles.
const (
	Bold Style = 1 << iota
	Italic
	Strike
	Code // one line of monospace
	Pre  // a block of monospace
)

// Span is a piece of text that looks the same throughout.
type Span struct {
	// Text is what to read. It is never markup; the adapter escapes it.
	Text  string
	Style Style
	// Link is an http(s) address the text leads to, or empty.
	Link string
	// Time, unless zero, is a moment that Text names. A platform that can shows it in the reader's
	// own zone instead of Text.
	Time time.Time
	// Phrase, unless nil, is what Text says in English, or a part of it: neighboring spans with the same Phrase are one.
	Phrase *Phrase
}

// Text is a message in words, as spans. The zero value is empty.
type Text []Span

// Plain returns s as text without any style.
func Plain(s string) Text { return Text{{Text: s}} }

// Styled returns s in the given style.
func Styled(s string, style Style) Text { return Text{{Text: s, Style: style}} }

// Linked returns s leading to url.
func Linked(s, url string) Text { return Text{{Text: s, Link: url}} }

// Join returns its parts one after the other.
func Join(parts ...Text) Text {
	var t Text
	for _, p := range parts {
		t = append(t, p...)
	}
	return t
}

// Lines returns texts one below the other. An empty one is an empty line.
func Lines(lines ...Text) Text {
	var t Text
	for i, line := range lines {
		if i > 0 {
			t = append(t, Span{Text: "\n"})
		}
		t = append(t, line...)
	}
	return t
}

// String returns the words without styles and links.
func (t Text) String() string {
	if len(t) == 1 {
		return t[0].Text
	}
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Empty reports whether there is nothing to read.
func (t Text) Empty() bool {
	for _, s := range t {
		if s.Text != "" {
			return false
		}
	}
	return true
}

// Highlight returns s with the passages that matched in bold. index is the entry of a list field that s
// is, or -1.
func Highlight(s string, hits []filter.Hit, field filter.Field, index int) Text {
	var t Text
	done := 0
	for _, hit := range hits {
		if hit.Field != field || index >= 0 && hit.Index != index || hit.Start < done || hit.End > len(s) {
			continue
		}
		if hit.Start > done {
			t = append(t, Span{Text: s[done:hit.Start]})
		}
		t = append(t, Span{Text: s[hit.Start:hit.End], Style: Bold})
		done = hit.End
	}
	if done < len(s) {
		t = append(t, Span{Text: s[done:]})
	}
	return t
}
