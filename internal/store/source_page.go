package store

import (
	"context"
	"errors"
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
	const place = `
		SELECT ` + sourceRank + `, ` + sourceLabel + `
		FROM sources
		WHERE name = $1`
	rank, label := int64(-1), ""
	err := s.db.Each(ctx, func(row database.Scan) error { return row(&rank, &label) }, place, q.After)
	var list []bot.Source
	args := []any{rank, label, q.After, string(q.State)}
	switch {
	case err != nil:
	case strings.TrimSpace(q.Text) == "":
		list, err = database.Collect(ctx, s.db, readSource, sourcesAfter(sourceColumns)+`
			LIMIT $5`, append(args, q.Limit)...)
	default:
		list, err = s.sourcesThatSay(ctx, filter.Fold(strings.TrimSpace(q.Text)), q.Limit, args)
	}
	if err != nil {
		return nil, fmt.Errorf("page of sources: %w", err)
	}
	return list, nil
}

// sourcesAfter is the query of columns of the sources after one.
func sourcesAfter(columns string) string {
	return `
			SELECT ` + columns + `
			FROM sources
			WHERE (` + sourceRank + `, ` + sourceLabel + `, name) > ($1, $2, $3)
				AND ($4 <> 'failing' OR ` + sourceRank + ` = 0) AND ($4 <> 'paused' OR paused > 0) AND ($4 <> 'private' OR owner <> 0)
			ORDER BY ` + sourceRank + `, ` + sourceLabel + `, name`
}

// sourcesThatSay returns the first sources of a page in whose name, title, address or place folded words stand.
func (s *Store) sourcesThatSay(ctx context.Context, words string, limit int, args []any) ([]bot.Source, error) {
	var ids []string
	read := func(row database.Scan) error {
		var id, name, title, address, place string
		err := row(&id, &name, &title, &address, &place)
		if err == nil && strings.Contains(filter.Fold(name+"\n"+title+"\n"+address+"\n"+place), words) {
			ids = append(ids, id)
		}
		if err == nil && len(ids) >= limit {
			err = database.ErrStop
		}
		return err
	}
	if err := s.db.Each(ctx, read, sourcesAfter(`name, `+sourceLabel+`, title, url,`+sourcePlace), args...); err != nil {
		return nil, err
	}
	var list []bot.Source
	for _, id := range ids {
		src, err := sourceByID(ctx, s.db, id)
		if errors.Is(err, bot.ErrNotFound) {
			continue // it has gone meanwhile
		}
		if err != nil {
			return nil, err
		}
		list = append(list, src)
	}
	return list, nil
}
