package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// keys are the names under which an article is known, hashed. 0 stands for one that it does not have.
type keys struct {
	guid  int64 // as its source writes it
	loose int64 // the GUID without what a site changes about an address
	link  int64 // the address likewise, in whatever source
	title int64
}

// keysOf returns the keys of a cleaned article.
func keysOf(a *bot.Article) keys {
	k := keys{guid: key("guid", a.Source, a.GUID)}
	if loose := canonicalLink(a.GUID); loose != "" {
		k.loose = key("loose", a.Source, loose)
	}
	if link := canonicalLink(a.URL); link != "" {
		k.link = key("link", link)
	}
	if t := titleKey(a.Title); t != "" {
		k.title = key("title", a.Source, t)
	}
	return k
}

// all returns the keys that there are.
func (k *keys) all() []int64 {
	list := make([]int64, 0, 4)
	for _, k := range []int64{k.guid, k.loose, k.link, k.title} {
		if k != 0 {
			list = append(list, k)
		}
	}
	return list
}

// key hashes what no other kind of key has the parts of.
func key(kind string, parts ...string) int64 {
	h := sha256.New()
	for _, s := range append([]string{kind}, parts...) {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(s)))) //nolint:gosec // parts are bounded
		h.Write([]byte(s))
	}
	return int64(binary.BigEndian.Uint64(h.Sum(nil))) //nolint:gosec // any 64 bits do
}

// item is an article on its way into the store.
type item struct {
	bot.Article
	given bot.Article // before it was cleaned
	keys
	known map[int64]int64 // articles by key
	old   *bot.Article    // which it is, nil if it is new
	quiet bot.Suppressed  // if it is
}

// voidRepeated takes the GUID from items that share it within one call and are different articles, and
// likewise the link: a feed that gives all its items one GUID has given none.
func voidRepeated(items []*item) {
	type named struct{ source, name string }
	guids, links := map[named]string{}, map[named]string{}
	void := map[named]bool{}
	see := func(first map[named]string, n named, is string) {
		if was, ok := first[n]; ok && was != is {
			void[n] = true
		} else {
			first[n] = is
		}
	}
	guid := func(it *item) named { return named{it.Source, "guid:" + it.GUID} }
	link := func(it *item) named { return named{it.Source, "link:" + canonicalLink(it.URL)} }
	for _, it := range items {
		title := titleKey(it.Title)
		see(guids, guid(it), cmp.Or(canonicalLink(it.URL), title))
		see(links, link(it), it.GUID+"\n"+title)
	}
	for _, it := range items {
		g, l := void[guid(it)], void[link(it)] && repeatsTitles(items, it)
		if l {
			it.link = 0
		}
		if g {
			it.dropGUID()
		}
	}
}

// repeatsTitles reports whether another item has the same link under another GUID and title.
func repeatsTitles(items []*item, it *item) bool {
	for _, o := range items {
		if o.Source == it.Source && o.GUID != it.GUID && o.link == it.link && o.keys.title != it.keys.title {
			return true
		}
	}
	return false
}

// dropGUID names the article by its address, or by its title where that names no article.
func (it *item) dropGUID() {
	nameless := it.Article
	nameless.GUID = ""
	if it.link == 0 {
		nameless.URL = ""
	}
	if nameless.Clean(it.Published) == nil {
		it.GUID = nameless.GUID
	}
	it.guid, it.loose = key("guid", it.Source, it.GUID), 0
}

// lookedUpAtOnce is for how many items one statement looks.
const lookedUpAtOnce = 500

// lookUp finds which articles the store has under the keys of items.
func (p *putter) lookUp(ctx context.Context, items []*item) error {
	text := `
		SELECT k.key, k.article_id
		FROM ` + p.list + `
		JOIN aliases AS k ON k.key = list.value`
	var names []int64
	for _, it := range items {
		names = append(names, it.all()...)
	}
	known := map[int64]int64{}
	read := func(row database.Scan) (id int64, err error) {
		var k int64
		err = row(&k, &id)
		known[k] = id
		return id, err
	}
	ids, err := database.Collect(ctx, p.tx, read, text, database.JSONList(names))
	if err != nil {
		return err
	}
	for _, it := range items {
		it.known = map[int64]int64{}
		for _, k := range it.all() {
			if id, ok := known[k]; ok {
				it.known[k] = id
			}
		}
	}
	return p.read(ctx, ids)
}

// recall finds likewise what this call has named since.
func (p *putter) recall(it *item) {
	for _, k := range it.all() {
		if id, ok := p.named[k]; ok {
			it.known[k] = id
		}
	}
}

// read reads stored articles that have not been read yet.
func (p *putter) read(ctx context.Context, ids []int64) error {
	text := `
		SELECT` + articleColumns + `
		FROM ` + p.list + `
		JOIN articles AS a ON a.id = list.value`
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id int64) bool { return p.stored[id] != nil })
	if len(ids) == 0 {
		return nil
	}
	read := func(row database.Scan) (bot.Article, error) { return readArticle(row) }
	list, err := database.Collect(ctx, p.tx, read, text, database.JSONList(ids))
	for i := range list {
		p.stored[list[i].ID] = &list[i]
	}
	return err
}

// byID returns a stored article, nil if there is none.
func (p *putter) byID(ctx context.Context, id int64) (*bot.Article, error) {
	if err := p.read(ctx, []int64{id}); err != nil {
		return nil, err
	}
	return p.stored[id], nil
}

// identify finds by its GUID or address which stored article the item is.
func (p *putter) identify(ctx context.Context, it *item) error {
	for _, k := range []int64{it.guid, it.loose, it.link} {
		id := it.known[k]
		if id == 0 || k == 0 {
			continue
		}
		old, err := p.byID(ctx, id)
		if err != nil {
			return err
		}
		if old != nil && (k == it.link && !it.reusesLink(old) || k != it.link && !it.reusesGUID(old)) {
			it.old = old
			return nil
		}
	}
	return nil
}

const (
	// reusedAfter is how far apart two articles are published that share a GUID and nothing else, when
	// the GUID was given again rather than the article rewritten.
	reusedAfter = 12 * time.Hour
	// sameWithin is how far apart the dates of two tellings of one article may be.
	sameWithin = 48 * time.Hour
	// sameUndoubted is the time after which even an article without an address is another.
	sameUndoubted = 30 * 24 * time.Hour
)

// reusesGUID reports whether the item is another article than the one that had its GUID.
func (it *item) reusesGUID(old *bot.Article) bool {
	was := canonicalLink(old.URL)
	is := canonicalLink(it.URL)
	if was != "" && was == is || it.resembles(old) {
		return false
	}
	return was != "" && is != "" && it.farFrom(old, reusedAfter) || it.farFrom(old, sameUndoubted)
}

// reusesLink reports whether the item is another article than the one that had its address: a page whose
// content changes from day to day.
func (it *item) reusesLink(old *bot.Article) bool {
	return it.given.GUID != "" && !it.resembles(old) && it.farFrom(old, sameWithin)
}

// resembles reports whether the item has the title of old, or one like it.
func (it *item) resembles(old *bot.Article) bool {
	if titleKey(it.Title) == titleKey(old.Title) {
		return true
	}
	is, was := newTitle(it.Title), newTitle(old.Title)
	return is.alike(&was)
}

// farFrom reports whether the item's date differs from old's by more than d. No date differs from none.
func (it *item) farFrom(old *bot.Article, d time.Duration) bool {
	return !it.given.Published.IsZero() && it.Published.Sub(old.Published).Abs() > d
}

// identifyByTitle finds which article of the same source and title the item is, unless that is another
// item of the same call.
func (p *putter) identifyByTitle(ctx context.Context, it *item) error {
	id := it.known[it.keys.title]
	if id == 0 || it.keys.title == 0 || p.claimed[id] {
		return nil
	}
	old, err := p.byID(ctx, id)
	if err == nil && old != nil && !it.farFrom(old, sameWithin) && it.sameWriting(old) {
		it.old = old
	}
	return err
}

// sameWriting reports whether dek or authors tell that two articles of one title are one. A title alone is
// not enough: a column may have the same one each day.
func (it *item) sameWriting(old *bot.Article) bool {
	if it.Summary != "" && old.Summary != "" {
		return nearDek(it.Summary, old.Summary)
	}
	return len(it.Authors) > 0 && packed(it.Authors) == packed(old.Authors)
}

// packed is a list as one word to compare.
func packed(list []string) string {
	s, _ := packList(list) // strings can always be packed
	return titleKey(s)
}

// learn notes the names of the item that nobody has yet. A new article takes over those that another has.
func (p *putter) learn(ctx context.Context, id int64, it *item) error {
	insert := `
		INSERT INTO aliases (key, article_id)
		SELECT list.value, $2
		FROM ` + p.list + `
		WHERE true
		ON CONFLICT (key) DO UPDATE
		SET article_id = excluded.article_id`
	var names []int64
	for _, k := range it.all() {
		if it.old == nil || it.known[k] == 0 {
			names = append(names, k)
			p.named[k] = id
		}
	}
	if len(names) == 0 {
		return nil
	}
	return p.tx.Queue(ctx, insert, database.JSONList(names), id)
}
