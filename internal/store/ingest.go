package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// newIngest returns what writes articles and the log in a transaction that appends.
func (s *Store) newIngest(tx *database.Tx) *ingest {
	return &ingest{
		tx: tx, dialect: &s.dialect, texts: &s.texts, list: s.db.List(), titles: &s.titles, now: moment(tx.Now),
		added: map[string][]int64{}, joined: map[string]int64{}, alike: map[int64]*bot.Article{},
		ids: map[string]string{}, names: map[string]string{}, exists: map[string]bool{}, hosts: map[string]string{},
		guids: map[[2]string]bool{}, aliases: map[int64]int64{}, claimed: map[int64]bool{}, named: map[int64]int64{},
		stored: map[int64]*bot.Article{}, buried: map[int64]bool{},
		decided: map[string]*bot.Batch{}, batches: map[string]string{}, daily: map[string]string{},
	}
}

// ingest is one call that stores articles.
type ingest struct {
	tx      *database.Tx
	dialect *dialect
	texts   *textIndex
	list    string // database.DB.List
	titles  *recentTitles
	now     time.Time
	intake
	ended   func() error           // says why to stop
	items   []*item                // of the articles, in order
	owner   int64                  // of all that comes
	lastID  int64                  // given; 0 before the first
	before  int64                  // the last one that was given before this call
	added   map[string][]int64     // the days of new articles by source, here and below by its ID
	ids     map[string]string      // of sources by name
	called  string                 // the name of the source of a document
	names   map[string]string      // of sources by ID
	exists  map[string]bool        // the sources that are on record, by ID
	aliases map[int64]int64        // articles by the keys that were asked for
	claimed map[int64]bool         // articles that items of this call are, by GUID or address
	named   map[int64]int64        // articles by the keys that this call gave them
	guids   map[[2]string]bool     // of new articles, with their source
	stored  map[int64]*bot.Article // by ID, what was read and not written since
	buried  map[int64]bool         // those of stored that were pruned: what they were is gone, and nothing changes them
	result  bot.IngestResult
	each    []bot.Published        // what became of the items, in order
	joined  map[string]int64       // articles of others by the source that reports them too
	hosts   map[string]string      // where feeds are fetched from, by source
	decided map[string]*bot.Batch  // by source
	batches map[string]string      // what was decided before, as stored
	daily   map[string]string      // what was counted by day before, likewise
	alike   map[int64]*bot.Article // by ID, what was read of those that new ones may be like, likewise
	facets  facets

	lastPublic, lastPrivate int64 // the last IDs before this call

	lastTitle recentTitle // that titleRows begins with
	titleRows []titleRow  // what askTitles asked for
	sources   []namedSource
	feeds     []feedRow  // the one that a document is of
	judgement *judgement // of the document
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
	if in.buried[old.ID] {
		in.count(old.ID, bot.Unchanged)
		return nil
	}
	if it.standing == renamed {
		return in.rename(ctx, it)
	}
	return in.update(ctx, it)
}

func (in *ingest) add(ctx context.Context, it *item) error {
	a := &it.Article
	if in.lastID == 0 {
		in.lastID = in.lastPublic
		if in.owner != public {
			in.lastID = in.lastPrivate
		}
		in.before = in.lastID
	}
	in.lastID = nextArticle(in.owner, in.lastID)
	a.ID, a.Revision, a.FirstSeen = in.lastID, 1, in.now
	it.id = a.ID
	a.Suppressed, a.Story, a.Related, a.OtherSources = it.standing.suppressed(), 0, nil, nil
	story, err := in.storyOf(ctx, it)
	if err != nil {
		return err
	}
	a.Story = story
	if err := in.insert(ctx, a); err != nil {
		return err
	}
	if err := in.log(ctx, a); err != nil {
		return err
	}
	for _, step := range []func(context.Context, *item) error{in.indexNew, in.indexTitle} {
		if err := step(ctx, it); err != nil {
			return err
		}
	}
	in.count(a.ID, bot.Added)
	in.decide(it)
	in.added[a.SourceID] = append(in.added[a.SourceID], dayOf(earlier(a.Published, in.now)))
	if err := in.learn(ctx, a.ID, it); err != nil || story == 0 {
		return err
	}
	return in.updateRelated(ctx, story)
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

var logRows = database.NewRows(database.Into{
	Table: "revisions", Numbers: []string{"article_id", "revision", "at"}, After: articleRows,
})

// log appends the article's newest revision to the log.
func (in *ingest) log(ctx context.Context, a *bot.Article) error {
	return in.tx.QueueRow(ctx, logRows, []int64{a.ID, int64(a.Revision), in.tx.Now})
}

// finish writes what is counted once for the whole call.
func (in *ingest) finish(ctx context.Context) error {
	if err := in.writeAliases(ctx); err != nil {
		return err
	}
	if err := in.facets.write(ctx, in.tx, in.owner); err != nil {
		return err
	}
	for _, source := range slices.Sorted(maps.Keys(in.joined)) {
		if err := in.countArticles(ctx, source, 0, nil); err != nil { // known from now on
			return err
		}
		if err := in.countArticles(ctx, source, in.joined[source], nil); err != nil {
			return err
		}
	}
	if in.result.Added == 0 {
		return nil
	}
	if err := saveLastArticle(ctx, in.tx, in.owner, in.lastID); err != nil {
		return err
	}
	for _, source := range slices.Sorted(maps.Keys(in.added)) {
		days := in.added[source]
		if err := in.countArticles(ctx, source, int64(len(days)), days); err != nil {
			return err
		}
	}
	return in.forgetTitles(ctx)
}
