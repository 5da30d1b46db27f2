package store

import (
	"path"
	"slices"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

const (
	// reusedAfter is how far apart the dates of two articles are that share a GUID or a link, when that was given
	// again rather than the article rewritten.
	reusedAfter = 12 * time.Hour
	// sameWithin is how far apart the dates of two reports of one article may be.
	sameWithin = 48 * time.Hour
	// sameUndoubted is the time after which even an article without an address is another.
	sameUndoubted = 30 * 24 * time.Hour
	// renamedWithin is for how long after an article came another GUID with its title may be one more name of it.
	renamedWithin = 7 * 24 * time.Hour
)

// reusesGUID reports whether the item is another article than the one that had its GUID.
func (it *item) reusesGUID(old *bot.Article) bool {
	was, is := canonicalLink(old.URL), it.canonical
	if was != "" && was == is || it.resembles(old) {
		return false
	}
	return was != "" && is != "" && it.farFrom(old, reusedAfter) || it.farFrom(old, sameUndoubted)
}

// reusesLink reports whether the item is another article than the one of another source that had its address: a page
// whose content changes from day to day.
func (it *item) reusesLink(old *bot.Article) bool {
	return it.given.GUID != "" && !it.resembles(old) && it.farFrom(old, sameWithin)
}

// retitlesGUID reports whether the GUID is another because the title is: both GUIDs contain the words of their titles, and
// the article is dated as it was.
func (it *item) retitlesGUID(old *bot.Article) bool {
	return it.sameDate(old) && containsTitle(it.GUID, it.Title) && containsTitle(old.GUID, old.Title)
}

// containsTitle reports whether a GUID ends in words of a title: an address, a tag: or urn: name, or a bare slug.
func containsTitle(guid, title string) bool {
	const enough = 3
	words := setOf(filter.Tokens(title))
	return len(words) > 0 && common(words, setOf(filter.Tokens(endOf(guid)))) >= min(enough, len(words))
}

// endOf returns what stands behind the last separator of a GUID.
func endOf(guid string) string {
	if u := webAddress(guid); u != nil && u.Host != "" {
		return path.Base(u.Path)
	}
	guid = strings.TrimRight(guid, "/")
	return guid[strings.LastIndexAny(guid, "/:=")+1:]
}

// reports reports whether a source has reported an article.
func reports(a *bot.Article, source string) bool {
	return a.Source == source || slices.Contains(a.OtherSources, source)
}

// resembles reports whether the item has the title of old, or one like it.
func (it *item) resembles(old *bot.Article) bool {
	if it.name == titleName(old.Title) {
		return true
	}
	is, was := newTitle(it.Title), newTitle(old.Title)
	return is.alike(&was)
}

// isSameReport reports whether an item with the title of old is that article. A title alone is not enough: a column has
// the same one each day.
func (it *item) isSameReport(old *bot.Article) bool {
	if it.Summary != "" && it.Summary == old.Summary {
		return !it.laterThan(old, time.Minute)
	}
	return (it.sameDate(old) || it.undated() && isUndated(old)) && !it.otherDek(old)
}

// farFrom reports whether the item's date differs from old's by more than d. No date differs from none.
func (it *item) farFrom(old *bot.Article, d time.Duration) bool {
	return !it.undated() && it.Published.Sub(old.Published).Abs() > d
}

// laterThan reports whether the item is dated more than d after old.
func (it *item) laterThan(old *bot.Article, d time.Duration) bool {
	return !it.undated() && it.Published.Sub(old.Published) > d
}

// sameDate reports whether both have the same date, to the minute.
func (it *item) sameDate(old *bot.Article) bool {
	return !it.undated() && it.DateOnly == old.DateOnly && it.Published.Truncate(time.Minute).Equal(old.Published.Truncate(time.Minute))
}

// isUndated reports whether a stored article had no date: it was given that of its arrival.
func isUndated(a *bot.Article) bool { return a.Published.Equal(a.FirstSeen) }

// hasRewrittenDek reports whether both have a dek, and these say different things.
func (it *item) hasRewrittenDek(old *bot.Article) bool {
	return it.Summary != "" && old.Summary != "" && !nearDek(it.Summary, old.Summary)
}

// otherDek reports whether both have a dek, and these differ in what they say or in a number.
func (it *item) otherDek(old *bot.Article) bool {
	if it.Summary == "" || old.Summary == "" {
		return false
	}
	return it.hasRewrittenDek(old) || digitsOf(withoutCounts(it.Summary)) != digitsOf(withoutCounts(old.Summary))
}

// titleWords is how many words a title has that is hardly given twice.
const titleWords = 4

// agreesWith reports whether an item with the title of old may be that article under another name.
func (it *item) agreesWith(old *bot.Article) bool {
	if it.sameDate(old) || it.Summary != "" && nearDek(it.Summary, old.Summary) {
		return true
	}
	t := newTitle(it.Title)
	return (it.Summary == "" || old.Summary == "") && max(len(t.words), len(t.content)) >= titleWords
}
