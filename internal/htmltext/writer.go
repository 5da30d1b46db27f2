package htmltext

import (
	"unicode"
	"unicode/utf8"

	"tidings/bot"
)

// writer gathers spans, with white space only between words and never twice.
type writer struct {
	text bot.Text
	size int
	gap  gap // before the next word
}

func (w *writer) space(g gap) { w.gap = max(w.gap, g) }

func (w *writer) write(s string, style bot.Style, link string) {
	if first, _ := utf8.DecodeRuneInString(s); unicode.IsSpace(first) {
		w.space(blank)
	}
	words := bot.CleanText(s, maxOutput-w.size)
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
	last := len(w.text) - 1
	isGap := s == "" || s[0] == ' ' || s[0] == '\n'
	if last >= 0 && (w.text[last].Style == style && w.text[last].Link == link) {
		w.text[last].Text += s
		return
	}
	switch {
	case s == "":
	case isGap && last >= 0 && w.text[last].Style == 0 && w.text[last].Link == "":
		w.text[last].Text += s
	case isGap:
		w.text = append(w.text, bot.Span{Text: s})
	default:
		w.text = append(w.text, bot.Span{Text: s, Style: style, Link: link})
	}
}
