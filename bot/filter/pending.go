package filter

// putsAtOnce is how many filters are put side by side: the keys of their words are looked up together, as those of a
// document are.
const putsAtOnce = 16

// pending is a filter on its way into an index.
type pending struct {
	id     int64
	filter *Filter
	draft  draft
}

// prepare begins to put a filter. Not more than putsAtOnce may be pending.
func (x *index) prepare(id int64, f *Filter) {
	if x.pending == nil {
		x.pending = make([]pending, 0, putsAtOnce)
	}
	n := len(x.pending)
	x.pending = x.pending[:n+1]
	p := &x.pending[n]
	p.id, p.filter = id, f
	p.draft.begin(f, &x.words)
}

// lookUpPending finds the keys of all that is pending.
func (x *index) lookUpPending() {
	for i := range x.pending {
		x.pending[i].draft.lookUp(&x.words)
	}
}
