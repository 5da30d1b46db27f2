package feed

import (
	"strings"
)

// draft is an item as its document has it, before anything is made of it: text that may be markup,
// addresses that may be relative. Where there are several candidates, the better come first.
type draft struct {
	guid      string
	links     []string
	title     string
	dek       string
	content   func() string // may be long, and is seldom needed; nil if there is none
	authors   []string
	tags      []string
	images    []string
	lang      string
	base      string // relative links lead on from here
	published []string
	updated   []string
}

// draftOf reads an item of RSS, Atom or a site map, in whose vocabulary names without prefix are.
func draftOf(r *record, words vocabulary) draft {
	e := draft{
		guid:  r.text("guid", "id"),
		title: r.text("title", "dc:title", "media:title", "atom:title"),
		dek:   r.text("description", "summary", "dc:description", "itunes:summary", "media:description", "atom:summary"),
		lang:  r.text("dc:language", "language"),
		base:  r.refs.attr(r.attrs, "xml:base"),
		tags:  tagsOf(r),
	}
	if e.lang == "" {
		e.lang = r.refs.attr(r.attrs, "xml:lang")
	}
	if e.guid == "" {
		e.guid = r.refs.attr(r.attrs, "rdf:about")
	}
	e.content = contentOf(r)
	e.authors = authorsOf(r)
	e.images = imagesOf(r)
	switch words {
	case sitemap:
		e.readNews(r)
	case atom:
		e.links = atomLinks(r, "link")
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

// readNews reads an entry of a site map with what the extension for news tells of it. An entry
// without that is no article.
func (e *draft) readNews(r *record) {
	field := func(name string) string {
		for f := range r.within("news:news", name) {
			return r.refs.text(f.inner)
		}
		return ""
	}
	e.links = r.texts("loc")
	e.title = field("news:title")
	for tag := range strings.SplitSeq(field("news:keywords")+","+field("news:genres"), ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			e.tags = append(e.tags, tag)
		}
	}
	for f := range r.anywhere("news:language") {
		e.lang = r.refs.text(f.inner)
	}
	e.published = append(e.published, field("news:publication_date"))
	e.updated = r.texts("lastmod")
	e.published = append(e.published, e.updated...)
}

// rssLinks returns what may be the address of an article: what a redirecting service recorded as
// the original one, the link, or the GUID if it does not deny to be a permanent link.
func rssLinks(r *record, guid string) []string {
	links := append(r.texts("feedburner:origlink"), r.texts("link")...)
	links = append(links, atomLinks(r, "atom:link")...)
	links = append(links, atomLinks(r, "link")...)
	for e := range r.all("guid") {
		if !strings.EqualFold(r.attr(e, "isPermaLink"), "false") && strings.Contains(guid, "://") {
			links = append(links, guid)
		}
	}
	return links
}

// atomLinks returns the addresses of an Atom entry that lead to the article.
func atomLinks(r *record, name string) []string {
	links := r.texts("feedburner:origlink")
	var others []string
	for e := range r.all(name) {
		href := r.attr(e, "href")
		switch rel := r.attr(e, "rel"); {
		case href == "":
		case (rel == "" || rel == "alternate") && isPage(r.attr(e, "type")):
			links = append(links, href)
		case rel == "" || rel == "alternate" || rel == "via":
			others = append(others, href)
		}
	}
	return append(links, others...)
}

func isPage(mediaType string) bool {
	return mediaType == "" || strings.Contains(mediaType, "html")
}

// contentOf returns a function that returns the item's full text.
func contentOf(r *record) func() string {
	for _, name := range []string{"content:encoded", "content", "atom:content", "xhtml:body", "xhtml:div", "fulltext"} {
		for e := range r.all(name) {
			if inner, refs := e.inner, r.refs; inner != "" {
				return func() string { return refs.text(inner) }
			}
		}
	}
	return nil
}

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
	return append(tags, r.texts("dc:subject")...)
}

// imagesOf returns the addresses of the item's picture: one that is named so, or of the media, or a
// thumbnail, or what is enclosed.
func imagesOf(r *record) []string {
	var images, thumbnails []string
	for e := range r.all("itunes:image") {
		images = append(images, r.attr(e, "href"))
	}
	for e := range r.within("image", "url") {
		images = append(images, r.refs.text(e.inner))
	}
	for e := range r.anywhere("media:content") {
		if r.attr(e, "medium") == "image" || strings.HasPrefix(r.attr(e, "type"), "image/") {
			images = append(images, r.attr(e, "url"))
		}
	}
	for e := range r.anywhere("media:thumbnail") {
		thumbnails = append(thumbnails, r.attr(e, "url"))
	}
	for e := range r.within("image:image", "image:loc") {
		thumbnails = append(thumbnails, r.refs.text(e.inner))
	}
	return append(append(images, thumbnails...), enclosedImages(r)...)
}

func enclosedImages(r *record) []string {
	var images []string
	for e := range r.all("enclosure") {
		if strings.HasPrefix(r.attr(e, "type"), "image/") {
			images = append(images, r.attr(e, "url"))
		}
	}
	for _, name := range []string{"link", "atom:link"} {
		for e := range r.all(name) {
			if r.attr(e, "rel") == "enclosure" && strings.HasPrefix(r.attr(e, "type"), "image/") {
				images = append(images, r.attr(e, "href"))
			}
		}
	}
	return images
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
	for e := range r.within("source", "author") { // an entry taken over from another feed
		list = append(list, r.refs.text(e.inner))
	}
	return list
}
