package filter

import "slices"

// Countable returns what a full-text index can count in the filter's stead, if it can: the documents that take takes are as
// many as the filter takes and those that less takes besides, all of which take takes too. A less that asks for All stands
// for none. Names returns all values of Source and Lang that documents have, or nil if they are too many.
func (f *Filter) Countable(names func(Field) []string) (take, less Query, ok bool) {
	c := counter{names: names}
	var needed, excluded []Query
	for _, e := range conjuncts(f.root) {
		if n, isNot := e.(not); isNot {
			excluded = appendKid(excluded, Or, c.exact(n.expr))
		} else if _, blank := e.(everything); !blank {
			needed = appendKid(needed, And, c.exact(e))
		}
	}
	take = joined(And, needed)
	if len(excluded) > 0 {
		less = joined(And, appendKid(slices.Clip(needed), And, joined(Or, excluded)))
	}
	return take, less, !c.failed
}

// conjuncts returns what must all be true of a document for e to take it.
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

// counter writes expressions as queries that take just what they take.
type counter struct {
	names  func(Field) []string
	failed bool // something cannot be said
}

func (c *counter) exact(e expr) Query {
	switch e := e.(type) {
	case words:
		if !slices.ContainsFunc(e.list[:len(e.list)-1], func(w word) bool { return w.open }) {
			return e.candidates()
		}
	case whole:
		return c.whole(e)
	case and:
		return joined(And, c.kids(And, e))
	case or:
		return joined(Or, c.kids(Or, e))
	}
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

// whole asks for the words of all names that w takes, if they stand in no other name.
func (c *counter) whole(w whole) Query {
	var taken []Query
	var others [][]string
	for _, name := range c.names(w.field) {
		d := NewDocument(Fields{Source: name, Lang: name})
		if tokens := Tokens(name); w.match(d, nil) {
			taken = append(taken, Query{Op: Phrase, Field: w.field, Words: tokens})
		} else {
			others = append(others, tokens)
		}
	}
	for _, q := range taken {
		if len(q.Words) == 0 || slices.ContainsFunc(others, func(tokens []string) bool { return within(q.Words, tokens) }) {
			c.failed = true
		}
	}
	if len(taken) == 0 {
		c.failed = true
	}
	return joined(Or, taken)
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
