package filter

import "slices"

// Prefixes returns what the last words of the query's phrases begin with, of those that only begin with it.
func (q Query) Prefixes() []string {
	if q.Op == Phrase && q.Prefix {
		return q.Words[len(q.Words)-1:]
	}
	var list []string
	for _, kid := range q.Kids {
		list = append(list, kid.Prefixes()...)
	}
	return list
}

// Widened returns the query without the prefixes that are wide: it finds all that q does, and more. To find the documents of one, an
// index has to merge what it knows of each word that begins so. q is one of Candidates.
func (q Query) Widened(wide func(prefix string) bool) Query {
	switch q.Op {
	case Phrase:
		last := len(q.Words) - 1
		switch {
		case !q.Prefix || !wide(q.Words[last]):
			return q
		case last == 0:
			return Query{}
		}
		q.Words, q.Prefix = slices.Clip(q.Words[:last]), false
		return q
	case And:
		var kids []Query
		for _, kid := range q.Kids {
			kids = appendKid(kids, And, kid.Widened(wide))
		}
		return joined(And, kids)
	case Or:
		var kids []Query
		for _, kid := range q.Kids {
			kid = kid.Widened(wide)
			if kid.Op == All {
				return kid
			}
			kids = appendKid(kids, Or, kid)
		}
		return joined(Or, kids)
	default:
		return Query{}
	}
}
