package filter

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// scan collects the filters that are listed under a key of the document and match it.
func (m *matcher) scan(s *presence) {
	p := s.postings
	for at, probe := range s.wanted {
		if m.present.sieve.passes(probe) && m.wanted(p, uint32(at), s) {
			m.collect(p, p.target(uint32(at)))
		}
	}
	m.scanUnwanted(p, s)
}

// meets reports whether the document matches the posting at a node.
func (m *matcher) meets(at node) bool {
	key := m.present.find(at.key)
	if key == nil {
		return false
	}
	p := key.key.postings.Load()
	probe := *p.cell(at.at, columnProbe)
	if at.at&unwantedRow != 0 {
		return m.unwanted(probe, key)
	}
	return m.present.sieve.passes(probe) && m.wanted(p, at.at, key)
}

// wanted reports whether the document matches the posting at a place under a key.
func (m *matcher) wanted(p *postings, at uint32, key *presence) bool {
	probe := p.numbers[at]
	if probe&flagExact != 0 {
		s := m.present.find(probe & maskID)
		if s == nil || s != key && !s.ends(probe, endingShift) || !key.ends(probe, keyEndingShift) {
			return false
		}
	}
	return m.matches(p.program(at))
}

// scanUnwanted collects filters that are met by the lack of a key.
func (m *matcher) scanUnwanted(p *postings, key *presence) {
	probes, targets := p.unwantedProbes()
	plain := key.endings == anyEnding && m.words.next.Load() == m.limit
	for at, probe := range probes {
		target := atomic.LoadUint32(&targets[at])
		if plain && target < targetList && !m.present.sieve.passes(probe) {
			m.found.ids = append(m.found.ids, int64(target))
		} else if m.unwanted(probe, key) {
			m.collect(p, target)
		}
	}
}

// unwanted reports whether the document has a key but not what a probe asks for.
func (m *matcher) unwanted(probe uint32, key *presence) bool {
	s := m.present.find(probe & maskID)
	return (s != nil || probe&maskID < m.limit) && key.ends(probe, keyEndingShift) && (s == nil || !s.ends(probe, endingShift))
}

func (m *matcher) collect(p *postings, target uint32) {
	if target&targetList == 0 {
		m.found.ids = append(m.found.ids, int64(target))
		return
	}
	if target != targetNone {
		m.lists = append(m.lists, listRef{postings: p, target: target})
	}
}

// listRef is a target that stands for a list, which is open once it is read.
type listRef struct {
	postings *postings
	target   uint32
	open     *idList
}

// openLists collects what is in the lists, step by step as fetch does.
func (m *matcher) openLists() {
	for i := range m.lists {
		l := &m.lists[i]
		l.open = l.postings.list(l.target)
	}
	for i := range m.lists {
		if l := m.lists[i].open; l.rest != nil {
			m.rests = append(m.rests, l.rest)
		} else {
			m.found.runs = append(m.found.runs, l.runs...)
		}
	}
	for _, r := range m.found.runs {
		m.present.touched += touch(r.low)
	}
}

// askRests asks the filters that are no programs. They may have been found by several keys.
func (m *matcher) askRests() {
	slices.SortFunc(m.rests, func(a, b *rest) int { return cmp.Compare(a.serial, b.serial) })
	for i, r := range m.rests {
		if (i == 0 || m.rests[i-1] != r) && r.filter.Match(m.doc) {
			m.found.runs = append(m.found.runs, r.list.Load().runs...)
		}
	}
}
