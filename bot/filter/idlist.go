package filter

import (
	"cmp"
	"slices"
)

// maxRun bounds what is copied when an id is added or removed: a run, and the list of runs.
const maxRun = 1024

// idList lists the ids of equal filters: sorted, in runs. It never changes, so any number of goroutines may read it. There
// are many of one short run.
type idList struct {
	rest *rest // what to ask in place of the list, where there is no program; else nil
	runs []run // at least one; empty only if it is alone
}

// run is a part of a list: ids that differ in their lower half only, in half the memory.
type run struct {
	base int64
	low  []uint32
}

// newIDList returns a list of one id.
func newIDList(id int64) *idList { return listOf(runOf(id)) }

// listOf returns a list of one run, which lies beside it in memory.
func listOf(r run) *idList {
	l := &struct {
		idList
		run [1]run
	}{run: [1]run{r}}
	l.runs = l.run[:]
	return &l.idList
}

// runOf returns a run of one id.
func runOf(id int64) run { return run{baseOf(id), []uint32{uint32(id)}} }

func baseOf(id int64) int64 { return id &^ (1<<32 - 1) }

// last returns the last id, of which there is one.
func (r run) last() int64 { return r.base + int64(r.low[len(r.low)-1]) }

// search returns where an id is, or belongs, in a run with its base.
func (r run) search(id int64) int {
	at, _ := slices.BinarySearch(r.low, uint32(id))
	return at
}

// each calls yield with all ids.
func (r run) each(yield func(id int64)) {
	for _, low := range r.low {
		yield(r.base + int64(low))
	}
}

func (l *idList) empty() bool { return len(l.runs[0].low) == 0 }

// with returns the list and an id that it does not have.
func (l *idList) with(id int64) *idList {
	i := l.find(id)
	r := l.runs[i]
	if r.base != baseOf(id) {
		return l.withRun(i, id)
	}
	at := r.search(id)
	longer := make([]uint32, len(r.low)+1)
	copy(longer, r.low[:at])
	longer[at] = uint32(id)
	copy(longer[at+1:], r.low[at:])
	switch {
	case len(longer) <= maxRun:
		return l.replaced(i, run{r.base, longer})
	case at == maxRun: // ids mostly come in order: leave full runs behind
		return l.replaced(i, r, runOf(id))
	default:
		return l.replaced(i, run{r.base, slices.Clone(longer[:maxRun/2])}, run{r.base, slices.Clone(longer[maxRun/2:])})
	}
}

// withRun returns the list and an id that gets a run of its own, before or after run i.
func (l *idList) withRun(i int, id int64) *idList {
	own, r := runOf(id), l.runs[i]
	switch {
	case l.empty():
		return listOf(own)
	case id < r.base:
		return l.replaced(i, own, r)
	default:
		return l.replaced(i, r, own)
	}
}

// without returns the list without an id that it has.
func (l *idList) without(id int64) *idList {
	i := l.find(id)
	r := l.runs[i]
	if len(r.low) == 1 && len(l.runs) > 1 {
		return l.replaced(i)
	}
	at := r.search(id)
	return l.replaced(i, run{r.base, slices.Concat(r.low[:at], r.low[at+1:])})
}

// find returns the run in which id is or belongs: the first that ends with it or later, or the last; unless the one
// before that could take it and the other cannot.
func (l *idList) find(id int64) int {
	last := len(l.runs) - 1
	i, _ := slices.BinarySearchFunc(l.runs[:last], id, func(r run, id int64) int { return cmp.Compare(r.last(), id) })
	if i > 0 && l.runs[i].base != baseOf(id) && l.runs[i-1].base == baseOf(id) {
		i--
	}
	return i
}

// replaced returns a list with others in the place of run i.
func (l *idList) replaced(i int, list ...run) *idList {
	if len(l.runs) == 1 && len(list) == 1 {
		return listOf(list[0])
	}
	return &idList{runs: slices.Concat(l.runs[:i], list, l.runs[i+1:])}
}
