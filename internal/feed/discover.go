package feed

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"tidings/bot"
	"tidings/internal/htmltext"
)

// Bounds of looking for feeds in a page.
const (
	maxPage       = 1 << 20 // bytes that are looked through
	maxCandidates = 20
)

// Links returns the feeds that a web page names as its own, in the page's order, but feeds of
// comments last. The base is the page's address. A page that names none returns none: whether one
// lies at a usual place such as /feed is for whoever can fetch to find out.
func Links(page, base string) []bot.FeedLink {
	d := discoverer{}
	d.base, _ = url.Parse(base)
	z := html.NewTokenizer(strings.NewReader(decode(page[:min(len(page), maxPage)], "")))
	for len(d.found) < maxCandidates {
		switch z.Next() {
		case html.ErrorToken:
			return d.sorted()
		case html.StartTagToken, html.SelfClosingTagToken:
			d.tag(z.Token())
		}
	}
	return d.sorted()
}

// IsPage reports whether a document is a web page, in which [Links] may find feeds.
func IsPage(document string) bool {
	m := markup{text: strings.TrimSpace(decode(document[:min(len(document), peekSize)], ""))}
	t, ok := m.next()
	return ok && m.text[0] == '<' && isPageRoot(t.name)
}

type discoverer struct {
	base  *url.URL
	found []bot.FeedLink
}

func (d *discoverer) tag(t html.Token) {
	attrs := make(map[string]string, len(t.Attr))
	for _, a := range t.Attr {
		attrs[a.Key] = strings.TrimSpace(a.Val)
	}
	switch t.Data {
	case "base":
		if u, err := url.Parse(attrs["href"]); err == nil && d.base != nil && attrs["href"] != "" {
			d.base = d.base.ResolveReference(u)
		}
	case "link":
		rel := strings.Fields(strings.ToLower(attrs["rel"]))
		isFeed := slices.Contains(rel, "feed") || slices.Contains(rel, "alternate") && isFeedType(attrs["type"])
		if isFeed && !slices.Contains(rel, "stylesheet") {
			d.add(attrs["href"], attrs["title"])
		}
	}
}

func isFeedType(mediaType string) bool {
	mediaType, _, _ = strings.Cut(strings.ToLower(mediaType), ";")
	switch strings.TrimSpace(mediaType) {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
		"application/json", "text/xml", "application/xml", "application/x.atom+xml", "application/x-atom+xml":
		return true
	}
	return false
}

func (d *discoverer) add(href, title string) {
	u, err := url.Parse(withScheme(href))
	if err != nil || href == "" {
		return
	}
	if d.base != nil {
		u = d.base.ResolveReference(u)
	}
	// A site's programming interface and its embeddings are JSON as well, and no feeds.
	if strings.Contains(u.Path, "/wp-json/") || strings.Contains(u.Path, "/oembed") {
		return
	}
	address := bot.CleanURL(u.String())
	same := func(c bot.FeedLink) bool { return c.URL == address }
	if address != "" && !slices.ContainsFunc(d.found, same) {
		d.found = append(d.found, bot.FeedLink{URL: address, Title: bot.CleanText(htmltext.Plain(title), bot.MaxName)})
	}
}

// sorted puts feeds of comments last, which pages name beside that of their articles.
func (d *discoverer) sorted() []bot.FeedLink {
	slices.SortStableFunc(d.found, func(a, b bot.FeedLink) int { return comments(a) - comments(b) })
	return d.found
}

func comments(c bot.FeedLink) int {
	if strings.Contains(strings.ToLower(c.Title), "comment") || strings.Contains(c.URL, "/comments/") {
		return 1
	}
	return 0
}
