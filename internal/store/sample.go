package store

import (
	"context"
	"math"
	"slices"
	"strings"

	"tidings/bot/filter"
	"tidings/internal/database"
)

// A prefix is wide if one in widePart of the newest articles has a word that begins so. An index that is asked for it merges all that it
// has of each such word before it has an answer, and can't be stopped: in an archive of millions, for seconds.
const (
	sampleSize = 400
	widePart   = 50
)

// sample is the words of each of the newest public articles, up to sampleSize. It says what the index would have to read.
type sample [][]string

func (s *Store) readSample(ctx context.Context) (*sample, error) {
	const text = `
		SELECT title, summary, authors, tags
		FROM articles
		WHERE owner = 0 AND time_key < $1
		ORDER BY time_key DESC
		LIMIT $2`
	read := func(row database.Scan) ([]string, error) {
		texts := make([]string, 4)
		if err := row(&texts[0], &texts[1], &texts[2], &texts[3]); err != nil {
			return nil, err
		}
		return filter.Tokens(strings.Join(texts, " ")), nil
	}
	list, err := database.Collect(ctx, s.db, read, text, math.MaxInt64, sampleSize)
	return (*sample)(&list), err
}

// with returns how many articles have a word that is so.
func (s sample) with(is func(word string) bool) int {
	n := 0
	for _, words := range s {
		if slices.ContainsFunc(words, is) {
			n++
		}
	}
	return n
}

// wide is not asked of a sample that is nil: that is for queries without prefixes.
func (s *sample) wide(prefix string) bool {
	return s.with(func(word string) bool { return strings.HasPrefix(word, prefix) })*widePart > sampleSize
}

// share returns which part of the articles has a word, or one that begins with it.
func (s sample) share(word string, prefix bool) float64 {
	n := s.with(func(have string) bool { return have == word || prefix && strings.HasPrefix(have, word) })
	return float64(n) / float64(max(1, len(s)))
}

// postings returns how many entries the index reads for a query, for each article: of what has to be there together, those of the rarest
// part lead to the others.
func (s sample) postings(q filter.Query) float64 {
	var parts []float64
	switch q.Op {
	case filter.Phrase:
		for i, word := range q.Words {
			parts = append(parts, s.share(word, q.Prefix && i == len(q.Words)-1))
		}
		if q.Field == filter.Source || q.Field == filter.Lang { // of which a sample has no words
			return 1
		}
	default:
		for _, kid := range q.Kids {
			parts = append(parts, s.postings(kid))
		}
	}
	switch {
	case len(parts) == 0:
		return 0
	case q.Op == filter.Or:
		sum := 0.0
		for _, n := range parts {
			sum += n
		}
		return sum
	case q.Op == filter.Without:
		return parts[0]
	}
	return slices.Min(parts)
}

// isPlain reports whether an index reads for a query little more than it finds: no part of it has to meet with another.
func isPlain(q filter.Query) bool {
	switch q.Op {
	case filter.Phrase:
		return len(q.Words) == 1
	case filter.And:
		return false
	case filter.Without:
		return isPlain(q.Kids[0])
	}
	return !slices.ContainsFunc(q.Kids, func(kid filter.Query) bool { return !isPlain(kid) })
}
