package feed

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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

// translator makes articles of a feed's drafts.
type translator struct {
	zone    *time.Location
	lang    string
	authors []string // of those that name none
	bases   []string // relative links lead on from these, the inner first
}

func (t *translator) article(e *draft) bot.Article {
	a := bot.Article{
		GUID:    bot.CleanText(e.guid, bot.MaxGUID),
		URL:     withoutCampaign(t.resolve(e.base, e.links...)),
		Title:   htmltext.Plain(e.title),
		Summary: dekOf(e),
		Authors: t.people(e),
		Image:   t.resolve(e.base, e.images...),
		Lang:    langOf(e.lang),
	}
	if a.Lang == "" {
		a.Lang = t.lang
	}
	for _, tag := range e.tags {
		if tag = htmltext.Plain(tag); tag != "" && len(a.Tags) < bot.MaxTags {
			a.Tags = append(a.Tags, tag)
		}
	}
	t.date(&a, e)
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

// people returns who wrote the entry, in order. One without authors has those of the document; RFC
// 4287, section 4.2.1.
func (t *translator) people(e *draft) []string {
	list := e.authors
	if len(list) == 0 {
		list = t.authors
	}
	var names []string
	for _, s := range list {
		if names = append(names, splitAuthors(s)...); len(names) >= bot.MaxAuthors {
			return names[:bot.MaxAuthors]
		}
	}
	return names
}

// date reads the first date of each kind that can be read. What was changed when it was published
// was not changed.
func (t *translator) date(a *bot.Article, e *draft) {
	for _, s := range e.published {
		if when, dateOnly, ok := parseDate(s, t.zone); ok {
			a.Published, a.DateOnly = when, dateOnly
			break
		}
	}
	for _, s := range e.updated {
		if when, _, ok := parseDate(s, t.zone); ok && !when.Equal(a.Published) {
			a.Updated = when
			break
		}
	}
}

// resolve makes the first of several links absolute that leads to a page. It returns "" if none
// does.
func (t *translator) resolve(base string, links ...string) string {
	for _, link := range links {
		u, err := url.Parse(strings.TrimSpace(link))
		if err != nil || strings.TrimSpace(link) == "" {
			continue
		}
		if !u.IsAbs() {
			u = t.from(base).ResolveReference(u)
		}
		if clean := bot.CleanURL(u.String()); clean != "" {
			return clean
		}
	}
	return ""
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

// withoutBoilerplate takes off what common plug-ins add to every summary: a mark that it was cut,
// and "The post … appeared first on …".
func withoutBoilerplate(s string) string {
	const longest = 700 // bytes; a title and the name of a site
	i := strings.LastIndex(s, "The post ")
	if i >= 0 && len(s)-i <= longest {
		if rest := s[i:]; strings.Contains(rest, " appeared first on ") || strings.Contains(rest, " first appeared on ") {
			s = s[:i]
		}
	}
	s = strings.TrimSpace(s)
	for _, mark := range []string{"[…]", "[...]", "[&hellip;]"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, mark))
	}
	return s
}

// dekOf returns the description as plain text, or the beginning of the content if there is none.
func dekOf(e *draft) string {
	dek := withoutBoilerplate(htmltext.Plain(e.dek))
	if dek != "" || e.content == nil {
		return bot.CleanText(dek, bot.MaxSummary)
	}
	var kept []string
	size := 0
	for p := range strings.SplitSeq(htmltext.Parse(e.content()).String(), "\n\n") {
		if p = bot.CleanText(p, bot.MaxSummary); p == "" {
			continue
		}
		kept = append(kept, p)
		if size += utf8.RuneCountInString(p); size >= minParagraph {
			break
		}
	}
	return excerpt(withoutBoilerplate(strings.Join(kept, " ")), maxExcerpt)
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
