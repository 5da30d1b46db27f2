package digest

import "slices"

// reading is a document read by one layout, to be compared with others.
type reading struct {
	layout  layout
	above   []paragraph // the edition, which isn't part of any article
	parts   parts
	items   []readItem
	fits    bool // every article has a title, and so on
	head    []paragraph
	left    float64 // lines that belong to no article
	tail    int     // lines below the last byline
	repeats bool
	perDay  bool // some dates have several articles below them
	signed  bool // below each date, the last line of an article is its author's name
}

// readItem is an article as a reading has it.
type readItem struct {
	title, byline     line
	label, dek, links []line // of which there may be none
}

// readBy reads a document by a layout.
func readBy(c parts, l layout) *reading {
	r := &reading{layout: l, parts: c, tail: len(flatten(c.tail()))}
	for i := range c.anchors {
		r.items = append(r.items, readItem{byline: c.anchors[i]})
	}
	if len(r.items) == 0 {
		return r
	}
	r.repeats, r.signed = c.repeats(), c.allSigned()
	switch l {
	case bylineLast:
		r.readLast()
	case bylineMiddle:
		r.readMiddle()
	case bylineFirst:
		r.readFirst()
	}
	return r
}

func (r *reading) readLast() {
	const farewell = 2 // lines, if not more
	r.fits, r.left = true, min(farewell, float64(r.tail))
	for i := range r.items {
		region := words(r.parts.regions[i])
		n := len(region)
		if n == 0 {
			r.left++
			continue
		}
		take := region[n-1:]
		if isHeaded := i == 0 && r.parts.headed(); n > 1 && len(region[n-1]) == 1 && !isHeaded {
			take = region[n-2:]
		}
		lines := flatten(take)
		r.items[i].title, r.items[i].dek = lines[0], lines[1:]
		if i > 0 {
			r.left += float64(len(flatten(region)) - len(lines))
		}
	}
}

func (r *reading) readMiddle() {
	r.fits = true
	n := len(r.items)
	for i := range n {
		region := words(r.parts.regions[i])
		lines := flatten(region)
		if len(lines) == 0 {
			r.fits = false
			return
		}
		r.items[i].title, r.items[i].label = lines[len(lines)-1], labelsIn(r.parts.regions[i])
		rest := withoutLast(r.parts.regions[i], lines[len(lines)-1].number)
		if i == 0 {
			r.head = rest
			r.leaveHead()
			continue
		}
		r.below(i-1, rest)
	}
	r.below(n-1, r.parts.tail())
}

// below gives the i-th article the dek and the links that stand below its byline.
func (r *reading) below(i int, region []paragraph) {
	item := &r.items[i]
	item.links = linksIn(region)
	if dek := words(region); len(dek) > 0 {
		item.dek = dek[0]
		r.leave(i, len(flatten(dek[1:])))
	}
}

// leave notes how many lines belong to no article. Below the last one there may be any number.
func (r *reading) leave(i, lines int) {
	if i == len(r.items)-1 {
		lines = min(1, lines)
	}
	r.left += float64(lines)
}

// leaveHead notes that the head has more than one heading, as some have.
func (r *reading) leaveHead() {
	const heading = 0.5
	r.left += heading * max(0, float64(len(flatten(words(r.head)))-1))
}

func (r *reading) readFirst() {
	n := len(r.items)
	r.head = r.parts.regions[0]
	const headings = 2
	r.fits = len(flatten(words(r.head))) <= headings
	r.leaveHead()
	for i := range n {
		item, region := &r.items[i], r.parts.regions[i+1]
		if i == n-1 {
			region = withSigned(r.parts.tail(), region)
		}
		region, item.byline.byline.authors = r.signedBelow(region, item.byline.byline.authors)
		item.links, item.label = linksIn(region), labelsIn(r.parts.regions[i+1])
		text := words(region)
		if len(text) == 0 {
			r.fits = false
			return
		}
		lines := flatten(text)
		item.title = lines[0]
		switch {
		case len(text[0]) > 1:
			item.dek = text[0][1:]
		case len(text) > 1:
			item.dek = text[1]
		}
		if len(lines) > 2 && len(lines)%2 == 0 {
			r.perDay = true
		}
		r.leave(i, len(lines)-1-len(item.dek))
	}
	r.onlyLastDek()
	r.perDay = r.perDay && r.fits && !r.parts.named() && r.tail%2 == 0
}

// onlyLastDek drops the dek of the last article if no other has one: it is a farewell.
func (r *reading) onlyLastDek() {
	last := len(r.items) - 1
	hasDek := func(i readItem) bool { return len(i.dek) > 0 }
	if last > 0 && hasDek(r.items[last]) && !slices.ContainsFunc(r.items[:last], hasDek) {
		r.items[last].dek = nil
		r.left++
	}
}

// signedBelow removes the author's name from the end of an article whose byline is only a date.
func (r *reading) signedBelow(region []paragraph, authors []string) ([]paragraph, []string) {
	if len(authors) > 0 {
		return region, authors
	}
	for _, l := range flatten(region) {
		if l.kind == signed {
			return region, namesOf(l.text)
		}
	}
	lines := flatten(words(region))
	if i := lastPerson(lines); i >= minAbove && r.signed {
		isBelow := func(l line) bool { return l.number >= lines[i].number }
		return filterLines(region, func(l line) bool { return !isBelow(l) }), []string{lines[i].text}
	}
	return region, nil
}

// lines returns the lines of an article as they stand in a layout.
func (i *readItem) lines(l layout) []line {
	title := []line{i.title}
	if i.title.text == "" {
		title = nil
	}
	switch l {
	case bylineMiddle:
		return slices.Concat(title, []line{i.byline}, i.dek)
	case bylineFirst:
		return slices.Concat([]line{i.byline}, title, i.dek)
	}
	return slices.Concat(title, i.dek, []line{i.byline})
}

// ordered returns the document with a paragraph for each article, the byline last.
func (r *reading) ordered() ordered {
	all := slices.Concat(r.above, r.head)
	for i := range r.items {
		item := &r.items[i]
		all = append(all, slices.Concat(item.label, item.lines(bylineLast), item.links[:min(1, len(item.links))]))
	}
	return ordered{paragraphs: all, whole: true}
}
