package store

import (
	"context"
	"errors"
	"slices"
	"sort"
	"time"

	"tidings/bot/filter"
	"tidings/internal/database"
)

// How much the full-text index counts, by how many articles a search looks at. What bounds it is the same for the same articles, unless
// time is up before, so the same question gets the same answer; and it is about the same work in an archive of any size.
const (
	// countedWhole times as many are counted whatever matches, 240,000: a week of an archive that gets a million a month.
	countedWhole = 12
	// Of older ones the index counts until it has read one entry for each enoughPart, 4,000: more would hardly change what is known
	// of the filter, and in an archive of ten million they are most of the work.
	enoughPart = 5
	// mergedPart is as enoughPart where entries of several words are merged, 1,000: each costs more.
	mergedPart = 20
	// thorough is how many times as much of both is counted for who asks for it.
	thorough = 5
	// It lists what it finds, for all spans at once, if the archive has one for each listedPart at most, 2,000.
	listedPart = 10
	// To know how much matches, one for each firstPart is looked at first, 2,000.
	firstPart = 10
	// dense is the part of the articles that match from which on it takes less to look at each: one in fifty.
	dense = 50
	// farther bounds how many times what has been counted is counted next, as what matches may come in bursts.
	farther = 10
	// pieceQuarters bounds how many quarters of an hour are added up for a piece.
	pieceQuarters = 4096
)

// counting is how far the index has counted.
type counting struct {
	match, less asked
	merges      bool          // all entries of several words, whatever the span
	archive     int           // how many articles there are, at most
	times       int           // how many times as much is counted: once or thorough
	read        int           // entries of the index
	took        time.Duration // for the last piece
}

// asked is a query of the index.
type asked struct {
	filter.Query
	postings float64 // that it reads for each article, beside what it finds
}

func (a *asked) asksAll() bool { return a.Op == filter.All }

// read returns how many entries were read for what was found among so many articles.
func (a *asked) read(found, articles int) int { return max(found, int(a.postings*float64(articles))) }

// manner is how a piece is counted.
type manner int

const (
	byEach  manner = iota // each article is looked at
	byCount               // the index counts, one span
	byList                // the index lists all that it has of a rare word
	byMerge               // the index merges what it has of several words, and lists
)

// lists reports whether the index lists what it finds, of all spans at once.
func (m manner) lists() bool { return m == byList || m == byMerge }

// portion is what is counted next: the newest articles that are left, so many, or none if that is enough.
type portion struct {
	size int
	manner
}

// next decides on the next portion of those that are left, where a search looks at most.
func (c *counting) next(looked, left, most int) portion {
	whole, enough := countedWhole*most*c.times, most/enoughPart*c.times
	if c.merges {
		enough = most / mergedPart * c.times
	}
	switch {
	case looked >= whole && c.read >= enough:
		return portion{}
	case c.merges:
	case looked == 0: // who knows
		return portion{min(most/firstPart, left), byEach}
	case c.read*dense >= looked:
		return portion{min(most, left), byEach}
	}
	further := min((enough-c.read)*looked/max(1, c.read), farther*looked)
	size := min(left, max(whole-looked, further))
	switch {
	case c.merges:
		return portion{size, byMerge}
	case c.read*max(c.archive, size) <= looked*(most/listedPart):
		return portion{size, byList}
	}
	return portion{size, byCount}
}

// countable returns what the index has to count, if that is enough to know.
func (t *tallying) countable(ctx context.Context) (c counting, ok bool, err error) {
	if t.query.Filter == nil {
		return c, true, nil
	}
	if c.times = 1; t.query.Thorough {
		c.times = thorough
	}
	names := func(field filter.Field) []string {
		list, nameErr := t.allValues(ctx, t.owner, field)
		err = errors.Join(err, nameErr)
		return list
	}
	if c.archive, err = t.archiveSize(ctx); err != nil {
		return c, false, err
	}
	if c.match.Query, c.less.Query, ok = t.query.Filter.Countable(names); !ok || err != nil {
		return c, false, err
	}
	prefixes := append(c.match.Prefixes(), c.less.Prefixes()...)
	c.merges = len(prefixes) > 0
	plain := isPlain(c.match.Query) && isPlain(c.less.Query)
	if !c.merges && (plain || t.Total() <= countedWhole*t.mostLooked) {
		return c, true, nil
	}
	if t.sample, err = t.readSample(ctx); err != nil {
		return c, false, err
	}
	for _, a := range []*asked{&c.match, &c.less} {
		if !isPlain(a.Query) {
			a.postings = t.sample.postings(a.Query)
		}
	}
	return c, !slices.ContainsFunc(prefixes, t.sample.wide), nil
}

// archiveSize returns how many articles were ever stored.
func (t *tallying) archiveSize(ctx context.Context) (int, error) {
	const text = `
		SELECT value
		FROM counters
		WHERE name = 'articles'`
	n, err := database.Number(ctx, t.db, text)
	return int(n), err
}

// byIndex has the index count, and reports false if that takes too long for any of it.
func (t *tallying) byIndex(ctx context.Context, c *counting) (bool, error) {
	if c.match.asksAll() && c.less.asksAll() {
		t.Looked = t.Total()
		copy(t.Matched, t.Articles)
		return true, nil
	}
	t.grant()
	limited, cancel := context.WithDeadline(ctx, t.until)
	defer cancel()
	rest := span{from: t.spans[0].from, to: t.spans[len(t.spans)-1].to}
	for !rest.empty() && t.Looked < t.Total() {
		next := c.next(t.Looked, t.Total()-t.Looked, t.mostLooked)
		late := time.Now().Add(c.took).After(t.until) // to be cut off would cost a connection
		if late || next.size == 0 {
			t.Partial = true
			return true, nil
		}
		piece, err := t.newest(limited, rest, next)
		if err == nil {
			err = t.countPiece(limited, c, piece, next.manner)
		}
		if limited.Err() != nil && ctx.Err() == nil {
			t.Partial = true
			return t.Looked > 0, nil
		}
		if err != nil {
			return false, err
		}
		rest.to = piece.from
	}
	return true, nil
}

// grant gives the slow part its least time.
func (t *tallying) grant() {
	if least := time.Now().Add(tallyLeast); t.until.Before(least) {
		t.until = least
	}
}

// newest returns the newest of what is left that the next portion has: no more than one span, unless what it finds is listed.
func (t *tallying) newest(ctx context.Context, rest span, next portion) (span, error) {
	if !next.lists() {
		i := len(t.spans) - 1
		for i > 0 && (t.spans[i].from >= rest.to || t.Articles[i] == 0) {
			i--
		}
		rest = t.spans[i].within(rest)
		if rest == t.spans[i] && t.Articles[i] <= next.size {
			return rest, nil
		}
	} else if next.size >= t.Total()-t.Looked {
		return rest, nil
	}
	from, err := t.newestPart(ctx, rest, next.size)
	rest.from = from
	return rest, err
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
		from = max(from, at*quarter)
		return database.ErrStop
	}
	return from, t.db.Each(ctx, read, text, quarterOf(s.from), quarterOf(s.to), pieceQuarters)
}

// find returns how many articles of a piece the index finds, span by span.
func (t *tallying) find(ctx context.Context, a *asked, piece span, how manner) ([]int, error) {
	found := make([]int, len(t.spans))
	if a.asksAll() {
		return found, nil
	}
	query := t.dialect.fullText(a.Query, t.owner)
	text := t.dialect.counting[how]
	if how.lists() {
		read := func(row database.Scan) error {
			var key int64
			if err := row(&key); err != nil {
				return err
			}
			found[t.spanOf(key)]++
			return nil
		}
		return found, t.db.Each(ctx, read, text, query, piece.from, piece.to)
	}
	n, err := database.Number(ctx, t.db, text, query, piece.from, piece.to)
	found[t.spanOf(piece.from)] = int(n)
	return found, err
}

// spanOf returns the span in which a key lies, which is not before the first.
func (t *tallying) spanOf(key int64) int {
	return sort.Search(len(t.spans), func(i int) bool { return t.spans[i].from > key }) - 1
}

// countPiece counts what the filter matches in a piece.
func (t *tallying) countPiece(ctx context.Context, c *counting, piece span, how manner) error {
	begun := time.Now()
	match, err := t.find(ctx, &c.match, piece, how)
	if err != nil {
		return err
	}
	less, err := t.find(ctx, &c.less, piece, how)
	if err != nil {
		return err
	}
	articles, err := t.articlesIn(ctx, piece)
	if err != nil {
		return err
	}
	for i, n := range articles {
		hidden, hiddenMatched := t.hiddenIn(t.spans[i].within(piece))
		found := match[i]
		if c.match.asksAll() {
			found = n + hidden
		}
		t.Matched[i] += found - less[i] - hiddenMatched
	}
	looked := total(articles)
	t.Looked += looked
	c.read += c.match.read(total(match), looked) + c.less.read(total(less), looked)
	c.took = time.Since(begun)
	return nil
}

// articlesIn counts the articles of a piece, span by span.
func (t *tallying) articlesIn(ctx context.Context, piece span) (articles []int, err error) {
	articles = make([]int, len(t.spans))
	for i, whole := range t.spans {
		switch s := whole.within(piece); {
		case s.empty():
		case s == whole:
			articles[i] = t.Articles[i]
		default:
			if articles[i], err = t.count(ctx, s); err != nil {
				return nil, err
			}
		}
	}
	return articles, nil
}

func total(list []int) int {
	sum := 0
	for _, n := range list {
		sum += n
	}
	return sum
}
