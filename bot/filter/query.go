package filter

import "slices"

// Op is what a Query asks for.
type Op int

// The operations of a Query.
const (
	All     Op = iota // every document
	And               // what all Kids find; at least two, none of them All
	Or                // what any of Kids finds; at least two, none of them All
	Phrase            // Words next to each other, in order, in one text of Field
	Without           // what the first of two Kids finds and the second does not; neither is All
)

// Query is the part of a filter that a full-text index can answer: it finds every document that the filter matches, and
// some that only Match can rule out. Words are tokens as Tokens returns them, so they need no escaping in any query language, and an index
// that stores the Tokens of each field answers it exactly. Field Any stands for title, summary, authors and tags. If
// Prefix is set, the last word stands for every token that begins with it.
type Query struct {
	Op     Op
	Kids   []Query
	Field  Field
	Words  []string
	Prefix bool
}

func (everything) candidates() Query { return Query{} }

func (a and) candidates() Query {
	var kids []Query
	for _, e := range a {
		kids = appendKid(kids, And, e.candidates())
	}
	return joined(And, kids)
}

func (o or) candidates() Query {
	var kids []Query
	for _, e := range o {
		q := e.candidates()
		if q.Op == All {
			return q
		}
		kids = appendKid(kids, Or, q)
	}
	return joined(Or, kids)
}

// appendKid appends q, or its kids if it has the operation of the parent, or nothing if it asks for nothing.
func appendKid(kids []Query, parent Op, q Query) []Query {
	switch q.Op {
	case All:
		return kids
	case parent:
		return append(kids, q.Kids...)
	default:
		return append(kids, q)
	}
}

func joined(op Op, kids []Query) Query {
	switch len(kids) {
	case 0:
		return Query{}
	case 1:
		return kids[0]
	default:
		return Query{Op: op, Kids: kids}
	}
}

func (n not) candidates() Query { return Query{} }

// candidates asks for the words in all their forms, or if there are too many of these for each word in its forms.
func (w words) candidates() Query {
	var all []Query
	if lists, ok := w.inflections(); ok {
		for _, list := range lists {
			all = appendKid(all, Or, words{w.field, list}.phrase())
		}
		return joined(Or, all)
	}
	for i := range w.list {
		all = appendKid(all, And, words{w.field, w.list[i : i+1]}.candidates())
	}
	return joined(And, all)
}

// maxInflections bounds as how many phrases a phrase is looked for: a word may have four forms.
const maxInflections = 16

// inflections returns the words in all their forms, itself first, unless there are too many.
func (w words) inflections() (lists [][]word, ok bool) {
	lists = [][]word{nil}
	for _, one := range w.list {
		texts := []string{one.text}
		if one.sense == inflected {
			one.sense, texts = exact, forms(one.text)
		}
		var longer [][]word
		for _, list := range lists {
			for _, one.text = range texts {
				longer = append(longer, append(slices.Clip(list), one))
			}
		}
		if lists = longer; len(lists) > maxInflections {
			return nil, false
		}
	}
	return lists, true
}

// phrase asks for the words as they are. The phrase is cut after each prefix: an index knows them only at the end of one.
func (w words) phrase() Query {
	var kids []Query
	q := Query{Op: Phrase, Field: w.field}
	for i, word := range w.list {
		q.Words = append(q.Words, word.text)
		if q.Prefix = word.sense == opening; q.Prefix || i == len(w.list)-1 {
			kids = append(kids, q)
			q = Query{Op: Phrase, Field: w.field}
		}
	}
	return joined(And, kids)
}

// candidates asks for the words of the name. The beginning of a name need not end where a word does.
func (w whole) candidates() Query {
	if w.value.sense == opening {
		return Query{}
	}
	return Query{Op: Phrase, Field: w.field, Words: Tokens(w.value.text)}
}

func (address) candidates() Query { return Query{} }

func (pattern) candidates() Query { return Query{} }
