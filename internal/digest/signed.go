package digest

import (
	"slices"
)

// joinBylines makes one line of a byline whose author and date stand in two, whichever is first. It does
// so only if all of them do: a date may also stand alone above one article and below another's author.
func joinBylines(paragraphs []paragraph) []paragraph {
	s := signatures{lines: flattenNumbered(paragraphs), canonical: isCanonical(paragraphs)}
	e, ok := findEdition(paragraphs)
	head := 0
	if ok && e.isPage {
		head = len(flatten(e.above)) // whose date has no author
	}
	for i, l := range s.lines {
		switch {
		case i < head:
		case l.kind == signed:
			s.names = append(s.names, i)
		case l.kind == anchor && len(l.byline.authors) == 0:
			s.dates = append(s.dates, i)
		}
	}
	var authorAt func(date int) int
	switch {
	case len(s.dates) == 0:
		return paragraphs
	case s.all(-1):
		authorAt = func(date int) int { return s.signedAt(date - 1) }
	case s.all(+1):
		authorAt = func(date int) int { return s.signedAt(date + 1) }
	case len(s.names) == 0 && !s.endsBare() && s.allBare():
		authorAt = s.bareAt
	default:
		return paragraphs
	}
	for _, d := range s.dates {
		if at := authorAt(d); at >= 0 {
			s.join(at, d)
		}
	}
	return s.paragraphs(len(paragraphs))
}

// signatures are the lines of a digest, among them dates and names alone.
type signatures struct {
	lines        []line
	names, dates []int
	canonical    bool // each article is a paragraph
}

func flattenNumbered(paragraphs []paragraph) []line {
	var all []line
	for i, p := range paragraphs {
		for _, l := range p {
			l.paragraph = i
			all = append(all, l)
		}
	}
	return all
}

// signedAt returns i if the line there names authors and nothing else, or else −1.
func (s *signatures) signedAt(i int) int {
	if i >= 0 && i < len(s.lines) && s.lines[i].kind == signed {
		return i
	}
	return -1
}

// all reports whether each line of names stands beside a date, on the side given, and each date but the
// first, which may be the edition's, beside names.
func (s *signatures) all(side int) bool {
	if len(s.names) == 0 {
		return false
	}
	isDate := func(name int) bool {
		at := name - side
		return at >= 0 && at < len(s.lines) && s.lines[at].kind == anchor && len(s.lines[at].byline.authors) == 0
	}
	for n, d := range s.dates {
		if n > 0 && s.signedAt(d+side) < 0 {
			return false
		}
	}
	return !slices.ContainsFunc(s.names, func(name int) bool { return !isDate(name) })
}

// allBare reports whether a person's name stands above each date, and the title of an article above that
// or, if the byline comes first, below.
func (s *signatures) allBare() bool {
	if len(s.dates) == 0 || !s.hasTitles() {
		return false
	}
	with := 0
	for n, d := range s.dates {
		at := s.bareAt(d)
		switch {
		case at < 0 && n > 0:
			return false
		case at < 0:
			continue
		}
		if together := at > 0 && s.lines[at-1].paragraph == s.lines[d].paragraph; s.canonical && !together {
			return false
		}
		with++
	}
	return with > 0
}

// hasTitles reports whether there are words besides the names, between any two dates.
func (s *signatures) hasTitles() bool {
	for n, d := range s.dates[1:] {
		if s.dates[n] == 0 {
			continue // the edition's
		}
		isWord := func(l line) bool { return l.kind == text }
		if len(filter(s.lines[s.dates[n]+1:d], isWord)) < 2 {
			return false
		}
	}
	return true
}

// bareAt returns the line above the date if it is a person's name and not the title of an article, or −1.
func (s *signatures) bareAt(date int) int {
	at := date - 1
	if at < 0 || s.lines[at].kind != text || !isPerson(s.lines[at].text) {
		return -1
	}
	if isFirst := at == 0 || s.lines[at-1].kind != text; isFirst {
		if at <= s.dates[0]+1 && len(s.dates) > 1 && s.below() {
			return at // the byline comes first
		}
		return -1
	}
	if s.apart(at, date) {
		return -1
	}
	if s.lines[at-1].paragraph == s.lines[date].paragraph || len(s.dates) > 1 {
		return at
	}
	if at > 1 && s.lines[at-2].kind == text {
		return at // a title and a dek are above it
	}
	return -1
}

// apart reports whether a name ends one paragraph and the date begins another, which has more.
func (s *signatures) apart(name, date int) bool {
	isIn := func(i, paragraph int) bool { return i >= 0 && i < len(s.lines) && s.lines[i].paragraph == paragraph }
	above, below := s.lines[name].paragraph, s.lines[date].paragraph
	return above != below && isIn(name-1, above) && isIn(date+1, below)
}

// endsBare reports whether a person's name stands below the last date and another line, so that all names
// stand below their articles.
func (s *signatures) endsBare() bool {
	below := s.lines[s.dates[len(s.dates)-1]+1:]
	return len(below) > 1 && slices.ContainsFunc(below[1:], func(l line) bool { return l.kind == text && isPerson(l.text) && !footer.MatchString(l.text) })
}

// below reports whether the last date has words below it that aren't a person's name.
func (s *signatures) below() bool {
	lines := filter(s.lines, func(l line) bool { return !footer.MatchString(l.text) })
	return len(lines) > 0 && lines[len(lines)-1].kind == text && !isPerson(lines[len(lines)-1].text)
}

// join makes a byline of the names in one line and the date in another.
func (s *signatures) join(name, date int) {
	first, second := &s.lines[min(name, date)], &s.lines[max(name, date)]
	names := namesOf(s.lines[name].text)
	if names == nil {
		names = splitNames([]string{s.lines[name].text})
	}
	first.byline = byline{authors: names, date: s.lines[date].byline.date}
	first.text += " " + second.text
	first.kind = anchor
	second.kind = blank
}

func (s *signatures) paragraphs(n int) []paragraph {
	all := make([]paragraph, n)
	for _, l := range s.lines {
		if l.kind != blank {
			all[l.paragraph] = append(all[l.paragraph], l)
		}
	}
	return slices.DeleteFunc(all, func(p paragraph) bool { return len(p) == 0 })
}
