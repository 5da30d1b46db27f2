package digest

import (
	"cmp"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

// What people and programs put around a title in plain text.
var (
	// trailing matches a link that a mail program wrote behind the words that lead there.
	trailing = lazyregexp.New(`\s*(?:<(https?://[^\s<>]+)>|\[(https?://[^\s\[\]]+)\]|\(\s?(https?://[^\s()]+)\s?\))`)
	// markdown matches a line that is a link, or bold or in italics, in Markdown, perhaps with the marks of a heading.
	markdown = lazyregexp.New(`^(#{1,6}\s+)?(?:(?:\*\*|__)?\[([^\[\]]+)\]\((https?://[^\s()]+)\)(?:\*\*|__)?` +
		`|\*\*([^*]+)\*\*|__([^_]+\s[^_]+)__|\*([^*\s][^*]*\s[^*]+)\*|_([^_\s][^_]*\s[^_]+)_)$`)
	// emphasis matches bold words and those in italics.
	emphasis = lazyregexp.New(`(?:\*\*|__|\*|_)([^*_\s](?:[^*_]*[^*_\s])?)(?:\*\*|__|\*|_)`)
	// noteMark matches the number of a link that is listed below, and listedLink such a link.
	noteMark   = lazyregexp.New(`^\[(\d{1,3})\]\s*|\s*\[(\d{1,3})\]$`)
	listedLink = lazyregexp.New(`^\[(\d{1,3})\]:?\s+<?(https?://[^\s<>]+)>?$`)
)

// undecorated returns the lines of a plain text without what stands around the titles of its articles: links, bullets, numbers,
// the marks of Markdown. What stands at one title alone is part of it.
func undecorated(lines []line) []line {
	lines = withoutNotes(slices.Clone(lines))
	found := 0
	for i := range lines {
		lines[i] = lines[i].withoutMarkdown()
		if lines[i].kind != address && trailing.MatchString(lines[i].text) {
			found++
		}
	}
	if found > 1 {
		withoutTrailing(lines)
	}
	return withoutMarks(lines)
}

// withoutMarkdown returns the line without the signs for a link, bold words or italics around all of it, or around the names in
// a byline.
func (l line) withoutMarkdown() line {
	if m := markdown.FindStringSubmatch(l.text); m != nil && l.kind != anchor {
		l = l.as(m[1]+cmp.Or(m[2], m[4], m[5], m[6], m[7]), m[3])
	}
	if bare := emphasis.ReplaceAllString(l.text, "$1"); bare != l.text {
		if is := l.as(bare, ""); is.kind == anchor || is.kind == signed {
			return is
		}
	}
	return l
}

// as returns the line with another text, and a link if one is given.
func (l *line) as(text, link string) line {
	is := classify(l.number, strings.TrimSpace(text))
	is.opens, is.paragraph = l.opens, l.paragraph
	is.link = l.link
	if link != "" {
		is.link = cmp.Or(l.link, bot.CleanURL(link))
	}
	return is
}

// withoutTrailing moves links behind words from the text of the lines to their link.
func withoutTrailing(lines []line) {
	for i := range lines {
		l := &lines[i]
		m := trailing.FindStringSubmatch(l.text)
		if m == nil || l.kind == address {
			continue
		}
		if text := strings.TrimSpace(trailing.ReplaceAllString(l.text, "")); text != "" {
			*l = l.as(text, cmp.Or(m[1], m[2], m[3]))
		}
	}
}

// withoutNotes gives lines the links that a list below has under their numbers.
func withoutNotes(lines []line) []line {
	links := map[string]string{}
	for i, l := range lines {
		if m := listedLink.FindStringSubmatch(l.text); m != nil {
			links[m[1]] = m[2]
			lines[i] = line{number: l.number, kind: blank, opens: l.opens}
		}
	}
	if len(links) == 0 {
		return lines
	}
	for i := range lines {
		m := noteMark.FindStringSubmatch(lines[i].text)
		if m == nil || links[cmp.Or(m[1], m[2])] == "" {
			continue
		}
		lines[i] = lines[i].as(noteMark.ReplaceAllString(lines[i].text, ""), links[cmp.Or(m[1], m[2])])
	}
	return lines
}
