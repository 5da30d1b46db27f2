package filter

import "slices"

// found is what a matcher has found: single ids, and runs of ids as they lie in the index.
type found struct {
	ids  []int64
	runs []run
}

// each yields all ids.
func (f *found) each(yield func(id int64)) {
	for _, id := range f.ids {
		yield(id)
	}
	for _, r := range f.runs {
		r.each(yield)
	}
}

// join makes of all ids a single list, each once.
func (f *found) join() {
	for _, r := range f.runs {
		r.each(func(id int64) { f.ids = append(f.ids, id) })
	}
	f.runs = f.runs[:0]
	slices.Sort(f.ids)
	f.ids = slices.Compact(f.ids)
}

// reset forgets all.
func (f *found) reset() {
	clear(f.runs)
	f.ids, f.runs = f.ids[:0], f.runs[:0]
}
