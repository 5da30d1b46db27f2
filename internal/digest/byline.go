package digest

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a name in a byline, so that a headline that ends in a date is not taken for one.
const (
	maxNameWords = 7
	maxNameRunes = 60
)

// byline is the line that ends an article: who wrote it and when.
type byline struct {
	authors []string
	date    date
}

// wideBar is the bar of East Asian typing.
const wideBar = "｜"

var (
	by = regexp.MustCompile(`^(?i:(?:written\s+)?by)(?::\s*|\s+)`)
	// listed splits authors where no "|" does.
	listed = regexp.MustCompile(`,\s+and\s+|,\s+|\s+and\s+|\s+&\s+|\s*;\s*|\s*·\s*|\s*/\s*`)
)

// parseByline reads a byline. Authors set apart by "|" may have any name; others must look like
// one, because prose may end in a date as well.
func parseByline(line string) (byline, bool) {
	before, d, ok := cutDate(line)
	if !ok {
		return byline{}, false
	}
	b := byline{date: d}
	before = by.ReplaceAllString(strings.TrimSpace(strings.ReplaceAll(before, wideBar, "|")), "")
	before = strings.TrimRight(before, " ,-–—·•/")
	if strings.Contains(before, "|") {
		b.authors = splitNames(strings.Split(before, "|"))
		return b, !slices.ContainsFunc(b.authors, isSentence)
	}
	if before == "" {
		return b, true
	}
	b.authors = splitNames(listed.Split(before, -1))
	isNoName := func(s string) bool { return !isName(s) }
	return b, len(b.authors) > 0 && !slices.ContainsFunc(b.authors, isNoName)
}

// splitNames trims names and undoes what an avatar's alternative text leaves: the first name glued
// before itself, as in "Jane DoeJane Doe".
func splitNames(parts []string) []string {
	var names []string
	for _, s := range parts {
		if s = strings.TrimSpace(s); s != "" {
			names = append(names, s)
		}
	}
	if len(names) > 0 {
		names[0] = halve(names[0])
	}
	return names
}

func halve(s string) string {
	for {
		half := s[:len(s)/2]
		if len(s)%2 != 0 || s[len(s)/2:] != half || !strings.Contains(half, " ") || strings.TrimSpace(half) != half {
			return s
		}
		s = half
	}
}

// sentenceMarks are those that hardly any name has.
const sentenceMarks = "?!“”\""

// isSentence reports whether what stands before a "|" is prose after all.
func isSentence(s string) bool {
	return strings.ContainsAny(s, sentenceMarks) || utf8.RuneCountInString(s) > 2*maxNameRunes
}

// isName reports whether s looks like a person's or an agency's name.
func isName(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > maxNameWords || utf8.RuneCountInString(s) > maxNameRunes ||
		strings.ContainsAny(s, "?!:;“”\"…$%") || strings.ContainsFunc(s, unicode.IsDigit) {
		return false
	}
	proper := 0
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, "('‘’@"))
		switch {
		case unicode.IsUpper(r), unicode.IsTitle(r), unicode.Is(unicode.Lo, r):
			proper++
		case !isParticle(w):
			return false
		}
	}
	return proper > 0
}

// isParticle reports whether w is one of the words that names hold in lower case.
func isParticle(w string) bool {
	switch w {
	case "de", "da", "do", "dos", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den",
		"ten", "ter", "zu", "y", "e", "al", "el", "bin", "ibn", "bint", "of", "the", "for", "af", "av":
		return true
	}
	return strings.HasPrefix(w, "al-") || strings.HasPrefix(w, "el-") || strings.HasPrefix(w, "d’") ||
		strings.HasPrefix(w, "d'")
}
