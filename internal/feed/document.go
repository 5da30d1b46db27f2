package feed

import (
	"cmp"
	"strings"
	"time"

	"tidings/bot"
)

// Document is a feed in our words.
type Document struct {
	Title   string
	SiteURL string
	Lang    string // BCP 47
	// Articles come oldest first. Each has a title. They have no source yet, and what the document left out is
	// empty: the GUID above all, which is never made up from the link. Texts are within no bound yet; a store
	// cleans them ([bot.Article.Clean]).
	Articles []bot.Article
	// Withdrawn are the GUIDs of entries that the publisher has deleted, at most as many as articles are read.
	Withdrawn []string
	// Hints is what the publisher says about fetching the document.
	Hints Hints
	// Salvaged says that the document was cut off or broken, and that Articles are those that could
	// be read. What is missing may come with the next fetch.
	Salvaged bool
	// Problems are parts that were passed over.
	Problems []Problem
	// Doubts are parts that were read as far as they make sense: the first maxDoubts, twenty, of them.
	Doubts []Problem
}

// Deleted returns the GUIDs of entries that are deleted and not shown again.
func (d *Document) Deleted() []string {
	shown := make(map[string]bool, len(d.Articles))
	for i := range d.Articles {
		shown[cmp.Or(d.Articles[i].GUID, d.Articles[i].URL)] = true
	}
	var guids []string
	for _, guid := range d.Withdrawn {
		if !shown[guid] {
			guids = append(guids, guid)
		}
	}
	return guids
}

// detach copies the text of articles, so that a few of them do not keep the whole document in memory.
func (d *Document) detach() {
	for i := range d.Articles {
		a := &d.Articles[i]
		for _, s := range []*string{&a.GUID, &a.URL, &a.Title, &a.Summary, &a.Image, &a.Lang} {
			*s = strings.Clone(*s)
		}
		for _, list := range [][]string{a.Authors, a.Tags} {
			for j, s := range list {
				list[j] = strings.Clone(s)
			}
		}
	}
	for i, guid := range d.Withdrawn {
		d.Withdrawn[i] = strings.Clone(guid)
	}
}

// Hints is what a document says about fetching it. All of it is a wish, and weaker than what HTTP
// says.
type Hints struct {
	// Every is how long the document may be kept, by its ttl or the period and frequency of its
	// updates, whichever is longer; 0 if it does not say.
	Every time.Duration
	// SkipHours are the hours of the day, in UTC from 0 to 23, in which nothing changes, in order.
	SkipHours []int
	// SkipDays are the days, in UTC, on which nothing changes, in order.
	SkipDays []time.Weekday
	// Hubs push the document to whoever asks them, the preferred first; W3C WebSub, section 4. At
	// most maxHubs, eight.
	Hubs []string
	// Self is the address under which the document is known to its hubs.
	Self string
}
