package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/bot/filter"
)

// titleKey returns a title as it is compared with others: its words, folded. Empty if it has none.
func titleKey(title string) string { return strings.Join(filter.Tokens(title), " ") }

const (
	// dekBytes is how much of a dek is compared.
	dekBytes = 400
	// sameDek is the share of words that two reports of one article have in common at least.
	sameDek = 0.6
)

// nearDek reports whether two deks begin alike.
func nearDek(a, b string) bool {
	return jaccard(setOf(filter.Tokens(clip(a))), setOf(filter.Tokens(clip(b)))) >= sameDek
}

// clip cuts a text to dekBytes, between characters.
func clip(s string) string {
	if len(s) <= dekBytes {
		return s
	}
	end := dekBytes
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// title is a title prepared for comparison with others.
type title struct {
	words   []string        // all, in order
	content map[string]bool // what says something: words, and pairs of characters where words cannot be separated
	grams   map[string]bool // words and pairs of neighbors
	bare    map[string]bool // without what counts: numbers, months, days
	cjk     bool
}

// newTitle prepares a title. Chinese, Japanese and Korean are compared by pairs of characters: the first two
// do not show where words end, and Korean words change with their particles.
func newTitle(text string) title {
	t := title{words: filter.Tokens(text), content: map[string]bool{}, grams: map[string]bool{}, bare: map[string]bool{}}
	var before rune
	for i, word := range t.words {
		if isCJK(word) {
			t.cjk = true
			for _, r := range word {
				if before != 0 {
					t.content[string([]rune{before, r})] = true
				}
				before = r
				if !counts(string(r)) {
					t.bare[string(r)] = true
				}
			}
			continue
		}
		before = 0
		if !counts(word) {
			t.bare[word] = true
		}
		if !isFiller(word) {
			t.content[word] = true
		}
		t.grams[word] = true
		if i > 0 {
			t.grams[t.words[i-1]+" "+word] = true
		}
	}
	if t.cjk {
		t.grams = t.content
	}
	return t
}

const (
	// fewest is how many contents a title needs before its being contained in another says anything.
	fewest = 4
	// contained and overlapping are the bounds of likeness. Measured on pairs of headlines: 45 false in a
	// million, and nine in ten of those with a changed word or a clause more or less are found.
	contained   = 0.8
	overlapping = 0.5
	// The bounds for pairs of characters; TestAlike_FindsStories has what they were measured on.
	containedCJK   = 0.75
	overlappingCJK = 0.45
)

// alike reports whether two titles report one story. Titles that differ in nothing but numbers, months and
// days are parts of a series: they do not.
func (t *title) alike(o *title) bool {
	least, most := contained, overlapping
	if t.cjk && o.cjk {
		least, most = containedCJK, overlappingCJK
	}
	shared := common(t.content, o.content)
	fewer := min(len(t.content), len(o.content))
	if t.isSeriesOf(o) || fewer == 0 {
		return false
	}
	return fewer >= fewest && float64(shared) >= least*float64(fewer) || jaccard(t.grams, o.grams) >= most
}

// isSeriesOf reports whether two titles differ, but only in what counts.
func (t *title) isSeriesOf(o *title) bool {
	if strings.Join(t.words, " ") == strings.Join(o.words, " ") {
		return false
	}
	return len(t.bare) == len(o.bare) && common(t.bare, o.bare) == len(t.bare)
}

func setOf(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// common counts what two sets share.
func common(a, b map[string]bool) int {
	if len(b) < len(a) {
		a, b = b, a
	}
	n := 0
	for w := range a {
		if b[w] {
			n++
		}
	}
	return n
}

// jaccard is the share of what two sets have in common, 0 if both are empty.
func jaccard(a, b map[string]bool) float64 {
	shared := common(a, b)
	if shared == 0 {
		return 0
	}
	return float64(shared) / float64(len(a)+len(b)-shared)
}

// isCJK reports whether a word is written in a script that is compared by pairs of characters.
func isCJK(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r == 'ー'
}

// counts reports whether a word, in folded form, is a number, an ordinal, a month or a day, or a character of one.
func counts(word string) bool {
	if r, _ := utf8.DecodeRuneInString(word); unicode.IsDigit(r) {
		return true
	}
	switch word {
	case "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
		"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
		"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x",
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
		"mon", "tue", "wed", "thu", "fri", "sat", "sun",
		"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "百", "千", "万",
		"上", "中", "下", "前", "后", "後", "월", "화", "수", "목", "금", "토", "일", "상", "하", "月", "火", "水", "木", "金", "土", "日":
		return true
	}
	return false
}

// isFiller reports whether a word, in folded form, says little of what an English headline is about.
func isFiller(word string) bool {
	switch word {
	case "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "in", "into", "is", "it", "its",
		"of", "on", "or", "over", "s", "t", "that", "the", "this", "to", "was", "were", "will", "with",
		"after", "amid", "but", "not", "says", "say", "said", "new",
		// what is put before a headline
		"breaking", "update", "exclusive", "analysis", "opinion", "video", "watch", "live", "news":
		return true
	}
	return false
}
