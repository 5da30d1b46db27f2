package digest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// part is what a line of an article is.
type part int

const (
	titleLine  part = iota
	dekLine         // which an article may lack
	namesLine       // its authors alone
	dateLine        // its date alone
	bylineLine      // its date, with its authors or without
	lineParts       // how many there are
)

// pattern is how the lines of every article of a digest stand: which is where, and behind which of them is an empty line.
type pattern struct {
	order  []part
	breaks uint // bit by bit
}

// patterns are all that are tried: whatever the order is, a title stands above its dek.
var patterns = allPatterns()

func allPatterns() []pattern {
	var all []pattern
	for _, set := range [][]part{
		{titleLine, dekLine, bylineLine}, {titleLine, dekLine, namesLine, dateLine}, {titleLine, bylineLine}, {titleLine, namesLine, dateLine},
	} {
		for _, order := range orders(set) {
			dek := slices.Index(order, dekLine)
			if dek >= 0 && dek < slices.Index(order, titleLine) {
				continue
			}
			for breaks := range uint(1) << (len(order) - 1) {
				all = append(all, pattern{order, breaks})
			}
		}
	}
	return all
}

// orders returns the permutations of a set.
func orders(set []part) [][]part {
	if len(set) < 2 {
		return [][]part{set}
	}
	var all [][]part
	for i, p := range set {
		for _, rest := range orders(slices.Delete(slices.Clone(set), i, i+1)) {
			all = append(all, append([]part{p}, rest...))
		}
	}
	return all
}

// partsOf returns what a line may be, bit by bit.
func partsOf(l *line) (may uint) {
	switch l.kind {
	case anchor:
		may = 1 << bylineLine
		if len(l.byline.authors) == 0 {
			may |= 1 << dateLine
		}
	case signed:
		may = 1 << namesLine
	case text:
		may = 1<<titleLine | 1<<dekLine
		if authorsOn(l.text) != nil {
			may |= 1 << namesLine
		}
	}
	return may
}

// authorsOn returns the authors on a line that names nothing else, nil if it may be anything else.
func authorsOn(s string) []string {
	if names := namesOf(s); names != nil {
		return names
	}
	names := splitNames(strings.Split(strings.ReplaceAll(s, wideBar, "|"), "|"))
	if len(names) == 1 {
		names = listOf(s)
	}
	if len(names) == 0 || slices.ContainsFunc(names, func(s string) bool { return !isPerson(s) }) {
		return nil
	}
	return names
}

// sequence is the lines of a document, and what each may be.
type sequence struct {
	lines []line
	may   []uint // see partsOf
	tail  int    // where the words begin with which newsletters end
	noted int    // the number of the line with the edition's day below a note, or 0
}

func sequenceOf(paragraphs []paragraph) *sequence {
	s := &sequence{lines: flattenNumbered(paragraphs)}
	s.may, s.tail = make([]uint, len(s.lines)), len(s.lines)
	for i := range s.lines {
		s.may[i] = partsOf(&s.lines[i])
	}
	if e, ok := findEdition(paragraphs); ok && e.isNoted {
		s.noted = flatten(e.above)[len(flatten(e.above))-1].number
	}
	if i := slices.IndexFunc(s.lines, func(l line) bool { return l.kind == text }); i >= 0 && latest.MatchString(s.lines[i].text) {
		s.may[i] = 0
	}
	for i := range s.lines {
		if s.may[i] != 0 && s.isAboveDate(i) && shortNames(s.lines[i].text) != nil {
			s.may[i] |= 1 << namesLine
		}
	}
	isDated := func(i int) bool { return s.lines[i].kind == anchor }
	for s.tail > 0 && !isDated(s.tail-1) {
		s.tail--
	}
	for s.tail < len(s.lines) && !footer.MatchString(s.lines[s.tail].text) {
		s.tail++
	}
	return s
}

// isAboveDate reports whether the line below is a date alone.
func (s *sequence) isAboveDate(i int) bool { return i+1 < len(s.lines) && isBareDate(s.lines[i+1]) }

// shortNames returns the names on a line in Chinese, Japanese or Korean, which have no space between them, nil if there is anything else.
func shortNames(s string) []string {
	const shortest, longest = 2, 6
	names := splitNames(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("|｜·・、,", r) }))
	for _, name := range names {
		isOther := func(r rune) bool {
			return !unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
		}
		if n := utf8.RuneCountInString(name); n < shortest || n > longest || strings.ContainsFunc(name, isOther) {
			return nil
		}
	}
	return names
}

// isBreak reports whether an empty line stands above the i-th.
func (s *sequence) isBreak(i int) bool { return s.lines[i].paragraph != s.lines[i-1].paragraph }
