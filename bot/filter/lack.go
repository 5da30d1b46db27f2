package filter

// Lack is one reason why a filter does not match a document.
type Lack struct {
	// Terms are what the document lacks, any one of which would do; or the one term that it has and must not have.
	// They are written as in a filter, folded.
	Terms []string
	// Excluded says that the document has what the filter excludes, at Hits if that can be shown.
	Excluded bool
	Hits     []Hit
}

// Lacks returns what keeps the filter from matching d, in the filter's order: nothing if it matches. Of several
// alternatives it reports on the nearest one, so a filter with fewer lacks is nearer.
func (f *Filter) Lacks(d *Document) []Lack {
	if f.root.match(d, nil) {
		return nil
	}
	return lacks(f.root, d)
}

// lacks returns why e does not match d.
func lacks(e expr, d *Document) []Lack {
	switch e := e.(type) {
	case and:
		var all []Lack
		for _, kid := range e {
			if !kid.match(d, nil) {
				all = append(all, lacks(kid, d)...)
			}
		}
		return all
	case or:
		return lacksOfAny(e, d)
	case not:
		return excess(e.expr, d)
	default:
		return []Lack{{Terms: []string{canonical(e)}}}
	}
}

// lacksOfAny returns what the nearest alternative lacks; all in one, if each lacks only one term.
func lacksOfAny(o or, d *Document) []Lack {
	var nearest []Lack
	either := Lack{}
	for i, kid := range o {
		own := lacks(kid, d)
		if i == 0 || len(own) < len(nearest) {
			nearest = own
		}
		if len(own) == 1 && !own[0].Excluded {
			either.Terms = append(either.Terms, own[0].Terms...)
		}
	}
	if len(either.Terms) > 0 {
		return []Lack{either}
	}
	return nearest
}

// excess returns why e matches d although it must not.
func excess(e expr, d *Document) []Lack {
	switch e := e.(type) {
	case not:
		return lacks(e.expr, d)
	case or:
		var all []Lack
		for _, kid := range e {
			if kid.match(d, nil) {
				all = append(all, excess(kid, d)...)
			}
		}
		return all
	default:
		var h hits
		e.match(d, &h)
		return []Lack{{Terms: []string{grouped(e)}, Excluded: true, Hits: h.merged()}}
	}
}
