package digest

import (
	"slices"
	"strings"
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
}

func sequenceOf(paragraphs []paragraph) *sequence {
	s := &sequence{lines: flattenNumbered(paragraphs)}
	s.may, s.tail = make([]uint, len(s.lines)), len(s.lines)
	for i := range s.lines {
		s.may[i] = partsOf(&s.lines[i])
	}
	if i := slices.IndexFunc(s.lines, func(l line) bool { return l.kind == text }); i >= 0 && latest.MatchString(s.lines[i].text) {
		s.may[i] = 0
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

// isBreak reports whether an empty line stands above the i-th.
func (s *sequence) isBreak(i int) bool { return s.lines[i].paragraph != s.lines[i-1].paragraph }
