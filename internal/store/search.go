package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// maxLooked bounds how many articles one search compares with its filter: for as long as a person waits.
const maxLooked = 20_000

// A search reads candidates in batches, so that a database that has no end in sight does not read them all: a few
// more than a page at first, then more and more.
const (
	firstBatch  = 8 // beyond the page
	batchGrowth = 4
	maxBatch    = 4096
)

// Search returns articles that a filter matches, newest first. Articles under embargo and withdrawn ones
// are left out. The index finds candidates in the order of the answer, and the filter itself decides.
func (s *Store) Search(ctx context.Context, q bot.Query) (bot.Page, error) {
	owner, err := ownerOf(ctx, s.db, q.Place)
	if err != nil {
		return bot.Page{}, err
	}
	return s.search(ctx, q, owner, nil)
}

// search is Search for an owner, with a sample if there is one.
func (s *Store) search(ctx context.Context, q bot.Query, owner int64, known *sample) (bot.Page, error) {
	f := finding{query: q, most: s.mostLooked, ended: s.embargoTime(), oldest: math.MinInt64, key: cmp.Or(q.Before, math.MaxInt64)}
	if !q.Since.IsZero() {
		f.oldest = timeKey(q.Since, 0)
	}
	text, args, err := s.searchText(ctx, q.Filter, owner, known)
	if err != nil {
		return bot.Page{}, fmt.Errorf("search: %w", err)
	}
	for size := q.Limit + firstBatch; !f.done; size = min(size*batchGrowth, maxBatch) {
		n, err := f.lookAt(ctx, s.db, text, append(args, f.key, size)...)
		if err != nil {
			return bot.Page{}, fmt.Errorf("search: %w", err)
		}
		if n < size {
			break
		}
	}
	return f.page, nil
}

// searchText returns the query that yields candidates of what is public or an owner's with their time keys, newest first,
// and its first arguments: the last two are the time key below which they are, and how many at most. It reads a sample if it needs
// one that isn't known.
func (s *Store) searchText(ctx context.Context, f *filter.Filter, owner int64, known *sample) (text string, args []any, err error) {
	candidates := filter.Query{Op: filter.All}
	if f != nil {
		candidates = f.Candidates()
		if known == nil && len(candidates.Prefixes()) > 0 {
			if known, err = s.readSample(ctx); err != nil {
				return "", nil, err
			}
		}
		candidates = candidates.Widened(known.wide)
	}
	if candidates.Op != filter.All {
		return s.dialect.textQuery(articleColumns), []any{s.dialect.fullText(candidates, owner)}, nil
	}
	return `
		SELECT a.time_key,` + articleColumns + `
		FROM articles AS a
		WHERE ` + visible("a", "$1") + ` AND a.time_key < $2
		ORDER BY a.time_key DESC
		LIMIT $3`, []any{owner}, nil
}

// finding is a search in progress.
type finding struct {
	query  bot.Query
	most   int       // how many it may look at
	ended  time.Time // embargoes that end later have not
	oldest int64     // time key
	key    int64     // time key of the candidate looked at last
	last   int64     // time key of the last article of a full page
	page   bot.Page
	done   bool
}

// lookAt looks at a batch of candidates, until it is done, and returns how many there were.
func (f *finding) lookAt(ctx context.Context, q database.Querier, text string, args ...any) (n int, err error) {
	read := func(row database.Scan) error {
		n++
		if err := f.look(row); err != nil || !f.done {
			return err
		}
		return database.ErrStop
	}
	err = q.Each(ctx, read, text, args...)
	return n, err
}

// look compares one candidate with the query. A full page still looks for one more, to know whether
// another page follows.
func (f *finding) look(row database.Scan) error {
	a, err := readArticle(row, &f.key)
	if err != nil {
		return err
	}
	key := f.key
	full := len(f.page.Articles) >= f.query.Limit
	switch {
	case key < f.oldest:
		f.done = true
		return nil
	case f.page.Looked >= f.most:
		f.done = true
		f.page.Partial = !full
		f.page.Next = key + 1 // this one is the next to look at
		return nil
	}
	f.page.Looked++
	if !f.matches(&a) {
		return nil
	}
	if full {
		f.page.Next, f.done = f.last, true
		return nil
	}
	f.page.Articles = append(f.page.Articles, a)
	f.last = key
	return nil
}

func (f *finding) matches(a *bot.Article) bool {
	if !a.VisibleIn(f.query.Place) || a.Status == bot.Withdrawn || a.Embargo.After(f.ended) || a.Published.Before(f.query.Since) {
		return false
	}
	return f.query.Filter == nil || f.query.Filter.Match(filter.NewDocument(a.Fields()))
}
