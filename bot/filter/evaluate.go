package filter

// matches reports whether the program matches the document. If it asks for a key that was made while the document's keys were
// looked up, it is unknown whether the document has it; such a program is being added and need not count.
func (m *matcher) matches(program []uint32) bool {
	m.newer = false
	for i := 0; i < len(program); {
		found := false
		for more := true; more; {
			literal := program[i]
			var has bool
			if literal&flagShape == 0 {
				s := m.presence(literal & maskID)
				has = s != nil && s.ends(literal, endingShift)
				i++
			} else {
				n := program[i+1] >> shapeWords
				has = m.stands(literal, program[i+1], program[i+2:i+2+int(n)])
				i += 2 + int(n)
			}
			found = found || has == (literal&flagNot == 0)
			more = literal&flagOr != 0
		}
		if !found {
			return false
		}
	}
	return !m.newer
}

// stands reports whether the words stand next to each other in one text of the shape's field.
func (m *matcher) stands(first, shape uint32, rest []uint32) bool {
	s := m.presence(first & maskID)
	for _, n := range rest {
		if m.presence(n&maskID) == nil {
			return false
		}
	}
	if s == nil {
		return false
	}
	d, field, g := m.doc, Field(shape&shapeField), s.group()
	for i := g.from; i >= 0; i = g.after(d, i) {
		for _, at := range d.places[d.entries[i].from:d.entries[i].to] {
			t := &d.tokens[at]
			if (field == Any || d.sections[t.section].field == field) && m.is(t, g, first, shape) && m.follow(at, shape, rest) {
				return true
			}
		}
	}
	return false
}

// follow reports whether the words follow token number at in the same text.
func (m *matcher) follow(at int, shape uint32, rest []uint32) bool {
	tokens := m.doc.tokens[at:]
	if len(rest) >= len(tokens) {
		return false
	}
	for i, n := range rest {
		t, g := &tokens[i+1], m.presence(n&maskID).group()
		if t.section != tokens[0].section || !g.has(m.doc, t.entry) || !m.is(t, g, n, shape) {
			return false
		}
	}
	return true
}

// is reports whether a token in group g is the word of a program that the group was found by.
func (m *matcher) is(t *token, g group, word, shape uint32) bool {
	return g.to > 0 || shape&shapeExact == 0 && m.doc.inflects(t.section) ||
		uint32(m.doc.entries[t.entry].ending) == word>>endingShift&endingBits
}

// presence returns where the document has the key of an id, or nil.
func (m *matcher) presence(id uint32) *presence {
	s := m.present.find(id)
	if s == nil && id >= m.limit {
		m.newer = true
	}
	return s
}
