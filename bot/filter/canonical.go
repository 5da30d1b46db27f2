package filter

import (
	"fmt"
	"slices"
	"strings"
)

// Key returns the filter in canonical form: the same text for filters that differ only in letter case, spacing or the order
// of words, and different texts for filters that match different articles. It is empty for the empty filter, and may be
// longer than the filter.
func (f *Filter) Key() string { return canonical(f.root) }

// canonical writes an expression as a filter that means the same. Names and words are folded; regular expressions stay as
// written, because letter case can change their meaning: \d is not \D.
func canonical(e expr) string { return formOf(e).String() }

// grouped writes an expression in parentheses if it needs them after a minus sign.
func grouped(e expr) string { return formOf(e).grouped() }

// form is an expression as it is written: parts with an operator between them.
type form struct {
	op    operator // opNone: a single part
	parts []string // sorted, each once
}

func (f form) String() string {
	switch f.op {
	case opAnd:
		return strings.Join(f.parts, " ")
	case opOr:
		return "(" + strings.Join(f.parts, " OR ") + ")"
	case opNot:
		return "-" + f.parts[0]
	default:
		return f.parts[0]
	}
}

func (f form) grouped() string {
	if f.op == opAnd || f.op == opNot {
		return "(" + f.String() + ")"
	}
	return f.String()
}

func formOf(e expr) form {
	switch e := e.(type) {
	case and:
		return joinedForm(opAnd, e)
	case or:
		return joinedForm(opOr, e)
	case not:
		return form{op: opNot, parts: []string{grouped(e.expr)}}
	case fmt.Stringer:
		return form{parts: []string{e.String()}}
	default:
		return form{parts: []string{""}}
	}
}

// joinedForm joins kids, and inlines those with the same operator.
func joinedForm(op operator, kids []expr) form {
	joined := form{op: op}
	var last form
	for _, e := range kids {
		last = formOf(e)
		if last.op == op {
			joined.parts = append(joined.parts, last.parts...)
		} else {
			joined.parts = append(joined.parts, last.String())
		}
	}
	slices.Sort(joined.parts)
	if joined.parts = slices.Compact(joined.parts); len(joined.parts) == 1 {
		return last
	}
	return joined
}

// String writes the piece of an address as a term.
func (a address) String() string { return prefixed(URL, `"`+string(a)+`"`) }

// String writes the words as a term.
func (w words) String() string {
	texts := make([]string, len(w.list))
	for i, word := range w.list {
		texts[i] = word.text
	}
	s := strings.Join(texts, " ")
	switch {
	case w.inflect():
		s = strings.Join(texts, "-")
	case len(texts) > 1, w.list[0].literal() && w.field <= Summary:
		s = `"` + s + `"`
	}
	if last := w.list[len(w.list)-1]; last.sense == opening && firstClass(last.text) != classHangul { // those need no star
		s += "*"
	}
	return prefixed(w.field, s)
}

// String writes the name as a term.
func (w whole) String() string {
	s := w.value.text
	if len(appendTokens(nil, s, 0)) != 1 || strings.ContainsAny(s, ` ()|"`) {
		s = `"` + s + `"`
	}
	if w.value.sense == opening {
		s += "*"
	}
	return prefixed(w.field, s)
}

// String writes the regular expression as a term.
func (p pattern) String() string {
	return prefixed(p.field, "/"+strings.TrimPrefix(p.re.String(), "(?i)")+"/")
}

func prefixed(f Field, s string) string {
	if f == Any {
		return s
	}
	return f.String() + ":" + s
}
