package digest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"tidings/internal/lazyregexp"
)

// words returns the lines of the region that are the article's title and dek, the title first.
func (r *reader) words(authors []string) []line {
	r.region, r.label = withoutAlt(withoutLinks(r.region), authors), ""
	if words := r.repeated(); words != nil {
		return words
	}
	r.dropHeadings()
	n := len(r.region)
	if n == 0 {
		return nil
	}
	take := 1 // paragraphs
	isApart := n > 1 && (len(r.region[n-1]) == 1 || leads(r.region[n-2]) && !leads(r.region[n-1]))
	if isHeaded := n == 2 && r.headed; isApart && !isHeaded && !r.whole && !r.isFrontMatter(n-2) {
		take = 2
	}
	r.passOver(r.region[:n-take])
	return flatten(r.region[n-take:])
}

// leads reports whether a paragraph of a page ends in a link, as a title does.
func leads(p paragraph) bool { return p[len(p)-1].link != "" }

func withoutLinks(region []paragraph) []paragraph {
	return filterLines(region, func(l line) bool { return l.kind != address })
}

// withoutAlt drops the lines that are an author's name alone, the alternative text of a picture or the
// head of the author's page, unless that is all there is.
func withoutAlt(region []paragraph, authors []string) []paragraph {
	left := filterLines(region, func(l line) bool { return !isAlt(l.text, authors) })
	if len(left) == 0 {
		return region
	}
	return left
}

func isAlt(s string, authors []string) bool {
	return slices.ContainsFunc(authors, func(name string) bool { return strings.EqualFold(halve(s), name) })
}

func filterLines(region []paragraph, keep func(line) bool) []paragraph {
	var out []paragraph
	for _, p := range region {
		p = slices.DeleteFunc(slices.Clone(p), func(l line) bool { return !keep(l) })
		if len(p) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// repeated finds a title that is printed more than once, and returns it with the dek. Of several such
// lines it is the last: what stands above is the head of a page.
func (r *reader) repeated() []line {
	all := flatten(r.region)
	first, times := make(map[string]int, len(all)), make(map[string]int, len(all))
	for i, l := range all {
		if times[l.text]++; times[l.text] == 1 {
			first[l.text] = i
		}
	}
	var found []line
	for _, l := range slices.Backward(all) {
		if l.kind == label || l.kind == signed || times[l.text] < 2 {
			continue
		}
		times[l.text] = 0 // seen
		at := first[l.text]
		isWord := func(o line) bool { return o.text != l.text && (o.kind == text || o.kind == signed) }
		rest := filter(all[at+1:], isWord)
		if len(rest) > 1 && (found != nil || !r.started) {
			break
		}
		r.label = labelAbove(all[:at])
		found = append([]line{all[at]}, rest...)
	}
	return found
}

// labelAbove returns the label that stands last, if one does.
func labelAbove(lines []line) string {
	if n := len(lines); n > 0 && lines[n-1].kind == label {
		return lines[n-1].text
	}
	return ""
}

// dropHeadings drops everything up to the last heading, unless the heading is all there is and so
// the title. A label stands right above a title, any other heading in a paragraph of its own.
func (r *reader) dropHeadings() {
	for i, p := range slices.Backward(r.region) {
		j := len(p) - 1
		for ; j >= 0; j-- {
			if p[j].kind == label || p[j].kind == heading && len(p) == 1 {
				break
			}
		}
		if j < 0 || i == len(r.region)-1 && j == len(p)-1 {
			continue
		}
		r.passOver(append(slices.Clone(r.region[:i]), p[:j]))
		if p[j].kind == label {
			r.label = p[j].text
		}
		if r.Heading == "" && !r.started && p[j].kind == heading {
			r.Heading = headingText(p[j].text)
		}
		rest := append([]paragraph{p[j+1:]}, r.region[i+1:]...)
		r.region = filterLines(rest, func(line) bool { return true })
		return
	}
}

func headingText(s string) string { return strings.TrimSpace(hash.ReplaceAllString(s, "")) }

// passOver drops paragraphs. Above the first article they are the digest's heading, elsewhere a problem.
func (r *reader) passOver(paragraphs []paragraph) {
	lines := flatten(paragraphs)
	switch {
	case len(lines) == 0:
	case r.started:
		if i := slices.IndexFunc(lines, func(l line) bool { return l.kind == text }); i >= 0 {
			r.problem(lines[i], fmt.Sprintf("%q belongs to no article and is passed over", lines[i].text))
		}
	default:
		rest := r.withoutDated(paragraphs)
		if r.Heading == "" {
			r.Heading = headingText(joinLines(r.withoutItems(rest)))
		}
	}
}

// withoutDated returns what stands above the first article without what looks like further articles, whose bylines cannot be
// read: under a title and a dek, they end in a date. Each is a problem.
func (r *reader) withoutDated(paragraphs []paragraph) []paragraph {
	const enough = 2 // lines above a byline
	var above []line
	dropped := map[int]bool{}
	for _, l := range flatten(paragraphs) {
		before, d, ok := cutDate(bracketed.ReplaceAllString(l.text, " $1"))
		isByline := ok && d.isReal() && !strings.ContainsFunc(before, unicode.IsDigit) // unlike "Vol. 3, March 9, 2024"
		if !isByline || len(above) < enough {
			above = append(above, l)
			continue
		}
		item := append(above[len(above)-enough:], l)
		r.problem(item[0], fmt.Sprintf("%q has no byline that can be read and is passed over", item[0].text))
		for _, l := range item {
			dropped[l.number] = true
		}
		above = nil
	}
	return filterLines(paragraphs, func(l line) bool { return !dropped[l.number] })
}

// withoutItems returns the lines of the digest's head. A further paragraph of several lines in it is most likely
// an article without a byline, and a problem.
func (r *reader) withoutItems(paragraphs []paragraph) []line {
	var head []line
	for _, p := range paragraphs {
		if len(p) > 1 && len(head) > 0 {
			r.problem(p[0], fmt.Sprintf("%q has no byline that can be read and is passed over", p[0].text))
			continue
		}
		head = append(head, p...)
	}
	return head
}

var latest = lazyregexp.New(
	`(?i)^(?:the\s+)?(?:latest|top|today['’]s|this\s+week['’]s|in\s+this)\b.*\b(?:news|stories|headlines|articles|updates|edition|issue)\b`)

// isFrontMatter reports whether a paragraph of the region belongs to the head of the digest, which
// is known only from its words when there is nothing else above the first article.
func (r *reader) isFrontMatter(i int) bool {
	return !r.started && i == 0 && r.Heading == "" && latest.MatchString(r.region[i][0].text)
}
