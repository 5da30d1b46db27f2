package feed

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/bot"
	"tidings/internal/htmltext"
)

var (
	nameTag       = regexp.MustCompile(`(?is)<(?:\w+:)?name>(.*?)</`)
	nameInBracket = regexp.MustCompile(`^[^\s@]+@[^\s@]+\s+\(([^)]*)\)$`)
	mail          = regexp.MustCompile(`\s*[(<]?\s*(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+\s*[)>]?`)
	byWord        = regexp.MustCompile(`^(?i:by)[\s:]+`)
	strongBreak   = regexp.MustCompile(`\s*[;|]\s*|\s*,\s+and\s+`)
	weakBreak     = regexp.MustCompile(`\s*,\s+|\s+and\s+|\s+&\s+|\s+et\s+|\s+und\s+|\s+y\s+`)
)

// splitAuthors makes names of what a feed has for one: it drops mail addresses, and takes a list of
// names apart where it is sure to be one.
func splitAuthors(s string) []string {
	if isOneName(s) {
		return []string{bot.CleanText(s, bot.MaxName)}
	}
	if m := nameTag.FindAllStringSubmatch(s, -1); m != nil {
		var names []string
		for _, name := range m {
			names = append(names, splitAuthors(name[1])...)
		}
		return names
	}
	if !strings.Contains(s, "@") || strings.Contains(s, "</") {
		s = htmltext.Plain(s) // but "<j@example.com>" is no markup
	}
	s = strings.TrimSpace(s)
	if m := nameInBracket.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	s = byWord.ReplaceAllString(mail.ReplaceAllString(s, ""), "")
	var names []string
	for _, part := range strongBreak.Split(s, -1) {
		names = append(names, splitList(part)...)
	}
	names = joinSuffixes(names)
	return slices.DeleteFunc(names, func(n string) bool { return n == "" || strings.EqualFold(n, "unknown") })
}

// isOneName reports whether s is an ordinary name and so the common case, with nothing to be done.
func isOneName(s string) bool {
	if strings.ContainsAny(s, "@<>&;:|,()[]") {
		return false
	}
	words := 0
	for w := range strings.FieldsSeq(s) {
		if r, _ := utf8.DecodeRuneInString(w); !unicode.IsUpper(r) || strings.EqualFold(w, "by") || strings.EqualFold(w, "unknown") {
			return false
		}
		words++
	}
	return words > 0
}

// splitList takes "A B, C D and E F" apart, but not "Smith, John" or "Ben & Jerry": each part must be
// a whole name by itself.
func splitList(s string) []string {
	s = strings.Trim(htmltext.Plain(s), " ,")
	parts := weakBreak.Split(s, -1)
	for i, p := range parts {
		if !isWholeName(p) && (i == 0 || !isSuffix(p)) {
			return []string{s}
		}
	}
	return parts
}

const maxNameWords = 5

// isWholeName reports whether s has a first and a last name, or is written without namespaces.
func isWholeName(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > maxNameWords {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	if unicode.Is(unicode.Lo, first) {
		return true
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return len(words) > 1 && unicode.IsUpper(first) && unicode.IsUpper(last)
}

func isSuffix(s string) bool {
	switch strings.ToLower(strings.ReplaceAll(s, ".", "")) {
	case "jr", "sr", "ii", "iii", "phd", "md", "ma", "esq":
		return true
	}
	return false
}

// joinSuffixes gives "Jr." back to the name that it was cut from.
func joinSuffixes(names []string) []string {
	var out []string
	for _, n := range names {
		if len(out) > 0 && isSuffix(n) {
			out[len(out)-1] += ", " + n
			continue
		}
		out = append(out, n)
	}
	return out
}
