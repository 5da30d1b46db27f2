package filter

import "slices"

// Countable returns queries by which a full-text index can count the articles that the filter matches, if that is possible: as
// many as match finds, less those that less finds, all of which match finds too. If less asks for All, nothing is to be
// subtracted. Names returns all values of Source and Lang that documents have, or nil if they are too many.
func (f *Filter) Countable(names func(Field) []string) (match, less Query, ok bool) {
	c := counter{names: names}
	var needed, excluded []Query
	for _, e := range conjuncts(f.root) {
		if n, isNot := e.(not); isNot {
			excluded = appendKid(excluded, Or, c.exact(n.expr))
		} else if _, blank := e.(everything); !blank {
			needed = appendKid(needed, And, c.exact(e))
		}
	}
	match = joined(And, needed)
	if len(excluded) > 0 {
		less = joined(And, appendKid(slices.Clip(needed), And, joined(Or, excluded)))
	}
	return match, less, !c.failed
}

// conjuncts returns what must all be true of a document for e to match it.
func conjuncts(e expr) []expr {
	kids, ok := e.(and)
	if !ok {
		return []expr{e}
	}
	var all []expr
	for _, kid := range kids {
		all = append(all, conjuncts(kid)...)
	}
	return all
}

// counter writes expressions as queries that find exactly what they match.
type counter struct {
	names  func(Field) []string
	failed bool // part of the filter cannot be written as a query
}

func (c *counter) exact(e expr) Query {
	switch e := e.(type) {
	case words:
		return c.words(e)
	case whole:
		return c.whole(e)
	case and:
		return joined(And, c.kids(And, e))
	case or:
		return joined(Or, c.kids(Or, e))
	}
	return c.fail()
}

func (c *counter) fail() Query {
	c.failed = true
	return Query{}
}

func (c *counter) kids(op Op, list []expr) []Query {
	var kids []Query
	for _, e := range list {
		kids = appendKid(kids, op, c.exact(e))
	}
	return kids
}

// words asks for the words as they are, and for their other forms where articles may be in English.
func (c *counter) words(w words) Query {
	lists, ok := w.inflections()
	if !ok || slices.ContainsFunc(w.list[:len(w.list)-1], func(w word) bool { return w.sense == opening }) {
		return c.fail()
	}
	var others []Query
	for _, list := range lists[1:] {
		for f := Title; f <= Summary; f++ {
			if w.field == Any || w.field == f {
				others = append(others, words{f, list}.phrase())
			}
		}
	}
	own := words{w.field, lists[0]}.phrase()
	if len(others) == 0 {
		return own
	}
	return joined(Or, appendKid([]Query{own}, Or, c.inEnglish(joined(Or, others))))
}

// inEnglish narrows a query to articles whose words inflect.
func (c *counter) inEnglish(q Query) Query {
	var foreign []Query
	languages := c.names(Lang)
	if languages == nil {
		return c.fail()
	}
	for _, name := range languages {
		if !inEnglish(foldLang(name)) {
			foreign = append(foreign, c.whole(whole{field: Lang, value: word{text: foldLang(name)}}))
		}
	}
	if len(foreign) == 0 {
		return q
	}
	return Query{Op: Without, Kids: []Query{q, joined(Or, foreign)}}
}

// whole asks for the words of all names that w matches, provided they are not part of another name.
func (c *counter) whole(w whole) Query {
	var matched []Query
	var others [][]string
	for _, name := range c.names(w.field) {
		d := NewDocument(Fields{Source: name, Lang: name})
		if tokens := Tokens(name); w.match(d, nil) {
			matched = append(matched, Query{Op: Phrase, Field: w.field, Words: tokens})
		} else {
			others = append(others, tokens)
		}
	}
	for _, q := range matched {
		if len(q.Words) == 0 || slices.ContainsFunc(others, func(tokens []string) bool { return within(q.Words, tokens) }) {
			c.failed = true
		}
	}
	if len(matched) == 0 {
		c.failed = true
	}
	return joined(Or, matched)
}

// within reports whether words stand next to each other somewhere in tokens.
func within(words, tokens []string) bool {
	for i := range len(tokens) - len(words) + 1 {
		if slices.Equal(tokens[i:i+len(words)], words) {
			return true
		}
	}
	return false
}
