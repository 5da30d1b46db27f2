package digest

import "slices"

// joinSpread joins the lines of titles and deks that were broken where all others have a paragraph each, and one line.
func joinSpread(paragraphs []paragraph) {
	rest := numbered(paragraphs)
	if e, ok := findEdition(paragraphs); ok {
		rest = e.rest
	}
	all := cut(rest)
	if len(all.anchors) < minSpread {
		return
	}
	var broken []int
	whole := 0
	for i, region := range all.regions[:len(all.anchors)] {
		if i == 0 {
			region = belowHead(region)
		}
		two := titleAndDek(region)
		switch {
		case two == nil || len(paragraphs[all.anchors[i].paragraph]) > 1:
			return
		case len(two[0]) == 1 && len(two[1]) == 1:
			whole++
		default:
			broken = append(broken, two[0][0].paragraph, two[1][0].paragraph)
		}
	}
	if 2*whole < len(all.anchors) {
		return
	}
	for _, n := range broken {
		p := paragraphs[n]
		if slices.ContainsFunc(p, func(l line) bool { return l.kind != text || l.link != "" || authorsOn(l.text) != nil }) {
			continue
		}
		paragraphs[n] = paragraph{p[0].as(joinLines(p), "")}
	}
}

// minSpread is how many bylines at least show how the articles of a digest stand.
const minSpread = 2

// belowHead returns the last two paragraphs of words in the region above the first byline, which may have the digest's head.
func belowHead(region []paragraph) []paragraph {
	found := words(region)
	if n := len(found); n > 2 {
		found = found[n-2:]
	}
	if len(found) > 0 && latest.MatchString(found[0][0].text) {
		return nil
	}
	return found
}

// titleAndDek returns the two paragraphs of a region, nil if it has others.
func titleAndDek(region []paragraph) []paragraph {
	if len(region) != 2 || len(words(region)) != len(region) {
		return nil
	}
	return region
}
