package filter

import (
	"cmp"
	"slices"
)

// A program says what an article must have: of each clause at least one literal. It is a list of numbers. A literal is the
// id of a key with flags; unless it is one word anywhere, and its plural, it goes on with its shape, which is its field and how
// many words follow the first, and the ids of those. With each id stands the ending that the filter's word has after the
// stem that is the key: where nothing inflects, only that ending will do.
const (
	flagNot   = 1 << 31 // the article must not have it
	flagOr    = 1 << 30 // the next literal belongs to the same clause
	flagShape = 1 << 29

	endingShift = 26 // how far left the ending stands
	endingBits  = 3
	maskID      = 1<<endingShift - 1

	shapeField = 1<<4 - 1 // bits of the field in a shape
	shapeExact = 1 << 4   // nothing inflects
	shapeWords = 5        // how far left the number of words stands
)

// Bounds of what is made a program of. Filters beyond are kept as they are.
const (
	maxNumbers  = 64
	maxBranches = 8 // of the OR by which a filter is found
)

// The order of clauses in a program is for speed: first what articles have most rarely, last the clause by which the filter is
// found. Equal filters have equal canonical programs, whose clauses are sorted.

// clause is an OR of literals, each as numbers of a program without flagOr.
type clause struct {
	literals [][]uint32
	keys     []*key // the best of each literal
	cost     int    // of the keys; 0 if a literal is negated, for then none need be there
}

// draft is a filter as an AND of clauses of terms, before it is known which keys there are.
type draft struct {
	terms []draftTerm
	words []stem
	depth int // clauses so far

	keys    []*key   // of the words, once clauses are made
	out     []clause // memory of clauses
	numbers []uint32 // memory of literals
}

func (d *draft) reset() {
	d.terms, d.words, d.keys, d.numbers, d.depth = d.terms[:0], d.words[:0], d.keys[:0], d.numbers[:0], 0
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
			d.words = append(d.words, w.stem())
		}
		return d.term(e.shape(), len(e.list), s)
	case whole:
		d.words = append(d.words, stem{lexeme: e.lexeme()})
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
	return !slices.ContainsFunc(d.words[from:], func(x stem) bool { return !x.indexable() })
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

func (c clause) price() int {
	cost := 0
	for i, literal := range c.literals {
		if literal[0]&flagNot != 0 {
			return 0
		}
		cost += c.keys[i].cost()
	}
	return cost
}

func compareClauses(a, b clause) int {
	return slices.CompareFunc(a.literals, b.literals, slices.Compare[[]uint32])
}

// literal returns a literal and the cheapest key of its words.
func (d *draft) literal(t draftTerm, intern func(lexeme) *key) (literal []uint32, best *key) {
	from, list := len(d.numbers), d.words[t.from:t.to]
	for i, x := range list {
		k := intern(x.lexeme)
		d.keys = append(d.keys, k)
		d.numbers = append(d.numbers, k.id|uint32(x.ending)<<endingShift)
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

// assembled appends a program of clauses.
func assembled(program []uint32, clauses []clause) []uint32 {
	for _, c := range clauses {
		for i, literal := range c.literals {
			at := len(program)
			program = append(program, literal...)
			if i < len(c.literals)-1 {
				program[at] |= flagOr
			}
		}
	}
	return program
}

// arrange moves clause c to the end, and sorts the others by how rare they are, those that need nothing last.
func arrange(clauses []clause, c int) {
	last := len(clauses) - 1
	clauses[c], clauses[last] = clauses[last], clauses[c]
	slices.SortStableFunc(clauses[:last], func(a, b clause) int { return cmp.Compare(uint(a.cost-1), uint(b.cost-1)) })
}

// canonical appends a program with its clauses in an order that does not depend on how they were arranged.
func (x *index) canonical(out, program []uint32) []uint32 {
	x.parts = x.parts[:0]
	for from := 0; from < len(program); {
		to := clauseEnd(program, from)
		x.parts = append(x.parts, program[from:to])
		from = to
	}
	slices.SortFunc(x.parts, slices.Compare[[]uint32])
	for _, part := range x.parts {
		out = append(out, part...)
	}
	return out
}

// clauseEnd returns where the clause ends that begins at i.
func clauseEnd(program []uint32, i int) int {
	for {
		literal := program[i]
		i++
		if literal&flagShape != 0 {
			i += 1 + int(program[i]>>shapeWords)
		}
		if literal&flagOr == 0 {
			return i
		}
	}
}

// branch returns clauses that are true where literal i of clause c is, which comes last, and none of those before it: articles
// that c matches are matched by exactly one of its branches.
func branch(clauses []clause, c, i int) []clause {
	if len(clauses[c].literals) == 1 {
		return clauses
	}
	out := slices.Delete(slices.Clone(clauses), c, c+1)
	for j, literal := range clauses[c].literals[:i+1] {
		if j < i {
			literal = slices.Clone(literal)
			literal[0] |= flagNot
		}
		out = append(out, clause{literals: [][]uint32{literal}})
	}
	return out
}

// eachKey calls f with the id of every key in a program.
func eachKey(program []uint32, f func(id uint32)) {
	for i := 0; i < len(program); i++ {
		f(program[i] & maskID)
		if program[i]&flagShape == 0 {
			continue
		}
		i++
		for range program[i] >> shapeWords {
			i++
			f(program[i] & maskID)
		}
	}
}

// hashOf returns the same number for equal programs, and mostly another for others.
func hashOf(program []uint32) uint32 {
	h := uint64(len(program))
	for _, n := range program {
		h = (h ^ uint64(n)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return uint32(h >> 32)
}
