package feed

import (
	"slices"
	"strings"
)

// The names of elements are written here with the prefixes that everybody uses, as in "dc:creator",
// whatever prefixes a document binds; those of the document's own vocabulary, and those of none,
// have no prefix. Local names are in lower case, which RSS is not strict about.

// maxBindings bounds how many namespaces are in force at once. Further ones are not read.
const maxBindings = 64

// own stands for the vocabulary of the document itself.
const own = ""

// binding is a prefix that a document has bound.
type binding struct {
	prefix string
	space  string // the usual prefix of what it is bound to; or the same prefix, if unknown
}

// namespaces knows which names are in force.
type namespaces struct {
	bound []binding
	root  string // the usual prefix of the root's namespace
	// atRoot is how many bindings the root made.
	atRoot int
}

// bind reads the declarations of a tag.
func (s *namespaces) bind(attrs string) {
	if !strings.Contains(attrs, "xmlns") {
		return
	}
	for name, value := range attributes(attrs) {
		rest, ok := strings.CutPrefix(name, "xmlns")
		if !ok || len(s.bound) >= maxBindings {
			continue
		}
		prefix, ok := strings.CutPrefix(rest, ":")
		if ok || rest == "" {
			s.bound = append(s.bound, binding{prefix, usualPrefix(value, prefix)})
		}
	}
}

// forget ends the bindings that were made since there were n.
func (s *namespaces) forget(n int) { s.bound = s.bound[:n] }

// setRoot makes the namespace of the root element the document's own.
func (s *namespaces) setRoot(written string) {
	prefix, _, ok := strings.Cut(written, ":")
	if !ok {
		prefix = ""
	}
	s.root, s.atRoot = s.of(prefix), len(s.bound)
}

// adopt makes a namespace that nobody knows the document's own if an item is written in it and the root
// has bound its prefix: its author has made up a name for it.
func (s *namespaces) adopt(written string) {
	prefix, local, ok := strings.Cut(written, ":")
	if !ok || s.of(prefix) != prefix {
		return
	}
	declared := slices.ContainsFunc(s.bound[:min(s.atRoot, len(s.bound))], func(b binding) bool { return b.prefix == prefix })
	switch lower(local) {
	case "channel", "item", "entry":
		if declared && !isUsual(prefix) {
			s.root = prefix
		}
	}
}

// isUsual reports whether a prefix is one that everybody uses, for what is not the document's own.
func isUsual(prefix string) bool {
	switch prefix {
	case "atom", "dc", "dcterms", "content", "sy", "media", "itunes", "feedburner", "rdf", "xhtml", "sitemap", "news", "image", "at":
		return true
	}
	return false
}

func (s *namespaces) of(prefix string) string {
	for _, b := range slices.Backward(s.bound) {
		if b.prefix == prefix {
			return b.space
		}
	}
	return prefix
}

// name returns the name of an element that is written so.
func (s *namespaces) name(written string) string {
	prefix, local, ok := strings.Cut(written, ":")
	if !ok {
		prefix, local = "", written
	}
	space := s.of(prefix)
	folded := lower(local)
	switch {
	case space == own || space == s.root:
		return folded
	case space == prefix && folded == local:
		return written
	}
	return space + ":" + folded
}

// lower returns a local name in lower case. The names that usually have capitals cost nothing.
func lower(s string) string {
	switch s {
	case "pubDate":
		return "pubdate"
	case "updatePeriod":
		return "updateperiod"
	case "updateFrequency":
		return "updatefrequency"
	case "origLink":
		return "origlink"
	case "lastBuildDate":
		return "lastbuilddate"
	}
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}

// usualPrefix returns the usual prefix of a namespace. Every version of RSS is the document's own.
func usualPrefix(uri, prefix string) string {
	uri = strings.TrimRight(strings.ToLower(strings.TrimSpace(uri)), "/#")
	uri = strings.TrimPrefix(strings.TrimPrefix(uri, "http://"), "https://")
	switch uri {
	case "www.w3.org/2005/atom", "purl.org/atom/ns":
		return "atom"
	case "purl.org/rss/1.0", "my.netscape.com/rdf/simple/0.9", "channel.netscape.com/rdf/simple/0.9",
		"backend.userland.com/rss", "backend.userland.com/rss2", "blogs.law.harvard.edu/tech/rss",
		"my.netscape.com/publish/formats/rss-0.91.dtd", "purl.org/rss/0.9", "purl.org/net/rss1.1":
		return own
	case "purl.org/dc/elements/1.1", "purl.org/dc/elements/1.0", "purl.org/dc/1.0":
		return "dc"
	case "purl.org/dc/terms":
		return "dcterms"
	case "purl.org/rss/1.0/modules/content":
		return "content"
	case "purl.org/rss/1.0/modules/syndication":
		return "sy"
	case "search.yahoo.com/mrss", "search.yahoo.com/mrss/rss", "tools.search.yahoo.com/mrss":
		return "media"
	case "www.itunes.com/dtds/podcast-1.0.dtd", "www.itunes.com/dtds/podcast-1.0":
		return "itunes"
	case "rssnamespace.org/feedburner/ext/1.0":
		return "feedburner"
	case "www.w3.org/1999/02/22-rdf-syntax-ns":
		return "rdf"
	case "www.w3.org/1999/xhtml":
		return "xhtml"
	case "www.sitemaps.org/schemas/sitemap/0.9", "www.google.com/schemas/sitemap/0.84":
		return "sitemap"
	case "www.google.com/schemas/sitemap-news/0.9":
		return "news"
	case "www.google.com/schemas/sitemap-image/1.1":
		return "image"
	case "purl.org/atompub/tombstones/1.0":
		return "at"
	}
	return prefix
}
