package filter

import (
	"cmp"
	"slices"
)

// Hit is a passage that a filter was looking for: bytes [Start, End) of a field as it was given to NewDocument. Index is
// the position in a list field, otherwise 0.
type Hit struct {
	Field      Field
	Index      int
	Start, End int
}

// hits collects passages. The nil hits collects nothing: the caller only wants to know whether a filter matches.
type hits struct {
	list []Hit
}

func (h *hits) add(s section, start, end int) {
	if h != nil && start < end {
		h.list = append(h.list, Hit{Field: s.field, Index: s.index, Start: start, End: end})
	}
}

// mark returns a point to go back to with forget.
func (h *hits) mark() int {
	if h == nil {
		return 0
	}
	return len(h.list)
}

func (h *hits) forget(mark int) {
	if h != nil {
		h.list = h.list[:mark]
	}
}

// merged returns the passages sorted, those that overlap or touch as one.
func (h *hits) merged() []Hit {
	slices.SortFunc(h.list, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Index, b.Index), cmp.Compare(a.Start, b.Start))
	})
	out := h.list[:0]
	for _, hit := range h.list {
		if n := len(out); n > 0 && out[n-1].Field == hit.Field && out[n-1].Index == hit.Index &&
			hit.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, hit.End)
			continue
		}
		out = append(out, hit)
	}
	return out
}
