package filter

// Filter is a parsed filter. It never changes, so goroutines may share it. Parse makes one.
type Filter struct {
	text string
	root expr
}

// String returns the filter as its author wrote it, on one line: trimmed, and with single spaces outside regular
// expressions. Parsed again it means the same.
func (f *Filter) String() string { return f.text }

// Empty reports whether the filter was blank and matches everything.
func (f *Filter) Empty() bool {
	_, ok := f.root.(everything)
	return ok
}

// Match reports whether the filter matches d. The time it needs is bounded by the size of the filter, which Parse bounds,
// times the size of the document.
func (f *Filter) Match(d *Document) bool {
	return f.root.match(d, nil)
}

// Explain reports whether the filter matches d, and if so the passages why, sorted and without overlaps. There may be none:
// an empty filter, or one that only excludes, matches because of what is absent.
func (f *Filter) Explain(d *Document) ([]Hit, bool) {
	var h hits
	if !f.root.match(d, &h) {
		return nil, false
	}
	return h.merged(), true
}

// Candidates returns a query for a full-text index that finds every document that Match accepts, and others.
func (f *Filter) Candidates() Query {
	return f.root.candidates()
}
