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
	rests   []*rest
	ids     []int64
}

// presence is a slot of a hash table: the id of a key of the document, of which entries it is the key, and with which
// endings a word anywhere is met, one bit for each.
type presence struct {
	id       uint32
	endings  uint32
	from, to int32 // a group
}

// anyEnding is met by all words with a stem.
const anyEnding = 1<<4 - 1

func (s *presence) group() group { return group{from: int(s.from), to: int(s.to)} }

const leastSlots = 256 // of the hash table; it is at most a quarter full

// match returns the ids of the filters that match d, valid until reset.
func (m *matcher) match(x *index, d *Document) []int64 {
	m.begin(x, d)
	for _, k := range m.present { // not before all keys are looked up: see matches
		m.scan(k.postings.Load())
	}
	m.askRests()
	return m.ids
}

// matchAmong returns those of the ids whose filters match d, valid until reset. The index may not change meanwhile.
func (m *matcher) matchAmong(x *index, d *Document, list []int64) []int64 {
	m.begin(x, d)
	for _, id := range list {
		p, ok := x.owners.at(id)
		if ok && (p.rest != nil && p.rest.filter.Match(d) ||
			slices.ContainsFunc(p.nodes, func(n uint32) bool { return m.matches(x.programOf(n)) })) {
			m.ids = append(m.ids, id)
		}
	}
	return m.ids
}

// begin finds out which keys d has.
func (m *matcher) begin(x *index, d *Document) {
	m.doc, m.words, m.limit = d, &x.words, x.words.next.Load()
	m.present = append(m.present, x.always)
	if m.slots == nil {
		m.grow()
	}
	m.lookUp()
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
		e := &d.entries[i]
		met := uint32(anyEnding)
		if !e.inflects {
			met = 1 << e.ending
		}
		m.note(e.lexeme(), presence{endings: met, from: e.first})
		m.starts(wordStart, e.text, i)
	}
	for _, name := range d.sources {
		m.note(lexeme{sourceName, name}, presence{endings: anyEnding})
		m.starts(sourceStart, name, 0)
	}
	m.note(lexeme{langTag, d.lang}, presence{endings: anyEnding})
	for i := range min(len(d.lang), longestStart+1) {
		if d.lang[i] == '-' {
			m.note(lexeme{langTag, d.lang[:i]}, presence{endings: anyEnding})
		}
	}
	m.starts(langStart, d.lang, 0)
}

// starts notes the beginnings of a text that filters ask for.
func (m *matcher) starts(k kind, text string, entry int) {
	longest := min(int(m.words.longest[k].Load()), longestStart, len(text))
	for end := 1; end <= longest; end++ {
		if end == len(text) || utf8.RuneStart(text[end]) {
			m.note(lexeme{k, text[:end]}, presence{endings: anyEnding, from: int32(entry), to: int32(entry + 1)})
		}
	}
}

// note notes that entries of the document have a lexeme. Entries are sorted, so those with the same beginning follow each
// other.
func (m *matcher) note(x lexeme, s presence) {
	k := m.words.find(x)
	if k == nil {
		return
	}
	if have := m.presence(k.id); have != nil {
		have.to, have.endings = s.to, have.endings|s.endings
		return
	}
	m.present = append(m.present, k)
	if len(m.present)*4 > len(m.slots) {
		m.grow()
	}
	s.id = k.id
	m.enter(s)
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
	case p.list(target).rest != nil:
		m.rests = append(m.rests, p.list(target).rest)
	default:
		m.ids = p.list(target).appendTo(m.ids)
	}
}

// askRests asks the filters that are no programs. They may have been found by several keys.
func (m *matcher) askRests() {
	slices.SortFunc(m.rests, func(a, b *rest) int { return cmp.Compare(a.serial, b.serial) })
	for i, r := range m.rests {
		if (i == 0 || m.rests[i-1] != r) && r.filter.Match(m.doc) {
			m.ids = r.list.appendTo(m.ids)
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
				s := m.presence(literal & maskID)
				has = s != nil && s.endings>>(literal>>endingShift&endingBits)&1 != 0
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
