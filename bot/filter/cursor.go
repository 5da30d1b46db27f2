package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// operator is a word or sign between terms.
type operator int

const (
	opNone operator = iota
	opOr
	opAnd
	opNot
)

// operator returns the operator that stands here, and its length. Words are operators only in capitals.
func (p *parser) operator() (operator, int) {
	if p.peek() == '|' {
		end := p.pos
		for end < len(p.src) && plainAt(p.src, end) == '|' {
			end += sizeAt(p.src, end)
		}
		return opOr, end - p.pos
	}
	if p.atEnd() || !strings.ContainsRune("OAN&", rune(p.src[p.pos])) {
		return opNone, 0
	}
	word := p.src[p.pos:p.wordEnd()]
	switch word {
	case "OR":
		return opOr, len(word)
	case "AND", "&", "&&":
		return opAnd, len(word)
	case "NOT":
		return opNot, len(word)
	default:
		return opNone, 0
	}
}

// skip goes past the operator and the blanks after it, if it is this one.
func (p *parser) skip(want operator) {
	if op, size := p.operator(); op == want {
		p.pos += size
		p.skipBlanks()
	}
}

// takeMinus goes past minus signs. Several count as one: phones make a dash of two.
func (p *parser) skipMinus() {
	for p.peek() == '-' {
		p.advance()
	}
}

// termFollows reports whether a term begins after the blanks here, if only with a NOT.
func (p *parser) termFollows() bool {
	p.skipBlanks()
	op, _ := p.operator()
	return !p.closed() && op != opOr && op != opAnd
}

// closed reports whether a group, or the filter, ends here.
func (p *parser) closed() bool { return p.atEnd() || p.peek() == ')' }

func (p *parser) atEnd() bool { return p.pos == len(p.src) }

// peek returns the plain form of the character here, or 0 at the end.
func (p *parser) peek() rune {
	if p.atEnd() {
		return 0
	}
	return plainAt(p.src, p.pos)
}

func (p *parser) advance() { p.pos += sizeAt(p.src, p.pos) }

func (p *parser) blankFollows() bool { return p.atEnd() || blank(p.peek()) }

// skipBlanks goes past blanks and invisible characters.
func (p *parser) skipBlanks() {
	for !p.atEnd() {
		r, size := utf8.DecodeRuneInString(p.src[p.pos:])
		if !blank(r) && !unicode.Is(unicode.Cf, r) {
			return
		}
		p.pos += size
	}
}

// wordEnd returns where the word that begins here ends: at a blank, parenthesis, bar or quotation mark.
func (p *parser) wordEnd() int {
	for i := p.pos; i < len(p.src); i += sizeAt(p.src, i) {
		if c := p.src[i]; 'a' <= c && c <= 'z' {
			continue
		}
		switch r := plainAt(p.src, i); {
		case r == '(', r == ')', r == '|', blank(r), p.quoteAt(i):
			return i
		}
	}
	return len(p.src)
}

// quoteAt reports whether a quotation mark stands at i, and not the mark within a Hebrew abbreviation (צה"ל).
func (p *parser) quoteAt(i int) bool {
	if i == len(p.src) || plainAt(p.src, i) != '"' {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(p.src[:i])
	after, _ := utf8.DecodeRuneInString(p.src[i+sizeAt(p.src, i):])
	return !unicode.Is(unicode.Hebrew, before) || !unicode.Is(unicode.Hebrew, after)
}

func plainAt(s string, i int) rune {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return plain(r)
}

func sizeAt(s string, i int) int {
	_, size := utf8.DecodeRuneInString(s[i:])
	return size
}

// collapsed returns the filter trimmed, with single spaces and without stacks of marks, but regular expressions as they are.
func (p *parser) collapsed() string {
	if len(p.verbatim) == 0 {
		return strings.TrimSpace(singleSpaces(withoutStacks(p.src)))
	}
	var b strings.Builder
	from := 0
	for _, v := range p.verbatim {
		b.WriteString(singleSpaces(withoutStacks(p.src[from:v[0]])))
		b.WriteString(p.src[v[0]:v[1]])
		from = v[1]
	}
	b.WriteString(singleSpaces(withoutStacks(p.src[from:])))
	return strings.TrimSpace(b.String())
}

// singleSpaces replaces every run of blanks by one space.
func singleSpaces(s string) string {
	if singleSpaced(s) {
		return s
	}
	var b strings.Builder
	inBlank := false
	for _, r := range s {
		if blank(r) {
			inBlank = true
			continue
		}
		if inBlank {
			b.WriteByte(' ')
		}
		inBlank = false
		b.WriteRune(r)
	}
	if inBlank {
		b.WriteByte(' ')
	}
	return b.String()
}

// singleSpaced reports whether no blanks follow each other, and all are spaces.
func singleSpaced(s string) bool {
	last := rune(0)
	for _, r := range s {
		if blank(r) && (r != ' ' || last == ' ') {
			return false
		}
		last = r
	}
	return true
}
