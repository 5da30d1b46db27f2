package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"path"
	"slices"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// keys are the names under which an article is known, hashed. 0 stands for one that it does not have.
type keys struct {
	guid  int64 // as its source writes it
	loose int64 // the GUID without what a site changes about an address
	link  int64 // the address likewise, in whatever source
	title int64
	// shared is not a name: it is on record for a link that several articles of the source carry.
	shared int64
	both   int64 // title and link together, where the link is shared
}

// keysOf returns the keys of a stored article that its GUID, its address and its title give.
func keysOf(a *bot.Article) keys {
	k := keys{guid: key("guid", a.Source, a.GUID)}
	if loose := canonicalLink(a.GUID); loose != "" {
		k.loose = key("loose", a.Source, loose)
	}
	if link := canonicalLink(a.URL); link != "" {
		k.link = key("link", link)
	}
	if t := titleName(a.Title); t != "" {
		k.title = key("title", a.Source, t)
	}
	return k
}

// titleName returns a title as it names an article.
func titleName(title string) string { return titleKey(withoutCounts(title)) }

// all returns the keys that there are.
func (k *keys) all() []int64 {
	list := make([]int64, 0, 6)
	for _, k := range []int64{k.guid, k.loose, k.link, k.title, k.shared, k.both} {
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

// namesNothing is on record instead of an article for a key that several have carried.
const namesNothing = 0

// lookedUpAtOnce is for how many items one statement looks.
const lookedUpAtOnce = 500

// lookUp finds which articles the store has under the keys of items.
func (in *ingest) lookUp(ctx context.Context, items []*item) error {
	text := `
		SELECT k.key, k.article_id
		FROM ` + in.list + `
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
	ids, err := database.Collect(ctx, in.tx, read, text, database.JSONList(names))
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
	return in.read(ctx, ids)
}

// recall finds likewise what this call has named since.
func (in *ingest) recall(it *item) {
	for _, k := range it.all() {
		if id, ok := in.named[k]; ok {
			it.known[k] = id
		}
	}
}

// read reads stored articles that have not been read yet.
func (in *ingest) read(ctx context.Context, ids []int64) error {
	text := `
		SELECT` + articleColumns + `
		FROM ` + in.list + `
		JOIN articles AS a ON a.id = list.value`
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id int64) bool { return id == namesNothing || in.stored[id] != nil })
	if len(ids) == 0 {
		return nil
	}
	read := func(row database.Scan) (bot.Article, error) { return readArticle(row) }
	list, err := database.Collect(ctx, in.tx, read, text, database.JSONList(ids))
	for i := range list {
		in.stored[list[i].ID] = &list[i]
	}
	return err
}

// byID returns a stored article, nil if there is none.
func (in *ingest) byID(ctx context.Context, id int64) (*bot.Article, error) {
	if id == namesNothing {
		return nil, nil
	}
	if err := in.read(ctx, []int64{id}); err != nil {
		return nil, err
	}
	return in.stored[id], nil
}

// firstOf returns the first article that the store has under some keys of an item.
func (in *ingest) firstOf(ctx context.Context, it *item, names ...int64) (*bot.Article, error) {
	for _, k := range names {
		if k == 0 {
			continue
		}
		if a, err := in.byID(ctx, it.known[k]); err != nil || a != nil {
			return a, err
		}
	}
	return nil, nil
}

// identify finds out which stored articles items are: by their GUIDs, then by what other items have left.
func (in *ingest) identify(ctx context.Context, items []*item) error {
	for _, step := range []func(context.Context, *item) error{in.identifyByGUID, in.identifyByLink, in.identifyByTitle} {
		for i, it := range items {
			if it.old != nil {
				continue
			}
			if err := step(ctx, it); err != nil {
				return nameArticle(i, &it.given, err)
			}
			if it.old != nil {
				in.claimed[it.old.ID] = true
			}
		}
	}
	return nil
}

// identifyByName finds out which article an item is by its GUID or its link.
func (in *ingest) identifyByName(ctx context.Context, it *item) error {
	err := in.identifyByGUID(ctx, it)
	if err == nil && it.old == nil {
		err = in.identifyByLink(ctx, it)
	}
	return err
}

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

// identifyByGUID finds the article that the source gave the item's GUID.
func (in *ingest) identifyByGUID(ctx context.Context, it *item) error {
	if !it.named {
		return nil
	}
	for _, k := range []int64{it.guid, it.loose} {
		old, err := in.firstOf(ctx, it, k)
		if err != nil {
			return err
		}
		if old != nil && !it.reusesGUID(old) {
			it.old = old
			return nil
		}
	}
	return nil
}

// reusesGUID reports whether the item is another article than the one that had its GUID.
func (it *item) reusesGUID(old *bot.Article) bool {
	was, is := canonicalLink(old.URL), it.canonical
	if was != "" && was == is || it.resembles(old) {
		return false
	}
	return was != "" && is != "" && it.farFrom(old, reusedAfter) || it.farFrom(old, sameUndoubted)
}

// identifyByLink finds the article that the item's link names. A link names an article of its source as long as no
// second one has carried it, and where the source has none, the article of another source.
func (in *ingest) identifyByLink(ctx context.Context, it *item) error {
	if it.canonical == "" {
		return nil
	}
	if it.isShared() {
		return in.identifyByBoth(ctx, it)
	}
	var old *bot.Article
	var err error
	if !it.named {
		old, err = in.firstOf(ctx, it, it.guid, it.loose)
	}
	if old == nil && err == nil {
		old, err = in.firstOf(ctx, it, it.link)
	}
	switch {
	case err != nil || old == nil:
		return err
	case !reports(old, it.Source):
		if !it.reusesLink(old) {
			it.old = old
		}
	case in.isSecondOf(it, old):
		it.share()
	default:
		it.old = old
	}
	return nil
}

// isSecondOf reports whether an item is another article than the one of its source that had its link: under a GUID of
// its own it has another title, or stands beside that one; without, it shares no word with it and is dated later.
func (in *ingest) isSecondOf(it *item, old *bot.Article) bool {
	if it.named {
		same := it.name == titleName(old.Title) || it.retitlesGUID(old)
		return !same || in.claimed[old.ID]
	}
	is, was := newTitle(it.Title), newTitle(old.Title)
	return common(is.content, was.content) == 0 && it.laterThan(old, reusedAfter)
}

// retitlesGUID reports whether the GUID is another because the title is: both GUIDs are addresses that hold the words of
// their titles, and the article is dated as it was.
func (it *item) retitlesGUID(old *bot.Article) bool {
	return it.sameDate(old) && holdsTitle(it.GUID, it.Title) && holdsTitle(old.GUID, old.Title)
}

// holdsTitle reports whether the path of an address ends in words of a title.
func holdsTitle(address, title string) bool {
	const enough = 3
	u := webAddress(address)
	if u == nil || u.Host == "" {
		return false
	}
	words := setOf(filter.Tokens(title))
	return common(words, setOf(filter.Tokens(path.Base(u.Path)))) >= min(enough, len(words))
}

// identifyByBoth finds the article that has the item's title among those that share its link.
func (in *ingest) identifyByBoth(ctx context.Context, it *item) error {
	for _, k := range []int64{it.both, it.link, it.guid, it.loose} {
		old, err := in.firstOf(ctx, it, k)
		if err != nil {
			return err
		}
		if old == nil || titleName(old.Title) != it.name || !reports(old, it.Source) {
			continue
		}
		if it.named && (in.claimed[old.ID] || it.laterThan(old, reusedAfter)) {
			continue
		}
		it.old = old
		return nil
	}
	return nil
}

// reports reports whether a source has told an article.
func reports(a *bot.Article, source string) bool {
	return a.Source == source || slices.Contains(a.OtherSources, source)
}

// reusesLink reports whether the item is another article than the one of another source that had its address: a page
// whose content changes from day to day.
func (it *item) reusesLink(old *bot.Article) bool {
	return it.given.GUID != "" && !it.resembles(old) && it.farFrom(old, sameWithin)
}

// resembles reports whether the item has the title of old, or one like it.
func (it *item) resembles(old *bot.Article) bool {
	if it.name == titleName(old.Title) {
		return true
	}
	is, was := newTitle(it.Title), newTitle(old.Title)
	return is.alike(&was)
}

// farFrom reports whether the item's date differs from old's by more than d. No date differs from none.
func (it *item) farFrom(old *bot.Article, d time.Duration) bool {
	return !it.undated() && it.Published.Sub(old.Published).Abs() > d
}

// laterThan reports whether the item is dated more than d after old.
func (it *item) laterThan(old *bot.Article, d time.Duration) bool {
	return !it.undated() && it.Published.Sub(old.Published) > d
}

// identifyByTitle finds the article of its source that has another name now: it has the same title and date, or the
// same title and dek, and no other item is it. A title that has named two articles is not looked for.
func (in *ingest) identifyByTitle(ctx context.Context, it *item) error {
	old, err := in.firstOf(ctx, it, it.title)
	if err != nil || old == nil || in.claimed[old.ID] || in.now.Sub(old.FirstSeen) > renamedWithin {
		return err
	}
	if it.tellsSame(old) {
		it.old = old
	}
	return nil
}

// tellsSame reports whether an item with the title of old is that article. A title alone is not enough: a column has
// the same one each day.
func (it *item) tellsSame(old *bot.Article) bool {
	if it.Summary != "" && it.Summary == old.Summary {
		return !it.laterThan(old, time.Minute)
	}
	return (it.sameDate(old) || it.undated() && isUndated(old)) && !it.otherDek(old)
}

// sameDate reports whether both have the same date, to the minute.
func (it *item) sameDate(old *bot.Article) bool {
	return !it.undated() && it.DateOnly == old.DateOnly && it.Published.Truncate(time.Minute).Equal(old.Published.Truncate(time.Minute))
}

// isUndated reports whether a stored article had no date: it was given that of its arrival.
func isUndated(a *bot.Article) bool { return a.Published.Equal(a.FirstSeen) }

// otherDek reports whether both have a dek, and these differ in what they say or in a number.
func (it *item) otherDek(old *bot.Article) bool {
	if it.Summary == "" || old.Summary == "" {
		return false
	}
	return !nearDek(it.Summary, old.Summary) || digitsOf(withoutCounts(it.Summary)) != digitsOf(withoutCounts(old.Summary))
}

// learn notes the names of the item: those that nobody has yet, and of a new article also those that an older one had.
// A title that another article has, and what the item shares, name none of them from now on.
func (in *ingest) learn(ctx context.Context, id int64, it *item) error {
	var names []int64
	list := []int64{it.guid, it.loose, it.link}
	if it.isShared() {
		list = []int64{it.both}
		if it.named {
			list = append(list, it.guid, it.loose)
		}
		if a := in.stored[it.known[it.link]]; a != nil && a.Source == it.Source {
			it.void = append(it.void, it.link)
		}
	}
	for _, k := range list {
		if _, known := it.known[k]; k != 0 && (it.old == nil || !known) {
			names = append(names, k)
		}
	}
	if was, known := it.known[it.title]; it.title != 0 && !known {
		names = append(names, it.title)
	} else if known && was != id && was != namesNothing {
		it.void = append(it.void, it.title)
	}
	if err := in.alias(ctx, id, names); err != nil {
		return err
	}
	return in.alias(ctx, namesNothing, it.void)
}

// alias puts names of an article on record.
func (in *ingest) alias(ctx context.Context, id int64, names []int64) error {
	insert := `
		INSERT INTO aliases (key, article_id)
		SELECT list.value, $2
		FROM ` + in.list + `
		WHERE true
		ON CONFLICT (key) DO UPDATE
		SET article_id = excluded.article_id`
	if len(names) == 0 {
		return nil
	}
	for _, k := range names {
		in.named[k] = id
	}
	slices.Sort(names)
	return in.tx.Queue(ctx, insert, database.JSONList(slices.Compact(names)), id)
}
