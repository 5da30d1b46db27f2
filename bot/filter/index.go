package filter

import (
	"slices"
	"sync/atomic"
)

// index is the writers' view of a Set, for one writer at a time. Filters become programs, kept in the postings of a key
// that an article must have; a filter that needs any one of several words is split into branches, one in the postings of
// each. Equal programs are kept once. A filter that doesn't fit into a program is a rest: it is kept whole, and tried when
// an article has one of its keys.
type index struct {
	words  dictionary
	always *key // of filters that need no particular word
	keys   keyTable

	nodes  table[node]
	equal  equals
	rests  map[string]*rest // by the text of the filter
	serial uint64           // of the last rest
	owners owners

	pending []pending
	draft   *draft   // of the filter that is put
	program []uint32 // from here on, memory that is reused
	sorted  []uint32 // the program in canonical order
	whole   []uint32 // a program that is there
	other   []uint32 // the same in canonical order
	parts   [][]uint32
	placed  []uint32 //
}

// node is where a posting is.
type node struct {
	key, at uint32
}

// rest is a filter that is kept as it is, with its postings.
type rest struct {
	filter *Filter
	serial uint64 // which no other has
	list   atomic.Pointer[idList]
	nodes  []uint32
	keys   []*key
}

func newIndex() *index {
	x := &index{
		always: &key{}, keys: newKeyTable(), rests: make(map[string]*rest),
		owners: newOwners(),
	}
	x.words.init()
	x.always.postings.Store(&postings{})
	x.keys.add(x.always)
	x.always.uses = 1 // forever
	return x
}

// put adds a filter that is prepared under its id, which the index does not have.
func (x *index) put(p *pending) {
	id, f, d := p.id, p.filter, &p.draft
	p.filter = nil
	if x.words.full() || !d.whole {
		x.putRest(id, f)
		return
	}
	clauses := d.clauses(x.intern)
	best := cheapest(clauses)
	if best >= 0 {
		arrange(clauses, best)
		best = len(clauses) - 1
	}
	x.draft = d
	x.assemble(clauses)
	if n, ok := x.same(); ok { // under whichever key it is listed
		x.addTo(n, id)
		x.placed = append(x.placed[:0], n)
		x.owners.set(id, place{nodes: x.placed})
		return
	}
	switch {
	case best < 0:
		x.placed = append(x.placed[:0], x.create(id, x.always))
	case len(clauses[best].keys) == 1:
		x.placed = append(x.placed[:0], x.create(id, clauses[best].keys[0]))
	case len(clauses[best].keys) <= maxBranches:
		x.placeBranches(id, clauses, best)
	default:
		x.putRest(id, f)
		x.forgetUnused(d.words)
		return
	}
	x.owners.set(id, place{nodes: x.placed})
}

// assemble makes the program of clauses.
func (x *index) assemble(clauses []clause) {
	x.program = assembled(x.program[:0], clauses)
	x.sorted = x.canonical(x.sorted[:0], x.program)
}

// cheapest returns the clause by which the filter should be found, or -1 if no clause needs a word.
func cheapest(clauses []clause) int {
	best := -1
	for i, c := range clauses {
		if c.cost > 0 && (best < 0 || c.cost < clauses[best].cost) {
			best = i
		}
	}
	return best
}

// placeBranches puts an id under each of the keys of clause c.
func (x *index) placeBranches(id int64, clauses []clause, c int) {
	x.placed = x.placed[:0]
	for i, k := range clauses[c].keys {
		x.assemble(branch(clauses, c, i))
		n, ok := x.same()
		if ok {
			x.addTo(n, id)
		} else {
			n = x.create(id, k)
		}
		x.placed = append(x.placed, n)
	}
}

// create makes the node of the program, which is found under k.
func (x *index) create(id int64, k *key) uint32 {
	eachKey(x.program, func(id uint32) { x.draft.key(id).uses++ })
	probe, program := probeOf(x.program, k.id, func(id uint32) int { return x.draft.key(id).cost() })
	var n uint32
	if id < 0 || id >= targetList {
		n = x.addList(k, newIDList(id), posting{probe: probe, program: program})
	} else {
		n = x.add(k, posting{probe: probe, target: uint32(id), program: program})
	}
	x.equal.add(hashOf(x.sorted), n)
	return n
}

// same returns the node of a program that is equal to the one assembled last.
func (x *index) same() (uint32, bool) {
	return x.equal.find(hashOf(x.sorted), func(n uint32) bool { return slices.Equal(x.canonicalOf(n), x.sorted) })
}

// canonicalOf returns a node's program in canonical order, valid until the next one is asked for.
func (x *index) canonicalOf(n uint32) []uint32 {
	x.other = x.canonical(x.other[:0], x.programOf(n))
	return x.other
}

// programOf returns a node's program, valid until the next one is asked for.
func (x *index) programOf(n uint32) []uint32 {
	at := x.nodes.at(n)
	x.whole = x.keys.at(at.key).postings.Load().appendProgram(x.whole[:0], at.at, at.key)
	return x.whole
}

// add adds a posting and returns its node.
func (x *index) add(k *key, o posting) uint32 {
	p := k.postings.Load()
	if !p.fits(&o) {
		p = x.renew(k, &o)
	}
	o.node = x.nodes.add()
	*x.nodes.at(o.node) = node{key: k.id, at: p.append(o)}
	k.live++
	return o.node
}

// addList adds a posting for a list and returns its node.
func (x *index) addList(k *key, l *idList, o posting) uint32 {
	o.target = targetNone
	n := x.add(k, o)
	p := k.postings.Load()
	p.setTarget(x.nodes.at(n).at, p.addList(l))
	return n
}

// renew gives k postings without dead ones and with room for another, if that is not nil.
func (x *index) renew(k *key, another *posting) *postings {
	p := k.postings.Load().copied(another, func(n, at uint32) { x.nodes.at(n).at = at })
	k.postings.Store(p)
	return p
}

// addTo adds an id to a node.
func (x *index) addTo(n uint32, id int64) {
	at := x.nodes.at(n)
	p := x.keys.at(at.key).postings.Load()
	target := p.target(at.at)
	if target&targetList != 0 {
		list := p.listAt(target)
		list.Store(list.Load().with(id))
		return
	}
	p.setTarget(at.at, p.addList(newIDList(int64(target)).with(id)))
}

// remove removes an id and reports whether the index had it.
func (x *index) remove(id int64) bool {
	p, ok := x.owners.remove(id)
	if p.rest != nil {
		x.removeFromRest(id, p.rest)
	}
	for _, n := range p.nodes {
		x.removeFrom(n, id)
	}
	return ok
}

// removeFrom removes an id from a node, and the node with its last id.
func (x *index) removeFrom(n uint32, id int64) {
	at := *x.nodes.at(n)
	p := x.keys.at(at.key).postings.Load()
	if target := p.target(at.at); target&targetList != 0 {
		list := p.listAt(target)
		if fewer := list.Load().without(id); !fewer.empty() {
			list.Store(fewer)
			return
		}
	}
	x.equal.remove(hashOf(x.canonicalOf(n)), n)
	program := x.programOf(n)
	x.kill(n)
	eachKey(program, func(id uint32) { x.release(x.keys.at(id)) })
}

// kill removes a posting.
func (x *index) kill(n uint32) {
	at := *x.nodes.at(n)
	k := x.keys.at(at.key)
	p := k.postings.Load()
	p.kill(at.at)
	k.live--
	x.nodes.remove(n)
	if p.wasteful() {
		x.renew(k, nil)
	}
}

// intern returns the key of a lexeme.
func (x *index) intern(l lexeme) *key {
	k, added := x.words.intern(l)
	if added {
		x.keys.add(k)
	}
	return k
}

// forgetUnused removes keys that were made and then not used.
func (x *index) forgetUnused(list []draftWord) {
	for _, l := range list {
		if k := x.words.find(l.lexeme); k != nil && k.uses == 0 {
			k.uses++
			x.release(k)
		}
	}
}

// release gives back one use of a key, and the key with its last use.
func (x *index) release(k *key) {
	if k.uses--; k.uses == 0 {
		x.words.remove(k)
		x.keys.remove(k.id)
	}
}
