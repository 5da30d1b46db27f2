package filter

import (
	"slices"
	"sync/atomic"
)

// maxRun bounds what is copied when an id is added or removed.
const maxRun = 256

// idList holds the ids of equal filters: sorted, in runs that never change. Any number of goroutines may read it while one
// writes; ids that are not being added or removed are always seen, once.
type idList struct {
	filter *Filter // to ask, where a program does not say everything; else nil
	serial uint64  // of a list with a filter, which no other has
	runs   atomic.Pointer[[]atomic.Pointer[[]int64]]
}

func newIDList(ids ...int64) *idList {
	l := &idList{}
	l.setRuns(ids)
	return l
}

// appendTo appends all ids.
func (l *idList) appendTo(ids []int64) []int64 {
	runs := *l.runs.Load()
	for i := range runs {
		ids = append(ids, *runs[i].Load()...)
	}
	return ids
}

func (l *idList) empty() bool {
	runs := *l.runs.Load()
	return len(runs) == 1 && len(*runs[0].Load()) == 0
}

// add adds an id that the list does not have.
func (l *idList) add(id int64) {
	i, run := l.runOf(id)
	at, _ := slices.BinarySearch(run, id)
	if len(run) < maxRun {
		longer := make([]int64, len(run)+1)
		copy(longer, run[:at])
		longer[at] = id
		copy(longer[at+1:], run[at:])
		l.setRun(i, longer)
		return
	}
	cut := maxRun / 2
	if at == maxRun { // ids mostly come in order: leave full runs behind
		cut = maxRun
	}
	before, after := slices.Clone(run[:cut]), slices.Clone(run[cut:])
	if at < cut {
		before = slices.Insert(before, at, id)
	} else {
		after = slices.Insert(after, at-cut, id)
	}
	runs := l.copied()
	l.setRuns(slices.Replace(runs, i, i+1, before, after)...)
}

// remove removes an id that the list has.
func (l *idList) remove(id int64) {
	i, run := l.runOf(id)
	at, _ := slices.BinarySearch(run, id)
	shorter := slices.Delete(slices.Clone(run), at, at+1)
	if runs := l.copied(); len(shorter) == 0 && len(runs) > 1 {
		l.setRuns(slices.Delete(runs, i, i+1)...)
		return
	}
	l.setRun(i, shorter)
}

// runOf returns the run in which id is or belongs.
func (l *idList) runOf(id int64) (int, []int64) {
	runs := *l.runs.Load()
	from, to := 0, len(runs)-1 // the first that ends with id or later, or the last
	for from < to {
		mid := (from + to) / 2
		if run := *runs[mid].Load(); run[len(run)-1] < id {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from, *runs[from].Load()
}

func (l *idList) copied() [][]int64 {
	runs := *l.runs.Load()
	out := make([][]int64, len(runs))
	for i := range runs {
		out[i] = *runs[i].Load()
	}
	return out
}

func (l *idList) setRun(i int, run []int64) {
	(*l.runs.Load())[i].Store(&run)
}

func (l *idList) setRuns(list ...[]int64) {
	runs := make([]atomic.Pointer[[]int64], len(list))
	for i := range list {
		run := list[i]
		runs[i].Store(&run)
	}
	l.runs.Store(&runs)
}
