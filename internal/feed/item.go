package feed

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"tidings/bot"
	"tidings/internal/htmltext"
)

// How much of an item's content stands in for a dek that it has not, and of its text for a title,
// in characters.
const (
	maxExcerpt      = 400
	maxMadeUpTitle  = 120
	minParagraph    = 40
	shortestCutting = 3 // of the last word's place, as a fraction: no cut before two thirds
)

// translator makes articles of a feed's items.
type translator struct {
	feed *gofeed.Feed
	meta Meta
	lang string
}

func (t *translator) article(item *gofeed.Item, i int) bot.Article {
	a := bot.Article{
		GUID:    strings.TrimSpace(item.GUID),
		URL:     t.link(item, i),
		Title:   htmltext.Plain(item.Title),
		Summary: dekOf(item),
		Authors: t.authors(item, i),
		Image:   t.image(item),
		Lang:    t.lang,
	}
	if a.GUID == "" {
		a.GUID = a.URL
	}
	for _, c := range item.Categories {
		if c = htmltext.Plain(c); c != "" {
			a.Tags = append(a.Tags, c)
		}
	}
	a.Published, a.DateOnly = t.published(item)
	a.Updated = t.updated(item)
	switch {
	case a.Title == "":
		a.Title = excerpt(a.Summary, maxMadeUpTitle)
		if a.Title == a.Summary {
			a.Summary = ""
		}
	case a.Summary == a.Title:
		a.Summary = ""
	}
	return a
}

// link returns where the article is: what a redirecting service recorded as the original address,
// the link, or the GUID if it is a permanent link.
func (t *translator) link(item *gofeed.Item, i int) string {
	candidates := []string{firstValue(item.Extensions["feedburner"]["origLink"]), item.Link}
	candidates = append(candidates, item.Links...)
	if guid := strings.TrimSpace(item.GUID); t.isPermalink(i) && strings.Contains(guid, "://") {
		candidates = append(candidates, guid)
	}
	for _, c := range candidates {
		if c = t.resolve(c); c != "" {
			return withoutCampaign(c)
		}
	}
	return ""
}

// resolve makes a link of a document absolute. It returns "" for what is no link to a page.
func (t *translator) resolve(link string) string {
	link = strings.TrimSpace(link)
	u, err := url.Parse(link)
	if err != nil || link == "" {
		return ""
	}
	for _, base := range []string{t.meta.URL, t.feed.FeedLink, t.feed.Link} {
		if b, err := url.Parse(strings.TrimSpace(base)); err == nil && !u.IsAbs() && b.IsAbs() {
			u = b.ResolveReference(u)
		}
	}
	return bot.CleanURL(u.String())
}

// withoutCampaign drops what only counts clicks from an address, and leaves the order of the rest.
func withoutCampaign(link string) string {
	before, query, ok := strings.Cut(link, "?")
	if !ok || !strings.Contains(query, "utm_") {
		return link
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		if !strings.HasPrefix(pair, "utm_") {
			kept = append(kept, pair)
		}
	}
	if len(kept) > 0 {
		before += "?" + strings.Join(kept, "&")
	}
	if hasFragment {
		before += "#" + fragment
	}
	return before
}

// appeared matches what a common plug-in adds to every summary.
var appeared = regexp.MustCompile(`\s*(?:The post .{1,500} (?:appeared first|first appeared) on .{1,200}|\[(?:…|\.\.\.|&hellip;)\]\s*)$`)

// dekOf returns the description as plain text, or the beginning of the content if there is none.
func dekOf(item *gofeed.Item) string {
	dek := strings.TrimSpace(appeared.ReplaceAllString(htmltext.Plain(item.Description), ""))
	if dek != "" {
		return bot.CleanText(dek, bot.MaxSummary)
	}
	var kept []string
	size := 0
	for p := range strings.SplitSeq(htmltext.Parse(item.Content).String(), "\n\n") {
		if p = bot.CleanText(p, bot.MaxSummary); p == "" {
			continue
		}
		kept = append(kept, p)
		if size += utf8.RuneCountInString(p); size >= minParagraph {
			break
		}
	}
	return excerpt(appeared.ReplaceAllString(strings.Join(kept, " "), ""), maxExcerpt)
}

// excerpt cuts text to so many characters, if it can between words.
func excerpt(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	cut := string([]rune(text)[:limit-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)-len(cut)/shortestCutting {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:–—-") + "…"
}

// image returns the address of the item's picture: as the library finds it, or a thumbnail, or what
// is enclosed.
func (t *translator) image(item *gofeed.Item) string {
	if item.Image != nil && item.Image.URL != "" {
		return t.resolve(item.Image.URL)
	}
	media := item.Extensions["media"]
	groups := []map[string][]ext.Extension{media}
	for _, g := range media["group"] {
		groups = append(groups, g.Children)
	}
	for _, g := range groups {
		for _, c := range g["content"] {
			if c.Attrs["medium"] == "image" || strings.HasPrefix(c.Attrs["type"], "image/") {
				return t.resolve(c.Attrs["url"])
			}
		}
		if thumbnails := g["thumbnail"]; len(thumbnails) > 0 {
			return t.resolve(thumbnails[0].Attrs["url"])
		}
	}
	for _, e := range item.Enclosures {
		if strings.HasPrefix(e.Type, "image/") {
			return t.resolve(e.URL)
		}
	}
	return ""
}

func firstValue(list []ext.Extension) string {
	if len(list) == 0 {
		return ""
	}
	return list[0].Value
}
