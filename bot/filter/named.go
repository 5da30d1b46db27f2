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

// Replace returns the filter with another value in the place of one that Named returned. Parse accepts it.
func (f *Filter) Replace(n Named, value string) string {
	value = strings.ReplaceAll(value, `"`, "")
	parts := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' }
	if !n.quoted && strings.ContainsFunc(value, parts) {
		value = `"` + value + `"`
	}
	return f.text[:n.from] + value + f.text[n.to:]
}

// name notes a term that names a value, unless it excludes it.
func (p *parser) name(t term) {
	switch t.field {
	case Source, Author, Tag, Lang:
	default:
		return
	}
	if p.excluded > 0 {
		return
	}
	at := strings.Index(p.src[t.at:], t.text)
	if at < 0 {
		return
	}
	at += t.at
	p.named = append(p.named, Named{t.field, t.text, at, at + len(t.text), t.quoted, t.star >= 0})
}
