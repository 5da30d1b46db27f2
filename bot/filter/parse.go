package filter

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of one filter. They are far above what people type and keep matching cheap for what they paste.
const (
	maxLength  = 2000 // characters
	maxTerms   = 200
	maxNesting = 50
)

// Parse reads a filter of at most 2,000 characters. A blank one matches everything. Every error is a *SyntaxError. What is
// kept of it lacks combining marks that no script needs.
func Parse(s string) (*Filter, error) {
	p := &parser{src: s}
	if err := p.check(); err != nil {
		return nil, err
	}
	root, err := p.filter()
	if err != nil {
		return nil, err
	}
	return &Filter{text: p.collapsed(), root: root}, nil
}

// parser reads a filter by recursive descent, straight from the text: what a character means depends on where a term
// begins.
type parser struct {
	src        string
	pos        int
	terms      int
	nesting    int
	program    *int     // instructions of all regular expressions so far; nil before the first
	spread     int      // of the characters that they name
	doubting   bool     // notes small
	small      [][2]int // words that would be operators in capitals
	verbatim   [][2]int // where regular expressions stand, whose blanks count
	excluded   int      // NOTs around what is being read
	inflecting []termAt // terms that may be found in other forms, but for those excluded
	named      []Named  // values of fields, but for those excluded
	shunned    []Named  // those excluded
}

func (p *parser) fail(at int, reason, hint string) error {
	return &SyntaxError{Source: p.src, Pos: at, Reason: reason, Hint: hint}
}

// check refuses text that is not worth a look.
func (p *parser) check() error {
	n := 0
	for i, r := range p.src {
		if n++; n > maxLength {
			return p.fail(i, "filter is longer than 2,000 characters", "split it into several subscriptions")
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(p.src[i:]); size == 1 {
				return p.fail(i, "filter is not valid UTF-8", "")
			}
		}
	}
	return nil
}

func (p *parser) filter() (expr, error) {
	p.skipBlanks()
	if p.atEnd() {
		return p.nothing()
	}
	e, err := p.or(Any)
	if err != nil {
		return nil, err
	}
	if !p.atEnd() { // or stops at nothing else
		return nil, p.fail(p.pos, `")" has no "(" before it`, "remove it, or put it in quotes")
	}
	return e, nil
}

// nothing reads a filter in which nothing can be seen. Blanks are no filter, but whoever typed more than these meant something.
func (p *parser) nothing() (expr, error) {
	if at := strings.IndexFunc(p.src, func(r rune) bool { return !unicode.IsSpace(r) }); at >= 0 {
		return nil, p.fail(at, "filter has only invisible characters", "leave it empty to get everything")
	}
	return everything{}, nil
}

// or reads alternatives, up to the end or a closing parenthesis. In is the field of the group that they stand in.
func (p *parser) or(in Field) (expr, error) {
	var kids or
	for {
		kid, err := p.and(in)
		if err != nil {
			return nil, err
		}
		kids = append(kids, kid)
		at := p.pos
		if p.skip(opOr); at == p.pos {
			break
		}
		if !p.termFollows() {
			return nil, p.fail(at, "OR needs something on both sides", "for example: moon OR yoon")
		}
	}
	if len(kids) == 1 {
		return kids[0], nil
	}
	return kids, nil
}

// and reads terms, up to the end, a closing parenthesis or an OR. There is at least one, or an operator out of place.
func (p *parser) and(in Field) (expr, error) {
	var kids and
	for {
		p.skipBlanks()
		at := p.pos
		switch op, _ := p.operator(); {
		case op == opOr && len(kids) == 0:
			return nil, p.fail(at, "OR needs something on both sides", "for example: moon OR yoon")
		case op == opOr, p.closed():
			return kids.simple(), nil
		case op == opAnd:
			p.skip(opAnd)
			if len(kids) == 0 || !p.termFollows() {
				return nil, p.fail(at, "AND needs something on both sides", "for example: nuclear AND missile")
			}
		}
		at = p.pos
		kid, err := p.unary(in)
		if err != nil {
			return nil, err
		}
		p.doubt(at, len(kids))
		kids = append(kids, kid)
	}
}

func (a and) simple() expr {
	if len(a) == 1 {
		return a[0]
	}
	return a
}

// unary reads one term with the NOTs and minus signs before it.
func (p *parser) unary(in Field) (expr, error) {
	negated := false
	for {
		at := p.pos
		if p.skip(opNot); at != p.pos {
			if !p.termFollows() {
				return nil, p.fail(at, "NOT needs something after it", "for example: missile NOT drill")
			}
		} else if p.skipMinus(); at != p.pos {
			if p.blankFollows() || !p.termFollows() {
				return nil, p.fail(at, "minus sign stands alone", "write it right before a word, as in -drill")
			}
		} else {
			break
		}
		negated = !negated
	}
	if !negated {
		return p.primary(in)
	}
	p.excluded++
	e, err := p.primary(in)
	p.excluded--
	if err != nil {
		return nil, err
	}
	return not{e}, nil
}

func (p *parser) primary(in Field) (expr, error) {
	switch {
	case p.peek() == '(':
		return p.group(in)
	case p.quoteAt(p.pos):
		return p.phrase(in)
	case p.src[p.pos] == '/' && in != URL:
		return p.pattern(in)
	case in == URL:
		return p.word(in)
	default:
		return p.fieldOrWord(in)
	}
}

func (p *parser) group(in Field) (expr, error) {
	open := p.pos
	if p.nesting++; p.nesting > maxNesting {
		return nil, p.fail(open, fmt.Sprintf("groups are nested more than %d deep", maxNesting), "")
	}
	p.advance()
	p.skipBlanks()
	if p.peek() == ')' {
		return nil, p.fail(open, "group is empty", "put words between the parentheses, or remove them")
	}
	if p.atEnd() {
		return nil, p.fail(open, `"(" is not closed`, `add the missing ")"`)
	}
	e, err := p.or(in)
	if err != nil {
		return nil, err
	}
	if p.atEnd() {
		return nil, p.fail(open, `"(" is not closed`, `add the missing ")"`)
	}
	p.advance()
	p.nesting--
	return e, nil
}
