package filter

import (
	"slices"
	"strings"
)

// NearMiss is a word of a filter that a document has in another form only: sanctioned for sanction, airstrike for air-strike.
type NearMiss struct {
	Term  string // as in the filter, folded
	Found string // as in the document, folded
	// Widened is the filter that matches this document too. All near misses of a document have the same.
	Widened string
}

// NearMisses returns the words that would have to be in another form for the filter to match d. There are none if it
// matches, or if other forms are not enough. Words in quotes are meant as they are, so they are never missed nearly.
func (f *Filter) NearMisses(d *Document) []NearMiss {
	if f.root.match(d, nil) {
		return nil
	}
	var list []NearMiss
	if !nearly(f.root, d, &list) || len(list) == 0 {
		return nil
	}
	text, ok := f.widened(func(w words) (string, bool) {
		i := slices.IndexFunc(list, func(m NearMiss) bool { return m.Term == w.String() })
		if i < 0 {
			return "", false
		}
		return strings.ReplaceAll(list[i].Found, " ", "-"), true
	})
	if !ok {
		return nil
	}
	for i := range list {
		list[i].Widened = text
	}
	return list
}

// Wider returns a filter that matches what f matches and everything that f misses nearly, if words of f may have other
// forms, to look for near misses in an archive. It matches more than that; NearMisses decides. Two words of a text that f
// has as one are not found by it.
func (f *Filter) Wider() (wider *Filter, ok bool) {
	text, ok := f.widened(func(w words) (string, bool) {
		if len(w.list) > 1 {
			joined := together(w)
			return joined, allLetters(joined)
		}
		root := slices.MinFunc(append(roots(w.list[0].text), w.list[0].text), func(a, b string) int { return len(a) - len(b) })
		root = strings.TrimSuffix(root, "e") // firing
		return root + "*", len(root) > 2
	})
	if !ok {
		return nil, false
	}
	wider, err := Parse(text)
	return wider, err == nil
}

// widened returns the filter with alternatives beside its terms, if there is one for any of them. Excluded terms stay.
func (f *Filter) widened(alternative func(words) (string, bool)) (text string, ok bool) {
	p := &parser{src: f.text}
	if _, err := p.filter(); err != nil {
		return "", false
	}
	var b strings.Builder
	from := 0
	for _, t := range p.inflecting {
		other, found := alternative(t.words)
		if !found {
			continue
		}
		b.WriteString(f.text[from:t.from] + "(" + f.text[t.from:t.to] + " OR " + other + ")")
		from, ok = t.to, true
	}
	b.WriteString(f.text[from:])
	if _, err := Parse(b.String()); err != nil {
		return "", false
	}
	return b.String(), ok
}

// termAt is a term and where it stands in the text of a filter.
type termAt struct {
	words
	from, to int
}

// nearly reports whether e matches d, if words in other forms count, which are added to list.
func nearly(e expr, d *Document, list *[]NearMiss) bool {
	if e.match(d, nil) {
		return true
	}
	before := len(*list)
	switch e := e.(type) {
	case and:
		for _, kid := range e {
			if !nearly(kid, d, list) {
				*list = (*list)[:before]
				return false
			}
		}
		return true
	case or:
		return slices.ContainsFunc(e, func(kid expr) bool { return nearly(kid, d, list) })
	case words:
		found, ok := d.otherForm(e)
		if m := (NearMiss{Term: e.String(), Found: found}); ok && !slices.Contains(*list, m) {
			*list = append(*list, m)
		}
		return ok
	default:
		return false
	}
}

// otherForm returns the first text of the document that stands in the place of words that inflect.
func (d *Document) otherForm(w words) (found string, ok bool) {
	if !w.inflect() {
		return "", false
	}
	for i, t := range d.tokens {
		if d.inflects(t.section) && (w.field == Any || d.section(t).field == w.field) {
			if found, ok = d.formAt(i, w); ok {
				break
			}
		}
	}
	return found, ok
}

// formAt returns the text at a token if it is another form of words: one word that is related, one for two, or two for one.
func (d *Document) formAt(at int, w words) (found string, ok bool) {
	t, whole := d.tokens[at], together(w)
	if len(w.list) > 1 {
		return t.text, sameStem(t.text, whole)
	}
	if related(whole, t.text) {
		return t.text, true
	}
	if at+1 == len(d.tokens) || len(t.text) < 3 {
		return "", false
	}
	next := d.tokens[at+1]
	return t.text + " " + next.text, next.section == t.section && sameStem(t.text+next.text, whole)
}

// together writes words as one.
func together(w words) string {
	var b strings.Builder
	for _, word := range w.list {
		b.WriteString(word.text)
	}
	return b.String()
}
