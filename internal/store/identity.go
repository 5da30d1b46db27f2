package store

import (
	"context"
	"slices"

	"tidings/bot"
	"tidings/internal/database"
)

// read reads stored articles that have not been read yet.
func (in *ingest) read(ctx context.Context, ids []int64) error {
	ids = in.unread(ids)
	if len(ids) == 0 {
		return nil
	}
	if err := in.askArticles(ctx, ids); err != nil {
		return err
	}
	if err := in.tx.Flush(ctx); err != nil {
		return err
	}
	if ids = in.unread(ids); len(ids) == 0 {
		return nil
	}
	return in.readTombstones(ctx, ids)
}

// unread returns the articles that have not been read yet, in order.
func (in *ingest) unread(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id int64) bool { return id == namesNothing || in.stored[id] != nil })
}

// askArticles asks for stored articles.
func (in *ingest) askArticles(ctx context.Context, ids []int64) error {
	text := `
		SELECT` + articleColumns + `
		FROM ` + in.list + `
		JOIN articles AS a ON a.id = list.value`
	if len(ids) == 0 {
		return nil
	}
	read := func(row database.Scan) error {
		a, err := readArticle(row)
		in.stored[a.ID] = &a
		return err
	}
	return in.tx.QueueQuery(ctx, read, text, database.JSONList(ids))
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
// its own it has another title, stands beside that one, or is a column's next with a dek and a day of its own; without, it
// shares no word with it and is dated later.
func (in *ingest) isSecondOf(it *item, old *bot.Article) bool {
	if it.named {
		same := it.name == titleName(old.Title) || it.retitlesGUID(old)
		return !same || in.claimed[old.ID] || it.hasRewrittenDek(old) && it.laterThan(old, reusedAfter)
	}
	is, was := newTitle(it.Title), newTitle(old.Title)
	return common(is.content, was.content) == 0 && it.laterThan(old, reusedAfter)
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

// identifyByTitle finds the article of its source that has another name now: it has the same title and date, or the
// same title and dek, and no other item is it. A title that has named two articles is not looked for.
func (in *ingest) identifyByTitle(ctx context.Context, it *item) error {
	old, err := in.firstOf(ctx, it, it.title)
	if err != nil || old == nil || in.claimed[old.ID] || in.now.Sub(old.FirstSeen) > renamedWithin {
		return err
	}
	if it.isSameReport(old) {
		it.old = old
	}
	return nil
}
