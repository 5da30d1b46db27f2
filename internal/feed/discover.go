package feed

import (
	"net/url"
	"slices"
	"strconv"
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

// Page is what a web page says of feeds.
type Page struct {
	// Feeds are those that the page names as its own, in the page's order, but feeds of comments last. A page
	// that names none may link to some, and then these are the ones.
	Feeds []bot.FeedLink
	// Next is where the page sends its readers on by itself, if it does.
	Next string
}

// ReadPage looks through a web page for its feeds. The base is the page's address. Whether one lies at a usual
// place such as /feed is for whoever can fetch to find out.
func ReadPage(page, base string) Page {
	d := discoverer{}
	d.base, _ = url.Parse(base)
	z := html.NewTokenizer(strings.NewReader(decode(page[:min(len(page), maxPage)], "")))
	for len(d.found) < maxCandidates {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			d.tag(z.Token())
		}
	}
	if len(d.found) == 0 {
		d.found = d.linked
	}
	slices.SortStableFunc(d.found, func(a, b bot.FeedLink) int { return comments(a) - comments(b) })
	return Page{Feeds: d.found, Next: d.next}
}

// Posts returns the feeds that are not of comments, or all if every one is.
func Posts(feeds []bot.FeedLink) []bot.FeedLink {
	var posts []bot.FeedLink
	for _, f := range feeds {
		if comments(f) == 0 {
			posts = append(posts, f)
		}
	}
	if len(posts) == 0 {
		return feeds
	}
	return posts
}

// IsPage reports whether a document is a web page, in which [ReadPage] may find feeds.
func IsPage(document string) bool {
	m := markup{text: strings.TrimSpace(decode(document[:min(len(document), peekSize)], ""))}
	t, ok := m.next()
	return ok && m.text[0] == '<' && isPageRoot(t.name)
}

type discoverer struct {
	base   *url.URL
	found  []bot.FeedLink // that the page names as its own
	linked []bot.FeedLink // that it leads to
	next   string
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
		isFeed := slices.Contains(rel, "feed") || slices.Contains(rel, "alternate") && IsFeedType(attrs["type"])
		if isFeed && !slices.Contains(rel, "stylesheet") {
			d.found = d.add(d.found, attrs["href"], attrs["title"])
		}
	case "a":
		if len(d.linked) < maxCandidates && (IsFeedType(attrs["type"]) || leadsToFeed(attrs["href"])) {
			d.linked = d.add(d.linked, attrs["href"], attrs["title"])
		}
	case "meta":
		if strings.EqualFold(attrs["http-equiv"], "refresh") && d.next == "" {
			d.next = d.refresh(attrs["content"])
		}
	}
}

// leadsToFeed reports whether an address looks like that of a feed.
func leadsToFeed(href string) bool {
	if strings.HasPrefix(href, "feed:") {
		return true
	}
	u, err := url.Parse(href)
	if err != nil {
		return false
	}
	path := strings.ToLower(strings.TrimRight(u.Path, "/"))
	last := path[strings.LastIndexByte(path, '/')+1:]
	switch last {
	case "feed", "rss", "atom", "rdf", "rss2", "feeds.xml", "feed.xml", "rss.xml", "atom.xml", "index.xml", "index.rdf", "feed.json", "rss.php":
		return true
	}
	return strings.HasSuffix(last, ".rss") || strings.HasSuffix(last, ".atom") || strings.HasSuffix(last, ".rdf") ||
		strings.Contains(u.RawQuery, "feed=rss") || strings.Contains(u.RawQuery, "format=feed") || strings.Contains(u.RawQuery, "feed=atom")
}

// refresh reads where a page sends its readers on, as in "0; url=/start". One that takes its time is not a way
// to another place.
func (d *discoverer) refresh(content string) string {
	const longest = 10 // seconds
	wait, target, ok := strings.Cut(content, ";")
	if !ok {
		wait, target, ok = strings.Cut(content, ",")
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(wait), 64)
	if !ok || err != nil || seconds > longest {
		return ""
	}
	target = strings.TrimSpace(target)
	if len(target) > len("url") && strings.EqualFold(target[:len("url")], "url") {
		target = strings.TrimLeft(target[len("url"):], " =")
	}
	return d.resolve(strings.Trim(target, `"' `))
}

func (d *discoverer) resolve(href string) string {
	u, err := url.Parse(withScheme(href))
	if err != nil || href == "" {
		return ""
	}
	if d.base != nil {
		u = d.base.ResolveReference(u)
	}
	return bot.CleanURL(u.String())
}

// IsFeedType reports whether a media type is one that feeds are served as.
func IsFeedType(mediaType string) bool {
	mediaType, _, _ = strings.Cut(strings.ToLower(mediaType), ";")
	switch strings.TrimSpace(mediaType) {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml",
		"application/json", "text/xml", "application/xml", "application/x.atom+xml", "application/x-atom+xml":
		return true
	}
	return false
}

func (d *discoverer) add(list []bot.FeedLink, href, title string) []bot.FeedLink {
	address := d.resolve(href)
	// A site's programming interface and its embeddings are JSON as well, and no feeds.
	if address == "" || strings.Contains(address, "/wp-json/") || strings.Contains(address, "/oembed") ||
		slices.ContainsFunc(list, func(c bot.FeedLink) bool { return c.URL == address }) {
		return list
	}
	return append(list, bot.FeedLink{URL: address, Title: bot.CleanText(htmltext.Plain(title), bot.MaxName)})
}

// comments returns 1 for a feed of comments, which pages name beside that of their articles.
func comments(c bot.FeedLink) int {
	if strings.Contains(c.URL, "/comments/") || strings.HasSuffix(c.URL, "/comments") || strings.Contains(c.URL, "feed=comments") {
		return 1
	}
	title := strings.ToLower(c.Title)
	for _, word := range []string{"comment", "kommentar", "comentario", "comentário", "commenti", "reacties", "комментари", "댓글", "コメント", "评论"} {
		if strings.Contains(title, word) {
			return 1
		}
	}
	return 0
}
