package feed

import (
	"strings"
)

// draft is an item as its document has it, before anything is made of it: text that may be markup,
// addresses that may be relative. Where there are several candidates, the better come first.
type draft struct {
	at        int // where it begins in the document
	guid      string
	links     []string
	title     text
	dek       text
	content   func() text // may be long, and is seldom needed; nil if there is none
	authors   []string
	tags      []string
	images    []string
	lang      string
	base      string // relative links lead on from here
	inner     string // those in the content from here, which is relative to base
	published []string
	updated   []string
}

// draftOf reads an item of RSS, Atom or a site map, in whose vocabulary names without prefix are.
func draftOf(r *record, words vocabulary) draft {
	e := draft{
		at:    r.at,
		guid:  r.text("guid", "id"),
		title: r.prose("title", "dc:title", "atom:title", "itunes:title"),
		dek:   r.prose("description", "summary", "dc:description", "atom:summary", "itunes:subtitle", "itunes:summary"),
		lang:  r.text("dc:language", "language"),
		base:  r.refs.attr(r.attrs, "xml:base"),
		tags:  tagsOf(r),
	}
	if e.title.words == "" {
		e.title = r.mediaText("media:title")
	}
	if e.dek.words == "" {
		e.dek = r.mediaText("media:description")
	}
	if e.lang == "" {
		e.lang = r.refs.attr(r.attrs, "xml:lang")
	}
	if e.guid == "" {
		e.guid = r.refs.attr(r.attrs, "rdf:about")
	}
	e.readContent(r)
	e.authors = authorsOf(r)
	e.images = imagesOf(r)
	switch words {
	case sitemap:
		e.readNews(r)
	case atom:
		e.links = atomLinks(r, e.guid)
		e.published = r.first("published", "issued", "dcterms:issued", "created", "dcterms:created", "dc:date", "updated", "modified")
		e.updated = r.first("updated", "modified", "dcterms:modified")
	default:
		e.links = rssLinks(r, e.guid)
		e.published = r.first("pubdate", "dcterms:issued", "dcterms:created", "dcterms:available", "dc:date",
			"atom:published", "published", "date", "atom:updated", "updated", "dcterms:modified")
		e.updated = r.first("atom:updated", "dcterms:modified")
	}
	return e
}

// first returns the texts of the children of these names, in the order of the names.
func (r *record) first(names ...string) []string {
	var list []string
	for _, name := range names {
		list = append(list, r.texts(name)...)
	}
	return list
}

// readContent finds the item's full text, which is made out only if it is needed.
func (e *draft) readContent(r *record) {
	for _, name := range []string{"content:encoded", "content", "atom:content", "xhtml:body", "xhtml:div", "fulltext", "encoded"} {
		for child := range r.all(name) {
			if child.inner == "" {
				continue
			}
			c, refs, words := *child, r.refs, r.words
			e.inner = refs.attr(c.attrs, "xml:base")
			e.content = func() text { return refs.prose(&c, words) }
			return
		}
	}
}

// readNews reads an entry of a site map with what the extension for news says about it. An entry
// without that isn't an article.
func (e *draft) readNews(r *record) {
	field := func(name string) string {
		for f := range r.within("news:news", name) {
			return r.refs.text(f.inner)
		}
		return ""
	}
	e.links = r.texts("loc")
	e.title = text{words: field("news:title")}
	e.tags = append(commaList(field("news:keywords")), commaList(field("news:genres"))...)
	for f := range r.anywhere("news:language") {
		e.lang = r.refs.text(f.inner)
	}
	e.published = append(e.published, field("news:publication_date"))
	e.updated = r.texts("lastmod")
	e.published = append(e.published, e.updated...)
}

// tagsOf returns what the item is about: its categories, and its keywords as podcasts and media have them.
func tagsOf(r *record) []string {
	var tags []string
	for e := range r.all("category") {
		switch label, term := r.attr(e, "label"), r.attr(e, "term"); {
		case label != "":
			tags = append(tags, label)
		case term != "":
			tags = append(tags, term)
		default:
			tags = append(tags, r.refs.text(e.inner))
		}
	}
	tags = append(tags, r.texts("dc:subject")...)
	for i := range r.elements {
		switch e := &r.elements[i]; e.name {
		case "itunes:category":
			tags = append(tags, r.attr(e, "text"))
		case "media:category":
			if label := r.attr(e, "label"); label != "" {
				tags = append(tags, label)
			} else {
				tags = append(tags, r.refs.text(e.inner))
			}
		case "itunes:keywords", "media:keywords", "keywords":
			tags = append(tags, commaList(r.refs.text(e.inner))...)
		}
	}
	return tags
}

func commaList(s string) []string {
	var list []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// authorsOf returns who wrote an item, in order, each perhaps several names in one. Where they are
// named twice, the more careful naming counts.
func authorsOf(r *record) []string {
	for _, name := range []string{"dc:creator", "author", "dc:author", "itunes:author", "atom:author"} {
		if list := r.texts(name); len(list) > 0 {
			return list
		}
	}
	var list []string
	for e := range r.anywhere("media:credit") {
		if strings.EqualFold(r.attr(e, "role"), "author") {
			list = append(list, r.refs.text(e.inner))
		}
	}
	for e := range r.within("source", "author") { // an entry copied from another feed
		list = append(list, r.refs.text(e.inner))
	}
	return list
}
