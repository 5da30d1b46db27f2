package store

import "math/bits"

// titleIndex finds titles by what titlePairs makes of them, the newest first. It is a table of hashes whose entries lie in
// the order in which they came: each knows the one before it in its slot, so that the newest are found first, and the
// oldest are forgotten at the beginning. The zero value is empty.
type titleIndex struct {
	titles  []recentTitle // in the order in which they came
	old     int           // how many of them, from the first, are to be forgotten
	entries []titleEntry  // a pair of a title each, in the same order
	newest  []uint32      // by slot, the newest entry there, counted from 1; 0 if there is none
}

// recentTitle is that of an article.
type recentTitle struct {
	seq     int64 // of its row
	article int64
	at      int64 // its date, in microseconds
	end     int   // of its entries
}

// titleEntry says that a title has a pair.
type titleEntry struct {
	pair   int64
	title  uint32 // its place among titles
	before uint32 // the entry before this one in its slot, as newest has it
}

const (
	// maxTitles is how many titles there may be, a third of a kilobyte each. Beyond, the oldest are forgotten.
	maxTitles = 1 << 18
	// leastEntries is for how many entries there is room at least.
	leastEntries = 1 << 8
)

// add adds a title.
func (x *titleIndex) add(t recentTitle, pairs []int64) {
	if len(x.titles) == maxTitles {
		x.old = max(x.old, maxTitles/4)
	}
	if len(x.titles) == maxTitles || len(x.entries)+len(pairs) > len(x.newest) {
		x.makeRoom(len(pairs))
	}
	for _, pair := range pairs {
		x.enter(titleEntry{pair: pair, title: uint32(len(x.titles))}) //nolint:gosec // maxTitles bounds it
	}
	t.end = len(x.entries)
	x.titles = append(x.titles, t)
}

// reserve makes room for what rows have.
func (x *titleIndex) reserve(rows []titleRow) {
	n := 0
	for i := range rows {
		n += len(rows[i].pairs)
	}
	if len(x.entries)+n > len(x.newest) {
		x.makeRoom(n)
	}
}

// enter adds an entry, for which there is room.
func (x *titleIndex) enter(e titleEntry) {
	slot := x.slot(e.pair)
	e.before = *slot
	x.entries = append(x.entries, e)
	*slot = uint32(len(x.entries)) //nolint:gosec // maxTitles bounds it
}

// slot returns where the entries of a pair begin. Pairs are hashes, evenly spread.
func (x *titleIndex) slot(pair int64) *uint32 {
	i, _ := bits.Mul64(uint64(pair), uint64(len(x.newest))) //nolint:gosec // any 64 bits do
	return &x.newest[i]
}

// expire lets the first titles be forgotten, up to one that is not dated before oldest.
func (x *titleIndex) expire(oldest int64) {
	for x.old < len(x.titles) && x.titles[x.old].at < oldest {
		x.old++
	}
}

// makeRoom forgets what is old, and makes room for n entries and a quarter of what is left.
func (x *titleIndex) makeRoom(n int) {
	was, from := *x, x.begin(x.old)
	titles, entries := was.titles[was.old:], was.entries[from:]
	size := max(leastEntries, len(entries)*5/4+n)
	*x = titleIndex{
		titles: make([]recentTitle, 0, len(titles)*5/4+1), entries: make([]titleEntry, 0, size), newest: make([]uint32, size),
	}
	for _, t := range titles {
		t.end -= from
		x.titles = append(x.titles, t)
	}
	for _, e := range entries {
		e.title -= uint32(was.old) //nolint:gosec // maxTitles bounds it
		x.enter(e)
	}
}

// begin returns where the entries of a title begin.
func (x *titleIndex) begin(title int) int {
	if title == 0 {
		return 0
	}
	return x.titles[title-1].end
}

// removeLast removes the last title.
func (x *titleIndex) removeLast() {
	last := len(x.titles) - 1
	for from := x.begin(last); len(x.entries) > from; {
		e := x.entries[len(x.entries)-1]
		*x.slot(e.pair) = e.before
		x.entries = x.entries[:len(x.entries)-1]
	}
	x.titles, x.old = x.titles[:last], min(x.old, last)
}

// find appends to list the articles whose titles have a pair, the newest, up to most, but none dated before oldest.
func (x *titleIndex) find(list []int64, pair, oldest int64, most int) []int64 {
	if len(x.newest) == 0 {
		return list
	}
	for at := *x.slot(pair); at != 0 && most > 0; {
		e := &x.entries[at-1]
		if t := &x.titles[e.title]; e.pair == pair && t.at >= oldest {
			list = append(list, t.article)
			most--
		}
		at = e.before
	}
	return list
}
