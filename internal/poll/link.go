package poll

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/internal/feed"
)

// maxLinks bounds how many links of a header are read.
const maxLinks = 32

// headerLinks is what the links in an answer's header lead to.
type headerLinks struct {
	hubs  []string // W3C WebSub, section 4
	self  string
	feeds []bot.FeedLink // of a page
}

// readLinks reads the links in a header; RFC 8288.
func readLinks(h http.Header, base *url.URL) (l headerLinks) {
	n := 0
	for _, line := range h.Values("Link") {
		for rest := line; rest != "" && n < maxLinks; n++ {
			var target, params string
			target, params, rest = cutLink(rest)
			u, err := base.Parse(target)
			if target == "" || err != nil {
				continue
			}
			rels := strings.Fields(strings.ToLower(param(params, "rel")))
			if slices.Contains(rels, "hub") {
				l.hubs = append(l.hubs, u.String())
			}
			if slices.Contains(rels, "self") && l.self == "" {
				l.self = u.String()
			}
			address := bot.CleanURL(u.String())
			if slices.Contains(rels, "alternate") && feed.IsFeedType(param(params, "type")) && address != "" {
				l.feeds = append(l.feeds, bot.FeedLink{URL: address, Title: bot.CleanText(param(params, "title"), bot.MaxName)})
			}
		}
	}
	return l
}

// cutLink splits the first link off a header's line: what stands in <>, its parameters, and what comes
// behind the comma.
func cutLink(line string) (target, params, rest string) {
	_, line, ok := strings.Cut(line, "<")
	if !ok {
		return "", "", ""
	}
	target, line, _ = strings.Cut(line, ">")
	quoted := false
	for i, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ',' && !quoted:
			return strings.TrimSpace(target), line[:i], line[i+1:]
		}
	}
	return strings.TrimSpace(target), line, ""
}

// param returns a parameter of a link.
func param(params, wanted string) string {
	for part := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(name), wanted) {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}
