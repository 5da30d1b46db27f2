package digest

import (
	"slices"
	"strings"
)

// numbered notes in each line which paragraph of the document it is in.
func numbered(paragraphs []paragraph) []paragraph {
	for n, p := range paragraphs {
		for i := range p {
			p[i].paragraph = n
		}
	}
	return paragraphs
}

// parts are a document cut at its bylines: regions[i] is above anchors[i], and the last below them all.
type parts struct {
	anchors []line
	regions [][]paragraph
}

func cut(paragraphs []paragraph) parts {
	var c parts
	var region []paragraph
	for _, p := range paragraphs {
		from := 0
		for i := range p {
			if p[i].kind != anchor {
				continue
			}
			if from < i {
				region = append(region, p[from:i])
			}
			c.anchors, c.regions = append(c.anchors, p[i]), append(c.regions, region)
			region, from = nil, i+1
		}
		if from < len(p) {
			region = append(region, p[from:])
		}
	}
	c.regions = append(c.regions, region)
	return c
}

// headed reports whether the first article is a title below a heading, as all others are titles alone.
func (c *parts) headed() bool {
	n := len(c.anchors)
	if n < 2 || slices.ContainsFunc(c.regions[1:n], func(region []paragraph) bool { return len(flatten(words(region))) != 1 }) {
		return false
	}
	first := words(c.regions[0])
	return len(first) == 2 && len(first[0]) == 1 && len(first[1]) == 1 && len(strings.Fields(first[0][0].text)) <= maxNameAbove
}

// named reports whether any byline names an author.
func (c *parts) named() bool {
	return slices.ContainsFunc(c.anchors, func(l line) bool { return len(l.byline.authors) > 0 })
}

// tail returns what stands below the last byline, up to the words that a newsletter ends with.
func (c *parts) tail() []paragraph {
	var tail []paragraph
	for _, p := range words(c.regions[len(c.anchors)]) {
		if slices.ContainsFunc(p, func(l line) bool { return footer.MatchString(l.text) }) {
			break
		}
		tail = append(tail, p)
	}
	return tail
}

// words returns the lines of a region that can be titles and deks.
func words(region []paragraph) []paragraph {
	return filterLines(region, func(l line) bool { return l.kind == text })
}

// repeats reports whether titles are printed twice, as pages do around pictures.
func (c *parts) repeats() bool {
	twice := 0
	for _, region := range c.regions[:len(c.anchors)] {
		seen := make(map[string]bool)
		for _, l := range flatten(words(region)) {
			if seen[l.text] {
				twice++
				break
			}
			seen[l.text] = true
		}
	}
	return 2*twice > len(c.anchors)
}

// minAbove is how many lines, a title and a dek, stand above the name of an author.
const minAbove = 2

// lastPerson returns the last line that is a person's name, or −1.
func lastPerson(lines []line) int {
	for i, l := range slices.Backward(lines) {
		if isPerson(l.text) {
			return i
		}
	}
	return -1
}

// allSigned reports whether below each byline the last line is a person's name, under a title and a dek.
// Below the last there may be others.
func (c *parts) allSigned() bool {
	for i := range c.anchors {
		lines := flatten(words(c.regions[i+1]))
		at := lastPerson(lines)
		if at < minAbove || at < len(lines)-1 && i < len(c.anchors)-1 {
			return false
		}
	}
	return true
}

// withSigned adds the lines of a region that only name authors to its words.
func withSigned(words, region []paragraph) []paragraph {
	return append(slices.Clone(words), filterLines(region, func(l line) bool { return l.kind == signed || l.kind == address })...)
}

func linksIn(region []paragraph) []line {
	return filter(flatten(region), func(l line) bool { return l.kind == address })
}

func withoutLast(region []paragraph, number int) []paragraph {
	return filterLines(region, func(l line) bool { return l.number != number })
}

// labelsIn returns the last label of a region.
func labelsIn(region []paragraph) []line {
	labels := filter(flatten(region), func(l line) bool { return l.kind == label })
	return labels[max(0, len(labels)-1):]
}
