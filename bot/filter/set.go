package filter

import (
	"iter"
	"sync"
	"sync/atomic"
)

// Set finds the filters that match a document, without trying those that cannot. It is safe for concurrent use: Match never
// waits, Put and Delete wait for each other.
type Set struct {
	size     atomic.Int64
	removals atomic.Int64
	matchers sync.Pool

	mu    sync.Mutex // guards changes to index; matchers read without it
	index *index
}

// NewSet returns an empty set.
func NewSet() *Set {
	return &Set{index: newIndex(), matchers: sync.Pool{New: func() any { return new(matcher) }}}
}

// Put adds the filter under id, in place of the one that had it.
func (s *Set) Put(id int64, f *Filter) {
	s.PutAll(func(yield func(int64, *Filter) bool) { yield(id, f) })
}

// PutAll adds many filters under their ids, faster than Put one after the other. Others that change the set, and MatchAmong,
// wait until it is done. The sequence may not call any method of the set.
func (s *Set) PutAll(filters iter.Seq2[int64, *Filter]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.index.pending = s.index.pending[:0] // of a sequence that did not come to its end
	for id, f := range filters {
		if s.index.prepare(id, f); len(s.index.pending) == putsAtOnce {
			s.putPending()
		}
	}
	s.putPending()
}

// putPending puts the filters that are prepared.
func (s *Set) putPending() {
	s.index.lookUpPending()
	for i := range s.index.pending {
		p := &s.index.pending[i]
		s.remove(p.id)
		s.index.put(p)
		s.size.Add(1)
	}
	s.index.pending = s.index.pending[:0]
}

// Delete removes the filter of id, if there is one.
func (s *Set) Delete(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(id)
}

func (s *Set) remove(id int64) {
	if s.index.remove(id) {
		s.removals.Add(1)
		s.size.Add(-1)
	}
}

// Len returns the number of filters.
func (s *Set) Len() int {
	return int(s.size.Load())
}

// Match calls yield once for each filter that matches d, in no order. Yield may call any method of the set. Match may or
// may not see a filter that is put, replaced or deleted while it runs.
func (s *Set) Match(d *Document, yield func(id int64)) {
	m := s.matchers.Get().(*matcher)
	removals := s.removals.Load()
	m.match(s.index, d)
	if s.removals.Load() != removals { // an id may have been found both in its old and in its new place
		m.found.join()
	}
	s.finish(m, yield)
}

// MatchAmong calls yield once for each filter that matches d and whose id is in list, in the list's order. No other filter
// is looked at: it is for an article of which only some places may know. Unlike Match it makes Put and Delete wait, as long
// as the list takes.
func (s *Set) MatchAmong(d *Document, list []int64, yield func(id int64)) {
	m := s.matchers.Get().(*matcher)
	s.mu.Lock()
	m.matchAmong(s.index, d, list)
	s.mu.Unlock()
	s.finish(m, yield)
}

// finish yields what a matcher has found and puts it back.
func (s *Set) finish(m *matcher, yield func(id int64)) {
	m.found.each(yield)
	m.reset()
	s.matchers.Put(m)
}
