package digest

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// pairs reports whether every byline stands below its title alone, and the dek apart.
func (r *reading) pairs() bool {
	if !r.glued() {
		return false
	}
	return !slices.ContainsFunc(r.items, func(i readItem) bool { return len(i.dek) > 0 && i.dek[0].paragraph == i.byline.paragraph }) &&
		!slices.ContainsFunc(r.parts.regions[:len(r.items)], func(region []paragraph) bool { return len(region[len(region)-1]) > 1 })
}

// glued reports whether every byline stands in one paragraph with what is above it, and with nothing below.
func (r *reading) glued() bool {
	for i := range r.items {
		above, below := flatten(r.parts.regions[i]), flatten(r.parts.regions[i+1])
		at := r.items[i].byline.paragraph
		if len(above) == 0 || above[len(above)-1].paragraph != at || len(below) > 0 && below[0].paragraph == at {
			return false
		}
	}
	return true
}

// score says how much of what digests have in common the reading has: the lines of an article stand
// together, its dek reads like one, its title is a link, all have a dek or none, and nothing is left over.
func (r *reading) score() float64 {
	const asUsual = 0.5 // most digests have the byline last
	n := float64(len(r.items))
	score := 2*r.coherence() - r.left/n
	with := 0
	for i := range r.items {
		score += r.items[i].likeness() / n
		if len(r.items[i].dek) > 0 {
			with++
		}
	}
	score -= float64(min(with, len(r.items)-with))/n + r.strayLinks()
	switch {
	case r.layout == bylineLast:
		score += asUsual
	case r.layout == bylineMiddle && r.pairs():
		score += asUsual
	}
	return score
}

// strayLinks says how far lines lead somewhere that would be no titles, where titles do, and the reverse.
func (r *reading) strayLinks() float64 {
	leads := func(l line) bool { return l.link != "" }
	without := filter(r.items, func(i readItem) bool { return !leads(i.title) })
	if 2*len(without) > len(r.items) {
		return 0
	}
	return float64(len(without))/float64(len(r.items)) + float64(len(filter(flatten(words(r.head)), leads)))
}

// isPlain reports whether all deks are unlike titles, by their full stops or by where the titles lead.
func (r *reading) isPlain() bool {
	with := filter(r.items, func(i readItem) bool { return len(i.dek) > 0 })
	return r.fits && len(with) > 0 && !slices.ContainsFunc(with, func(i readItem) bool { return i.likeness() < 1 })
}

// likeness says from −2 to 2 how much the title is like one compared with the dek.
func (i *readItem) likeness() float64 {
	if len(i.dek) == 0 {
		return 0
	}
	const longer = 1.25
	score := 0.0
	dek := joinLines(i.dek)
	a, b := float64(utf8.RuneCountInString(i.title.text)), float64(utf8.RuneCountInString(dek))
	titleEnds, dekEnds := endsSentence(i.title.text), endsSentence(dek)
	switch {
	case dekEnds && !titleEnds:
		score = 1
	case titleEnds && !dekEnds:
		score = -1
	case b >= longer*a:
		score = 0.5
	case a >= longer*b:
		score = -0.5
	}
	titleLeads, dekLeads := i.title.link != "", i.dek[0].link != ""
	switch {
	case titleLeads && !dekLeads:
		score++
	case dekLeads && !titleLeads:
		score--
	}
	return score
}

func endsSentence(s string) bool {
	return strings.HasSuffix(strings.TrimRight(s, "”\"’'») "), ".")
}

// coherence says from 0 to 1 how far paragraphs end where articles do.
func (r *reading) coherence() float64 {
	good, all := 0, 0
	last := -1
	for i := range r.items {
		for j, l := range r.items[i].lines(r.layout) {
			if last >= 0 {
				all++
				if (j > 0) == (l.paragraph == last) {
					good++
				}
			}
			last = l.paragraph
		}
	}
	if all == 0 {
		return 0
	}
	return float64(good) / float64(all)
}
