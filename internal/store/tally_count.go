package store

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/internal/database"
)

// span is a range of time keys, without its end.
type span struct{ from, to int64 }

// within returns what of a span lies in another.
func (s span) within(other span) span {
	return span{from: max(s.from, other.from), to: min(s.to, other.to)}
}

func (s span) empty() bool { return s.from >= s.to }

func spansOf(starts []time.Time) []span {
	spans := make([]span, len(starts))
	for i, at := range starts {
		spans[i] = span{from: timeKey(at, 0), to: math.MaxInt64}
		if i > 0 {
			spans[i-1].to = spans[i].from
		}
	}
	return spans
}

// quarter is a quarter of an hour among time keys. Table article_counts has how many articles there are in each; midnight is
// between two in all time zones of today.
const quarter = 15 * 60 << idBits

// quarterOf returns the quarter of an hour in which a time key lies. The end of time lies in none.
func quarterOf(key int64) int64 {
	if key == math.MaxInt64 {
		return math.MaxInt64
	}
	return floorDiv(key, quarter)
}

// floorDiv divides and rounds down.
func floorDiv(a, b int64) int64 {
	if n := a / b; n*b <= a {
		return n
	}
	return a/b - 1
}

// countAll counts the articles of all spans.
func (t *tallying) countAll(ctx context.Context) error {
	before := make([]int, len(t.spans))
	if err := t.readBefore(ctx, before); err != nil {
		return err
	}
	sums, err := database.Collect(ctx, t.db, database.Value[int], spansText(len(t.spans)), t.boundaries()...)
	if err != nil {
		return err
	}
	for i, n := range sums {
		if i+1 < len(t.spans) {
			n += before[i+1]
		}
		hidden, _ := t.hiddenIn(t.spans[i])
		t.Articles[i] = n - before[i] - hidden
	}
	return nil
}

// readBefore counts what lies before the beginnings of spans in their quarters of an hour, and keeps it.
func (t *tallying) readBefore(ctx context.Context, before []int) error {
	group, limited := errgroup.WithContext(ctx)
	group.SetLimit(tallyAtOnce)
	for i, s := range t.spans {
		group.Go(func() (err error) {
			before[i], err = t.countBefore(limited, s.from)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	t.before = make(map[int64]int, len(t.spans))
	for i, n := range before {
		t.before[t.spans[i].from] = n
	}
	return nil
}

// spansText returns the query that adds up the articles of the quarters from each of n beginnings up to the next, or to the end: after the
// owner come these.
func spansText(n int) string {
	var b strings.Builder
	b.WriteString(`
		WITH spans (number, first, next) AS (VALUES `)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%d, CAST($%d AS BIGINT), CAST($%d AS BIGINT))", i, i+2, i+3)
	}
	b.WriteString(`)
		SELECT (
			SELECT coalesce(sum(articles), 0)
			FROM article_counts
			WHERE owner IN (0, $1) AND quarter >= first AND quarter < next)
		FROM spans
		ORDER BY number`)
	return b.String()
}

// boundaries are the arguments of spansText.
func (t *tallying) boundaries() []any {
	args := []any{t.owner}
	for _, s := range t.spans {
		args = append(args, quarterOf(s.from))
	}
	return append(args, quarterOf(t.spans[len(t.spans)-1].to))
}

// count returns how many articles of a span may be seen.
func (t *tallying) count(ctx context.Context, s span) (int, error) {
	n, err := database.Number(ctx, t.db, spansText(1), t.owner, quarterOf(s.from), quarterOf(s.to))
	if err != nil {
		return 0, err
	}
	first, err := t.countBefore(ctx, s.from)
	if err != nil {
		return 0, err
	}
	last, err := t.countBefore(ctx, s.to)
	hidden, _ := t.hiddenIn(s)
	return int(n) - first + last - hidden, err
}

// countBefore counts what lies between the beginning of a quarter and a time key within it, one by one.
func (t *tallying) countBefore(ctx context.Context, key int64) (int, error) {
	from := quarterOf(key) * quarter
	if key == math.MaxInt64 || key == from {
		return 0, nil
	}
	if n, ok := t.before[key]; ok {
		return n, nil
	}
	// Each count goes by an index alone.
	const text = `
		SELECT
			(SELECT count(*) FROM articles WHERE time_key >= $1 AND time_key < $2)
			- (SELECT count(*) FROM articles WHERE time_key >= $1 AND time_key < $2 AND owner <> 0 AND owner <> $3)`
	n, err := database.Number(ctx, t.db, text, from, key, t.owner)
	return int(n), err
}
