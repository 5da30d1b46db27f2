package filter

import "slices"

// draft is a filter as an AND of clauses of terms, before it is known which keys there are.
type draft struct {
	terms []draftTerm
	words []draftWord
	depth int  // clauses so far
	whole bool // they are all that the filter says, and not too much for a program

	keys    []*key   // of the words, once clauses are made
	out     []clause // memory of clauses
	numbers []uint32 // memory of literals
}

// begin makes the draft of a filter, and begins to look for the keys of its words.
func (d *draft) begin(f *Filter, keys *dictionary) {
	clear(d.words) // a filter is not kept for its words
	d.terms, d.words, d.keys, d.numbers, d.depth = d.terms[:0], d.words[:0], d.keys[:0], d.numbers[:0], 0
	d.whole = d.add(f.root, positive) && d.small()
	for i := range d.words {
		w := &d.words[i]
		w.hash = keys.hash(w.lexeme)
		w.key = keys.guess(w.hash)
	}
}

// lookUp finds the keys of the draft's words, as far as there are any.
func (d *draft) lookUp(keys *dictionary) {
	for i := range d.words {
		if w := &d.words[i]; w.key != nil && !w.key.has(w.lexeme, w.hash) {
			w.key = keys.find(w.lexeme)
		}
	}
}

// draftWord is a word with the key that it had when it was looked up, if there was one. That may have been removed since.
type draftWord struct {
	stem
	hash uint64
	key  *key
}

// sign says whether a term must be there or must not.
type sign bool

const (
	positive sign = false
	negative sign = true
)

type draftTerm struct {
	clause   int
	sign     sign
	shape    uint32 // without the number of words
	from, to int    // words
}

// add adds the clauses of e or, if s is negative, of its opposite. It reports whether that can be done without writing anything twice.
func (d *draft) add(e expr, s sign) bool {
	switch e := e.(type) {
	case everything:
		return s == positive
	case words:
		for _, w := range e.list {
			d.words = append(d.words, draftWord{stem: w.stem()})
		}
		return d.term(e.shape(), len(e.list), s)
	case whole:
		d.words = append(d.words, draftWord{stem: stem{lexeme: e.lexeme()}})
		return d.term(0, 1, s)
	case not:
		return d.add(e.expr, !s)
	case and:
		if s == negative {
			return d.either(e, s)
		}
		return d.all(e, s)
	case or:
		if s == negative {
			return d.all(e, s)
		}
		return d.either(e, s)
	default:
		return false
	}
}

func (d *draft) all(kids []expr, s sign) bool {
	for _, e := range kids {
		if !d.add(e, s) {
			return false
		}
	}
	return true
}

// either makes one clause of all kids, if each of them is one.
func (d *draft) either(kids []expr, s sign) bool {
	clause, from := d.depth, len(d.terms)
	for _, e := range kids {
		before := d.depth
		if !d.add(e, s) || d.depth != before+1 {
			return false
		}
	}
	for i := range d.terms[from:] {
		d.terms[from+i].clause = clause
	}
	d.depth = clause + 1
	return true
}

// term makes a clause of the last n words.
func (d *draft) term(shape uint32, n int, s sign) bool {
	from := len(d.words) - n
	d.terms = append(d.terms, draftTerm{clause: d.depth, sign: s, shape: shape, from: from, to: len(d.words)})
	d.depth++
	return !slices.ContainsFunc(d.words[from:], func(w draftWord) bool { return !w.indexable() })
}

// shape returns the shape of the words, but for their number.
func (w words) shape() uint32 {
	if slices.ContainsFunc(w.list, word.literal) {
		return uint32(w.field) | shapeExact
	}
	return uint32(w.field)
}

// small reports whether the draft should become a program.
func (d *draft) small() bool {
	return len(d.words)+len(d.terms) <= maxNumbers
}

// clauses returns the clauses in an order that does not depend on how they were written. They are valid until the draft is
// used again.
func (d *draft) clauses(intern func(lexeme) *key) []clause {
	out := slices.Grow(d.out[:0], d.depth)[:d.depth]
	for i := range out {
		out[i] = clause{literals: out[i].literals[:0], keys: out[i].keys[:0]}
	}
	for _, t := range d.terms {
		c := &out[t.clause]
		literal, best := d.literal(t, intern)
		at, have := slices.BinarySearchFunc(c.literals, literal, slices.Compare[[]uint32])
		if !have {
			c.literals = slices.Insert(c.literals, at, literal)
			c.keys = slices.Insert(c.keys, at, best)
		}
	}
	for i := range out {
		out[i].cost = out[i].price()
	}
	slices.SortFunc(out, compareClauses)
	d.out = out
	return slices.CompactFunc(out, func(a, b clause) bool { return compareClauses(a, b) == 0 })
}

// literal returns a literal and the cheapest key of its words.
func (d *draft) literal(t draftTerm, intern func(lexeme) *key) (literal []uint32, best *key) {
	from, list := len(d.numbers), d.words[t.from:t.to]
	for i := range list {
		w := &list[i]
		k := w.key
		if k == nil || k.uses == 0 {
			k = intern(w.lexeme)
		}
		d.keys = append(d.keys, k)
		d.numbers = append(d.numbers, k.id|uint32(w.ending)<<endingShift)
		if best == nil || k.cost() < best.cost() {
			best = k
		}
		if i == 0 && (t.shape != 0 || len(list) > 1) {
			d.numbers[from] |= flagShape
			d.numbers = append(d.numbers, t.shape|uint32(len(list)-1)<<shapeWords)
		}
	}
	if t.sign == negative {
		d.numbers[from] |= flagNot
	}
	return d.numbers[from:], best
}

// key returns the key of an id in one of the literals.
func (d *draft) key(id uint32) *key {
	return d.keys[slices.IndexFunc(d.keys, func(k *key) bool { return k.id == id })]
}
