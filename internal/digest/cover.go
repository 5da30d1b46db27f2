package digest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// cover is a document read by a pattern, from one line up to another.
type cover struct {
	*sequence
	pattern pattern
	items   []coverItem
	start   int
	end     int
	cost    float64 // of what it leaves over
}

// coverItem is an article by the places of its lines, −1 for what it lacks.
type coverItem struct {
	at    [lineParts]int
	label string
	link  int
	end   int // the place behind it
}

// dated returns the place of its date.
func (i *coverItem) dated() int { return max(i.at[dateLine], i.at[bylineLine]) }

// coverOf reads as much of a document as a pattern explains, nil if that isn't a digest.
func coverOf(s *sequence, p pattern) (best *cover) {
	for start := range min(s.tail, maxAbove+1) {
		c := &cover{sequence: s, pattern: p, start: start, end: start}
		c.read()
		if len(c.items) == 0 {
			continue
		}
		if c.weigh(); c.isOne() && (best == nil || c.cost < best.cost) {
			best = c
		}
	}
	return best
}

// read reads articles as long as they follow the pattern. Empty lines part articles if they part anything.
func (c *cover) read() {
	parted := c.pattern.breaks != 0
	for c.end < c.tail {
		item, ok := c.item(c.end)
		if !ok {
			return
		}
		if n := len(c.items); n > 0 {
			is := c.isBreak(c.end)
			if n == 1 && !parted {
				parted = is
			}
			if is != parted {
				return
			}
		}
		c.items, c.end = append(c.items, item), item.end
	}
}

// item reads the article that begins at i.
func (c *cover) item(i int) (coverItem, bool) {
	item := coverItem{at: [lineParts]int{-1, -1, -1, -1, -1}, link: -1}
	for ; i < c.tail && (c.lines[i].kind == label || c.lines[i].kind == heading); i++ {
		if item.label = ""; c.lines[i].kind == label {
			item.label = c.lines[i].text
		}
	}
	for k, part := range c.pattern.order {
		if i >= c.tail || c.may[i]&(1<<part) == 0 {
			return item, false
		}
		if k > 0 && c.isBreak(i) != (c.pattern.breaks>>(k-1)&1 == 1) {
			return item, false
		}
		item.at[part] = i
		i++
	}
	for ; i < c.tail && c.lines[i].kind == address; i++ {
		if item.link < 0 {
			item.link = i
		}
	}
	item.end = i
	return item, true
}

// What lines cost that belong to no article.
const (
	headCost   = 0.5 // a heading, mostly
	tailCost   = 1   // a farewell
	maxTail    = 2   // however long
	anchorCost = 2   // an article that is not read
	personCost = 0.4 // titles or deks that are all names of people
	mostCost   = 2
)

// weigh finds out what the cover leaves over.
func (c *cover) weigh() {
	dated, tail := false, 0.0
	for i := 0; i < c.start && c.cost <= mostCost; i++ {
		l := &c.lines[i]
		_, isEdition := editionOf(l.text)
		switch {
		case l.kind == anchor && isEdition && !dated:
			dated = true
		case l.kind == anchor, l.kind == signed:
			c.cost += anchorCost
		case l.kind == text:
			c.cost += c.headCost(l)
		}
	}
	for i := c.end; i < c.tail && c.cost <= mostCost; i++ {
		switch c.lines[i].kind {
		case anchor, signed:
			c.cost += anchorCost
		case text:
			tail += tailCost
		}
	}
	c.cost += min(tail, maxTail)
	if c.takesEdition() {
		c.cost += anchorCost
	}
	for _, part := range []part{titleLine, dekLine} {
		if c.all(part, namesLine) {
			c.cost += personCost
		}
	}
}

// headCost is what a line above the articles costs. Above a single one, a long line is rather its title.
func (c *cover) headCost(l *line) float64 {
	if len(c.items) == 1 && len(strings.Fields(l.text)) > maxNameAbove && !latest.MatchString(l.text) {
		return tailCost
	}
	return headCost
}

// takesEdition reports whether the first article is dated by a day alone that stands above everything, where all others have
// authors beside theirs: then that day is the edition's, as one is below a note.
func (c *cover) takesEdition() bool {
	isNamed := func(i coverItem) bool { return len(c.lines[i.dated()].byline.authors) > 0 }
	first := c.items[0]
	if c.lines[first.dated()].number == c.noted {
		return true
	}
	if len(c.items) < 2 || first.dated() != first.at[bylineLine] || first.dated() != c.start || isNamed(first) {
		return false
	}
	_, isEdition := editionOf(c.lines[first.dated()].text)
	return isEdition && !slices.ContainsFunc(c.items[1:], func(i coverItem) bool { return !isNamed(i) })
}

// all reports whether all lines that are one thing could be another as well.
func (c *cover) all(is, may part) bool {
	return !slices.ContainsFunc(c.items, func(i coverItem) bool { return i.at[is] < 0 || c.may[i.at[is]]&(1<<may) == 0 })
}

// isOne reports whether the cover explains enough: several articles, or one and nothing else.
func (c *cover) isOne() bool {
	n := len(c.items)
	return c.cost <= mostCost && (n > 1 || n == 1 && c.cost <= headCost+personCost)
}

// same reports whether two covers have the same articles.
func (c *cover) same(o *cover) bool {
	return slices.EqualFunc(c.items, o.items, func(a, b coverItem) bool {
		return a.at[titleLine] == b.at[titleLine] && a.at[dekLine] == b.at[dekLine] && a.at[namesLine] == b.at[namesLine] && a.dated() == b.dated()
	})
}

// ways are the different ways in which patterns explain a document and leave hardly anything over, the best first.
type ways []*cover

// covers finds those of a document, none if it is as [Write] makes it.
func covers(paragraphs []paragraph) ways {
	if isCanonical(paragraphs) {
		return nil
	}
	s := sequenceOf(paragraphs)
	var all ways
	for _, p := range patterns {
		c := coverOf(s, p)
		if c != nil && !slices.ContainsFunc(all, c.same) {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b *cover) int { return cmp.Compare(a.cost, b.cost) })
	if len(all) > 0 && all[0].cost > headCost+personCost {
		return nil // and what it leaves over may be more
	}
	return all
}

// sure returns the way that explains the document better than all others by far, nil if there is none.
func (w ways) sure() *cover {
	const far = 1
	if len(w) == 0 || len(w) > 1 && w[1].cost-w[0].cost < far {
		return nil
	}
	return w[0]
}

// best returns those that are about as good as the first.
func (w ways) best() ways {
	return slices.DeleteFunc(slices.Clone(w), func(c *cover) bool { return c.cost > w[0].cost+0.3 })
}

// refused returns the error for a document that may be read in several ways.
func (w ways) refused() error {
	c := w[0]
	return fmt.Errorf("line %d: %w", c.lines[c.items[0].dated()].number, errLayout)
}

// ordered returns the document with a paragraph for each article, the byline last.
func (c *cover) ordered() ordered {
	in := ordered{whole: true}
	in.edition.heading, in.edition.date = c.head()
	for i := range c.items {
		in.paragraphs = append(in.paragraphs, c.article(&c.items[i]))
	}
	in.paragraphs = append(in.paragraphs, paragraphsFrom(c.lines[c.end:])...)
	return in
}

// head returns what stands above the first article: the name of the digest, and its day, which may be none.
func (c *cover) head() (heading string, day date) {
	for _, l := range c.lines[:c.start] {
		d, isEdition := editionOf(l.text)
		switch {
		case l.kind != anchor && heading == "":
			heading = headingText(l.text)
		case l.kind == anchor && isEdition:
			day = d
		}
	}
	return heading, day
}

// article returns the lines of an article.
func (c *cover) article(item *coverItem) paragraph {
	var p paragraph
	if item.label != "" {
		p = append(p, line{number: c.lines[item.at[titleLine]].number, text: item.label, kind: label})
	}
	p = append(p, c.lines[item.at[titleLine]])
	if at := item.at[dekLine]; at >= 0 {
		p = append(p, c.lines[at])
	}
	b := c.lines[item.dated()]
	if at := item.at[namesLine]; at >= 0 {
		if b.byline.authors = authorsOn(c.lines[at].text); b.byline.authors == nil {
			b.byline.authors = shortNames(c.lines[at].text)
		}
		b.text = c.lines[at].text + " " + b.text
	}
	p = append(p, b)
	if item.link >= 0 {
		p = append(p, c.lines[item.link])
	}
	return p
}

// paragraphsFrom puts numbered lines into their paragraphs again.
func paragraphsFrom(lines []line) []paragraph {
	var all []paragraph
	for i, l := range lines {
		if i == 0 || l.paragraph != lines[i-1].paragraph {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], l)
	}
	return all
}
