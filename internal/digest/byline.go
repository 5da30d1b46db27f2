package digest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/internal/lazyregexp"
)

// Bounds of a name in a byline, so that a headline that ends in a date isn't mistaken for one.
const (
	maxNameWords = 7
	maxNameRunes = 60
)

// byline is the line that ends an article: who wrote it and when.
type byline struct {
	authors []string
	date    date
	// perhapsTitle says that only the form of its words tells it from a title that ends in a date in brackets.
	perhapsTitle bool
}

// wideBar is the bar of East Asian typing.
const wideBar = "｜"

var (
	by = lazyregexp.New(`^(?i:(?:(?:written|words|story|report(?:ed|ing)?|posted|published|compiled|text)\s+)?by)(?::\s*|\s+)`)
	// foreignBy matches it in German, French, Spanish, Portuguese and Dutch, where more than one word follows: some names begin
	// so. What ends in a colon is no name in any language.
	foreignBy = lazyregexp.New(`^(?i:(?:(?:text\s+)?von|par|por|door)(?::\s*|\s+)|(?:auth?or(?:in)?|auteur|autore|автор|text[eo]?|testo|tekst|di|av|af)\s?:\s*)(\S+\s+\S.*)$`)
	// shortBy matches it in Italian and the Nordic languages. Elsewhere these are names: Di Nguyen Tran.
	shortBy = lazyregexp.New(`^(?i:di|av|af)\s+(\S+\s+\S.*)$`)
	// listed splits authors where no "|" does.
	listed = lazyregexp.New(`,\s+and\s+|,\s+|\s+(?:and|und|et|with)\s+|\s+[&+]\s+|\s*;\s*|\s*·\s*|\s*•\s*|\s*/\s*`)
	// foreignAnd stands between two whole names in other languages. Within one it is part of it: Ramón y Cajal.
	foreignAnd = lazyregexp.New(`\s+(?:y|e|en|och|og|ja|i|ve|и)\s+`)
	// andNames matches what stands between two authors where "|" sets others apart.
	andNames = lazyregexp.New(`\s+(?:and|und|et|with|[&+])\s+`)
	// bracketed matches a date in brackets.
	bracketed = lazyregexp.New(`\s*\(([^()]*\d{4}[^()]*)\)$`)
	// published matches what some put before the date.
	published = lazyregexp.New(`(?i)(?:^|[\s,|·•–—-]+)(?:(?:first|last)\s+)?(?:published|posted|updated|veröffentlicht|aktualisiert|publié|mis à jour|publicado|actualizado)(?:\s+on)?:?$`)
	// readingTime matches the reading time beside a date.
	readingTime = lazyregexp.New(`(?i)\s*(?:[·•|,–—-]\s*)?\(?\b\d{1,3}[\s-]?min(?:ute)?s?\.?(?:\s+(?:read|lesezeit|de\s+lecture|de\s+lectura))\)?(?:\s*[·•|–—-])?\s*`)
	// dateThen matches what stands between a date and the authors after it.
	dateThen = lazyregexp.New(`^\s*(?:(?:[|｜·•・»/–—-]|//)\s*(?i:by\s+)?|(?i:by)\s+)`)
	// updated matches what says that the date behind it is that of the last change.
	updated = lazyregexp.New(`(?i)[\s,|·•–—(-]+(?:last\s+)?(?:updated|modified|aktualisiert|mis à jour|actualizado|aggiornato)(?:\s+(?:on|am|le|el|il))?\s*:?\s*$`)
	// behind matches what sites print behind the date: a section, or how many comments there are.
	behind = lazyregexp.New(`^(.*\d{4}.*?)(?:\s*[|·•]\s*(\d+\s+comments?|[^|·•\d]+)|\s+\d+\s+comments?)$`)
	// staff matches who signs for a whole newsroom.
	staff = lazyregexp.New(`^(?i:(?:our\s+|the\s+)?(?:staff|news|wire|web)\s+(?:writers?|reporters?|reports?|desk|services?|team)(?:\s+and\s+agencies)?)$`)
)

// parseByline reads a byline. Authors set apart by "|" may have any name; others must look like
// one, because prose may end in a date as well.
func parseByline(line string) (byline, bool) {
	given := withoutReadingTime(line)
	line = bracketed.ReplaceAllString(given, " $1")
	before, d, ok := cutDate(line)
	if !ok {
		return dateWithin(line)
	}
	if first, was, ok := cutDate(updated.ReplaceAllString(before, "")); ok && updated.MatchString(before) {
		before, d = first, was
	}
	if rest, again, ok := cutDate(strings.TrimSpace(before)); ok && again == d {
		before = rest // printed long and short, for screens of two sizes
	}
	b := byline{date: d}
	before = strings.TrimSpace(strings.ReplaceAll(before, wideBar, "|"))
	before, isBy := cutBy(before, line[len(before):])
	before = published.ReplaceAllString(before, "")
	if isBy {
		before = strings.TrimSuffix(before, " on")
	}
	before = strings.TrimRight(before, " ,-–—·•・›»~/")
	if strings.Contains(before, "|") {
		b.barred(before)
		return b, !slices.ContainsFunc(b.authors, isSentence)
	}
	if before == "" {
		return b, true
	}
	b.authors = listOf(before)
	b.perhapsTitle = line != given && !isBy
	isNoName := func(s string) bool { return !isName(s) }
	return b, len(b.authors) > 0 && !slices.ContainsFunc(b.authors, isNoName)
}

// withoutTitles returns lines of which those are no bylines that may be titles, where others are bylines beyond doubt.
func withoutTitles(lines []line) []line {
	isSure := func(l line) bool { return l.kind == anchor && len(l.byline.authors) > 0 && !l.byline.perhapsTitle }
	if !slices.ContainsFunc(lines, isSure) {
		return lines
	}
	lines = slices.Clone(lines)
	for i := range lines {
		if l := &lines[i]; l.byline.perhapsTitle {
			l.kind, l.byline = text, byline{}
		}
	}
	return lines
}

// cutBy cuts the word from a line that says that names follow. Behind them stands a date, or nothing.
func cutBy(s, dated string) (names string, ok bool) {
	if m := foreignBy.FindStringSubmatch(s); m != nil {
		return m[1], true
	}
	if m := shortBy.FindStringSubmatch(s); m != nil && (unicode.IsLower(rune(s[0])) || hasSmallMonth(dated)) {
		return m[1], true
	}
	names = by.ReplaceAllString(s, "")
	return names, names != s
}

// hasSmallMonth reports whether the month of a date begins with a small letter, as in languages other than English and German.
func hasSmallMonth(date string) bool {
	return strings.ContainsFunc(date, unicode.IsLower) && !strings.ContainsFunc(date, unicode.IsUpper)
}

// listOf returns the authors of a list that no "|" sets apart.
func listOf(s string) (names []string) {
	for _, part := range listed.Split(s, -1) {
		names = append(names, persons(part, foreignAnd)...)
	}
	return splitNames(names)
}

// persons splits a text at a word that means "and", if what stands on both sides is a person's name.
func persons(s string, and *lazyregexp.Regexp) []string {
	parts := and.Split(strings.TrimSpace(s), -1)
	if slices.ContainsFunc(parts, func(name string) bool { return !isPerson(name) }) {
		return []string{s}
	}
	return parts
}

// barred reads authors set apart by "|", or an author with an outlet and a section, as in
// "Jane Doe, The Example | Weather | January 20, 2021", or "Jane Doe and Bo Roe | The Example | January 20, 2021".
func (b *byline) barred(s string) {
	b.authors = splitNames(strings.Split(s, "|"))
	const nameAndSection = 2
	if !strings.HasSuffix(s, "|") || strings.HasPrefix(s, "|") {
		return
	}
	if names := listOf(s[:strings.Index(s, "|")]); len(b.authors) == 1 && len(names) > 1 && !slices.ContainsFunc(names, isOutlet) {
		b.authors = names
	}
	if len(b.authors) > 0 {
		b.authors = slices.Concat(persons(b.authors[0], andNames), b.authors[1:])
	}
	if len(b.authors) != nameAndSection {
		return
	}
	name, outlet, ok := strings.Cut(b.authors[0], ", ")
	if ok && isPerson(name) && isName(outlet) && isName(b.authors[1]) && !isPerson(b.authors[1]) {
		b.authors = []string{name}
	}
}

func withoutReadingTime(s string) string {
	if !strings.Contains(strings.ToLower(s), "min") {
		return s
	}
	return strings.TrimRight(readingTime.ReplaceAllString(s, " · "), " ·•|–—-")
}

// dateWithin reads a byline that has something behind its date: its authors, or, behind a date that follows them, a section.
func dateWithin(line string) (byline, bool) {
	const longest = 3 // words of a section
	if b, ok := dateFirst(line); ok {
		return b, true
	}
	m := behind.FindStringSubmatch(line)
	if m == nil || len(strings.Fields(m[2])) > longest || strings.ContainsAny(m[2], sentenceMarks) {
		return byline{}, false
	}
	if _, _, ok := cutDate(m[1]); !ok {
		return byline{}, false
	}
	b, ok := parseByline(m[1])
	return b, ok && len(b.authors) > 0
}

// dateFirst reads a byline that begins with its date, as in "January 20, 2021 | Jane Doe".
func dateFirst(line string) (byline, bool) {
	d, after, ok := cutDateOff(line)
	then := dateThen.FindString(after)
	if !ok || then == "" || issueAfter.MatchString(line) {
		return byline{}, false
	}
	b := byline{date: d}
	for _, name := range splitNames(strings.FieldsFunc(after[len(then):], func(r rune) bool { return strings.ContainsRune("|｜·•", r) })) {
		if !isLabel(name) {
			b.authors = append(b.authors, listOf(name)...)
		}
	}
	isNoName := func(s string) bool { return !isName(s) }
	return b, len(b.authors) > 0 && !slices.ContainsFunc(b.authors, isNoName)
}

// namesOf returns the authors on a line that names nothing else, as in "By Jane Doe and John Smith", or nil.
func namesOf(s string) []string {
	s, ok := cutBy(s, "")
	if !ok {
		return nil
	}
	isNoName := func(s string) bool { return !isName(s) }
	names := splitNames(strings.FieldsFunc(s, func(r rune) bool { return r == '|' }))
	var all []string
	for _, name := range names {
		all = append(all, listOf(name)...)
	}
	if len(all) == 0 || slices.ContainsFunc(all, isNoName) {
		return nil
	}
	return all
}

// isPerson reports whether s looks like the name of one person.
func isPerson(s string) bool {
	const most = 4
	n := len(strings.Fields(s))
	return n > 1 && n <= most && isName(s) && !strings.ContainsAny(s, "&,/|:")
}

// isOutlet reports whether what stands among the names of authors is hardly one.
func isOutlet(s string) bool { return !isPerson(s) || strings.HasPrefix(s, "The ") }

// splitNames trims names, and repairs the first one where the alternative text of an avatar is glued to
// it, as in "Jane DoeJane Doe".
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

// sentenceMarks are punctuation that hardly any name contains.
const sentenceMarks = "?!“”\""

// isSentence reports whether the words before a "|" are prose after all.
func isSentence(s string) bool {
	return strings.ContainsAny(s, sentenceMarks) || utf8.RuneCountInString(s) > 2*maxNameRunes
}

// isName reports whether s looks like a person's or an agency's name.
func isName(s string) bool {
	words := strings.Fields(s)
	if staff.MatchString(s) {
		return true
	}
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

// isParticle reports whether w is a lower-case word that may be part of a name.
func isParticle(w string) bool {
	switch w {
	case "de", "da", "do", "dos", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den",
		"ten", "ter", "zu", "y", "e", "al", "el", "bin", "ibn", "bint", "of", "the", "for", "af", "av":
		return true
	}
	return strings.HasPrefix(w, "al-") || strings.HasPrefix(w, "el-") || strings.HasPrefix(w, "d’") ||
		strings.HasPrefix(w, "d'")
}
