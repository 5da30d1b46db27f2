package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// Put cleans and stores articles in one transaction. An article that leaves its status empty keeps the
// one it has in the store, so that a feed that still shows a withdrawn article does not bring it
// back; likewise its publication time.
func (s *Store) Put(ctx context.Context, articles []bot.Article) (bot.IngestResult, error) {
	return s.putAll(ctx, "", articles)
}

// PutFeed is a Put of everything that a document of a feed holds.
func (s *Store) PutFeed(ctx context.Context, source string, articles []bot.Article) (bot.IngestResult, error) {
	return s.putAll(ctx, source, articles)
}

func (s *Store) putAll(ctx context.Context, feed string, articles []bot.Article) (result bot.IngestResult, err error) {
	err = s.db.InTx(ctx, database.AppendLog, func(inner context.Context, tx *database.Tx) error {
		p, err := s.takeIn(inner, tx, feed, articles, ctx.Err)
		if err == nil {
			result = p.result
		}
		return err
	})
	if err != nil {
		return bot.IngestResult{}, fmt.Errorf("put: %w", err)
	}
	return result, nil
}

// takeIn stores articles: those of a document, if feed is not empty. Between two articles it ends with the
// error that ended returns.
func (s *Store) takeIn(
	ctx context.Context, tx *database.Tx, feed string, articles []bot.Article, ended func() error,
) (*putter, error) {
	p := s.newPutter(tx)
	items, err := p.items(ctx, articles, ended)
	if err != nil {
		return nil, err
	}
	if feed != "" {
		if err := p.quieten(ctx, feed, items); err != nil {
			return nil, err
		}
	}
	for i, it := range items {
		err := ended()
		if err == nil {
			err = p.put(ctx, it)
		}
		if err != nil {
			return nil, nameArticle(i, &it.given, err)
		}
	}
	return p, p.finish(ctx)
}

// newPutter returns what writes articles and the log in a transaction that appends.
func (s *Store) newPutter(tx *database.Tx) *putter {
	return &putter{
		tx: tx, dialect: &s.dialect, list: s.db.List(), now: s.now(), added: map[string]int64{}, claimed: map[int64]bool{},
		joined: map[string]int64{}, named: map[int64]int64{}, stored: map[int64]*bot.Article{},
	}
}

// nameArticle says which article an error is about.
func nameArticle(i int, a *bot.Article, err error) error {
	name := cmp.Or(a.GUID, a.URL, a.Title)
	return fmt.Errorf("article %d, %q: %w", i+1, bot.CleanText(name, bot.MaxName), err)
}

// putter is one call that stores articles.
type putter struct {
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
	each    []bot.Published  // what became of the items, in order
	joined  map[string]int64 // articles of others by source that tells them too
	facets  facets
}

// items cleans articles and finds out which of them the store has.
func (p *putter) items(ctx context.Context, articles []bot.Article, ended func() error) ([]*item, error) {
	items := make([]*item, len(articles))
	for i := range articles {
		it := &item{Article: articles[i], given: articles[i]}
		if err := it.Clean(p.now); err != nil {
			return nil, nameArticle(i, &it.given, err)
		}
		it.keys = keysOf(&it.Article)
		items[i] = it
	}
	voidRepeated(items)
	for chunk := range slices.Chunk(items, lookedUpAtOnce) {
		err := ended()
		if err == nil {
			err = p.lookUp(ctx, chunk)
		}
		if err != nil {
			return nil, err
		}
	}
	for i, it := range items {
		if err := p.identify(ctx, it); err != nil {
			return nil, nameArticle(i, &it.given, err)
		}
		if it.old != nil {
			p.claimed[it.old.ID] = true
		}
	}
	for i, it := range items {
		if it.old == nil {
			if err := p.identifyByTitle(ctx, it); err != nil {
				return nil, nameArticle(i, &it.given, err)
			}
		}
	}
	return items, nil
}

// put stores one article.
func (p *putter) put(ctx context.Context, it *item) error {
	if it.old == nil && p.result.Added > 0 { // it may be one that this call has added
		p.recall(it)
		if err := p.identify(ctx, it); err != nil {
			return err
		}
	}
	if it.old == nil {
		return p.add(ctx, it)
	}
	old, err := p.byID(ctx, it.old.ID) // as this call has left it
	if err != nil {
		return err
	}
	it.old = old
	return p.update(ctx, it)
}

func (p *putter) add(ctx context.Context, it *item) error {
	a := &it.Article
	if p.lastID == 0 {
		last, err := database.Number(ctx, p.tx, `SELECT value FROM counters WHERE name = 'articles'`)
		if err != nil {
			return err
		}
		p.lastID = last
	}
	p.lastID++
	a.ID, a.Revision, a.FirstSeen = p.lastID, 1, moment(p.tx.Now)
	a.Suppressed, a.Story, a.Related, a.OtherSources = it.quiet, 0, nil, nil
	story, err := p.storyOf(ctx, a)
	if err != nil {
		return err
	}
	a.Story = story
	if err := p.insert(ctx, a); err != nil {
		return err
	}
	for _, step := range []func(context.Context, *bot.Article) error{p.index, p.indexTitle, p.log} {
		if err := step(ctx, a); err != nil {
			return err
		}
	}
	p.count(a.ID, bot.Added)
	p.added[a.Source]++
	if it.quiet == bot.AwaitingApproval {
		p.result.OnHold++
	}
	if err := p.learn(ctx, a.ID, it); err != nil || story == 0 {
		return err
	}
	return p.tellStory(ctx, story)
}

// count notes what became of an article.
func (p *putter) count(id int64, as bot.IngestOutcome) {
	p.each = append(p.each, bot.Published{ID: id, Outcome: as})
	switch as {
	case bot.Added:
		p.result.Added++
	case bot.Revised:
		p.result.Revised++
	case bot.Unchanged:
		p.result.Unchanged++
	}
}

// update brings a stored article to what its source tells now.
func (p *putter) update(ctx context.Context, it *item) error {
	a, old := &it.Article, it.old
	if err := p.learn(ctx, old.ID, it); err != nil {
		return err
	}
	known, err := p.retold(ctx, it)
	if err != nil {
		return err
	}
	if it.given.Status == "" {
		a.Status = old.Status
	}
	if it.given.Published.IsZero() {
		a.Published, a.DateOnly = old.Published, old.DateOnly
	}
	if canonicalLink(a.URL) == canonicalLink(old.URL) {
		a.URL = old.URL // it was reached in another way
	}
	a.ID, a.Revision, a.FirstSeen, a.Source, a.GUID = old.ID, old.Revision, old.FirstSeen, old.Source, old.GUID
	a.Suppressed, a.Story, a.Related, a.OtherSources = old.Suppressed, old.Story, old.Related, old.OtherSources
	if known || a.Same(old) {
		p.count(old.ID, bot.Unchanged)
		return nil
	}
	if sameButHost(a.URL, old.URL) {
		moved := *old
		moved.URL = a.URL
		if a.Same(&moved) {
			p.count(old.ID, bot.Unchanged)
			return p.write(ctx, &moved) // for readers it is where it was
		}
	}
	if err := p.rewrite(ctx, a, old); err != nil {
		return err
	}
	p.count(old.ID, bot.Revised)
	if a.Story == 0 {
		return nil
	}
	return p.tellStory(ctx, a.Story)
}

// rewrite stores a as the next revision of old, whose text moves into the log.
func (p *putter) rewrite(ctx context.Context, a, old *bot.Article) error {
	const keep = `
		UPDATE revisions
		SET snapshot = $3
		WHERE article_id = $1 AND revision = $2`
	if a.Revision == 1 && p.isNew(a.ID) {
		return p.write(ctx, a) // nobody has seen it without
	}
	a.Revision = old.Revision + 1
	snapshot, err := json.Marshal(old)
	if err != nil {
		return err
	}
	if err := p.tx.Queue(ctx, p.dialect.deleteText, timeKey(old.Published, old.ID)); err != nil {
		return err
	}
	if err := p.tx.Queue(ctx, keep, old.ID, old.Revision, string(snapshot)); err != nil {
		return err
	}
	if err := p.write(ctx, a); err != nil {
		return err
	}
	if !a.Embargo.Equal(old.Embargo) {
		if err := reschedulePosts(ctx, p.tx, a.ID, micros(a.Embargo)); err != nil {
			return err
		}
	}
	if err := p.index(ctx, a); err != nil {
		return err
	}
	return p.log(ctx, a)
}

// isNew reports whether this call has added the article with an ID.
func (p *putter) isNew(id int64) bool { return p.lastID > 0 && id > p.lastID-int64(p.result.Added) }

// index writes the article's row of the full-text index.
func (p *putter) index(ctx context.Context, a *bot.Article) error {
	p.facets.note(a)
	return p.tx.Queue(ctx, p.dialect.putText, p.dialect.textRow(timeKey(a.Published, a.ID), textsOf(a))...)
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
func (p *putter) log(ctx context.Context, a *bot.Article) error {
	const insert = `
		INSERT INTO revisions (article_id, revision, at)
		VALUES ($1, $2, $3)`
	return p.tx.Queue(ctx, insert, a.ID, a.Revision, p.tx.Now)
}

// finish writes what is counted once for the whole call.
func (p *putter) finish(ctx context.Context) error {
	const count = `
		UPDATE counters
		SET value = $1
		WHERE name = 'articles'`
	if err := p.facets.write(ctx, p.tx); err != nil {
		return err
	}
	for source, n := range p.joined {
		if err := countArticles(ctx, p.tx, source, 0); err != nil { // known from now on
			return err
		}
		if err := countArticles(ctx, p.tx, source, n); err != nil {
			return err
		}
	}
	if p.result.Added == 0 {
		return nil
	}
	if err := p.tx.Queue(ctx, count, p.lastID); err != nil {
		return err
	}
	for source, n := range p.added {
		if err := countArticles(ctx, p.tx, source, n); err != nil {
			return err
		}
	}
	return p.forgetTitles(ctx)
}
