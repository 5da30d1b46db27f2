package filter

import (
	"cmp"
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

	sections []section
	tokens   []token
	entries  []entry        // the different words, sorted
	entryOf  map[string]int // index in entries
	places   []int          // indices in tokens, those of an entry together and in order
}

// section is one text of a document: its title, say, or its second author.
type section struct {
	field Field
	index int // in a list
	text  string
}

// entry is a word of the document and where in places its tokens are listed.
type entry struct {
	text     string
	from, to int
}

// NewDocument prepares an article. It keeps a copy of the lists.
func NewDocument(f Fields) *Document {
	f.Authors, f.Tags, f.OtherSources = slices.Clone(f.Authors), slices.Clone(f.Tags), slices.Clone(f.OtherSources)
	d := &Document{fields: f, sources: []string{Fold(f.Source)}, lang: foldLang(f.Lang), url: lowerASCII(f.URL)}
	for _, name := range f.OtherSources {
		d.sources = append(d.sources, Fold(name))
	}
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
	d.entryOf = make(map[string]int, len(d.tokens))
	for i, at := range d.places {
		text := d.tokens[at].text
		if n := len(d.entries); n == 0 || d.entries[n-1].text != text {
			d.entryOf[text] = n
			d.entries = append(d.entries, entry{text: text, from: i})
		}
		d.entries[len(d.entries)-1].to = i + 1
		d.tokens[at].entry = len(d.entries) - 1
	}
}

// entriesOf returns the words of the document that w matches.
func (d *Document) entriesOf(w word) []entry {
	if !w.open {
		if i, ok := d.entryOf[w.text]; ok {
			return d.entries[i : i+1]
		}
		return nil
	}
	from, _ := slices.BinarySearchFunc(d.entries, w.text, func(e entry, text string) int {
		return strings.Compare(e.text, text)
	})
	to := from
	for to < len(d.entries) && strings.HasPrefix(d.entries[to].text, w.text) {
		to++
	}
	return d.entries[from:to]
}

// section returns the section of a token.
func (d *Document) section(t token) section {
	return d.sections[t.section]
}

// foldLang folds a language tag; some sources write en_US.
func foldLang(s string) string {
	return strings.ReplaceAll(Fold(s), "_", "-")
}
