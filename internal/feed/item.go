package feed

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/internal/htmltext"
)

// translator makes articles of a feed's drafts.
type translator struct {
	dates   dates
	lang    string
	authors []string // of those that name none
	bases   []string // relative links lead on from these, the inner first
	refs    *references
}

// article makes an article of a draft. The doubt, if there is one, says what of it could not be read.
func (t *translator) article(e *draft) (a bot.Article, doubt string) {
	a = bot.Article{
		GUID:    bot.CleanText(e.guid, bot.MaxURL),
		URL:     t.link(e),
		Title:   e.title.title(),
		Authors: t.people(e),
		Image:   t.resolve(e.base, e.images...),
		Lang:    t.langOf(e),
	}
	a.Summary = dekOf(e, a.Title)
	if a.Image == "" {
		a.Image = t.pictured(e)
	}
	for _, tag := range e.tags {
		if tag = htmltext.Plain(tag); tag != "" && len(a.Tags) < bot.MaxTags {
			a.Tags = append(a.Tags, tag)
		}
	}
	doubt = t.date(&a, e)
	if doubt == "" && a.URL == "" && len(e.links) > 0 {
		doubt = fmt.Sprintf("its link isn't the address of a page: %q", shown(e.links[0]))
	}
	switch {
	case a.Title == "":
		a.Title = excerpt(a.Summary, maxMadeUpTitle)
		if a.Title == a.Summary {
			a.Summary = ""
		}
	case a.Summary == a.Title:
		a.Summary = ""
	}
	return a, doubt
}

// langOf returns the language of the entry: its own, or the document's.
func (t *translator) langOf(e *draft) string { return cmp.Or(langOf(e.lang), t.lang) }

// shown returns as much of a faulty text as a complaint quotes.
func shown(s string) string {
	const limit = 60 // bytes
	return bot.CleanText(s, limit)
}

// link returns the address of the article.
func (t *translator) link(e *draft) string {
	for i := range e.links {
		e.links[i] = tidyLink(e.links[i])
	}
	link := t.resolve(e.base, e.links...)
	if to := withoutRedirect(link); to != link {
		link = bot.CleanURL(to)
	}
	return withoutCampaign(link)
}

// pictured returns the address of a picture that stands only in the item's text.
func (t *translator) pictured(e *draft) string {
	if image := t.resolve(e.base, t.refs.pictures(e.dek)...); image != "" || e.content == nil {
		return image
	}
	pictures := t.refs.pictures(e.content())
	if len(pictures) == 0 {
		return ""
	}
	inner := translator{bases: append([]string{e.base}, t.bases...)}
	return inner.resolve(e.inner, pictures...)
}

// people returns who wrote the entry, in order. One without authors has those of the document; RFC
// 4287, section 4.2.1.
func (t *translator) people(e *draft) []string {
	list := e.authors
	if len(list) == 0 {
		list = t.authors
	}
	var names []string
	for _, s := range list {
		if names = append(names, splitAuthors(withoutBy(s, t.langOf(e)))...); len(names) >= bot.MaxAuthors {
			return names[:bot.MaxAuthors]
		}
	}
	return names
}

// date reads the first date of each kind that can be read. What was changed when it was published
// was not changed. The doubt is about a date that cannot be read where no other can.
func (t *translator) date(a *bot.Article, e *draft) (doubt string) {
	for _, s := range e.published {
		if when, dateOnly, ok := t.dates.parse(s); ok {
			a.Published, a.DateOnly = when, dateOnly
			doubt = ""
			break
		}
		if doubt == "" && s != "" {
			doubt = fmt.Sprintf("its date cannot be read: %q", shown(s))
		}
	}
	for _, s := range e.updated {
		if when, _, ok := t.dates.parse(s); ok && !when.Equal(a.Published) {
			a.Updated = when
			break
		}
	}
	return doubt
}

// resolve makes the first of several links absolute that leads to a page. It returns "" if none
// does.
func (t *translator) resolve(base string, links ...string) string {
	for _, link := range links {
		link = strings.TrimSpace(link)
		if strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://") {
			if clean := bot.CleanURL(link); clean != "" {
				return clean
			}
			continue
		}
		u, err := url.Parse(link)
		if err != nil || link == "" {
			continue
		}
		if !u.IsAbs() {
			u = against(t.from(base), u)
		}
		if clean := bot.CleanURL(u.String()); clean != "" {
			return clean
		}
	}
	return ""
}

// against resolves a relative link. One that begins with the host it would lead on from has lost its scheme.
func against(from, link *url.URL) *url.URL {
	first, _, isPath := strings.Cut(link.Path, "/")
	bare := func(host string) string { return strings.TrimPrefix(strings.ToLower(host), "www.") }
	if isPath && first != "" && link.Host == "" && bare(first) == bare(from.Host) {
		return from.ResolveReference(&url.URL{Host: first, Path: link.Path[len(first):], RawQuery: link.RawQuery, Fragment: link.Fragment})
	}
	return from.ResolveReference(link)
}

// from returns the address that relative links of an item lead on from. Each base may itself be
// relative to the next outer one.
func (t *translator) from(base string) *url.URL {
	from := &url.URL{}
	for _, b := range slices.Backward(append([]string{base}, t.bases...)) {
		if u, err := url.Parse(strings.TrimSpace(b)); err == nil && b != "" {
			from = from.ResolveReference(u)
		}
	}
	return from
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
