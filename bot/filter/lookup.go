package filter

import "unicode/utf8"

// wish is a lexeme of the document whose key is looked for, and what will be its presence.
type wish struct {
	lexeme
	hash     uint64
	key      *key // where the key would be, to begin with
	endings  uint32
	from, to int32
}

// wishesAtOnce is how many lexemes are looked up side by side: one would wait for memory several times, and so they wait
// together.
const wishesAtOnce = 64

// lookUp finds the keys of everything that the document has.
func (m *matcher) lookUp() {
	d := m.doc
	for i := range d.entries {
		e := &d.entries[i]
		met := uint32(anyEnding)
		if !e.inflects {
			met = 1 << e.ending
		}
		m.wish(wish{lexeme: e.lexeme(), endings: met, from: e.first})
		m.starts(wordStart, e.text, i)
	}
	for _, name := range d.sources {
		m.wish(wish{lexeme: lexeme{sourceName, name}, endings: anyEnding})
		m.starts(sourceStart, name, 0)
	}
	m.wish(wish{lexeme: lexeme{langTag, d.lang}, endings: anyEnding})
	for i := range min(len(d.lang), longestStart+1) {
		if d.lang[i] == '-' {
			m.wish(wish{lexeme: lexeme{langTag, d.lang[:i]}, endings: anyEnding})
		}
	}
	m.starts(langStart, d.lang, 0)
}

// starts looks up the beginnings of a text that filters ask for.
func (m *matcher) starts(k kind, text string, entry int) {
	longest := min(int(m.words.longest[k].Load()), longestStart, len(text))
	for end := 1; end <= longest; end++ {
		if end == len(text) || utf8.RuneStart(text[end]) {
			m.wish(wish{lexeme: lexeme{k, text[:end]}, endings: anyEnding, from: int32(entry), to: int32(entry + 1)})
		}
	}
}

// wish looks up a lexeme, with others. Entries are sorted, so those with the same beginning follow each other.
func (m *matcher) wish(w wish) {
	w.hash = m.words.hash(w.lexeme)
	w.key = m.words.guess(w.hash)
	if m.wishes = append(m.wishes, w); len(m.wishes) == wishesAtOnce {
		m.grant()
	}
}

// grant notes the keys of what was looked up.
func (m *matcher) grant() {
	for i := range m.wishes {
		w := &m.wishes[i]
		if w.key != nil && !w.key.has(w.lexeme, w.hash) {
			w.key = m.words.find(w.lexeme)
		}
		if w.key != nil {
			m.note(w)
		}
	}
	m.wishes = m.wishes[:0]
}

// note notes that entries of the document have a key.
func (m *matcher) note(w *wish) {
	if have := m.present.find(w.key.id); have != nil {
		have.to, have.endings = w.to, have.endings|w.endings
		return
	}
	m.present.add(presence{key: w.key, id: w.key.id, endings: w.endings, from: w.from, to: w.to})
}
