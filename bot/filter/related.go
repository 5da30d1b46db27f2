package filter

import (
	"slices"
	"strings"
)

// derivation is an ending that makes another word of an English word, and how long the word must be at least for the ending
// to be more than a coincidence, as in “united”.
type derivation struct {
	ending string
	least  int
}

func derivations() []derivation {
	return []derivation{
		{"ed", 3},
		{"ing", 3},
		{"er", 5},
		{"or", 5},
		{"ion", 5},
		{"al", 4},
		{"ial", 5},
		{"ment", 4},
		{"ist", 4},
		{"able", 4},
		{"n", 4},
		{"an", 4},
		{"ian", 4},
		{"ry", 5},
		{"like", 4},
		{"ly", 5},
	}
}

// related reports whether two folded words are forms of one English word, though not its singular and plural: sanction
// and sanctioned, korea and korean. It errs now and then, so it is only good for asking.
func related(a, b string) bool {
	if sameStem(a, b) {
		return false
	}
	from := roots(b)
	return slices.ContainsFunc(roots(a), func(root string) bool { return slices.Contains(from, root) })
}

// roots returns the stem of a word and those of the words that it may be derived from.
func roots(word string) []string {
	if !allLetters(word) {
		return nil
	}
	single := singularOf(word)
	list := []string{stemOf(word).text}
	for _, d := range derivations() {
		base, ok := strings.CutSuffix(single, d.ending)
		if !ok {
			continue
		}
		for _, root := range []string{base, base + "e", undoubled(base)} {
			if len(root) >= d.least {
				list = append(list, stemOf(root).text)
			}
		}
	}
	return list
}

// singularOf returns the form of a word that ends with neither a plural s nor what comes with it.
func singularOf(word string) string {
	s := stemOf(word)
	switch s.ending {
	case bareEnding, eEnding:
		return word
	default:
		return s.text + endings(s.kind)[bareEnding]
	}
}

// undoubled returns bann as ban.
func undoubled(s string) string {
	if n := len(s); n > 1 && s[n-1] == s[n-2] {
		return s[:n-1]
	}
	return s
}
