package feed

import (
	"fmt"
	"slices"
	"strings"

	"tidings/bot"
)

// vocabulary says which words a document is written in.
type vocabulary int

const (
	unknown vocabulary = iota
	rss                // of any version
	atom
	sitemap
)

// xmlReader reads a feed in XML tag by tag and keeps one item at a time. It does not insist on
// sound nesting: an item ends where the next begins, a field where the next begins, and an end tag
// without a beginning is nothing.
type xmlReader struct {
	markup
	namespaces
	refs  references
	words vocabulary
	yield func(*record, vocabulary) // is given each item; it must not keep the record

	open     []opened
	headAt   int // how many are open where the children of the head are
	itemAt   int // how many are open where the children of the item are; 0 if none is being read
	head     record
	item     record
	items    int      // complete ones
	deleted  []string // GUIDs
	salvaged bool
}

// opened is an element whose end has not come yet.
type opened struct {
	written string // its name, for the end tag
	name    string
	start   int // where its content begins
	index   int // in the record being read, or -1
	bound   int // bindings before it
}

// readXML reads a feed. Its error says why the document is none.
func readXML(text string, yield func(*record, vocabulary)) (*xmlReader, error) {
	x := &xmlReader{markup: markup{text: text}, yield: yield}
	x.head.refs, x.item.refs = &x.refs, &x.refs
	if err := x.prolog(); err != nil {
		return nil, err
	}
	for len(x.open) > 0 {
		t, ok := x.next()
		if !ok {
			return x, x.cutOff()
		}
		if err := x.tagged(t); err != nil {
			return nil, err
		}
	}
	return x, x.check()
}

func (x *xmlReader) tagged(t tag) error {
	if t.kind == endTag {
		x.closeTag(t)
		return nil
	}
	return x.openTag(t)
}

func (x *xmlReader) openTag(t tag) error {
	bound := len(x.bound)
	x.bind(t.attrs)
	if x.itemAt == 0 && x.items == 0 {
		x.adopt(t.name)
	}
	name := x.name(t.name)
	if t.kind == emptyTag && x.isItem(name) { // which says nothing, wherever it stands
		x.forget(bound)
		return nil
	}
	x.repair(name, t.start)
	bound = min(bound, len(x.bound))
	index := -1
	switch {
	case name == "at:deleted-entry":
		x.addDeleted(t)
	case x.itemAt > 0:
		index = x.record(&x.item, t, name, x.itemAt)
	case x.isItem(name):
		x.itemAt = len(x.open) + 1
		x.item.reset(t.attrs)
		x.item.at = t.start
	case name == "channel" && len(x.open) == 1:
		x.headAt = 2
	default:
		index = x.record(&x.head, t, name, x.headAt)
	}
	x.open = append(x.open, opened{written: t.name, name: name, start: t.end, index: index, bound: bound})
	if t.kind == emptyTag || x.itemAt > 0 && isVoid(name) {
		x.end(len(x.open)-1, t.end)
	}
	if len(x.open) > maxDepth {
		return fmt.Errorf("line %d: nests elements more than %d deep", x.line(t.start), maxDepth)
	}
	return nil
}

// addDeleted reads a tombstone; RFC 6721, section 3.
func (x *xmlReader) addDeleted(t tag) {
	guid := bot.CleanText(x.refs.attr(t.attrs, "ref"), bot.MaxURL)
	if guid == "" || len(x.deleted) >= maxItems {
		return
	}
	x.deleted = append(x.deleted, guid)
}

// record keeps an element of a record whose children stand at a depth. Items that are too many are
// counted only.
func (x *xmlReader) record(r *record, t tag, name string, children int) int {
	if r == &x.item && x.items >= maxItems {
		return -1
	}
	return r.add(element{name: name, attrs: t.attrs, depth: len(x.open) - children + 1})
}

// repair ends what should have ended before an element of that name begins.
func (x *xmlReader) repair(name string, at int) {
	switch {
	case x.itemAt == 0:
	case x.isItem(name):
		x.salvaged = true
		x.end(x.itemAt-1, at)
	case len(x.open) > x.itemAt && isField(name) && isLeaf(x.open[x.itemAt].name):
		x.salvaged = true
		start := x.open[x.itemAt].start
		if i := strings.Index(x.text[start:at], "</"); i >= 0 { // of another name, misspelled
			at = start + i
		}
		x.end(x.itemAt, at)
	}
}

func (x *xmlReader) isItem(name string) bool {
	switch name {
	case "item", "entry":
		return x.words != sitemap
	case "url":
		return x.words == sitemap
	}
	return false
}

// isLeaf reports whether a field of an item contains a short text and no other field.
func isLeaf(name string) bool {
	switch name {
	case "title", "link", "guid", "id", "pubdate", "published", "updated", "category", "comments",
		"dc:creator", "dc:date", "dc:subject", "loc", "lastmod":
		return true
	}
	return false
}

// isField reports whether an element of that name is a field of an item, and markup of no text.
func isField(name string) bool {
	switch name {
	case "description", "author", "enclosure", "source", "summary", "content", "content:encoded":
		return true
	}
	return isLeaf(name) || strings.HasPrefix(name, "media:")
}

// isVoid reports whether an element never has content, in HTML that was not encoded.
func isVoid(name string) bool {
	switch name {
	case "br", "img", "hr", "input", "wbr", "xhtml:br", "xhtml:img", "xhtml:hr":
		return true
	}
	return false
}

// closeTag ends the innermost element with the name of an end tag, and those within it.
func (x *xmlReader) closeTag(t tag) {
	for i, o := range slices.Backward(x.open) {
		if o.written == t.name {
			if x.itemAt > 0 && i < x.itemAt-1 {
				x.salvaged = true
			}
			x.end(i, t.start)
			return
		}
	}
}

// end ends the elements from the n-th open one on. Their content ends at the place given.
func (x *xmlReader) end(n, at int) {
	for i := len(x.open) - 1; i >= n; i-- {
		o := x.open[i]
		r := &x.head
		if x.itemAt > 0 {
			r = &x.item
		}
		if o.index >= 0 && at > o.start {
			r.elements[o.index].inner = x.text[o.start:at]
		}
		if i == x.itemAt-1 && x.itemAt > 0 {
			x.itemAt = 0
			x.items++
			if x.items <= maxItems {
				x.yield(&x.item, x.words)
			}
		}
	}
	x.forget(x.open[n].bound)
	x.open = x.open[:n]
}
