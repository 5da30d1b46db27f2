package filter

import (
	"slices"
	"strings"
)

// expr is a part of a filter. It never changes.
type expr interface {
	// match reports whether the part matches d, and if so adds the passages why. When h is nil it may stop at the first.
	match(d *Document, h *hits) bool
	// candidates returns a query that finds every document that match accepts.
	candidates() Query
}

// everything is the empty filter.
type everything struct{}

func (everything) match(*Document, *hits) bool { return true }

// and matches what all of its parts match.
type and []expr

func (a and) match(d *Document, h *hits) bool {
	mark := h.mark()
	for _, e := range a {
		if !e.match(d, h) {
			h.forget(mark)
			return false
		}
	}
	return true
}

// or matches what at least one of its parts matches.
type or []expr

func (o or) match(d *Document, h *hits) bool {
	found := false
	for _, e := range o {
		if !e.match(d, h) {
			continue
		}
		if h == nil {
			return true
		}
		found = true
	}
	return found
}

// not matches what its part does not match.
type not struct{ expr }

func (n not) match(d *Document, _ *hits) bool { return !n.expr.match(d, nil) }

// words matches documents that have all the words next to each other in one text of the field.
type words struct {
	field Field
	list  []word // at least one
}

// word is one folded word.
type word struct {
	text  string
	sense sense
}

// sense is what a word of a filter stands for.
type sense uint8

const (
	exact     sense = iota // itself
	opening                // every word that begins with it
	inflected              // itself and, where an article's text is English, its singular or plural
)

func (w words) match(d *Document, h *hits) bool {
	found := false
	for at := range d.placesOf(w.list[0]) {
		if !w.stand(d, at) {
			continue
		}
		if h == nil {
			return true
		}
		found = true
		h.add(d.section(d.tokens[at]), d.tokens[at].start, d.tokens[at+len(w.list)-1].end)
	}
	return found
}

// stand reports whether the words stand at token number at.
func (w words) stand(d *Document, at int) bool {
	first := d.tokens[at]
	if w.field != Any && d.section(first).field != w.field || at+len(w.list) > len(d.tokens) {
		return false
	}
	for i, want := range w.list {
		t := d.tokens[at+i]
		if t.section != first.section || !d.is(t, want) {
			return false
		}
	}
	return true
}

// inflect reports whether one of the words stands for its singular and plural too.
func (w words) inflect() bool {
	return slices.ContainsFunc(w.list, func(w word) bool { return w.sense == inflected })
}

// literal reports whether w stands for itself alone although other words share its stem.
func (w word) literal() bool { return w.sense == exact && allLetters(w.text) }

// matches reports whether w stands for a text, in whatever language.
func (w word) matches(text string) bool {
	if w.sense == opening {
		return strings.HasPrefix(text, w.text)
	}
	return text == w.text
}

// whole compares the value of Source or Lang from end to end, or only its beginning.
type whole struct {
	field Field
	value word
}

func (w whole) match(d *Document, h *hits) bool {
	if w.field == Lang {
		if !w.value.matches(d.lang) && !strings.HasPrefix(d.lang, w.value.text+"-") {
			return false
		}
		h.add(section{field: Lang}, 0, len(d.fields.Lang))
		return true
	}
	if !slices.ContainsFunc(d.sources, w.value.matches) {
		return false
	}
	h.add(section{field: Source}, 0, len(d.fields.Source))
	return true
}

// address matches documents with this piece, in ASCII lower case, somewhere in their address.
type address string

func (a address) match(d *Document, h *hits) bool {
	if h == nil {
		return strings.Contains(d.url, string(a))
	}
	found := false
	for from := 0; ; {
		i := strings.Index(d.url[from:], string(a))
		if i < 0 {
			return found
		}
		found = true
		h.add(section{field: URL}, from+i, from+i+len(a))
		from += i + len(a)
	}
}
