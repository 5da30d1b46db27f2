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
	first := p.small[0]
	word = f.text[first[0]:first[1]]
	if connective(word) == opNot && meansEverything(f.text[:first[0]]) {
		text = f.allBut(first[1], p.small[1:])
	} else {
		text = f.withOperators(0, p.small, func(o operator) operator { return o })
	}
	if _, err := Parse(text); err != nil {
		return "", ""
	}
	return word, text
}

// allBut returns what everything but the rest of the filter is: everything but x and y, or x or y, is without both.
func (f *Filter) allBut(from int, small [][2]int) string {
	left := f.withOperators(from, small, func(o operator) operator {
		if o == opAnd {
			return opOr
		}
		return o
	})
	if left = strings.TrimSpace(left); strings.Contains(left, " ") {
		left = "(" + left + ")"
	}
	return opNot.String() + " " + left
}

// withOperators returns the filter from there on, with what is meant by the words of its operators.
func (f *Filter) withOperators(from int, small [][2]int, meant func(operator) operator) string {
	var b strings.Builder
	for _, at := range small {
		b.WriteString(f.text[from:at[0]])
		b.WriteString(meant(connective(f.text[at[0]:at[1]])).String())
		from = at[1]
	}
	b.WriteString(f.text[from:])
	return b.String()
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
