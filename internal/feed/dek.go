package feed

import (
	"strings"
	"unicode/utf8"

	"tidings/bot"
)

// How much of an item's content stands in for a dek that it has not, and of its text for a title,
// in characters.
const (
	maxExcerpt      = 400
	maxMadeUpTitle  = 120
	minParagraph    = 40
	shortestCutting = 3 // of the last word's place, as a fraction: no cut before two thirds
)

// dekOf returns the description as plain text, or the beginning of the content if that says nothing.
func dekOf(e *draft, title string) string {
	if e.dek.words != "" {
		if dek := bot.CleanProse(withoutBoilerplate(e.dek.lines(), title), bot.MaxSummary); dek != "" {
			return dek
		}
	}
	if e.content == nil {
		return ""
	}
	var kept []string
	size := 0
	for p := range strings.SplitSeq(withoutBoilerplate(e.content().lines(), title), "\n\n") {
		if p = bot.CleanText(p, bot.MaxSummary); p == "" {
			continue
		}
		kept = append(kept, p)
		if size += utf8.RuneCountInString(p); size >= minParagraph {
			break
		}
	}
	return excerpt(strings.Join(kept, " "), maxExcerpt)
}

// excerpt cuts text to so many characters, if it can between words.
func excerpt(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	cut := string([]rune(text)[:limit-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)-len(cut)/shortestCutting {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:–—-") + "…"
}
