package edition

import (
	"cmp"
	"slices"
	"unicode"

	"tidings/bot"
)

// Form is how an edition presents its articles.
type Form int

// The forms.
const (
	List Form = iota
	Digest
)

// Entry is an article that is to be in an edition.
type Entry struct {
	ID      int64 // of its delivery
	Article *bot.Article
	Level   bot.Level // where the edition goes
}

// Choose returns which entries an edition shows, at most so many and the newest first, and which it only counts: it prefers
// those that matter more, by their level and then by how many sources report them.
func Choose(list []Entry, most int) (shown, rest []Entry) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(sources(b.Article), sources(a.Article)), newestFirst(a, b))
	})
	n := min(most, len(list))
	shown, rest = list[:n], list[n:]
	slices.SortFunc(shown, newestFirst)
	slices.SortFunc(rest, newestFirst)
	return shown, rest
}

func newestFirst(a, b Entry) int {
	return cmp.Or(b.Article.Published.Compare(a.Article.Published), cmp.Compare(b.ID, a.ID))
}

// sources returns how many sources report an article or its story.
func sources(a *bot.Article) int {
	seen := map[string]bool{a.Source: true}
	for _, s := range a.OtherSources {
		seen[s] = true
	}
	for i := range a.Related {
		seen[a.Related[i].Source] = true
	}
	return len(seen)
}

// roomy is how much of a message is left to the entries, of the 2,000 UTF-16 units that every platform takes as text. The
// rest is for a heading, in any language, and a last line.
const roomy = 1650

// Divide returns how many entries each message has: as many as fit, whatever the platform counts of addresses and escaped
// characters, and always one.
func Divide(list []Entry, form Form) (counts []int) {
	room := 0
	for i := range list {
		size := entrySize(&list[i], form)
		if len(counts) == 0 || size > room {
			counts, room = append(counts, 0), roomy
		}
		counts[len(counts)-1]++
		room -= size
	}
	return counts
}

const (
	// entryFrame is what a platform adds to an entry: line breaks, marks of styles and links, and a moment.
	entryFrame = 60
	// markRoom is what the mark of a level takes at most, in any language.
	markRoom = 24
)

// entrySize returns how many units an entry takes at most.
func entrySize(e *Entry, form Form) int {
	a := e.Article
	size := entryFrame + units(title(a)) + len(address(a))
	if e.Level >= bot.Urgent {
		size += markRoom
	}
	if form == Digest {
		return size + units(dek(a)) + units(byline(a))
	}
	return size + units(source(a))
}

// units returns how many UTF-16 units a text may take, each punctuation mark with a backslash before it.
func units(s string) int {
	n := utf16Len(s)
	for _, r := range s {
		if r < unicode.MaxASCII && (unicode.IsPunct(r) || unicode.IsSymbol(r)) {
			n++
		}
	}
	return n
}
