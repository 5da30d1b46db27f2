package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

const (
	// tallyTime is what a tally may take, and tallyLeast what its slow part may take though the rest took long. Unless a machine is far
	// too busy, bounds of number end it before: the same question gets the same answer.
	tallyTime  = time.Second
	tallyLeast = 100 * time.Millisecond
	// tallyAtOnce is how many spans are counted at a time.
	tallyAtOnce = 3
	// comparedPart is which part of what a search looks at is compared with the filter one by one, 10,000.
	comparedPart = 2
	// lookedAtOnce is how many articles are read before the time is looked at.
	lookedAtOnce = 200
)

// Tally counts what a filter matches, from the newest span to the oldest. The full-text index counts by itself where it
// can, until it has read enough; else articles are read and compared with the filter, half as many as a search looks at. Both end early
// if there is no more time.
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
	before map[int64]int // articles of a quarter of an hour before a time key within it, where a span begins
	sample *sample       // nil until it is asked for
}

// hiddenArticle is one that no audience may see. The index has it all the same.
type hiddenArticle struct {
	key     int64
	matched bool // by the filter
}

func (t *tallying) run(ctx context.Context) error {
	indexed := t.indexInTime(ctx)
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
	if ok = ok && indexed; ok {
		if ok, err = t.byIndex(ctx, &c); err != nil {
			return err
		}
	}
	if !ok {
		return t.byLooking(ctx)
	}
	q := bot.Query{Filter: t.query.Filter, Place: t.query.Place, Since: t.query.Starts[0], Limit: t.query.Samples}
	page, err := t.search(ctx, q, t.owner, t.sample)
	t.Newest = page.Articles
	return err
}

// indexInTime has the articles indexed that wait for it, and reports whether they are: what the index lacks, only looking finds. That is
// so where somebody else writes for longer than there is time.
func (t *tallying) indexInTime(ctx context.Context) bool {
	if t.query.Filter == nil {
		return true
	}
	limited, cancel := context.WithDeadline(ctx, t.until)
	defer cancel()
	done := make(chan error, 1)
	t.texts.work.Go(func() { done <- t.indexWaiting(limited, 1) }) // which no context ends while another process writes
	select {
	case err := <-done:
		return err == nil
	case <-limited.Done():
		return false
	}
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
	text, args, err := t.searchText(ctx, t.query.Filter, t.owner, t.sample)
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
	t.Partial = key >= t.spans[0].from && (l.n == t.mostLooked/comparedPart || late)
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
