package digest

import (
	"slices"
	"strings"
	"time"

	"tidings/internal/lazyregexp"
)

// What may stand before and after the day of an edition.
var (
	issueBefore = lazyregexp.New(
		`(?i)^(?:edition|issue|vol\.?|no\.?|newsletter|published|updated|daily)?[\s,|:·–—-]*(?:(?:issue|no\.?|#)?\s*\d+)?[\s,|:·–—-]*$`)
	issueAfter = lazyregexp.New(`(?i)[\s,|–—-]+(?:edition|issue\s*(?:no\.?\s*)?#?\d+)$`)
)

// editionOf reads a line that names the day of the whole digest, perhaps with a weekday, the word
// edition, or the number of the issue.
func editionOf(s string) (date, bool) {
	before, d, ok := cutDate(issueAfter.ReplaceAllString(s, ""))
	if rest, again, twice := cutDate(before); twice && again == d {
		before = rest
	}
	return d, ok && d.isReal() && issueBefore.MatchString(strings.TrimSpace(before))
}

// edition is the beginning of a digest that names its day.
type edition struct {
	above   []paragraph // the date and what is above it
	rest    []paragraph
	heading string
	date    date
	isPage  bool // it was copied from a page, with what stands above everything there
	isNoted bool // a note stands above it
}

// Bounds of what stands above the date of an edition: lines, and words of a digest's name.
const (
	maxAbove     = 4
	maxNameAbove = 4
)

// findEdition looks for the day of the digest at its beginning: on the first line, under one line that names
// the digest, or under the few that name the web page it was copied from.
func findEdition(paragraphs []paragraph) (edition, bool) {
	var above paragraph
	for n, p := range paragraphs {
		for i, l := range p {
			d, ok := editionOf(l.text)
			if !ok && l.kind != anchor {
				if above = append(above, l); len(above) > maxAbove {
					return edition{}, false
				}
				continue
			}
			if !ok || len(l.byline.authors) > 0 {
				return edition{}, false
			}
			e := edition{above: append(slices.Clone(paragraphs[:n]), p[:i+1]), date: d, isPage: slices.ContainsFunc(above, namesPage)}
			if i+1 < len(p) {
				e.rest = []paragraph{p[i+1:]}
			}
			e.rest = append(e.rest, paragraphs[n+1:]...)
			ok = e.isOne(above, n, i+1 < len(p))
			return e, ok
		}
	}
	return edition{}, false
}

// sentenceEnd matches how sentences end.
var sentenceEnd = lazyregexp.New(`[.!?:…。！？]["”»)]?$`)

// isLetter reports whether lines are a letter: a greeting, and a text that ends as sentences do and deks don't.
func isLetter(lines []line) bool {
	return greeting.MatchString(lines[0].text) && sentenceEnd.MatchString(lines[len(lines)-1].text)
}

// isOne reports whether the date is the edition's, and not that of an article. The lines
// above it are in its own paragraph or in others before it, and its paragraph may go on.
func (e *edition) isOne(above paragraph, paragraphs int, goesOn bool) bool {
	if len(above) == 0 {
		return !goesOn
	}
	e.heading = above[0].text
	isNamed := slices.ContainsFunc(e.rest, hasAuthors) // or else it's a title over its date
	if isNamed && isLetter(above) {
		e.heading = ""
		return true
	}
	if isNamed && e.isBelowNote(above) {
		e.heading, e.isNoted = "", true
		return true
	}
	if !isNamed || e.isPage {
		return isNamed
	}
	isName := paragraphs == 0 || len(strings.Fields(above[0].text)) <= maxNameAbove
	return len(above) == 1 && !goesOn && isName
}

// noteEnd matches how the sentences of a note end, and titles hardly do.
var noteEnd = lazyregexp.New(`[.!,:]$`)

// isBelowNote reports whether the lines above the date are those of somebody who passes a digest on, and no article: all articles
// are signed, and none is later, and the lines are a sentence, or below the date is a line more than between bylines.
func (e *edition) isBelowNote(above paragraph) bool {
	all := cut(e.rest)
	last := e.date.in(time.UTC)
	if isApart := len(e.above[len(e.above)-1]) == 1; !isApart || len(all.anchors) < minSpread || slices.ContainsFunc(all.anchors, func(l line) bool {
		return len(l.byline.authors) == 0 || l.byline.date.in(time.UTC).After(last)
	}) {
		return false
	}
	linesIn := func(i int) int { return len(flatten(words(all.regions[i]))) }
	most := linesIn(1)
	for i := 2; i < len(all.anchors); i++ {
		most = max(most, linesIn(i))
	}
	isSignature := len(strings.Fields(above[len(above)-1].text)) <= maxNameAbove
	return linesIn(0) > most || isSignature && noteEnd.MatchString(above[0].text)
}

// namesPage reports whether a line is of those that stand above everything on a page.
func namesPage(l line) bool {
	return l.kind == label || l.kind == heading || strings.Contains(l.text, " | ") ||
		strings.HasSuffix(strings.ToLower(l.text), " logo") || latest.MatchString(l.text)
}

func hasAuthors(p paragraph) bool {
	return slices.ContainsFunc(p, func(l line) bool { return l.kind == anchor && len(l.byline.authors) > 0 })
}

// edition reads the day of the digest, and returns the paragraphs below it.
func (r *reader) edition(paragraphs []paragraph) []paragraph {
	e, ok := findEdition(paragraphs)
	if !ok {
		return paragraphs
	}
	r.Edition, r.Heading = e.date.in(r.options.zone()), e.heading
	return e.rest
}
