package filter

import "strings"

// Meant returns the filter with its operators in capitals if one seems to have been typed in small letters: in
// moon or yoon, “or” is a word like any other. Word is the first such operator as typed. Both are empty if nothing is in
// doubt.
func (f *Filter) Meant() (word, text string) {
	p := &parser{src: f.text}
	if _, err := p.filter(); err != nil || len(p.small) == 0 {
		return "", ""
	}
	var b strings.Builder
	from := 0
	for _, at := range p.small {
		b.WriteString(f.text[from:at[0]])
		b.WriteString(strings.ToUpper(f.text[at[0]:at[1]]))
		from = at[1]
	}
	b.WriteString(f.text[from:])
	if _, err := Parse(b.String()); err != nil {
		return "", ""
	}
	first := p.small[0]
	return f.text[first[0]:first[1]], b.String()
}

// doubt notes the term read from at, after others, if it is an operator in small letters where an operator could be: before
// a term and, unless it is NOT, not first.
func (p *parser) doubt(at, before int) {
	end := p.pos
	if end-at > len("and") {
		return
	}
	switch strings.ToUpper(p.src[at:end]) {
	case "OR", "AND":
		if before > 0 && p.termFollows() {
			p.small = append(p.small, [2]int{at, end})
		}
	case "NOT":
		if p.termFollows() {
			p.small = append(p.small, [2]int{at, end})
		}
	}
}
