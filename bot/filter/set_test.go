package filter

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func matching(s *Set, d *Document) []int64 {
	var ids []int64
	s.Match(d, func(id int64) { ids = append(ids, id) })
	slices.Sort(ids)
	return ids
}

func TestSet_MatchesExactlyItsMembers(t *testing.T) {
	s, d := NewSet(), NewDocument(launch())
	if got := matching(s, d); got != nil {
		t.Errorf("an empty set matches %v", got)
	}
	s.Put(1, mustParse(t, "missile"))
	s.Put(2, mustParse(t, "nuclear"))
	s.Put(3, mustParse(t, ""))
	s.Put(4, mustParse(t, "coal"))
	s.Put(4, mustParse(t, "gold"))
	if diff := cmp.Diff([]int64{1, 3}, matching(s, d)); diff != "" {
		t.Errorf("set matches (-want +got):\n%s", diff)
	}
	s.Delete(1)
	s.Delete(1)
	if diff := cmp.Diff([]int64{3}, matching(s, d)); diff != "" {
		t.Errorf("set matches after Delete (-want +got):\n%s", diff)
	}
	if got := s.Len(); got != 3 {
		t.Errorf("Len() = %d, want 3", got)
	}
}

func TestSet_MayChangeWhileItMatches(t *testing.T) {
	s, d := NewSet(), NewDocument(launch())
	all := mustParse(t, "")
	s.Put(0, all)
	s.Match(d, func(id int64) { // a lock held here would never be got again
		s.Put(id+1, all)
		s.Delete(id)
	})
	var wg sync.WaitGroup
	for i := range int64(8) {
		wg.Go(func() {
			for id := range int64(100) {
				s.Put(id*8+i, all)
				s.Match(d, func(int64) {})
				s.Delete(id*8 + i)
			}
		})
	}
	wg.Wait()
	if got := s.Len(); got != 0 {
		t.Errorf("Len() = %d, want 0", got)
	}
}

func TestMatchAmong_KnowsNoOtherFilters(t *testing.T) {
	s, d := NewSet(), NewDocument(launch())
	for id, text := range []string{"missile", "", "nuclear", "missile", "/Ballistic/", "-drill"} {
		s.Put(int64(id), mustParse(t, text))
	}
	for _, tt := range []struct{ list, want []int64 }{
		{nil, nil},
		{[]int64{3}, []int64{3}},
		{[]int64{5, 2, 1, 4}, []int64{5, 1, 4}},
		{[]int64{-1, 6, 1 << 40}, nil},
	} {
		var got []int64
		s.MatchAmong(d, tt.list, func(id int64) {
			s.Put(id, mustParse(t, "")) // a lock held here would never be got again
			got = append(got, id)
		})
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("of %v match (-want +got):\n%s", tt.list, diff)
		}
	}
}
