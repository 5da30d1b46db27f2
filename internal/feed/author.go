package feed

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"tidings/internal/htmltext"
)

// authors returns who wrote the item, in order. An Atom entry without authors has those of the feed
// it came from, or of the document; RFC 4287, section 4.2.1.
func (t *translator) authors(item *gofeed.Item, i int) []string {
	switch f := t.feed.OriginalFeed().(type) {
	case *rss.Feed:
		return rssAuthors(f.Items[i])
	case *atom.Feed:
		entry := f.Entries[i]
		people := entry.Authors
		if len(people) == 0 && entry.Source != nil {
			people = entry.Source.Authors
		}
		if len(people) == 0 {
			people = f.Authors
		}
		var names []string
		for _, p := range people {
			names = append(names, splitAuthors(p.Name)...)
		}
		return names
	}
	people := item.Authors
	if len(people) == 0 {
		people = t.feed.Authors
	}
	var names []string
	for _, p := range people {
		names = append(names, splitAuthors(p.Name)...)
	}
	return names
}

// rssAuthors reads the authors that the library's own reading cuts down to one.
func rssAuthors(item *rss.Item) []string {
	var lists [][]string
	if dc := item.DublinCoreExt; dc != nil {
		lists = append(lists, dc.Creator)
	}
	lists = append(lists, []string{item.Author})
	if dc := item.DublinCoreExt; dc != nil {
		lists = append(lists, dc.Author)
	}
	if item.ITunesExt != nil {
		lists = append(lists, []string{item.ITunesExt.Author})
	}
	var embedded []string
	for _, prefix := range []string{"atom", "atom10", "atom03"} {
		for _, a := range item.Extensions[prefix]["author"] {
			embedded = append(embedded, firstValue(a.Children["name"]))
		}
	}
	for _, list := range append(lists, embedded) {
		var names []string
		for _, s := range list {
			names = append(names, splitAuthors(s)...)
		}
		if len(names) > 0 {
			return names
		}
	}
	return nil
}

// isPermalink reports whether an RSS item's GUID says, or does not deny, that it is its address.
func (t *translator) isPermalink(i int) bool {
	f, ok := t.feed.OriginalFeed().(*rss.Feed)
	return ok && (f.Items[i].GUID == nil || !strings.EqualFold(f.Items[i].GUID.IsPermalink, "false"))
}

var (
	nameTag       = regexp.MustCompile(`(?is)<(?:\w+:)?name>(.*?)</`)
	nameInBracket = regexp.MustCompile(`^[^\s@]+@[^\s@]+\s+\(([^)]*)\)$`)
	mail          = regexp.MustCompile(`\s*[(<]?\s*(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+\s*[)>]?`)
	byWord        = regexp.MustCompile(`^(?i:by)[\s:]+`)
	strongBreak   = regexp.MustCompile(`\s*[;|]\s*|\s*,\s+and\s+`)
	weakBreak     = regexp.MustCompile(`\s*,\s+|\s+and\s+|\s+&\s+|\s+et\s+|\s+und\s+|\s+y\s+`)
)

// splitAuthors makes names of what a feed has for one: it drops mail addresses, and takes a list of
// names apart where it is sure to be one.
func splitAuthors(s string) []string {
	if m := nameTag.FindAllStringSubmatch(s, -1); m != nil {
		var names []string
		for _, name := range m {
			names = append(names, splitAuthors(name[1])...)
		}
		return names
	}
	if !strings.Contains(s, "@") || strings.Contains(s, "</") {
		s = htmltext.Plain(s) // but "<j@example.com>" is no markup
	}
	s = strings.TrimSpace(s)
	if m := nameInBracket.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	s = byWord.ReplaceAllString(mail.ReplaceAllString(s, ""), "")
	var names []string
	for _, part := range strongBreak.Split(s, -1) {
		names = append(names, splitList(part)...)
	}
	names = joinSuffixes(names)
	return slices.DeleteFunc(names, func(n string) bool { return n == "" || strings.EqualFold(n, "unknown") })
}

// splitList takes "A B, C D and E F" apart, but not "Smith, John" or "Ben & Jerry": each part must be
// a whole name by itself.
func splitList(s string) []string {
	s = strings.Trim(htmltext.Plain(s), " ,")
	parts := weakBreak.Split(s, -1)
	for i, p := range parts {
		if !isWholeName(p) && (i == 0 || !isSuffix(p)) {
			return []string{s}
		}
	}
	return parts
}

const maxNameWords = 5

// isWholeName reports whether s has a first and a last name, or is written without spaces.
func isWholeName(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > maxNameWords {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	if unicode.Is(unicode.Lo, first) {
		return true
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return len(words) > 1 && unicode.IsUpper(first) && unicode.IsUpper(last)
}

func isSuffix(s string) bool {
	switch strings.ToLower(strings.ReplaceAll(s, ".", "")) {
	case "jr", "sr", "ii", "iii", "phd", "md", "ma", "esq":
		return true
	}
	return false
}

// joinSuffixes gives "Jr." back to the name that it was cut from.
func joinSuffixes(names []string) []string {
	var out []string
	for _, n := range names {
		if len(out) > 0 && isSuffix(n) {
			out[len(out)-1] += ", " + n
			continue
		}
		out = append(out, n)
	}
	return out
}
