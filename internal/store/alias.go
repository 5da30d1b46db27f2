package store

import (
	"context"
	"maps"
	"slices"

	"tidings/internal/database"
)

// namesNothing is on record instead of an article for a key that several have carried.
const namesNothing = 0

// lookedUpAtOnce is for how many items one statement looks.
const lookedUpAtOnce = 500

// lookUp finds which articles the store has under the keys of items.
func (in *ingest) lookUp(ctx context.Context, items []*item) error {
	if err := in.askAliases(ctx, items); err != nil {
		return err
	}
	if err := in.tx.Flush(ctx); err != nil {
		return err
	}
	return in.readKnown(ctx, items)
}

// askAliases asks which articles the store has under the keys of items.
func (in *ingest) askAliases(ctx context.Context, items []*item) error {
	text := `
		SELECT k.key, k.article_id
		FROM ` + in.list + `
		JOIN aliases AS k ON k.key = list.value`
	var names []int64
	for _, it := range items {
		names = append(names, it.all()...)
	}
	read := func(row database.Scan) error {
		var k, id int64
		err := row(&k, &id)
		in.aliases[k] = id
		return err
	}
	return in.tx.QueueQuery(ctx, read, text, database.JSONList(names))
}

// readKnown makes use of what askAliases asked for: it reads the articles that the items may be, and those that new ones
// may be like. For a single one, askLikely has asked for those.
func (in *ingest) readKnown(ctx context.Context, items []*item) error {
	var ids, likely []int64
	for _, it := range items {
		it.known = map[int64]int64{}
		for _, k := range it.all() {
			if id, ok := in.aliases[k]; ok {
				it.known[k] = id
				ids = append(ids, id)
			}
		}
		if len(it.known) == 0 && len(items) > 1 {
			likely = append(likely, in.likely(it)...)
		}
	}
	asked, err := in.askAlike(ctx, likely)
	if err == nil {
		err = in.read(ctx, ids)
	}
	if err != nil || !asked {
		return err
	}
	return in.tx.Flush(ctx)
}

// recall finds likewise what this call has named since.
func (in *ingest) recall(it *item) {
	for _, k := range it.all() {
		if id, ok := in.named[k]; ok {
			it.known[k] = id
		}
	}
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
		if a := in.stored[it.known[it.link]]; a != nil && a.SourceID == it.SourceID {
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
	if in.owner != public && slices.Contains(names, it.link) {
		if err := in.noteCounterpart(ctx, id, it.canonical); err != nil {
			return err
		}
	}
	in.alias(id, names)
	in.alias(namesNothing, it.void)
	return nil
}

// alias notes names of an article, to be put on record by writeAliases.
func (in *ingest) alias(id int64, names []int64) {
	for _, k := range names {
		in.named[k] = id
	}
}

var aliasRows = database.NewRows(database.Into{
	Table: "aliases", Numbers: []string{"key", "article_id"},
	Then: "ON CONFLICT (key) DO UPDATE SET article_id = excluded.article_id",
})

// writeAliases puts on record what this call has named, in an order that two writers share.
func (in *ingest) writeAliases(ctx context.Context) error {
	for _, k := range slices.Sorted(maps.Keys(in.named)) {
		if err := in.tx.QueueRow(ctx, aliasRows, []int64{k, in.named[k]}); err != nil {
			return err
		}
	}
	return nil
}

// noteCounterpart notes by what link a private article may be public too.
func (in *ingest) noteCounterpart(ctx context.Context, id int64, link string) error {
	const insert = `
		INSERT INTO counterparts (link, article_id)
		VALUES ($1, $2)
		ON CONFLICT DO NOTHING`
	return in.tx.Queue(ctx, insert, linkKey(public, link), id)
}
