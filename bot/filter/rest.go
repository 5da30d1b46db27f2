package filter

// putRest adds an id to the rest of f.
func (x *index) putRest(id int64, f *Filter) {
	r := x.rests[f.text]
	if r != nil {
		r.list.Store(r.list.Load().with(id))
	} else {
		r = x.newRest(id, f)
		x.rests[f.text] = r
	}
	x.owners.set(id, place{rest: r})
}

func (x *index) newRest(id int64, f *Filter) *rest {
	x.serial++
	r := &rest{filter: f, serial: x.serial}
	r.list.Store(newIDList(id))
	r.keys = []*key{x.always}
	if need, ok := needs(f.root); ok && !x.words.full() {
		r.keys = nil
		for _, l := range need {
			r.keys = append(r.keys, x.intern(l))
		}
	}
	for _, k := range r.keys {
		k.uses++
		r.nodes = append(r.nodes, x.addList(k, &idList{rest: r}, posting{probe: k.id}))
	}
	return r
}

// removeFromRest removes an id from a rest, and the rest with its last id.
func (x *index) removeFromRest(id int64, r *rest) {
	list := r.list.Load().without(id)
	if r.list.Store(list); !list.empty() {
		return
	}
	delete(x.rests, r.filter.text)
	for i, n := range r.nodes {
		x.kill(n)
		x.release(r.keys[i])
	}
}

// needs returns lexemes of which every article that e matches has at least one, as few and rare as can be known without
// counting. There may be none.
func needs(e expr) ([]lexeme, bool) {
	switch e := e.(type) {
	case words:
		return rarest(e.list)
	case whole:
		return []lexeme{e.lexeme()}, e.lexeme().indexable()
	case pattern:
		return needs(e.implied())
	case and:
		return needsOfAny(e)
	case or:
		return needsOfAll(e)
	default:
		return nil, false
	}
}

// rarest returns one of the words that must all be there.
func rarest(list []word) (need []lexeme, ok bool) {
	for _, w := range list {
		x := w.lexeme()
		if x.indexable() && (!ok || x.frequency() < need[0].frequency()) {
			need, ok = []lexeme{x}, true
		}
	}
	return need, ok
}

// needsOfAny returns the needs of the kid that are met most rarely: all kids must be met.
func needsOfAny(kids and) (best []lexeme, ok bool) {
	for _, e := range kids {
		need, found := needs(e)
		if found && (!ok || frequency(need) < frequency(best)) {
			best, ok = need, true
		}
	}
	return best, ok
}

// needsOfAll returns the needs of all kids: one of them must be met.
func needsOfAll(kids or) (all []lexeme, ok bool) {
	have := make(map[lexeme]bool)
	for _, e := range kids {
		need, found := needs(e)
		if !found {
			return nil, false
		}
		for _, x := range need {
			if !have[x] {
				have[x] = true
				all = append(all, x)
			}
		}
	}
	return all, true
}

func frequency(list []lexeme) int {
	n := 0
	for _, x := range list {
		n += x.frequency()
	}
	return n
}
