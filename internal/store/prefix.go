package store

import (
	"context"
	"math"
	"slices"
	"strings"

	"tidings/bot/filter"
	"tidings/internal/database"
)

// A prefix is wide if one in widePart of the newest articles, of which so many are looked at, has a word that begins so. An index that is
// asked for it merges all that it has of each such word before it has an answer, and can't be stopped: in an archive of millions,
// for seconds.
const (
	prefixLook = 400
	widePart   = 50
)

// widePrefixes returns a function that reports whether a prefix of a query is wide.
func (s *Store) widePrefixes(ctx context.Context, queries ...filter.Query) (func(prefix string) bool, error) {
	const text = `
		SELECT title, summary, authors, tags
		FROM articles
		WHERE owner = 0 AND time_key < $1
		ORDER BY time_key DESC
		LIMIT $2`
	var prefixes []string
	for _, q := range queries {
		prefixes = append(prefixes, q.Prefixes()...)
	}
	found := make([]int, len(prefixes)) // in how many articles
	isWide := func(prefix string) bool { return found[slices.Index(prefixes, prefix)]*widePart > prefixLook }
	if len(prefixes) == 0 {
		return isWide, nil
	}
	read := func(row database.Scan) error {
		texts := make([]string, 4)
		if err := row(&texts[0], &texts[1], &texts[2], &texts[3]); err != nil {
			return err
		}
		words := filter.Tokens(strings.Join(texts, " "))
		for i, prefix := range prefixes {
			if slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, prefix) }) {
				found[i]++
			}
		}
		return nil
	}
	return isWide, s.db.Each(ctx, read, text, math.MaxInt64, prefixLook)
}
