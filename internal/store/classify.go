package store

import (
	"slices"
	"time"

	"tidings/bot"
)

// standing is what an article that a source has not reported before is to those who subscribe to it.
type standing int

const (
	isNews    standing = iota // and alerts
	wasThere                  // when the source was first read, or in an archive
	isHistory                 // older than what the source has reported, and new only to the store
	renamed                   // an article that the source has reported under another name
	onHold                    // no evidence; an operator decides
)

// suppressed returns why an article of this standing raises no alert.
func (s standing) suppressed() bot.Suppressed {
	switch s {
	case wasThere:
		return bot.Seen
	case isHistory:
		return bot.Older
	case onHold:
		return bot.AwaitingApproval
	}
	return ""
}

// evidence is what is known of an item of a document before it is judged.
type evidence struct {
	id         int64     // of the article, if the source has reported it before; 0 says that the item is fresh
	knownTitle bool      // the item is fresh, and carries the title of an article that the source has reported
	published  time.Time // a day counts from its end; zero if the item is undated
}

func (e *evidence) isFresh() bool { return !isKnown(e.id) }

// batchHistory is what the documents of a feed have shown so far.
type batchHistory struct {
	known   bool      // the feed was read before
	fetched time.Time // the last time
	newest  time.Time // the date of the newest article that it has reported
	order   []int64   // the undated articles of the document before this one, from the top
	// atBottom counts the documents in a row that had their undated news at the bottom.
	atBottom int
}

const (
	// historyAfter is how long before the last fetch an article is dated that should have been reported then.
	historyAfter = 48 * time.Hour
	// fewRenamed is how many known titles at least make a document a renamed one.
	fewRenamed = 2
	// fewUndated is how many undated items may stand at the old end of a document that has lost none and still be news.
	fewUndated = 5
	// fewUnknown is how many undated items a document without anything known may have without an operator.
	fewUnknown = 20
	// upsideDown is how many documents with their news at the bottom say that a feed has it there.
	upsideDown = 2
)

// classify judges the items of a document, from its top, that its source has not reported before, each by evidence. Of a
// push, which has only what is new, neither shares nor places mean anything.
func classify(items []evidence, h *batchHistory, via via) []standing {
	list := make([]standing, len(items))
	switch {
	case !h.known:
		return judgeFresh(items, list, func(int) standing { return wasThere })
	case via == viaPush:
		return judgeFresh(items, list, func(i int) standing { return h.byDate(&items[i]) })
	case isRenamed(items):
		return judgeRenamed(items, list, h)
	case isUnknown(items):
		return judgeFresh(items, list, func(int) standing { return onHold })
	}
	old := h.atOldEnd(items)
	return judgeFresh(items, list, func(i int) standing {
		if old[i] {
			return isHistory
		}
		return h.byDate(&items[i])
	})
}

// judgeFresh fills in the standing of what is fresh.
func judgeFresh(items []evidence, list []standing, judge func(i int) standing) []standing {
	for i := range items {
		if items[i].isFresh() {
			list[i] = judge(i)
		}
	}
	return list
}

// byDate recognizes history by its date: long before the last fetch, and no newer than what the source has reported.
// Courts and journals date days back.
func (h *batchHistory) byDate(e *evidence) standing {
	at := e.published
	if !at.IsZero() && at.Before(h.fetched.Add(-historyAfter)) && at.Before(h.newest) {
		return isHistory
	}
	return isNews
}

// isRenamed reports whether a site has given new names to what it had: at least half of the document is fresh, and
// at least half of that, two or more, carries known titles.
func isRenamed(items []evidence) bool {
	fresh, known := 0, 0
	for i := range items {
		if items[i].isFresh() {
			fresh++
		}
		if items[i].knownTitle {
			known++
		}
	}
	return 2*fresh >= len(items) && known >= fewRenamed && 2*known >= fresh
}

// judgeRenamed judges a document of renamed articles. What was never reported and stands below the highest of them is the
// archive.
func judgeRenamed(items []evidence, list []standing, h *batchHistory) []standing {
	highest := slices.IndexFunc(items, func(e evidence) bool { return e.knownTitle })
	return judgeFresh(items, list, func(i int) standing {
		switch {
		case items[i].knownTitle:
			return renamed
		case i > highest:
			return isHistory
		}
		return h.byDate(&items[i])
	})
}

// isUnknown reports whether a document shows nothing to judge it by: no known item, no date, and many items.
func isUnknown(items []evidence) bool {
	return len(items) > fewUnknown && !slices.ContainsFunc(items, func(e evidence) bool {
		return !e.isFresh() || !e.published.IsZero()
	})
}

// undated returns the places of the items without a date.
func undated(items []evidence) []int {
	var places []int
	for i := range items {
		if items[i].published.IsZero() {
			places = append(places, i)
		}
	}
	return places
}

// atOldEnd finds the undated items that stand beyond the known ones at the end of the old.
func (h *batchHistory) atOldEnd(items []evidence) map[int]bool {
	places := undated(items)
	ids := make([]int64, len(places))
	for i, place := range places {
		ids[i] = items[place].id
	}
	from, to := h.oldEnd(ids)
	old := make(map[int]bool, to-from)
	for _, place := range places[from:to] {
		old[place] = true
	}
	return old
}

// bounds returns the places of the first and the last known one among undated items; ok is false if there is none.
func bounds(ids []int64) (first, last int, ok bool) {
	first = slices.IndexFunc(ids, isKnown)
	if first < 0 {
		return 0, 0, false
	}
	last = len(ids) - 1
	for !isKnown(ids[last]) {
		last--
	}
	return first, last, true
}

// isKnown reports whether an item is an article that the source has reported before.
func isKnown(id int64) bool { return id != 0 }

// oldEnd returns which undated items stand at the end of the old: at the bottom, unless the source brings its news
// there. A document that was reordered, or has lost items elsewhere than at that end, has no such.
func (h *batchHistory) oldEnd(ids []int64) (from, to int) {
	first, last, ok := bounds(ids)
	if !ok {
		return 0, 0
	}
	lostNew, lostOld, whole := h.lost(ids)
	atNew, atOld := first, len(ids)-1-last
	from, to = last+1, len(ids)
	if h.atBottom >= upsideDown {
		lostNew, lostOld, atNew, atOld = lostOld, lostNew, atOld, atNew
		from, to = 0, first
	}
	switch {
	case !whole, lostNew > 0:
		return 0, 0
	case lostOld == 0 && atOld <= fewUndated:
		return 0, 0
	case lostOld == 1 && atNew == 0: // nothing has pushed it out, so it was pulled
		return 0, 0
	}
	return from, to
}

// lost counts the undated items that the document has lost at the top and at the bottom since the one before. It is
// whole if what is left stands as it did, without gaps.
func (h *batchHistory) lost(ids []int64) (top, bottom int, whole bool) {
	at := make(map[int64]int, len(h.order))
	for i, id := range h.order {
		at[id] = i
	}
	var kept []int
	for _, id := range ids {
		if place, known := at[id]; known && (len(kept) == 0 || kept[len(kept)-1] != place) {
			kept = append(kept, place)
		}
	}
	if len(kept) == 0 {
		return 0, 0, len(h.order) == 0
	}
	top, bottom = kept[0], len(h.order)-1-kept[len(kept)-1]
	return top, bottom, slices.IsSorted(kept) && kept[len(kept)-1]-kept[0]+1 == len(kept)
}

// learn adds a document to the history, with the articles that its items have become.
func (h *batchHistory) learn(items []evidence, judged []standing, articles []int64) {
	var ids []int64
	h.order = []int64{}
	places := undated(items)
	for _, place := range places {
		ids = append(ids, items[place].id)
		if !slices.Contains(h.order, articles[place]) {
			h.order = append(h.order, articles[place])
		}
	}
	news := func(i int) bool { return !isKnown(ids[i]) && judged[places[i]] == isNews }
	first, last, ok := bounds(ids)
	switch {
	case !ok:
	case first > 0 && news(first-1):
		h.atBottom = 0
	case last < len(ids)-1 && news(last+1):
		h.atBottom = min(h.atBottom+1, upsideDown)
	}
}
