package filter

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// maxRun bounds what is copied when an id is added or removed: a run, and the list of runs.
const maxRun = 1024

// idList lists the ids of equal filters: sorted, in runs that never change. Any number of goroutines may read it while one
// writes; ids that are not being added or removed are always seen, once.
type idList struct {
	rest *rest                     // what to ask, where there is no program; else nil
	runs atomic.Pointer[[][]int64] // at least one; empty only if it is alone
}

func newIDList(ids ...int64) *idList {
	l := &idList{}
	l.runs.Store(&[][]int64{ids})
	return l
}

// appendTo appends all ids.
func (l *idList) appendTo(ids []int64) []int64 {
	for _, run := range *l.runs.Load() {
		ids = append(ids, run...)
	}
	return ids
}

func (l *idList) empty() bool {
	return len((*l.runs.Load())[0]) == 0
}

// add adds an id that the list does not have.
func (l *idList) add(id int64) {
	i, run := l.runOf(id)
	at, _ := slices.BinarySearch(run, id)
	longer := make([]int64, len(run)+1)
	copy(longer, run[:at])
	longer[at] = id
	copy(longer[at+1:], run[at:])
	switch {
	case len(longer) <= maxRun:
		l.replace(i, longer)
	case at == maxRun: // ids mostly come in order: leave full runs behind
		l.replace(i, run, []int64{id})
	default:
		l.replace(i, slices.Clone(longer[:maxRun/2]), slices.Clone(longer[maxRun/2:]))
	}
}

// remove removes an id that the list has.
func (l *idList) remove(id int64) {
	i, run := l.runOf(id)
	if len(run) == 1 && len(*l.runs.Load()) > 1 {
		l.replace(i)
		return
	}
	at, _ := slices.BinarySearch(run, id)
	l.replace(i, slices.Concat(run[:at], run[at+1:]))
}

// runOf returns the run in which id is or belongs: the first that ends with it or later, or the last.
func (l *idList) runOf(id int64) (int, []int64) {
	runs := *l.runs.Load()
	i, _ := slices.BinarySearchFunc(runs[:len(runs)-1], id, func(run []int64, id int64) int {
		return cmp.Compare(run[len(run)-1], id)
	})
	return i, runs[i]
}

// replace puts runs in the place of run i.
func (l *idList) replace(i int, list ...[]int64) {
	old := *l.runs.Load()
	runs := slices.Concat(old[:i], list, old[i+1:])
	l.runs.Store(&runs)
}
