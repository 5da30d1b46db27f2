package filter

import (
	"slices"
	"unicode/utf8"
)

// matcher finds the filters in an index that match one document. It is memory to be used again.
type matcher struct {
	doc     *Document
	words   *dictionary
	limit   uint32 // keys from this id on came after the search for the document's
	newer   bool   // such a key was asked for
	present presences
	rests   []*rest
	found   found
}

// match finds the ids of the filters that match d.
func (m *matcher) match(x *index, d *Document) {
	m.begin(x, d)
	for i := range m.present.list { // not before all keys are looked up: see matches
		m.scan(&m.present.list[i])
	}
	m.askRests()
}

// matchAmong finds those of the ids whose filters match d. The index may not change meanwhile.
func (m *matcher) matchAmong(x *index, d *Document, list []int64) {
	m.begin(x, d)
	for _, id := range list {
		p, ok := x.owners.at(id)
		if ok && (p.rest != nil && p.rest.filter.Match(d) ||
			slices.ContainsFunc(p.nodes, func(n uint32) bool { return m.matches(x.programOf(n)) })) {
			m.found.ids = append(m.found.ids, id)
		}
	}
}

// begin finds out which keys d has.
func (m *matcher) begin(x *index, d *Document) {
	m.doc, m.words, m.limit = d, &x.words, x.words.next.Load()
	m.present.add(presence{key: x.always, endings: anyEnding})
	m.lookUp()
}

// reset forgets the document.
func (m *matcher) reset() {
	clear(m.rests)
	m.doc, m.words, m.rests = nil, nil, m.rests[:0]
	m.present.reset()
	m.found.reset()
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
	if have := m.present.find(k.id); have != nil {
		have.to, have.endings = s.to, have.endings|s.endings
		return
	}
	s.key, s.id = k, k.id
	m.present.add(s)
}
