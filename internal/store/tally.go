package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

const (
	// tallyTime is what a tally may take, and tallyLeast what its slow part may take though the rest took long.
	tallyTime  = 250 * time.Millisecond
	tallyLeast = 100 * time.Millisecond
	// tallyAtOnce is how many spans are counted at a time.
	tallyAtOnce = 3
	// lookedAtOnce is how many articles are read before the time is looked at.
	lookedAtOnce = 200
)

// Tally counts what a filter matches, from the newest span to the oldest. The full-text index counts by itself where it
// can, until it has found enough; else articles are read and compared with the filter, as many as a search looks at. Both go on while
// there is time.
func (s *Store) Tally(ctx context.Context, q bot.TallyQuery) (bot.Tally, error) {
	t := tallying{Store: s, query: q, ended: s.embargoTime(), until: time.Now().Add(s.tallyTime), spans: spansOf(q.Starts)}
	owner, err := ownerOf(ctx, s.db, q.Place)
	if err != nil {
		return bot.Tally{}, err
	}
	t.owner = owner
	t.Articles, t.Matched = make([]int, len(t.spans)), make([]int, len(t.spans))
	if err := t.run(ctx); err != nil {
		return bot.Tally{}, fmt.Errorf("tally: %w", err)
	}
	return t.Tally, nil
}

// span is a range of time keys, without its end.
type span struct{ from, to int64 }

// quarter is a quarter of an hour among time keys. Table article_counts has how many articles there are in each; midnight is
// between two in all time zones of today.
const quarter = 15 * 60 << idBits

// quarters returns the first quarter that lies within a span, and the one in which it ends.
func (s span) quarters() (first, last int64) {
	return -floorDiv(-(s.from>>idBits + min(1, s.from&(1<<idBits-1))), quarter>>idBits), floorDiv(s.to>>idBits, quarter>>idBits)
}

// floorDiv divides and rounds down.
func floorDiv(a, b int64) int64 {
	if n := a / b; n*b <= a {
		return n
	}
	return a/b - 1
}

func spansOf(starts []time.Time) []span {
	spans := make([]span, len(starts))
	for i, at := range starts {
		spans[i] = span{from: timeKey(at, 0), to: math.MaxInt64}
		if i > 0 {
			spans[i-1].to = spans[i].from
		}
	}
	return spans
}

// tallying is a tally in the making.
type tallying struct {
	*Store
	bot.Tally
	query  bot.TallyQuery
	owner  int64     // who asks
	ended  time.Time // embargoes that end later have not
	until  time.Time // there is time; not of the store's clock, which need not go on
	spans  []span
	hidden []hiddenArticle
}

// hiddenArticle is one that no audience may see. The index has it all the same.
type hiddenArticle struct {
	key     int64
	matched bool // by the filter
}

func (t *tallying) run(ctx context.Context) error {
	if err := t.readHidden(ctx); err != nil {
		return err
	}
	if err := t.countAll(ctx); err != nil {
		return err
	}
	c, ok, err := t.countable(ctx)
	if err != nil {
		return err
	}
	if ok {
		if ok, err = t.byIndex(ctx, &c); err != nil {
			return err
		}
	}
	if !ok {
		return t.byLooking(ctx)
	}
	page, err := t.Search(ctx, bot.Query{Filter: t.query.Filter, Place: t.query.Place, Since: t.query.Starts[0], Limit: t.query.Samples})
	t.Newest = page.Articles
	return err
}

// readHidden reads the articles that do not count.
func (t *tallying) readHidden(ctx context.Context) error {
	text := `
		SELECT a.time_key,` + articleColumns + `
		FROM articles AS a
		WHERE ` + visible("a", "$3") + ` AND (a.status = 'withdrawn' OR a.embargo > 0) AND a.time_key >= $1
			AND (a.status = 'withdrawn' OR a.embargo > $2)`
	read := func(row database.Scan) (h hiddenArticle, err error) {
		a, err := readArticle(row, &h.key)
		h.matched = t.matches(&a)
		return h, err
	}
	list, err := database.Collect(ctx, t.db, read, text, t.spans[0].from, micros(t.ended), t.owner)
	t.hidden = list
	return err
}

func (t *tallying) matches(a *bot.Article) bool {
	return t.query.Filter == nil || t.query.Filter.Match(filter.NewDocument(a.Fields()))
}

// hiddenIn counts the hidden articles of a span, and those of them that the filter matches.
func (t *tallying) hiddenIn(s span) (all, matched int) {
	for _, h := range t.hidden {
		if h.key < s.from || h.key >= s.to {
			continue
		}
		all++
		if h.matched {
			matched++
		}
	}
	return all, matched
}

// countAll counts the articles of all spans.
func (t *tallying) countAll(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(tallyAtOnce)
	for i := range t.spans {
		group.Go(func() (err error) {
			t.Articles[i], err = t.count(ctx, t.spans[i])
			return err
		})
	}
	return group.Wait()
}

// grant gives the slow part its least time.
func (t *tallying) grant() {
	if least := time.Now().Add(tallyLeast); t.until.Before(least) {
		t.until = least
	}
}

// count returns how many articles of a span may be seen.
func (t *tallying) count(ctx context.Context, s span) (int, error) {
	first, last := s.quarters()
	if first >= last {
		return t.countEach(ctx, s)
	}
	const text = `
		SELECT coalesce(sum(articles), 0)
		FROM article_counts
		WHERE owner IN (0, $3) AND quarter >= $1 AND quarter < $2`
	n, err := database.Number(ctx, t.db, text, first, last, t.owner)
	if err != nil {
		return 0, err
	}
	all, _ := t.hiddenIn(span{from: first * quarter, to: last * quarter})
	before, err := t.countEach(ctx, span{from: s.from, to: first * quarter})
	if err != nil {
		return 0, err
	}
	after, err := t.countEach(ctx, span{from: last * quarter, to: s.to})
	return int(n) - all + before + after, err
}

// countEach counts articles one by one.
func (t *tallying) countEach(ctx context.Context, s span) (int, error) {
	if s.from >= s.to {
		return 0, nil
	}
	// Each count goes by an index alone.
	const text = `
		SELECT
			(SELECT count(*) FROM articles WHERE time_key >= $1 AND time_key < $2)
			- (SELECT count(*) FROM articles WHERE time_key >= $1 AND time_key < $2 AND owner <> 0 AND owner <> $3)`
	n, err := database.Number(ctx, t.db, text, s.from, s.to, t.owner)
	all, _ := t.hiddenIn(s)
	return int(n) - all, err
}

// looking is how far articles have been compared with the filter.
type looking struct {
	last int64 // time key of the last article
	n    int   // of articles
	span int   // that the last one lies in, or one after it
	done bool
}

// byLooking compares articles with the filter, newest first.
func (t *tallying) byLooking(ctx context.Context) error {
	t.Partial, t.Looked = false, 0
	clear(t.Matched)
	t.grant()
	text, args, err := t.searchText(ctx, t.query.Filter, t.owner)
	if err != nil {
		return err
	}
	l := looking{last: math.MaxInt64, span: len(t.spans) - 1}
	for size := t.query.Samples + firstBatch; !l.done; size = min(size*batchGrowth, maxBatch) {
		n, err := t.lookAt(ctx, &l, text, append(args, l.last, size)...)
		if err != nil {
			return err
		}
		if n < size {
			break
		}
	}
	if !t.Partial {
		t.Looked = t.Total()
		return nil
	}
	n, err := t.count(ctx, span{from: l.last, to: math.MaxInt64})
	t.Looked = n
	return err
}

// lookAt looks at a batch of articles, until it is done, and returns how many there were.
func (t *tallying) lookAt(ctx context.Context, l *looking, text string, args ...any) (n int, err error) {
	read := func(row database.Scan) error {
		var key int64
		a, err := readArticle(row, &key)
		if err != nil {
			return err
		}
		n++
		t.look(l, &a, key)
		if l.done {
			return database.ErrStop
		}
		return nil
	}
	err = t.db.Each(ctx, read, text, args...)
	return n, err
}

// look tests one article against the filter, unless enough have matched.
func (t *tallying) look(l *looking, a *bot.Article, key int64) {
	late := l.n%lookedAtOnce == lookedAtOnce-1 && time.Now().After(t.until)
	t.Partial = key >= t.spans[0].from && (l.n == t.mostLooked || late)
	if l.done = t.Partial || key < t.spans[0].from; l.done {
		return
	}
	l.n, l.last = l.n+1, key
	for key < t.spans[l.span].from {
		l.span--
	}
	if !a.VisibleIn(t.query.Place) || a.Status == bot.Withdrawn || a.Embargo.After(t.ended) || !t.matches(a) {
		return
	}
	t.Matched[l.span]++
	if len(t.Newest) < t.query.Samples {
		t.Newest = append(t.Newest, *a)
	}
}
