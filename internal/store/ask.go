package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// ask begins to store articles: it cleans and names them, and asks for what has to be known before anything is decided. It is
// answered when takeIn is called.
func (s *Store) ask(ctx context.Context, tx *database.Tx, b intake, ended func() error) (*ingest, error) {
	in := s.newIngest(tx)
	in.intake, in.ended = b, ended
	askSource, askNames := in.askSources, in.askNames
	if b.isDocument() {
		askSource = in.askFeed
	}
	if in.takePrepared() {
		askNames = in.askKeys
	} else {
		in.now = s.startTime()
		if err := in.clean(); err != nil {
			return nil, err
		}
	}
	for _, step := range []func(context.Context) error{in.askTitles, in.askLast, askSource, askNames, in.askLikely} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// startTime is that of what begins, in the precision of the databases.
func (s *Store) startTime() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// clean makes items of the articles. What is not dated is dated now, which is not yet the time of the transaction.
func (in *ingest) clean() error {
	in.items = make([]*item, len(in.articles))
	for i := range in.articles {
		it := &item{Article: in.articles[i], given: in.articles[i], owner: in.owner}
		if in.isDocument() {
			it.Source = cmp.Or(in.called, in.source)
		}
		if err := it.Clean(in.now); err != nil {
			return nameArticle(i, &it.given, err)
		}
		it.Place = ""
		in.items[i] = it
	}
	return nil
}

// began sets the time of the transaction, also of what was dated now before it was known.
func (in *ingest) began() {
	before := in.now
	in.now = moment(in.tx.Now)
	for _, it := range in.items {
		if it.Published.Equal(before) {
			it.Published = in.now
		}
	}
}

// ofSource notes of which source an item is.
func (it *item) ofSource(id string) { it.SourceID, it.given.SourceID = id, id }

// namedSource is a source by what people call it.
type namedSource struct{ id, name, decisions, daily string }

// askSources asks for the sources that items name. Until that is answered, their names are taken for their IDs, as they mostly
// are.
func (in *ingest) askSources(ctx context.Context) error {
	const text = `
		SELECT name, coalesce(nullif(label, ''), name), decisions, daily
		FROM sources
		WHERE owner = 0 AND coalesce(nullif(label, ''), name) = $1`
	read := func(row database.Scan) (s namedSource, err error) {
		return s, row(&s.id, &s.name, &s.decisions, &s.daily)
	}
	asked := map[string]bool{}
	for _, it := range in.items {
		it.ofSource(it.Source)
		if asked[it.Source] {
			continue
		}
		asked[it.Source] = true
		if err := database.QueueCollect(ctx, in.tx, &in.sources, read, text, it.Source); err != nil {
			return err
		}
	}
	return nil
}

// readSources makes use of what askSources asked for. Where a name is not the ID of its source, what was asked by it is asked
// again.
func (in *ingest) readSources(ctx context.Context) error {
	for _, s := range in.sources {
		in.ids[s.name], in.names[s.id], in.batches[s.id], in.daily[s.id], in.exists[s.id] = s.id, s.name, s.decisions, s.daily, true
	}
	wrong := false
	for _, it := range in.items {
		if _, known := in.ids[it.Source]; !known {
			if err := in.newSource(ctx, it.Source); err != nil {
				return err
			}
		}
		wrong = wrong || it.SourceID != in.ids[it.Source]
	}
	if !wrong {
		return nil
	}
	return in.askAgain(ctx)
}

// askAgain asks by names that are other than they seemed, and waits for the answer.
func (in *ingest) askAgain(ctx context.Context) error {
	if err := in.clean(); err != nil { // what names the items has left traces in them
		return err
	}
	for _, it := range in.items {
		it.ofSource(in.ids[it.Source])
	}
	if err := in.askNames(ctx); err != nil {
		return err
	}
	return in.tx.Flush(ctx)
}

// newSource finds an ID for a source that nobody has named before. It is public, and its name is its ID, unless another
// has, or had, that.
func (in *ingest) newSource(ctx context.Context, called string) error {
	const taken = `SELECT count(*) FROM sources WHERE name = $1`
	for id := called; ; id += "~" {
		n, err := database.Number(ctx, in.tx, taken, id)
		if err != nil {
			return err
		}
		name, had, err := nameHad(ctx, in.tx, id)
		if err != nil {
			return err
		}
		if n == 0 && (!had || name == called) {
			in.ids[called], in.names[id] = id, called
			return nil
		}
	}
}

// feedRow is what is on record of the source of a document.
type feedRow struct {
	owner                 int64
	name, kind            string
	url, decisions, daily string
	added, fetched        int64 // fetched is the last time that it went well
}

// askFeed asks for the source of a document. Until that is answered, it is taken for public.
func (in *ingest) askFeed(ctx context.Context) error {
	const text = `
		SELECT owner, coalesce(nullif(label, ''), name), kind, url, decisions, daily, added, last_success
		FROM sources
		WHERE name = $1`
	for _, it := range in.items {
		it.ofSource(in.source)
	}
	read := func(row database.Scan) (f feedRow, err error) {
		return f, row(&f.owner, &f.name, &f.kind, &f.url, &f.decisions, &f.daily, &f.added, &f.fetched)
	}
	return database.QueueCollect(ctx, in.tx, &in.feeds, read, text, in.source)
}

// readFeed makes what comes that of a source: its owner's, and of its name whatever the articles say. A source that is gone
// has no more articles; they would be nobody's, and so everybody's.
func (in *ingest) readFeed(ctx context.Context) error {
	if len(in.feeds) == 0 {
		return fmt.Errorf("source %q: %w", in.source, bot.ErrNotFound)
	}
	f := in.feeds[0]
	in.owner, in.called = f.owner, bot.CleanText(f.name, bot.MaxName)
	in.ids[in.called], in.names[in.source], in.exists[in.source] = in.source, in.called, true
	in.batches[in.source], in.daily[in.source] = f.decisions, f.daily
	if in.owner != public {
		return in.askAgain(ctx)
	}
	for _, it := range in.items {
		it.Source = in.called
	}
	return nil
}

// askLast asks for the last IDs that were given.
func (in *ingest) askLast(ctx context.Context) error {
	const text = `
		SELECT
			coalesce((SELECT value FROM counters WHERE name = $1), 0),
			coalesce((SELECT value FROM counters WHERE name = $2), 0)`
	read := func(row database.Scan) error { return row(&in.lastPublic, &in.lastPrivate) }
	return in.tx.QueueQuery(ctx, read, text, articleCounter(public), articleCounter(privateAny))
}

// askNames decides by what names items may be known, and asks which of them the store has.
func (in *ingest) askNames(ctx context.Context) error {
	nameItems(in.items)
	return in.askKeys(ctx)
}

// askKeys asks which of the items the store has under their names.
func (in *ingest) askKeys(ctx context.Context) error {
	for chunk := range slices.Chunk(in.items, lookedUpAtOnce) {
		if err := in.ended(); err != nil {
			return err
		}
		if err := in.askAliases(ctx, chunk); err != nil {
			return err
		}
	}
	return nil
}

// askLikely asks for what a single article may be like, as far as that is known before the transaction begins.
func (in *ingest) askLikely(ctx context.Context) error {
	if len(in.items) != 1 {
		return nil
	}
	_, err := in.askAlike(ctx, in.likely(in.items[0]))
	return err
}

// readSource makes use of what was asked about where the articles come from.
func (in *ingest) readSource(ctx context.Context) error {
	if !in.isDocument() {
		return in.readSources(ctx)
	}
	if err := in.readFeed(ctx); err != nil {
		return err
	}
	return in.askHistory(ctx)
}

// answer makes use of what ask asked for, and finds out which of the items the store has.
func (in *ingest) answer(ctx context.Context) error {
	in.began()
	if err := in.readTitles(ctx); err != nil {
		return err
	}
	if err := in.readSource(ctx); err != nil {
		return err
	}
	if err := in.readKnown(ctx, in.items); err != nil {
		return err
	}
	if err := in.renameVoid(ctx, in.items); err != nil {
		return err
	}
	if err := in.renameHandedOn(ctx, in.items); err != nil {
		return err
	}
	for _, it := range in.items {
		if it.isShared() {
			it.share()
		}
	}
	return in.identify(ctx, in.items)
}
