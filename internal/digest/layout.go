package digest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// layout is where the byline of an article stands.
type layout int

const (
	bylineLast   layout = iota // title, dek, byline
	bylineMiddle               // title, byline, dek
	bylineFirst                // byline, title, dek
)

var (
	errLayout = errors.New("can't tell which lines are titles, because bylines like this one may stand below the deks or above them; nothing was imported")
	errDays   = errors.New("dates like this one seem to stand above several articles, which have no bylines of their own; nothing was imported")
	errNames  = errors.New("there are several authors above this date; nothing was imported")
)

// inOrder puts the lines of every article in the order title, dek, byline, whatever the layout of the
// digest is. It fails if two layouts would do.
func inOrder(paragraphs []paragraph) (ordered, error) {
	paragraphs = numbered(joinBylines(paragraphs))
	asIs := ordered{paragraphs: paragraphs}
	if isCanonical(paragraphs) {
		return asIs, nil
	}
	e, ok := findEdition(paragraphs)
	if !ok {
		e = edition{rest: paragraphs}
	}
	below := cut(e.rest)
	last, middle, first := readBy(below, bylineLast), readBy(below, bylineMiddle), readBy(below, bylineFirst)
	last.above, middle.above, first.above = e.above, e.above, e.above
	readings := []*reading{last, middle, first}
	if all := cut(paragraphs); ok && !all.named() {
		first = readBy(all, bylineFirst) // whose first date isn't the edition's, then
		readings = append(readings, first)
	}
	switch {
	case len(last.items) == 0:
		return asIs, nil
	case last.tail == 0 && len(last.items) > 1 && middle.isPlain() && !last.isPlain():
		return middle.ordered(), nil
	case last.tail == 0, last.repeats:
		return asIs, severalNames(last)
	case isWhole(e.rest, &below):
		return asIs, nil
	case first.perDay && !last.glued():
		return ordered{}, first.refused(errDays)
	}
	switch best, sure := chosen(readings); {
	case !sure:
		return ordered{}, last.refused(errLayout)
	case best != last:
		return best.ordered(), nil
	}
	return asIs, severalNames(last)
}

// isWhole reports whether the only byline stands in one paragraph with its title and its dek, so that what is below belongs to
// another article, which was cut off. A short line above might be what a page prints above a title.
func isWhole(paragraphs []paragraph, c *parts) bool {
	if len(c.anchors) != 1 {
		return false
	}
	i := slices.IndexFunc(paragraphs, func(p paragraph) bool { return p[len(p)-1].number == c.anchors[0].number })
	return i >= 0 && isItem(paragraphs[i]) && len(paragraphs[i]) > minAbove &&
		!slices.ContainsFunc(paragraphs[i][:minAbove], func(l line) bool { return len(strings.Fields(l.text)) <= maxNameAbove })
}

// ordered are the paragraphs of a digest with the byline of every article last.
type ordered struct {
	paragraphs []paragraph
	whole      bool // each article is one paragraph
	// edition has the day and the heading, if they are known and not among the paragraphs.
	edition edition
}

// chosen returns the best of some readings, and whether it is better than the others by enough.
func chosen(readings []*reading) (best *reading, sure bool) {
	enough := 0.25
	if readings[0].tail > 1 {
		enough = 0.5 // what is below the last byline may be an article or a farewell
	}
	readings = filter(readings, func(r *reading) bool { return r.fits })
	slices.SortStableFunc(readings, func(a, b *reading) int { return cmp.Compare(b.score(), a.score()) })
	return readings[0], len(readings) == 1 || readings[0].score()-readings[1].score() > enough
}

// refused adds to an error the line of the first byline.
func (r *reading) refused(err error) error {
	return fmt.Errorf("line %d: %w", r.items[0].byline.number, err)
}

// severalNames refuses a digest whose one date is below several authors, each under a title.
func severalNames(r *reading) error {
	if len(r.items) > 1 {
		return nil
	}
	const items = 2 // lines, at least, above the name of an article's author
	above := 0
	for _, p := range r.parts.regions[0] {
		l := p[len(p)-1]
		above += len(p) - 1
		isAuthor := l.kind == signed || l.kind == text && isPerson(l.text)
		if isAuthor && above >= items && !isAlt(l.text, r.items[0].byline.byline.authors) {
			return r.refused(errNames)
		}
		above++
	}
	return nil
}
