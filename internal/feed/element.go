package feed

import (
	"iter"
	"strings"
)

// Bounds of what is kept of one item, or of what stands before the items.
const (
	maxElements = 1000
	maxNested   = 4 // levels: media:group, media:content, media:thumbnail; one to spare
)

// element is one element of a record.
type element struct {
	name  string // as [namespaces] has it
	attrs string // as written
	inner string // what is between its tags, as written
	depth int    // 1 for a child of what the record is of
}

// record is an item, or the head of a document: an element and what is in it, in order. It points
// into the document's text and copies nothing.
type record struct {
	attrs    string // of the element itself, as written
	elements []element
	refs     *references
	words    vocabulary // of the document
	at       int        // where it begins in the document
}

func (r *record) reset(attrs string) { r.attrs, r.elements = attrs, r.elements[:0] }

// add appends an element unless there are too many, and returns its index or -1.
func (r *record) add(e element) int {
	if e.depth < 1 || e.depth > maxNested || len(r.elements) >= maxElements {
		return -1
	}
	r.elements = append(r.elements, e)
	return len(r.elements) - 1
}

// all returns the children of that name.
func (r *record) all(name string) iter.Seq[*element] {
	return func(yield func(*element) bool) {
		for i := range r.elements {
			if e := &r.elements[i]; e.depth == 1 && e.name == name && !yield(e) {
				return
			}
		}
	}
}

// within returns the children of that name that the children called parent have.
func (r *record) within(parent, name string) iter.Seq[*element] {
	return func(yield func(*element) bool) {
		inside := false
		for i := range r.elements {
			e := &r.elements[i]
			if e.depth == 1 {
				inside = e.name == parent
			}
			if inside && e.depth == 2 && e.name == name && !yield(e) {
				return
			}
		}
	}
}

// anywhere returns the elements of that name at any depth.
func (r *record) anywhere(name string) iter.Seq[*element] {
	return func(yield func(*element) bool) {
		for i := range r.elements {
			if e := &r.elements[i]; e.name == name && !yield(e) {
				return
			}
		}
	}
}

// text returns the text of the first child that has one of the names and any text; the earlier name
// is preferred.
func (r *record) text(names ...string) string {
	for _, name := range names {
		for e := range r.all(name) {
			if s := r.refs.text(e.inner); s != "" {
				return s
			}
		}
	}
	return ""
}

// texts returns the texts of all children of that name.
func (r *record) texts(name string) []string {
	var list []string
	for e := range r.all(name) {
		if s := r.refs.text(e.inner); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// attr returns the value of an attribute. The name is written as everybody does; for the few with
// a prefix, any other prefix will do as well.
func (r *record) attr(e *element, name string) string { return r.refs.attr(e.attrs, name) }

func (r *references) attr(attrs, name string) string {
	_, local, prefixed := strings.Cut(name, ":")
	for n, value := range attributes(attrs) {
		if prefixed {
			if _, after, ok := strings.Cut(n, ":"); ok && after == local {
				return strings.TrimSpace(r.resolve(value))
			}
		} else if strings.EqualFold(n, name) {
			return strings.TrimSpace(r.resolve(value))
		}
	}
	return ""
}

// text returns the text of an element. If it has elements in it, that is their markup as written,
// which is how XHTML and careless HTML are embedded.
func (r *references) text(inner string) string {
	inner = strings.TrimSpace(inner)
	if !strings.Contains(inner, "<") {
		return strings.TrimSpace(r.resolve(inner))
	}
	begin, end := sections[cdata].begin, sections[cdata].end
	if only, ok := strings.CutPrefix(inner, begin); ok && strings.Index(only, end) == len(only)-len(end) {
		return strings.TrimSpace(strings.TrimSuffix(only, end))
	}
	resolve := r.resolve
	if hasTags(inner) {
		resolve = func(s string) string { return s }
	}
	return strings.TrimSpace(joinSections(inner, resolve))
}

func hasTags(s string) bool {
	m := markup{text: s}
	_, ok := m.next()
	return ok
}

// joinSections returns s with its character data plain, its comments left out, and the rest
// resolved.
func joinSections(s string, resolve func(string) string) string {
	var b strings.Builder
	m := markup{text: s}
	last := 0
	for m.at < len(s) {
		i := strings.IndexByte(s[m.at:], '<')
		if i < 0 {
			break
		}
		m.at += i
		kind, end := m.section()
		if end == 0 {
			if strings.HasPrefix(s[m.at:], sections[cdata].begin) { // never closed
				b.WriteString(resolve(s[last:m.at]))
				last = m.at + len(sections[cdata].begin)
			}
			m.at++
			continue
		}
		b.WriteString(resolve(s[last:m.at]))
		if kind == cdata {
			b.WriteString(s[m.at+len(sections[cdata].begin) : end-len(sections[cdata].end)])
		}
		m.at, last = end, end
	}
	b.WriteString(resolve(s[last:]))
	return b.String()
}
