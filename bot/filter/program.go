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
