package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// newIngest returns what writes articles and the log in a transaction that appends.
func (s *Store) newIngest(tx *database.Tx) *ingest {
	return &ingest{
		tx: tx, dialect: &s.dialect, list: s.db.List(), now: moment(tx.Now), added: map[string]int64{}, claimed: map[int64]bool{},
		joined: map[string]int64{}, hosts: map[string]string{}, decided: map[string]*bot.Batch{}, batches: map[string]string{}, named: map[int64]int64{}, stored: map[int64]*bot.Article{},
	}
}

// ingest is one call that stores articles.
type ingest struct {
	tx      *database.Tx
	dialect *dialect
	list    string // database.DB.List
	now     time.Time
	lastID  int64                  // given; 0 before the first
	added   map[string]int64       // new articles by source
	claimed map[int64]bool         // articles that items of this call are, by GUID or address
	named   map[int64]int64        // articles by the keys that this call gave them
	stored  map[int64]*bot.Article // by ID, what was read and not written since
	result  bot.IngestResult
	each    []bot.Published       // what became of the items, in order
	joined  map[string]int64      // articles of others by source that tells them too
	hosts   map[string]string     // where feeds are fetched from, by source
	decided map[string]*bot.Batch // by source
	batches map[string]string     // what was decided before, as stored
	facets  facets
}

// items cleans articles and finds out which of them the store has.
func (in *ingest) items(ctx context.Context, articles []bot.Article, ended func() error) ([]*item, error) {
	items := make([]*item, len(articles))
	for i := range articles {
		it := &item{Article: articles[i], given: articles[i]}
		if err := it.Clean(in.now); err != nil {
			return nil, nameArticle(i, &it.given, err)
		}
		items[i] = it
	}
	nameItems(items)
	for chunk := range slices.Chunk(items, lookedUpAtOnce) {
		err := ended()
		if err == nil {
			err = in.lookUp(ctx, chunk)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := in.renameVoid(ctx, items); err != nil {
		return nil, err
	}
	for _, it := range items {
		if it.isShared() {
			it.share()
		}
	}
	return items, in.identify(ctx, items)
}

// renameVoid gives items other names whose GUIDs have turned out to name nothing.
func (in *ingest) renameVoid(ctx context.Context, items []*item) error {
	var void []*item
	for _, it := range items {
		if id, known := it.known[it.guid]; it.named && known && id == namesNothing {
			it.dropGUID()
			void = append(void, it)
		}
	}
	if len(void) == 0 {
		return nil
	}
	return in.lookUp(ctx, void)
}

// put stores one article.
func (in *ingest) put(ctx context.Context, it *item) error {
	if it.old == nil && in.result.Added > 0 { // it may be one that this call has added
		in.recall(it)
		if err := in.identifyByName(ctx, it); err != nil {
			return err
		}
	}
	if it.old == nil {
		return in.add(ctx, it)
	}
	old, err := in.byID(ctx, it.old.ID) // as this call has left it
	if err != nil {
		return err
	}
	it.old, it.id = old, old.ID
	if it.standing == renamed {
		return in.rename(ctx, it)
	}
	return in.update(ctx, it)
}

func (in *ingest) add(ctx context.Context, it *item) error {
	a := &it.Article
	if in.lastID == 0 {
		last, err := database.Number(ctx, in.tx, `SELECT value FROM counters WHERE name = 'articles'`)
		if err != nil {
			return err
		}
		in.lastID = last
	}
	in.lastID++
	a.ID, a.Revision, a.FirstSeen = in.lastID, 1, in.now
	it.id = a.ID
	a.Suppressed, a.Story, a.Related, a.OtherSources = it.standing.suppressed(), 0, nil, nil
	story, err := in.storyOf(ctx, a)
	if err != nil {
		return err
	}
	a.Story = story
	if err := in.insert(ctx, a); err != nil {
		return err
	}
	for _, step := range []func(context.Context, *bot.Article) error{in.index, in.indexTitle, in.log} {
		if err := step(ctx, a); err != nil {
			return err
		}
	}
	in.count(a.ID, bot.Added)
	in.decide(it)
	in.added[a.Source]++
	if err := in.learn(ctx, a.ID, it); err != nil || story == 0 {
		return err
	}
	return in.tellStory(ctx, story)
}

// count notes what became of an article.
func (in *ingest) count(id int64, as bot.IngestOutcome) {
	in.each = append(in.each, bot.Published{ID: id, Outcome: as})
	switch as {
	case bot.Added:
		in.result.Added++
	case bot.Revised:
		in.result.Revised++
	case bot.Unchanged:
		in.result.Unchanged++
	}
}

// update brings a stored article to what its source tells now.
func (in *ingest) update(ctx context.Context, it *item) error {
	a, old := &it.Article, it.old
	if err := in.learn(ctx, old.ID, it); err != nil {
		return err
	}
	changes, err := in.noteReport(ctx, it)
	if err != nil {
		return err
	}
	it.keepWhatStands()
	if !changes || a.Same(old) {
		in.count(old.ID, bot.Unchanged)
		return nil
	}
	if quiet := it.quietChange(); quiet != nil {
		in.count(old.ID, bot.Unchanged)
		return in.write(ctx, quiet)
	}
	if err := in.rewrite(ctx, a, old); err != nil {
		return err
	}
	in.count(old.ID, bot.Revised)
	if a.Story == 0 {
		return nil
	}
	return in.tellStory(ctx, a.Story)
}

// keepWhatStands gives the item what its article keeps, and what its source has left open.
func (it *item) keepWhatStands() {
	a, old := &it.Article, it.old
	if it.given.Status == "" {
		a.Status = old.Status
	}
	if it.undated() {
		a.Published, a.DateOnly = old.Published, old.DateOnly
	}
	if pageOf(a.URL) == pageOf(old.URL) {
		a.URL = old.URL // it was reached in another way
	}
	a.ID, a.Revision, a.FirstSeen, a.Source, a.GUID = old.ID, old.Revision, old.FirstSeen, old.Source, old.GUID
	a.Suppressed, a.Story, a.Related, a.OtherSources = old.Suppressed, old.Story, old.Related, old.OtherSources
}

// quietChange returns the article as it is to be stored without a revision, where nothing has changed for readers: its
// site lives elsewhere, or its readers have grown in number. Nil if something has.
func (it *item) quietChange() *bot.Article {
	is := *it.old
	if sameButHost(it.URL, is.URL) {
		is.URL = it.URL
	}
	if it.Same(&is) {
		return &is
	}
	if !sameButCounts(&it.Article, &is) {
		return nil
	}
	is.Title, is.Summary = it.Title, it.Summary
	return &is
}

// rename notes another name of an article that its source has told already, and where it stands now.
func (in *ingest) rename(ctx context.Context, it *item) error {
	if err := in.learn(ctx, it.old.ID, it); err != nil {
		return err
	}
	in.count(it.old.ID, bot.Unchanged)
	in.decide(it)
	if it.URL == "" || it.URL == it.old.URL || it.Source != it.old.Source {
		return nil
	}
	moved := *it.old
	moved.URL = it.URL
	return in.write(ctx, &moved)
}

// rewrite stores a as the next revision of old, whose text moves into the log.
func (in *ingest) rewrite(ctx context.Context, a, old *bot.Article) error {
	const keep = `
		UPDATE revisions
		SET snapshot = $3
		WHERE article_id = $1 AND revision = $2`
	if a.Revision == 1 && in.isNew(a.ID) {
		return in.write(ctx, a) // nobody has seen it without
	}
	a.Revision = old.Revision + 1
	snapshot, err := json.Marshal(old)
	if err != nil {
		return err
	}
	if err := in.tx.Queue(ctx, in.dialect.deleteText, timeKey(old.Published, old.ID)); err != nil {
		return err
	}
	if err := in.tx.Queue(ctx, keep, old.ID, old.Revision, string(snapshot)); err != nil {
		return err
	}
	if err := in.write(ctx, a); err != nil {
		return err
	}
	if !a.Embargo.Equal(old.Embargo) {
		if err := reschedulePosts(ctx, in.tx, a.ID, micros(a.Embargo)); err != nil {
			return err
		}
	}
	if err := in.index(ctx, a); err != nil {
		return err
	}
	return in.log(ctx, a)
}

// isNew reports whether this call has added the article with an ID.
func (in *ingest) isNew(id int64) bool { return in.lastID > 0 && id > in.lastID-int64(in.result.Added) }

// index writes the article's row of the full-text index.
func (in *ingest) index(ctx context.Context, a *bot.Article) error {
	in.facets.note(a)
	return in.tx.Queue(ctx, in.dialect.putText, in.dialect.textRow(timeKey(a.Published, a.ID), textsOf(a))...)
}

// textsOf returns what the full-text index keeps of an article.
func textsOf(a *bot.Article) texts {
	return texts{
		title: tokens(a.Title), summary: tokens(a.Summary), authors: tokens(a.Authors...), tags: tokens(a.Tags...),
		source: tokens(append([]string{a.Source}, a.OtherSources...)...), lang: tokens(a.Lang),
	}
}

// apart stands between the entries of a list, so that no phrase reaches from one into the next. It is
// no letter, digit or mark, so no filter has it as a word.
const apart = " ¦ "

// tokens writes texts as the words that filters look for.
func tokens(texts ...string) string {
	var b strings.Builder
	for i, text := range texts {
		if i > 0 {
			b.WriteString(apart)
		}
		b.WriteString(strings.Join(filter.Tokens(text), " "))
	}
	return b.String()
}

// log appends the article's newest revision to the log.
func (in *ingest) log(ctx context.Context, a *bot.Article) error {
	const insert = `
		INSERT INTO revisions (article_id, revision, at)
		VALUES ($1, $2, $3)`
	return in.tx.Queue(ctx, insert, a.ID, a.Revision, in.tx.Now)
}

// finish writes what is counted once for the whole call.
func (in *ingest) finish(ctx context.Context) error {
	const count = `
		UPDATE counters
		SET value = $1
		WHERE name = 'articles'`
	if err := in.facets.write(ctx, in.tx); err != nil {
		return err
	}
	for source, n := range in.joined {
		if err := countArticles(ctx, in.tx, source, 0); err != nil { // known from now on
			return err
		}
		if err := countArticles(ctx, in.tx, source, n); err != nil {
			return err
		}
	}
	if in.result.Added == 0 {
		return nil
	}
	if err := in.tx.Queue(ctx, count, in.lastID); err != nil {
		return err
	}
	for source, n := range in.added {
		if err := countArticles(ctx, in.tx, source, n); err != nil {
			return err
		}
	}
	return in.forgetTitles(ctx)
}
