package filter

import "strings"

// Meant returns the filter with its operators in capitals if one seems to have been typed in small letters or in another
// language: in moon or yoon, “or” is a word like any other. Word is the first such operator as typed. Both are empty if nothing is in
// doubt.
func (f *Filter) Meant() (word, text string) {
	p := &parser{src: f.text, doubting: true}
	if _, err := p.filter(); err != nil || len(p.small) == 0 {
		return "", ""
	}
	var b strings.Builder
	from := 0
	if first := p.small[0]; connective(f.text[first[0]:first[1]]) == opNot && meansEverything(f.text[:first[0]]) {
		from = first[0] // everything but x is without x
	}
	for _, at := range p.small {
		b.WriteString(f.text[from:at[0]])
		b.WriteString(connective(f.text[at[0]:at[1]]).String())
		from = at[1]
	}
	b.WriteString(f.text[from:])
	if _, err := Parse(b.String()); err != nil {
		return "", ""
	}
	first := p.small[0]
	return f.text[first[0]:first[1]], b.String()
}

// doubt notes the term read from at, after others, if it may stand for an operator where one could be: before
// a term and, unless it is NOT, not first.
func (p *parser) doubt(at, before int) {
	if !p.doubting { // a million filters are read at a start
		return
	}
	word := p.src[at:p.pos]
	switch op := connective(word); op {
	case opOr, opAnd:
		if before > 0 && p.termFollows() {
			p.small = append(p.small, [2]int{at, at + len(word)})
		}
	case opNot:
		if (before > 0 || strings.EqualFold(word, "not")) && p.termFollows() {
			p.small = append(p.small, [2]int{at, at + len(word)})
		}
	default:
	}
}
