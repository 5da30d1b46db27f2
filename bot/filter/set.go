package filter

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Set finds the filters that take a document, without looking at those that cannot. All methods may be called at once from
// any goroutine: those who match wait for nobody, those who put and delete for each other.
type Set struct {
	size     atomic.Int64
	removals atomic.Int64
	matchers sync.Pool

	mu    sync.Mutex // held by who changes index; what matchers read of it they may read meanwhile
	index *index
}

// NewSet returns an empty set.
func NewSet() *Set {
	return &Set{index: newIndex(), matchers: sync.Pool{New: func() any { return new(matcher) }}}
}

// Put adds the filter under id, in place of the one that had it.
func (s *Set) Put(id int64, f *Filter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(id)
	s.index.put(id, f)
	s.size.Add(1)
}

// Delete takes the filter of id out, if there is one.
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

// Match calls take once for each filter that takes d, in no order. Take may call any method of the set; a filter that is put
// or deleted while Match looks for filters may count or not, and one that is put in place of another too.
func (s *Set) Match(d *Document, take func(id int64)) {
	m := s.matchers.Get().(*matcher)
	removals := s.removals.Load()
	ids := m.match(s.index, d)
	if s.removals.Load() != removals { // an id may have been found both where it was and where it went
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	for _, id := range ids {
		take(id)
	}
	m.reset()
	s.matchers.Put(m)
}
