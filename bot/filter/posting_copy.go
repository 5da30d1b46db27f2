package filter

// slack returns how much room to leave behind so many numbers: the more there are, the smaller a part of them, for most of the
// memory of an index is in few long lists.
func slack(size int) int { return min(size/8, 64+size/16) }

// extent is how much postings take up: rows of both groups, and numbers of programs.
type extent struct {
	wanted, unwanted, programs int
}

func (e *extent) add(o *posting) {
	if o.probe&flagNot != 0 {
		e.unwanted++
		return
	}
	e.wanted++
	e.programs += len(o.program)
}

// newPostings returns postings with room for so much and then some.
func newPostings(e extent) *postings {
	e.wanted += slack(e.wanted)
	e.unwanted += slack(e.unwanted)
	e.programs += slack(e.programs)
	p := &postings{numbers: make([]uint32, wantedColumns*e.wanted+unwantedColumns*e.unwanted+e.programs)}
	p.wanted.room, p.unwanted.room = uint32(e.wanted), uint32(e.unwanted)
	return p
}

// all yields the postings with a target.
func (p *postings) all(yield func(o posting) bool) {
	for at := range p.wanted.used.Load() {
		if o := p.posting(at); o.target != targetNone && !yield(o) {
			return
		}
	}
	for at := range p.unwanted.used.Load() {
		if o := p.posting(at | unwantedRow); o.target != targetNone && !yield(o) {
			return
		}
	}
}

// copied returns a copy without dead postings and with room for another one, unless that is nil, and then some. It reports
// where postings have gone that are not where they were.
func (p *postings) copied(another *posting, moved func(node, at uint32)) *postings {
	if p.dead == 0 {
		return p.grown(another)
	}
	var e extent
	for o := range p.all {
		e.add(&o)
	}
	if another != nil {
		e.add(another)
	}
	out := newPostings(e)
	for o := range p.all {
		if o.target&targetList != 0 {
			o.target = out.addList(p.list(o.target))
		}
		moved(o.node, out.append(o))
	}
	return out
}

// grown returns a copy with room for another one, unless that is nil, and then some.
func (p *postings) grown(another *posting) *postings {
	wanted, unwanted := p.wanted.used.Load(), p.unwanted.used.Load()
	e := extent{wanted: int(wanted), unwanted: int(unwanted), programs: int(p.end(wanted))}
	if another != nil {
		e.add(another)
	}
	out := newPostings(e)
	for column := range uint32(wantedColumns) {
		copy(out.numbers[column*out.wanted.room:], p.numbers[column*p.wanted.room:][:wanted])
	}
	to, from := out.numbers[wantedColumns*out.wanted.room:], p.numbers[wantedColumns*p.wanted.room:]
	for column := range uint32(unwantedColumns) {
		copy(to[column*out.unwanted.room:], from[column*p.unwanted.room:][:unwanted])
	}
	copy(out.programs(), p.programs()[:p.end(wanted)])
	out.wanted.used.Store(wanted)
	out.unwanted.used.Store(unwanted)
	out.lists.Store(p.lists.Load())
	return out
}
