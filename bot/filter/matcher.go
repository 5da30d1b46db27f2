package filter

import (
	"cmp"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// matcher finds the filters in an index that match one document. It is memory to be used again.
type matcher struct {
	doc     *Document
	words   *dictionary
	limit   uint32 // keys from this id on came after the search for the document's
	newer   bool   // such a key was asked for
	present []*key // that the document has
	slots   []presence
	shift   int // of a hash, to have the number of a slot
	rests   []*idList
	ids     []int64
}

// presence is a slot of a hash table: the id of a key of the document, and of which of its entries.
type presence struct {
	id       uint32
	from, to int32
}

const leastSlots = 256 // of the hash table; it is at most a quarter full

// match returns the ids of the filters that match d, valid until reset.
func (m *matcher) match(x *index, d *Document) []int64 {
	m.doc, m.words, m.limit = d, &x.words, x.words.next.Load()
	m.present = append(m.present, x.always)
	if m.slots == nil {
		m.grow()
	}
	m.lookUp()
	for _, k := range m.present { // not before all keys are looked up: see matches
		m.scan(k.postings.Load())
	}
	m.askRests()
	return m.ids
}

// reset forgets the document.
func (m *matcher) reset() {
	clear(m.present)
	clear(m.rests)
	clear(m.slots)
	m.doc, m.words = nil, nil
	m.present, m.rests, m.ids = m.present[:0], m.rests[:0], m.ids[:0]
}

// lookUp finds the keys of everything that the document has.
func (m *matcher) lookUp() {
	d := m.doc
	for i := range d.entries {
		m.note(lexeme{wholeWord, d.entries[i].text}, i)
		m.starts(wordStart, d.entries[i].text, i)
	}
	for _, name := range d.sources {
		m.note(lexeme{sourceName, name}, 0)
		m.starts(sourceStart, name, 0)
	}
	m.note(lexeme{langTag, d.lang}, 0)
	for i := range min(len(d.lang), longestStart+1) {
		if d.lang[i] == '-' {
			m.note(lexeme{langTag, d.lang[:i]}, 0)
		}
	}
	m.starts(langStart, d.lang, 0)
}

// starts notes the beginnings of a text that filters ask for.
func (m *matcher) starts(k kind, text string, entry int) {
	longest := min(int(m.words.longest[k].Load()), longestStart, len(text))
	for end := 1; end <= longest; end++ {
		if end == len(text) || utf8.RuneStart(text[end]) {
			m.note(lexeme{k, text[:end]}, entry)
		}
	}
}

// note notes that an entry of the document has a lexeme. Entries are sorted, so those with the same beginning follow each
// other.
func (m *matcher) note(x lexeme, entry int) {
	k := m.words.find(x)
	if k == nil {
		return
	}
	if s := m.presence(k.id); s != nil {
		s.to = int32(entry + 1)
		return
	}
	m.present = append(m.present, k)
	if len(m.present)*4 > len(m.slots) {
		m.grow()
	}
	m.enter(presence{id: k.id, from: int32(entry), to: int32(entry + 1)})
}

func (m *matcher) grow() {
	old := m.slots
	m.slots = make([]presence, max(leastSlots, 2*len(old)))
	m.shift = 33 - bits.Len(uint(len(m.slots)))
	for _, s := range old {
		if s.id != 0 {
			m.enter(s)
		}
	}
}

// slot returns where to begin to look for an id.
func (m *matcher) slot(id uint32) uint32 { return id * 0x9e3779b1 >> m.shift }

func (m *matcher) enter(s presence) {
	for i := m.slot(s.id); ; i++ {
		if slot := &m.slots[i&uint32(len(m.slots)-1)]; slot.id == 0 {
			*slot = s
			return
		}
	}
}

// presence returns where the document has the key of an id, or nil.
func (m *matcher) presence(id uint32) *presence {
	mask := uint32(len(m.slots) - 1)
	for i := m.slot(id); ; i++ {
		switch s := &m.slots[i&mask]; s.id {
		case id:
			return s
		case 0:
			m.newer = m.newer || id >= m.limit
			return nil
		}
	}
}

// scan collects the filters in p that match the document.
func (m *matcher) scan(p *postings) {
	numbers := p.numbers[:p.used.Load()]
	for at := uint32(0); at < uint32(len(numbers)); {
		from := at + postingHead
		to := from + numbers[at+postingLength]
		if target := p.target(at); target != targetNone && m.matches(numbers[from:to]) {
			m.collect(p, target)
		}
		at = to
	}
}

func (m *matcher) collect(p *postings, target uint32) {
	switch {
	case target&targetList == 0:
		m.ids = append(m.ids, int64(target))
	case p.list(target).filter != nil:
		m.rests = append(m.rests, p.list(target))
	default:
		m.ids = p.list(target).appendTo(m.ids)
	}
}

// askRests asks the filters that are no programs. They may have been found by several keys.
func (m *matcher) askRests() {
	slices.SortFunc(m.rests, func(a, b *idList) int { return cmp.Compare(a.serial, b.serial) })
	for i, l := range m.rests {
		if (i == 0 || m.rests[i-1] != l) && l.filter.Match(m.doc) {
			m.ids = l.appendTo(m.ids)
		}
	}
}

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
				has = m.presence(literal&maskID) != nil
				i++
			} else {
				n := program[i+1] >> shapeWords
				has = m.stands(literal&maskID, Field(program[i+1]&shapeField), program[i+2:i+2+int(n)])
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

// stands reports whether the words stand next to each other in one text of the field.
func (m *matcher) stands(first uint32, field Field, rest []uint32) bool {
	s := m.presence(first)
	for _, id := range rest {
		if m.presence(id) == nil {
			return false
		}
	}
	if s == nil {
		return false
	}
	d := m.doc
	for _, e := range d.entries[s.from:s.to] {
		for _, at := range d.places[e.from:e.to] {
			if (field == Any || d.section(d.tokens[at]).field == field) && m.follow(at, rest) {
				return true
			}
		}
	}
	return false
}

// follow reports whether the words follow token number at in the same text.
func (m *matcher) follow(at int, rest []uint32) bool {
	tokens := m.doc.tokens[at:]
	if len(rest) >= len(tokens) {
		return false
	}
	for i, id := range rest {
		t, s := tokens[i+1], m.presence(id)
		if t.section != tokens[0].section || t.entry < int(s.from) || t.entry >= int(s.to) {
			return false
		}
	}
	return true
}
