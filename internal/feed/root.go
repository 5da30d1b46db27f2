package feed

import (
	"errors"
	"fmt"
	"strings"
)

// cutOff says what a document is that ends before its root element does.
func (x *xmlReader) cutOff() error {
	x.salvaged = true
	if x.items == 0 {
		return fmt.Errorf("line %d: is cut off", x.line(len(x.text)))
	}
	return x.check()
}

// prolog skips what stands before the root element and reads that.
func (x *xmlReader) prolog() error {
	for {
		i := strings.IndexByte(x.text[x.at:], '<')
		if i < 0 {
			return errors.New("is XML, but neither RSS nor Atom")
		}
		x.at += i
		if _, end := x.section(); end > 0 {
			x.at = end
			continue
		}
		if strings.HasPrefix(x.text[x.at:], "<!") {
			x.at += x.refs.doctype(x.text[x.at:])
			continue
		}
		t, ok := x.tag()
		if !ok {
			x.at++
			continue
		}
		x.at = t.end
		return x.root(t)
	}
}

// root reads the root element, and says what a document is that isn't a feed.
func (x *xmlReader) root(t tag) error {
	_, local, ok := strings.Cut(t.name, ":")
	if !ok {
		local = t.name
	}
	if isPageRoot(local) {
		return errors.New("is a web page, not a feed")
	}
	switch strings.ToLower(local) {
	case "rss", "rdf", "channel":
		x.words = rss
	case "feed", "entry":
		x.words = atom
	case "urlset":
		x.words = sitemap
	case "opml":
		return errors.New("is a list of feeds (OPML), not a feed")
	case "sitemapindex":
		return errors.New("is a list of site maps, not a feed")
	}
	x.bind(t.attrs)
	x.setRoot(t.name)
	if x.words == atom && x.namespaces.root == own {
		x.namespaces.root = "atom" // a root that says nothing of its namespace is in that of its entries
	}
	x.head.reset(t.attrs)
	x.head.words, x.item.words = x.words, x.words
	if t.kind == emptyTag {
		return nil
	}
	x.open = append(x.open, opened{written: t.name, index: -1})
	x.headAt = 1
	if strings.EqualFold(local, "entry") { // by itself; RFC 4287, section 2
		x.itemAt = 1
		x.item.reset(t.attrs)
	}
	return nil
}

// isPageRoot reports whether an element of that name is what web pages, and pieces of one, begin
// with.
func isPageRoot(name string) bool {
	switch strings.ToLower(name) {
	case "html", "head", "body", "title", "meta", "script", "div", "p", "h1", "center":
		return true
	}
	return false
}

// check says what a document is that was read and isn't a feed.
func (x *xmlReader) check() error {
	if x.words == unknown && x.items == 0 {
		return errors.New("is XML, but neither RSS nor Atom")
	}
	// Items within a root of another name are those of a feed whose root is misspelled.
	x.salvaged = x.salvaged || x.broken || x.words == unknown
	return nil
}
