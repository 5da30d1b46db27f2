package htmltext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/bot"
)

// writer gathers spans, with white space only between words and never twice.
type writer struct {
	text bot.Text // the spans before the last
	size int
	// limit is how many bytes the text may have.
	limit int
	gap   gap // before the next word
	// last is the span being written, which looks so.
	last  strings.Builder
	style bot.Style
	link  string
}

func (w *writer) space(g gap) { w.gap = max(w.gap, g) }

func (w *writer) write(s string, style bot.Style, link string) {
	if first, _ := utf8.DecodeRuneInString(s); unicode.IsSpace(first) {
		w.space(blank)
	}
	words := bot.CleanText(s, w.limit-w.size)
	if words == "" {
		return
	}
	if w.size > 0 {
		w.add(w.gap.String(), style, link)
	}
	w.add(words, style, link)
	w.gap = none
	if last, _ := utf8.DecodeLastRuneInString(s); unicode.IsSpace(last) {
		w.gap = blank
	}
}

// add appends s to the last span if it looks the same. White space between two spans goes with the
// first, so that no link or style begins with it.
func (w *writer) add(s string, style bot.Style, link string) {
	w.size += len(s)
	isGap := s == "" || s[0] == ' ' || s[0] == '\n'
	switch {
	case s == "":
	case w.last.Len() > 0 && w.style == style && w.link == link:
		w.last.WriteString(s)
	case isGap && w.last.Len() > 0 && w.style == 0 && w.link == "":
		w.last.WriteString(s)
	case isGap:
		w.begin(s, 0, "")
	default:
		w.begin(s, style, link)
	}
}

// begin ends the last span and begins another.
func (w *writer) begin(s string, style bot.Style, link string) {
	w.end()
	w.last.WriteString(s)
	w.style, w.link = style, link
}

func (w *writer) end() {
	if w.last.Len() > 0 {
		w.text = append(w.text, bot.Span{Text: w.last.String(), Style: w.style, Link: w.link})
		w.last.Reset()
	}
}
