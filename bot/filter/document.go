package filter

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Field names a part of an article. The zero Field is Any.
type Field int

// The fields, in the order in which Explain reports them.
const (
	Any     Field = iota // what a term without a field looks at: title, summary, authors and tags
	Title                // title:
	Summary              // summary: or dek:
	Author               // author:, each author for itself
	Tag                  // tag:, each tag for itself
	Source               // source:, the short name, whole
	Lang                 // lang:, the language, whole or the part before the region
	URL                  // url:, any piece of the address
)

// String returns the name that people type, or "any".
func (f Field) String() string {
	switch f {
	case Title:
		return "title"
	case Summary:
		return "summary"
	case Author:
		return "author"
	case Tag:
		return "tag"
	case Source:
		return "source"
	case Lang:
		return "lang"
	case URL:
		return "url"
	default:
		return "any"
	}
}

// Fields is what a filter can see of an article. Text is plain, without markup; Lang is a BCP 47 tag such as "en" or
// "pt-BR".
type Fields struct {
	Title, Summary    string
	Authors, Tags     []string
	Source, Lang, URL string
	OtherSources      []string // sources beside Source
}

// Document is an article made ready for many filters: folded and cut into words once. It never changes, so goroutines
// may share it.
type Document struct {
	fields    Fields
	sources   []string // as compared, as are the next two
	lang, url string
	english   bool // or of unknown language

	sections []section // title and summary first
	tokens   []token
	entries  []entry          // the different words, sorted
	entryOf  map[string]int32 // an entry by the text of its stem, the first of those with that stem
	places   []int            // indices in tokens, those of an entry together and in order
}

// bodySections is how many sections are running text: the title and the summary.
const bodySections = 2

// section is one text of a document: its title, say, or its second author.
type section struct {
	field Field
	index int // in a list
	text  string
}

// entry is a word of the document and where in places its tokens are listed.
type entry struct {
	text     string
	from, to int32
	stem     int32 // how much of text is the stem's
	first    int32 // the first entry with the same stem
	next     int32 // the next entry with the same stem; after the last one, the first
	kind     kind
	ending   ending
	inflects bool // a token of it inflects
}

func newEntry(text string, from, number int) entry {
	s := stemOf(text)
	return entry{
		text: text, from: int32(from), stem: int32(len(s.text)), first: int32(number), next: int32(number),
		kind: s.kind, ending: s.ending,
	}
}

func (e *entry) lexeme() lexeme { return lexeme{e.kind, e.text[:e.stem]} }

// NewDocument prepares an article. It keeps a copy of the lists.
func NewDocument(f Fields) *Document {
	f.Authors, f.Tags, f.OtherSources = slices.Clone(f.Authors), slices.Clone(f.Tags), slices.Clone(f.OtherSources)
	d := &Document{fields: f, sources: []string{Fold(f.Source)}, lang: foldLang(f.Lang), url: lowerASCII(f.URL)}
	for _, name := range f.OtherSources {
		d.sources = append(d.sources, Fold(name))
	}
	d.english = inEnglish(d.lang)
	d.add(Title, f.Title)
	d.add(Summary, f.Summary)
	d.add(Author, f.Authors...)
	d.add(Tag, f.Tags...)
	d.index()
	return d
}

func (d *Document) add(f Field, texts ...string) {
	for i, text := range texts {
		d.tokens = appendTokens(d.tokens, text, len(d.sections))
		d.sections = append(d.sections, section{field: f, index: i, text: text})
	}
}

// index lists the different words of the document with their places.
func (d *Document) index() {
	d.places = make([]int, len(d.tokens))
	for i := range d.places {
		d.places[i] = i
	}
	slices.SortFunc(d.places, func(a, b int) int {
		return cmp.Or(strings.Compare(d.tokens[a].text, d.tokens[b].text), a-b)
	})
	d.entries = make([]entry, 0, len(d.tokens))
	d.entryOf = make(map[string]int32, len(d.tokens))
	for i, at := range d.places {
		text := d.tokens[at].text
		if n := len(d.entries); n == 0 || d.entries[n-1].text != text {
			d.enter(newEntry(text, i, n))
		}
		last := len(d.entries) - 1
		d.tokens[at].entry = last
		e := &d.entries[last]
		e.to, e.inflects = int32(i+1), e.inflects || d.inflects(d.tokens[at].section)
	}
}

// enter adds an entry and joins it to those with the same stem.
func (d *Document) enter(e entry) {
	if first := d.find(e.lexeme()); first >= 0 {
		e.next, d.entries[first].next = d.entries[first].next, e.first
		e.first = first
	} else if _, taken := d.entryOf[e.text[:e.stem]]; !taken {
		d.entryOf[e.text[:e.stem]] = e.first
	}
	d.entries = append(d.entries, e)
}

// find returns the first entry with a stem, or -1. Stems of both kinds with one text, as of city and cits, are so rare that
// looking for the second one may take long.
func (d *Document) find(stem lexeme) int32 {
	first, ok := d.entryOf[stem.text]
	switch {
	case !ok:
		return -1
	case d.entries[first].kind == stem.kind:
		return first
	default:
		return int32(slices.IndexFunc(d.entries, func(e entry) bool { return e.lexeme() == stem }))
	}
}

// inflects reports whether the words of a section are found by their singulars and plurals too.
func (d *Document) inflects(section int) bool { return d.english && section < bodySections }

// is reports whether a token is what a word stands for.
func (d *Document) is(t token, w word) bool {
	return w.matches(t.text) ||
		w.sense == inflected && d.inflects(t.section) && d.entries[t.entry].lexeme() == w.lexeme()
}

// placesOf returns the tokens that a word may stand for, and others with its stem.
func (d *Document) placesOf(w word) iter.Seq[int] {
	return func(yield func(int) bool) {
		g := d.groupOf(w)
		for i := g.from; i >= 0; i = g.after(d, i) {
			for _, at := range d.places[d.entries[i].from:d.entries[i].to] {
				if !yield(at) {
					return
				}
			}
		}
	}
}

// groupOf returns the entries that a word may stand for, and others with its stem.
func (d *Document) groupOf(w word) group {
	if w.sense != opening {
		return group{from: int(d.find(w.lexeme()))}
	}
	from, _ := slices.BinarySearchFunc(d.entries, w.text, func(e entry, text string) int {
		return strings.Compare(e.text, text)
	})
	to := from
	for to < len(d.entries) && strings.HasPrefix(d.entries[to].text, w.text) {
		to++
	}
	if from == to {
		return group{from: -1}
	}
	return group{from: from, to: to}
}

// group is entries of a document: those from one up to another or, if to is 0, those with the stem of one.
type group struct {
	from, to int // a negative from stands for no entries
}

// after returns the entry after i in the group, or -1.
func (g group) after(d *Document, i int) int {
	if g.to > 0 {
		i++
	} else {
		i = int(d.entries[i].next)
	}
	if i == g.to && g.to > 0 || i == g.from {
		return -1
	}
	return i
}

// has reports whether entry i is in the group.
func (g group) has(d *Document, i int) bool {
	if g.to > 0 {
		return g.from <= i && i < g.to
	}
	return int(d.entries[i].first) == g.from
}

// section returns the section of a token.
func (d *Document) section(t token) section {
	return d.sections[t.section]
}

// foldLang folds a language tag; some sources write en_US.
func foldLang(s string) string {
	return strings.ReplaceAll(Fold(s), "_", "-")
}
