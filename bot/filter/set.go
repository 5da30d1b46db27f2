package filter

import "sync"

// Set matches a document against many filters. Today it asks one after the other; its methods leave room for an index.
// All of them may be called at once from any goroutine, and calls of Match do not wait for each other.
type Set struct {
	mu      sync.RWMutex
	filters map[int64]*Filter // guarded by mu
}

// NewSet returns an empty set.
func NewSet() *Set {
	return &Set{filters: make(map[int64]*Filter)}
}

// Put adds the filter under id, in place of the one that had it.
func (s *Set) Put(id int64, f *Filter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.filters[id] = f
}

// Delete takes the filter of id out, if there is one.
func (s *Set) Delete(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.filters, id)
}

// Len returns the number of filters.
func (s *Set) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.filters)
}

// Match calls take once for each filter that takes d, in no order. It holds no lock while it does, so take may call any
// method of the set; a filter that is put or deleted meanwhile may count or not.
func (s *Set) Match(d *Document, take func(id int64)) {
	for _, id := range s.matching(d) {
		take(id)
	}
}

func (s *Set) matching(d *Document) []int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var ids []int64
	for id, f := range s.filters {
		if f.Match(d) {
			ids = append(ids, id)
		}
	}
	return ids
}
