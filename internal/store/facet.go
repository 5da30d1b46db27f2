package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

const (
	// facetStarts is how many of a value's words it can be found by.
	facetStarts = 4
	// facetsRead bounds how many values one suggestion chooses from: a few milliseconds.
	facetsRead = 1000
)

// facet is a value of a field that filters can ask for.
type facet struct {
	field filter.Field
	value string
}

// facets is by how much the counts of values change. The zero value is by nothing.
type facets map[facet]int

// note counts the values of a.
func (f *facets) note(a *bot.Article) { f.add(a, 1) }

// lower takes back that the values of a were counted.
func (f *facets) lower(a *bot.Article) { f.add(a, -1) }

func (f *facets) add(a *bot.Article, n int) {
	if *f == nil {
		*f = facets{}
	}
	for _, v := range append([]string{a.Source}, a.OtherSources...) {
		(*f)[facet{filter.Source, v}] += n
	}
	if a.Lang != "" { // which nobody is to be suggested
		(*f)[facet{filter.Lang, a.Lang}] += n
	}
	for _, v := range a.Authors {
		(*f)[facet{filter.Author, v}] += n
	}
	for _, v := range a.Tags {
		(*f)[facet{filter.Tag, v}] += n
	}
}

var facetRows = database.NewRows(database.Into{
	Table: "facets", Numbers: []string{"owner", "articles"}, Texts: []string{"field", "start", "value"},
	Then: "ON CONFLICT (owner, field, start, value) DO UPDATE SET articles = facets.articles + excluded.articles",
})

// write changes the counts in the table, in an order that two writers share. A value that no article has any more goes.
func (f facets) write(ctx context.Context, tx *database.Tx, owner int64) error {
	const forget = `
		DELETE FROM facets
		WHERE owner = $1 AND field = $2 AND articles <= 0`
	lowered := map[filter.Field]bool{}
	for _, v := range f.sorted() {
		if f[v] == 0 {
			continue
		}
		if f[v] < 0 {
			lowered[v.field] = true
		}
		for _, start := range starts(v.value) {
			if err := tx.QueueRow(ctx, facetRows, []int64{owner, int64(f[v])}, v.field.String(), start, v.value); err != nil {
				return err
			}
		}
	}
	for field := range lowered {
		if err := tx.Queue(ctx, forget, owner, field.String()); err != nil {
			return err
		}
	}
	return nil
}

// sorted returns the values by field and name.
func (f facets) sorted() []facet {
	return slices.SortedFunc(maps.Keys(f), func(a, b facet) int {
		return cmp.Or(cmp.Compare(a.field, b.field), cmp.Compare(a.value, b.value))
	})
}

// starts returns what people may begin to type to mean a value: it, and what follows its first spaces.
func starts(value string) []string {
	rest, list := filter.Fold(value), []string(nil)
	for len(list) < facetStarts {
		if !slices.Contains(list, rest) {
			list = append(list, rest)
		}
		_, after, more := strings.Cut(rest, " ")
		if !more {
			break
		}
		rest = after
	}
	return list
}

// Suggest returns the most frequent values of a field that prefix may be the beginning of, or of one of their words, as
// far as people in a place know them.
func (s *Store) Suggest(ctx context.Context, p bot.Place, field filter.Field, prefix string, n int) ([]string, error) {
	owner, err := ownerOf(ctx, s.db, p)
	if err != nil {
		return nil, err
	}
	list, err := s.suggest(ctx, public, field, filter.Fold(prefix), n)
	if err == nil && owner != public {
		var own []counted
		own, err = s.suggest(ctx, owner, field, filter.Fold(prefix), n)
		list = append(list, own...)
	}
	if err != nil {
		return nil, fmt.Errorf("suggest %s: %w", field, err)
	}
	slices.SortStableFunc(list, func(a, b counted) int { return cmp.Or(b.articles-a.articles, cmp.Compare(a.value, b.value)) })
	var values []string
	for _, v := range list {
		if v.value != "" && len(values) < n && !slices.Contains(values, v.value) {
			values = append(values, v.value)
		}
	}
	return values, nil
}

// suggest returns values of a field in the articles of one owner.
func (s *Store) suggest(ctx context.Context, owner int64, field filter.Field, prefix string, n int) ([]counted, error) {
	const (
		frequent = `
			SELECT value, articles
			FROM facets
			WHERE owner = $1 AND field = $2
			ORDER BY articles DESC
			LIMIT $3`
		beginning = `
			SELECT value, articles
			FROM facets
			WHERE owner = $1 AND field = $2 AND start >= $4 AND start < $5
			LIMIT $3`
		last = "\U0010FFFF"
	)
	if prefix == "" {
		return database.Collect(ctx, s.db, readCounted, frequent, owner, field.String(), facetStarts*n)
	}
	return database.Collect(ctx, s.db, readCounted, beginning, owner, field.String(), facetsRead, prefix, prefix+last)
}

// counted is a value and how many articles have it.
type counted struct {
	value    string
	articles int
}

func readCounted(row database.Scan) (c counted, err error) {
	err = row(&c.value, &c.articles)
	return c, err
}

// allValues returns all values of a field in what is public or an owner's, or nil if they are too many.
func (s *Store) allValues(ctx context.Context, owner int64, field filter.Field) ([]string, error) {
	text := `
		SELECT value
		FROM facets
		WHERE ` + visible("facets", "$1") + ` AND field = $2
		LIMIT $3`
	list, err := database.Collect(ctx, s.db, database.Value[string], text, owner, field.String(), facetsRead)
	if err != nil || len(list) == facetsRead {
		return nil, err
	}
	if field == filter.Lang {
		list = append(list, "") // isn't counted
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
