package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// maxLooked bounds how many articles one search holds against its filter: some 200 ms.
const maxLooked = 20_000

// Search returns articles that a filter takes, newest first. Articles under embargo and withdrawn ones
// are left out. The index finds candidates in the order of the answer, and the filter itself decides.
func (s *Store) Search(ctx context.Context, q bot.Query) (bot.Page, error) {
	text, args := s.searchText(q)
	rows, err := s.r.query(ctx, text, args...)
	if err != nil {
		return bot.Page{}, fmt.Errorf("search: %w", s.dialect.mapError(err))
	}
	defer rows.Close()
	f := finding{query: q, most: s.mostLooked, now: s.now()}
	if !q.Since.IsZero() {
		f.oldest = timeKey(q.Since, 0)
	} else {
		f.oldest = math.MinInt64
	}
	for !f.done && rows.Next() {
		if err := f.look(rows.Scan); err != nil {
			return bot.Page{}, fmt.Errorf("search: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return bot.Page{}, fmt.Errorf("search: %w", s.dialect.mapError(err))
	}
	return f.page, nil
}

// searchText returns the query that yields candidates with their time keys, newest first.
func (s *Store) searchText(q bot.Query) (text string, args []any) {
	before := q.Before
	if before == 0 {
		before = math.MaxInt64
	}
	candidates := filter.Query{Op: filter.All}
	if q.Filter != nil {
		candidates = q.Filter.Candidates()
	}
	if candidates.Op != filter.All {
		return `
			SELECT a.time_key,` + articleColumns + s.dialect.textQuery, []any{s.dialect.fullText(candidates), before}
	}
	return `
		SELECT a.time_key,` + articleColumns + `
		FROM articles AS a
		WHERE a.time_key < $1
		ORDER BY a.time_key DESC`, []any{before}
}

// finding is a search in progress.
type finding struct {
	query  bot.Query
	most   int // how many it may look at
	now    time.Time
	oldest int64 // time key
	last   int64 // time key of the last article of a full page
	page   bot.Page
	done   bool
}

// look holds one candidate against the query. A full page still looks for one more, to know whether
// another page follows.
func (f *finding) look(row scan) error {
	var key int64
	a, err := readArticle(row, &key)
	if err != nil {
		return err
	}
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
	if !f.takes(&a) {
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

func (f *finding) takes(a *bot.Article) bool {
	if a.Status == bot.Withdrawn || a.Embargo.After(f.now) || a.Published.Before(f.query.Since) {
		return false
	}
	return f.query.Filter == nil || f.query.Filter.Match(filter.NewDocument(a.Fields()))
}
