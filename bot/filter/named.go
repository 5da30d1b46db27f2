package filter

import (
	"strings"
	"unicode"
)

// Named is a value of a field that articles have or don't have: a source, an author, a tag or a language.
type Named struct {
	Field Field
	Value string // as written, without quotes and star

	from, to     int // of Value, in the text of the filter
	quoted, star bool
}

// String returns the term as it is written in a filter.
func (n Named) String() string {
	value := n.Value
	if n.quoted {
		value = `"` + value + `"`
	}
	if n.star {
		value += "*"
	}
	return n.Field.String() + ":" + value
}

// Named returns the values that articles need for f to match them, or one of which they need. Excluded ones are not among
// them.
func (f *Filter) Named() []Named {
	p := &parser{src: f.text}
	if _, err := p.filter(); err != nil {
		return nil
	}
	return p.named
}

// MentionsSource reports whether a term of f asks for a source by its name, or excludes it.
func (f *Filter) MentionsSource(name string) bool {
	p := &parser{src: f.text}
	if _, err := p.filter(); err != nil {
		return false
	}
	d := NewDocument(Fields{Source: name})
	for _, n := range append(p.named, p.shunned...) {
		if n.Field != Source {
			continue
		}
		if term, err := Parse(n.String()); err == nil && term.Match(d) {
			return true
		}
	}
	return false
}

// Replace returns the filter with another value in the place of one that Named returned. Parse accepts it.
func (f *Filter) Replace(n Named, value string) string {
	value = strings.ReplaceAll(value, `"`, "")
	parts := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' }
	if !n.quoted && strings.ContainsFunc(value, parts) {
		value = `"` + value + `"`
	}
	return f.text[:n.from] + value + f.text[n.to:]
}

// name notes a term that names a value.
func (p *parser) name(t term) {
	switch t.field {
	case Source, Author, Tag, Lang:
	default:
		return
	}
	at := strings.Index(p.src[t.at:], t.text)
	if at < 0 {
		return
	}
	at += t.at
	n := Named{t.field, t.text, at, at + len(t.text), t.quoted, t.star >= 0}
	if p.excluded > 0 {
		p.shunned = append(p.shunned, n)
	} else {
		p.named = append(p.named, n)
	}
}
