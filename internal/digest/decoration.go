package digest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tidings/bot"
	"tidings/internal/lazyregexp"
)

// What people and programs put around a title in plain text.
var (
	// trailing matches a link that a mail program wrote behind the words that lead there.
	trailing = lazyregexp.New(`\s*(?:<(https?://[^\s<>]+)>|\[(https?://[^\s\[\]]+)\]|\(\s?(https?://[^\s()]+)\s?\))`)
	// markdown matches a line that is a link, or bold, in Markdown.
	markdown = lazyregexp.New(`^(?:\*\*|__)?\[([^\[\]]+)\]\((https?://[^\s()]+)\)(?:\*\*|__)?$|^\*\*([^*]+)\*\*$|^__([^_]+\s[^_]+)__$`)
	// noteMark matches the number of a link that is listed below, and listedLink such a link.
	noteMark   = lazyregexp.New(`^\[(\d{1,3})\]\s*|\s*\[(\d{1,3})\]$`)
	listedLink = lazyregexp.New(`^\[(\d{1,3})\]:?\s+<?(https?://[^\s<>]+)>?$`)
	bullet     = lazyregexp.New(`^[*•▪●◦‣–-]\s+`)
	ordinal    = lazyregexp.New(`^(\d{1,3})[.)]\s+`)
)

// undecorated returns the lines of a plain text without what stands around the titles of its articles: links, bullets, numbers,
// the marks of Markdown. What stands at one title alone is part of it.
func undecorated(lines []line) []line {
	lines = withoutNotes(slices.Clone(lines))
	found := 0
	for i := range lines {
		if m := markdown.FindStringSubmatch(lines[i].text); m != nil && lines[i].kind != anchor {
			lines[i] = lines[i].as(cmp.Or(m[1], m[3], m[4]), m[2])
		}
		if lines[i].kind != address && trailing.MatchString(lines[i].text) {
			found++
		}
	}
	if found > 1 {
		withoutTrailing(lines)
	}
	return withoutBullets(lines)
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

// withoutBullets strips the bullets, or the numbers, that stand above each of several bylines once.
func withoutBullets(lines []line) []line {
	for _, mark := range []*lazyregexp.Regexp{bullet, ordinal} {
		if marked := markedBy(lines, mark); marked != nil {
			for _, i := range marked {
				lines[i] = lines[i].as(mark.ReplaceAllString(lines[i].text, ""), "")
			}
		}
	}
	return lines
}

// markedBy returns the lines that begin with a mark, nil if these aren't one above each byline, numbered from one if they are.
func markedBy(lines []line, mark *lazyregexp.Regexp) []int {
	var marked []int
	open := false // a marked line has no byline yet
	for i := range lines {
		m := mark.FindStringSubmatch(lines[i].text)
		switch {
		case lines[i].kind == anchor && len(lines[i].byline.authors) > 0 || lines[i].kind == anchor && open:
			if !open {
				return nil
			}
			open = false
		case m == nil || lines[i].kind == anchor || lines[i].kind == rule:
		case open, len(m) > 1 && m[1] != strconv.Itoa(len(marked)+1):
			return nil
		default:
			marked, open = append(marked, i), true
		}
	}
	if open || len(marked) < 2 {
		return nil
	}
	return marked
}
