package bot

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxOutlet is the length in characters of the longest title that is shown whole as an outlet's name.
const maxOutlet = 40

// OutletName returns the name by which people know an outlet, from what its feed calls itself: “Kestrel Wire” of “Kestrel
// Wire - All Stories RSS”. It returns "" if the title is none: “News”, “RSS feed”.
func OutletName(title string) string {
	name := withoutFeed(CleanText(title, MaxName))
	for _, sign := range []string{" | ", " » ", " :: ", " – ", " — ", " - ", ": "} {
		first, rest, found := strings.Cut(name, sign)
		if first = withoutFeed(first); found && !isGeneric(first) && (isGeneric(rest) || utf8.RuneCountInString(name) > maxOutlet) {
			name = first
		}
	}
	if isGeneric(name) {
		return ""
	}
	if r := []rune(name); len(r) > maxOutlet {
		short := string(r[:maxOutlet])
		if at := strings.LastIndexByte(short, ' '); at > 0 {
			short = short[:at]
		}
		name = short + Ellipsis
	}
	return name
}

// withoutFeed returns a name without what only says that it is a feed's.
func withoutFeed(name string) string {
	for {
		before := name
		name = strings.Trim(name, " -–—|»:,;[]()")
		lower := strings.ToLower(name)
		for _, word := range []string{"rss feed", "atom feed", "rss", "atom", "feed"} {
			if len(lower) != len(name) {
				return name // its letters have other lengths in lower case
			}
			rest, found := strings.CutSuffix(lower, word)
			if found && strings.TrimRight(rest, " -([|»:") != rest {
				name = name[:len(rest)]
				break
			}
			if strings.HasPrefix(lower, word+": ") {
				name = name[len(word)+1:]
				break
			}
		}
		if name == before {
			return name
		}
	}
}

// isGeneric reports whether a name could be any outlet's.
func isGeneric(name string) bool {
	return slices.Contains([]string{
		"", "rss", "atom", "feed", "feeds", "rss feed", "news", "latest", "latest news", "all news", "top news", "top stories", "all stories",
		"breaking news", "headlines", "articles", "all articles", "latest articles", "blog", "posts", "all posts", "home", "homepage",
		"untitled", "index", "default", "all", "world", "international",
	}, strings.ToLower(strings.TrimSpace(name)))
}

// From returns what people call the outlet that an article is from.
func (a *Article) From() string { return cmp.Or(a.Outlet, a.Source) }

// From returns what people call the outlet that the other article is from.
func (r *Related) From() string { return cmp.Or(r.Outlet, r.Source) }

// KnownAs returns what people call the source.
func (s *Source) KnownAs() string { return cmp.Or(OutletName(s.Title), s.Name) }
