package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"tidings/bot/filter"
	"tidings/internal/database"
)

// How many articles the full-text index counts, as multiples of how many a search looks at. What bounds it is the same for
// the same articles, unless time is up before, so the same question gets the same answer.
const (
	// countedWhole are counted whatever matches, 400,000. Of older ones the index counts until it has found as many as a search
	// looks at: they would hardly change what is known of the filter, and in an archive of ten million they are most of the work.
	countedWhole = 20
	// dense is the part of the articles that match from which on it takes less to look at each: one in fifty.
	dense = 50
	// pieceQuarters bounds how many quarters of an hour are added up for a piece.
	pieceQuarters = 4096
)

// counting is how far the index has counted.
type counting struct {
	match, less filter.Query
	found       int           // of what either asks for
	took        time.Duration // for the last piece
}

// countable returns what the index has to count, if that is enough to know.
func (t *tallying) countable(ctx context.Context) (c counting, ok bool, err error) {
	c = counting{match: filter.Query{Op: filter.All}, less: filter.Query{Op: filter.All}}
	if t.query.Filter == nil {
		return c, true, nil
	}
	names := func(field filter.Field) []string {
		list, nameErr := t.allValues(ctx, t.owner, field)
		err = errors.Join(err, nameErr)
		return list
	}
	if c.match, c.less, ok = t.query.Filter.Countable(names); !ok || err != nil {
		return c, false, err
	}
	wide, err := t.widePrefixes(ctx, c.match, c.less)
	return c, !slices.ContainsFunc(append(c.match.Prefixes(), c.less.Prefixes()...), wide), err
}

// asks reports whether the index has anything to count.
func (c *counting) asks() bool { return c.match.Op != filter.All || c.less.Op != filter.All }

// byIndex has the index count, and reports false if that takes too long for any of it.
func (t *tallying) byIndex(ctx context.Context, c *counting) (bool, error) {
	t.grant()
	limited, cancel := context.WithDeadline(ctx, t.until)
	defer cancel()
	for i, rest := range slices.Backward(t.spans) {
		for rest.from < rest.to {
			late := time.Now().Add(c.took).After(t.until) // to be cut off would cost a connection
			if late || t.Looked >= countedWhole*t.mostLooked && c.found >= t.mostLooked {
				t.Partial = true
				return true, nil
			}
			next, err := t.countPiece(limited, c, i, rest)
			if limited.Err() != nil && ctx.Err() == nil {
				t.Partial = true
				return t.Looked > 0, nil
			}
			if err != nil {
				return false, err
			}
			rest.to = next
		}
	}
	return true, nil
}

// countPiece counts the newest of what is left of a span, and returns where that begins.
func (t *tallying) countPiece(ctx context.Context, c *counting, i int, rest span) (from int64, err error) {
	begun := time.Now()
	articles := t.Articles[i]
	text, size := t.dialect.textCount, countedWhole*t.mostLooked
	if c.found*dense >= t.Looked { // at first too: who knows
		text, size = t.dialect.denseCount, t.mostLooked
	}
	if c.asks() && articles > size {
		if rest.from, err = t.newestPart(ctx, rest, size); err != nil {
			return 0, err
		}
	}
	if rest != t.spans[i] {
		if articles, err = t.count(ctx, rest); err != nil {
			return 0, err
		}
	}
	n, err := t.countMatches(ctx, c, rest, articles, text)
	if err != nil {
		return 0, err
	}
	t.Matched[i] += n
	t.Looked += articles
	c.took = time.Since(begun)
	return rest.from, nil
}

// newestPart returns where the newest of a span begin, so many that they are size or a quarter of an hour more, but for what
// is private and within a bound.
func (t *tallying) newestPart(ctx context.Context, s span, size int) (from int64, err error) {
	const text = `
		SELECT quarter, articles
		FROM article_counts
		WHERE owner = 0 AND quarter >= $1 AND quarter < $2
		ORDER BY quarter DESC
		LIMIT $3`
	first, last := s.quarters()
	from = s.from
	rows, sum := 0, 0
	read := func(row database.Scan) error {
		var at int64
		var n int
		if err := row(&at, &n); err != nil {
			return err
		}
		rows, sum = rows+1, sum+n
		if rows < pieceQuarters && sum < size {
			return nil
		}
		from = at * quarter
		return database.ErrStop
	}
	return from, t.db.Each(ctx, read, text, first, last, pieceQuarters)
}

// countMatches counts what the filter matches of a span.
func (t *tallying) countMatches(ctx context.Context, c *counting, s span, articles int, text string) (int, error) {
	all, matched := t.hiddenIn(s)
	n := articles + all
	if n == 0 {
		return 0, nil
	}
	find := func(q filter.Query) (int, error) {
		found, err := database.Number(ctx, t.db, text, t.dialect.fullText(q, t.owner), s.from, s.to)
		c.found += int(found)
		return int(found), err
	}
	var err error
	if c.match.Op != filter.All {
		if n, err = find(c.match); err != nil {
			return 0, err
		}
	}
	if c.less.Op == filter.All {
		return n - matched, nil
	}
	less, err := find(c.less)
	return n - matched - less, err
}
