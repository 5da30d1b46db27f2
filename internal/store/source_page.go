package store

import (
	"context"
	"fmt"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// Where a source stands in a list: first what fails, last what is paused, each by name. An index has it.
const (
	sourceRank  = `(CASE WHEN paused > 0 THEN 2 WHEN failures > 0 THEN 0 ELSE 1 END)`
	sourceLabel = `coalesce(nullif(label, ''), name)`
)

// SourcePage returns a page of the sources, private ones too. After one that is gone it begins anew.
func (s *Store) SourcePage(ctx context.Context, q bot.SourceQuery) ([]bot.Source, error) {
	const (
		place = `
			SELECT ` + sourceRank + `, ` + sourceLabel + `
			FROM sources
			WHERE name = $1`
		text = `
			SELECT ` + sourceColumns + `
			FROM sources
			WHERE (` + sourceRank + `, ` + sourceLabel + `, name) > ($1, $2, $3)
				AND ($4 <> 'failing' OR ` + sourceRank + ` = 0) AND ($4 <> 'paused' OR paused > 0) AND ($4 <> 'private' OR owner <> 0)
			ORDER BY ` + sourceRank + `, ` + sourceLabel + `, name`
	)
	rank, label := int64(-1), ""
	err := s.db.Each(ctx, func(row database.Scan) error { return row(&rank, &label) }, place, q.After)
	if err != nil {
		return nil, fmt.Errorf("page of sources: %w", err)
	}
	var list []bot.Source
	words := filter.Fold(strings.TrimSpace(q.Text))
	read := func(row database.Scan) error {
		src, err := readSource(row)
		if err == nil && says(&src, words) {
			list = append(list, src)
		}
		if err == nil && len(list) >= q.Limit {
			err = database.ErrStop
		}
		return err
	}
	if err := s.db.Each(ctx, read, text, rank, label, q.After, string(q.State)); err != nil {
		return nil, fmt.Errorf("page of sources: %w", err)
	}
	return list, nil
}

// says reports whether folded words stand in what people know a source by.
func says(s *bot.Source, words string) bool {
	return words == "" || strings.Contains(filter.Fold(strings.Join([]string{s.Name, s.Title, s.URL, string(s.Place)}, "\n")), words)
}
