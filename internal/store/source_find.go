package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tidings/bot"
	"tidings/internal/database"
)

// A store may have a hundred thousand sources, so whoever looks for one does not read them all.

// namedAtATime is how many sources are looked up by one query.
const namedAtATime = 20

// SourcesNamed returns the public sources that the operator has named in the environment, and the others that have one of
// some names or addresses.
func (s *Store) SourcesNamed(ctx context.Context, names, addresses []string) ([]bot.Source, error) {
	const (
		query = `
			SELECT ` + sourceColumns + `
			FROM sources
			WHERE owner = 0 AND `
		configured = query + `configured = 1`
		byName     = query + sourceLabel + ` IN `
		byAddress  = query + `kind = 'feed' AND url IN `
	)
	list, err := database.Collect(ctx, s.db, readSource, configured)
	for text, values := range map[string][]string{byName: names, byAddress: addresses} {
		for some := range slices.Chunk(values, namedAtATime) {
			var found []bot.Source
			if err == nil {
				found, err = database.Collect(ctx, s.db, readSource, text+placeholders(namedAtATime), padded(some, namedAtATime)...)
			}
			list = append(list, found...)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("sources by name: %w", err)
	}
	return uniqueByName(list), nil
}

// placeholders returns a list of n of them.
func placeholders(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("$%d", i+1)
	}
	return "(" + strings.Join(list, ", ") + ")"
}

// padded returns values to be bound, and the last of them again until they are n.
func padded(values []string, n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = safe(values[min(i, len(values)-1)])
	}
	return list
}

// uniqueByName sorts sources by name, and leaves out those that are there more than once.
func uniqueByName(list []bot.Source) []bot.Source {
	return slices.CompactFunc(sortedByName(list), func(a, b bot.Source) bool { return a.ID == b.ID })
}

// PrivateSources returns the sources of all places, by name.
func (s *Store) PrivateSources(ctx context.Context) ([]bot.Source, error) {
	const text = `
		SELECT ` + sourceColumns + `
		FROM sources
		WHERE owner > 0`
	list, err := database.Collect(ctx, s.db, readSource, text)
	if err != nil {
		return nil, fmt.Errorf("private sources: %w", err)
	}
	return sortedByName(list), nil
}

// SourceNamed returns the source that people of a place call by a name, their own before a public one; bot.ErrNotFound if there
// is none.
func (s *Store) SourceNamed(ctx context.Context, p bot.Place, name string) (bot.Source, error) {
	const text = `
		SELECT ` + sourceColumns + `
		FROM sources
		WHERE owner IN (0, $1) AND ` + sourceLabel + ` = $2
		ORDER BY owner DESC`
	owner, err := ownerOf(ctx, s.db, p)
	if err != nil {
		return bot.Source{}, err
	}
	src, found, err := database.One(ctx, s.db, readSource, text, owner, safe(name))
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return bot.Source{}, fmt.Errorf("source named %q: %w", name, err)
	}
	return src, nil
}

// SourceNames returns the names of up to n sources that people in a place may know of, in order, that begin with a prefix.
func (s *Store) SourceNames(ctx context.Context, p bot.Place, prefix string, n int) ([]string, error) {
	const text = `
		SELECT ` + sourceLabel + `
		FROM sources
		WHERE owner = $1 AND ` + sourceLabel + ` >= $2 AND ` + sourceLabel + ` < $3
		ORDER BY ` + sourceLabel + `
		LIMIT $4`
	var list []string
	err := s.eachOwner(ctx, p, func(owner int64) error {
		names, err := database.Collect(ctx, s.db, database.Value[string], text, owner, safe(prefix), safe(prefix)+"\U0010ffff", n)
		list = append(list, names...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("names of sources: %w", err)
	}
	slices.Sort(list)
	list = slices.Compact(list)
	return list[:min(n, len(list))], nil
}

// FirstSources returns the first n sources that people in a place may know of, by name, and how many there are.
func (s *Store) FirstSources(ctx context.Context, p bot.Place, n int) (list []bot.Source, all int, err error) {
	const (
		text = `
			SELECT ` + sourceColumns + `
			FROM sources
			WHERE owner = $1
			ORDER BY ` + sourceLabel + `
			LIMIT $2`
		count = `SELECT count(*) FROM sources WHERE owner = $1`
	)
	err = s.eachOwner(ctx, p, func(owner int64) error {
		some, err := database.Collect(ctx, s.db, readSource, text, owner, n)
		if err != nil {
			return err
		}
		list = append(list, some...)
		of, err := database.Number(ctx, s.db, count, owner)
		all += int(of)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("first sources: %w", err)
	}
	list = sortedByName(list)
	return list[:min(n, len(list))], all, nil
}

// SourcesLike returns the sources that people in a place may know of and that are followed at an address, or whose names begin
// with a prefix, by name.
func (s *Store) SourcesLike(ctx context.Context, p bot.Place, address, prefix string) ([]bot.Source, error) {
	const (
		query = `
			SELECT ` + sourceColumns + `
			FROM sources
			WHERE owner = $1 AND `
		byURL     = query + `kind = 'feed' AND url = $2`
		byAddress = query + `kind = 'feed' AND ` + fetchAddress + ` = $2`
		byName    = query + sourceLabel + ` >= $2 AND ` + sourceLabel + ` < $3`
	)
	var list []bot.Source
	err := s.eachOwner(ctx, p, func(owner int64) error {
		for _, q := range []struct {
			text string
			args []any
		}{
			{byURL, []any{owner, safe(address)}},
			{byAddress, []any{owner, safe(address)}},
			{byName, []any{owner, safe(prefix), safe(prefix) + "\U0010ffff"}},
		} {
			found, err := database.Collect(ctx, s.db, readSource, q.text, q.args...)
			if err != nil {
				return err
			}
			list = append(list, found...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("sources like %q: %w", prefix, err)
	}
	return uniqueByName(list), nil
}

// eachOwner calls do with the owners whose sources people in a place may know of.
func (s *Store) eachOwner(ctx context.Context, p bot.Place, do func(owner int64) error) error {
	owner, err := ownerOf(ctx, s.db, p)
	if err != nil {
		return err
	}
	if err := do(public); err != nil || owner == public {
		return err
	}
	return do(owner)
}
