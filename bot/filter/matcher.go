package filter

import "slices"

// matcher finds the filters in an index that match one document. It is memory to be used again.
type matcher struct {
	doc     *Document
	words   *dictionary
	limit   uint32 // keys from this id on came after the search for the document's
	newer   bool   // such a key was asked for
	wishes  []wish
	present presences
	lists   []listRef
	rests   []*rest
	found   found
}

// match finds the ids of the filters that match d.
func (m *matcher) match(x *index, d *Document) {
	m.begin(x, d)
	m.present.fetch() // not before all keys are looked up: see matches
	for i := range m.present.list {
		m.scan(&m.present.list[i])
	}
	m.openLists()
	m.askRests()
}

// matchAmong finds those of the ids whose filters match d. The index may not change meanwhile.
func (m *matcher) matchAmong(x *index, d *Document, list []int64) {
	m.begin(x, d)
	for _, id := range list {
		p, ok := x.owners.at(id)
		if ok && (p.rest != nil && p.rest.filter.Match(d) ||
			slices.ContainsFunc(p.nodes, func(n uint32) bool { return m.meets(*x.nodes.at(n)) })) {
			m.found.ids = append(m.found.ids, id)
		}
	}
}

// begin finds out which keys d has.
func (m *matcher) begin(x *index, d *Document) {
	m.doc, m.words, m.limit = d, &x.words, x.words.next.Load()
	if m.wishes == nil {
		m.wishes = make([]wish, 0, wishesAtOnce)
	}
	m.present.add(presence{key: x.always, endings: anyEnding})
	m.lookUp()
	m.grant()
}

// reset forgets the document.
func (m *matcher) reset() {
	clear(m.wishes[:cap(m.wishes)])
	clear(m.lists)
	clear(m.rests)
	m.doc, m.words = nil, nil
	m.wishes, m.lists, m.rests = m.wishes[:0], m.lists[:0], m.rests[:0]
	m.present.reset()
	m.found.reset()
}
