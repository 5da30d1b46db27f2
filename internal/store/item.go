package store

import (
	"strings"
	"time"

	"tidings/bot"
)

// item is an article on its way into the store.
type item struct {
	bot.Article
	given bot.Article // before it was cleaned
	owner int64       // of its source
	keys
	canonical string // its link, as it names an article
	name      string // its title, likewise
	// named says that the source gave it a GUID that names it; else the link does, or the title.
	named    bool
	sharing  bool            // its link is another article's too
	void     []int64         // keys that name nothing from now on
	known    map[int64]int64 // articles by key
	old      *bot.Article    // which it is, nil if it is new
	standing standing
	pairs    []int64  // what its title is looked for by, once that is known
	words    []string // its row of the full-text index, if that is known
	id       int64    // which it has become
}

// undated reports whether its source gave the item no date.
func (it *item) undated() bool { return it.given.Published.IsZero() }

// isShared reports whether several articles of the source carry the item's link.
func (it *item) isShared() bool {
	_, shared := it.known[it.shared]
	return shared || it.sharing
}

// share notes that the item's link names no single article of its source from now on.
func (it *item) share() {
	it.sharing = true
	if _, known := it.known[it.shared]; !known {
		it.void = append(it.void, it.shared)
	}
}

// nameItems decides by what names the items of one call may be known, and fills in their keys.
func nameItems(items []*item) {
	bySource := map[string][]*item{}
	for _, it := range items {
		bySource[it.SourceID] = append(bySource[it.SourceID], it)
	}
	for _, list := range bySource {
		nameDocument(list)
	}
}

// nameDocument is nameItems for the items of one source.
func nameDocument(items []*item) {
	addresses := make([]string, len(items))
	for i, it := range items {
		addresses[i] = it.URL
	}
	sessions := sessionsOf(addresses)
	for _, it := range items {
		it.canonical, it.name = canonicalLink(it.URL, sessions...), titleName(it.Title)
	}
	if len(items) > 1 {
		keepLinksDistinct(items)
	}
	for _, it := range items {
		it.nameByGUID(sessions)
	}
	if len(items) > 1 {
		voidRepeatedGUIDs(items)
		voidLooseGUIDs(items)
	}
	for _, it := range items {
		it.nameByLink()
	}
	markShared(items)
}

// keepLinksDistinct lets items keep the whole of their addresses that would fall together without what counts readers,
// though they are different articles.
func keepLinksDistinct(items []*item) {
	exact, texts := collisions{}, collisions{}
	for _, it := range items {
		exact.see(it.canonical, exactLink(it.URL))
		texts.see(it.canonical, it.name+"\n"+withoutCounts(it.Summary))
	}
	for _, it := range items {
		if it.canonical != "" && exact.differ(it.canonical) && texts.differ(it.canonical) {
			it.canonical = exactLink(it.URL)
		}
	}
}

// nameByGUID names the item by its GUID, if it has one that is more than its link.
func (it *item) nameByGUID(sessions []string) {
	given := bot.CleanText(it.given.GUID, bot.MaxURL)
	isLink := given == it.URL || it.canonical != "" && canonicalLink(withoutCount(given), sessions...) == it.canonical
	it.named = given != "" && !isLink
	if !it.named {
		return
	}
	it.guid = key("guid", it.SourceID, it.GUID)
	if loose := canonicalLink(given, sessions...); loose != "" {
		it.loose = key("loose", it.SourceID, loose)
	}
}

// nameByLink fills in the keys that do not come from a GUID, and all of them where none names the item.
func (it *item) nameByLink() {
	if it.name != "" {
		it.title = key("title", it.SourceID, it.name)
	}
	if it.canonical != "" {
		it.link = linkKey(it.owner, it.canonical)
		it.shared = key("shared", it.SourceID, it.canonical)
		it.both = key("both", it.SourceID, it.canonical, it.name)
	}
	if !it.named && it.guid == 0 {
		it.nameByURL(it.GUID)
	}
}

// nameByURL names the item by its link, or by its title if that names none. The GUID is the one to be stored.
func (it *item) nameByURL(guid string) {
	if it.canonical == "" {
		it.nameByTitle()
		return
	}
	it.GUID, it.named = guid, false
	it.guid, it.loose = key("guid", it.SourceID, guid), key("loose", it.SourceID, it.canonical)
}

// dropGUID drops the item's GUID, which names nothing.
func (it *item) dropGUID() { it.nameByURL(bot.CleanGUID(it.URL)) }

// nameByTitle gives an item that has neither GUID nor link a GUID of its title.
func (it *item) nameByTitle() {
	nameless := it.Article
	nameless.GUID, nameless.URL = "", ""
	if nameless.Clean(it.Published) == nil {
		it.GUID = nameless.GUID
	}
	it.guid, it.loose, it.named = key("guid", it.SourceID, it.GUID), 0, true
}

// voidRepeatedGUIDs drops the GUID of items that share it and have different titles: a feed that gives all of its
// items one GUID has given none.
func voidRepeatedGUIDs(items []*item) {
	titles := collisions{}
	for _, it := range items {
		if it.named {
			titles.see(it.GUID, it.name)
		}
	}
	for _, it := range items {
		if it.named && titles.differ(it.GUID) {
			it.void = append(it.void, it.guid)
			it.dropGUID()
		}
	}
}

// voidLooseGUIDs keeps items apart whose GUIDs differ only in what a site changes about an address, but which differ
// in title or dek.
func voidLooseGUIDs(items []*item) {
	guids, texts := map[int64]collision{}, map[int64]collision{}
	for _, it := range items {
		if it.loose != 0 {
			guids[it.loose] = guids[it.loose].with(it.GUID)
			texts[it.loose] = texts[it.loose].with(it.name + "\n" + withoutCounts(it.Summary))
		}
	}
	for _, it := range items {
		if it.loose != 0 && guids[it.loose].differ && texts[it.loose].differ {
			it.void = append(it.void, it.loose)
			it.loose = 0
		}
	}
}

// markShared finds the links that several articles among the items carry. Two items with GUIDs of their own are one
// only if they have the same title and date.
func markShared(items []*item) {
	articles := collisions{}
	guids := map[string]bool{}
	for _, it := range items {
		is := it.name
		if it.named {
			is += "\n" + it.Published.Truncate(time.Minute).String()
		}
		if it.canonical != "" && (!it.named || !guids[it.GUID]) {
			articles.see(it.canonical, is)
		}
		guids[it.GUID] = true
	}
	for _, it := range items {
		it.sharing = it.canonical != "" && articles.differ(it.canonical)
	}
}

// collision is what has been seen under a name, and whether it was ever something else.
type collision struct {
	first  string
	seen   bool
	differ bool
}

func (c collision) with(is string) collision {
	if !c.seen {
		return collision{first: is, seen: true}
	}
	c.differ = c.differ || c.first != is
	return c
}

// collisions records which names stand for different things.
type collisions map[string]collision

func (c collisions) see(name, is string)     { c[name] = c[name].with(is) }
func (c collisions) differ(name string) bool { return c[name].differ }

// digitsOf returns the digits of a text, in groups.
func digitsOf(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }), " ")
}

// dated returns the item's date, of a day its end; zero if it has none.
func (it *item) dated() time.Time {
	switch {
	case it.undated():
		return time.Time{}
	case it.DateOnly:
		return it.Published.AddDate(0, 0, 1)
	}
	return it.Published
}
