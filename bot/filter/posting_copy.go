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

// extent returns how much the postings with a target take up.
func (p *postings) extent() (e extent) {
	for o := range p.all {
		e.add(&o)
	}
	return e
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
// where the postings have gone.
func (p *postings) copied(another *posting, moved func(node, at uint32)) *postings {
	e := p.extent()
	if another != nil {
		e.add(another)
	}
	out := newPostings(e)
	if p.dead == 0 {
		out.lists.Store(p.lists.Load())
	}
	for o := range p.all {
		if o.target&targetList != 0 && p.dead != 0 {
			o.target = out.addList(p.list(o.target))
		}
		if at := out.append(o); p.dead != 0 {
			moved(o.node, at)
		}
	}
	return out
}
