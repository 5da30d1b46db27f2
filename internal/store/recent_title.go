package store

import (
	"context"
	"encoding/binary"
	"sync"

	"tidings/bot"
	"tidings/internal/database"
)

// recentTitles is where alike titles are looked for. The table of that name has a row for each article of the last
// storyWindow, one behind the other; this is the same in a form in which it can be searched. Rows are written by one
// transaction at a time, so whoever has read up to one lacks only what is behind it.
type recentTitles struct {
	warming sync.Mutex // held while the table is read for the first time
	mu      sync.Mutex
	index   titleIndex   // behind last, it has what a transaction has added that may have come to nothing
	last    recentTitle  // the last row that was read
	first   int64        // the first row that there may be
	begun   bool         // the table was read
	by      *database.Tx // the transaction that has read all of it last
}

// titleRow is a row of the table.
type titleRow struct {
	recentTitle
	pairs []int64
}

// askTitles asks for the rows from the one on that was read last, unless the transaction has read them.
func (in *ingest) askTitles(ctx context.Context) error {
	if in.titles.knownIn(in.tx) {
		return nil
	}
	in.titles.mu.Lock()
	in.lastTitle, in.titleRows = in.titles.last, nil
	in.titles.mu.Unlock()
	return database.QueueCollect(ctx, in.tx, &in.titleRows, readTitle, titlesFrom, in.lastTitle.seq)
}

const titlesFrom = `
	SELECT seq, article_id, at, pairs
	FROM recent_titles
	WHERE seq >= $1
	ORDER BY seq`

func readTitle(row database.Scan) (t titleRow, err error) {
	var pairs []byte
	err = row(&t.seq, &t.article, &t.at, &pairs)
	t.pairs = unpackPairs(pairs)
	return t, err
}

// readTitles makes use of what askTitles asked for. If the row is not there that was read last, the database is not what it
// was: then all is read.
func (in *ingest) readTitles(ctx context.Context) error {
	if in.titles.knownIn(in.tx) {
		return nil
	}
	if !in.titles.catchUp(in.lastTitle, in.titleRows, in.oldest()) {
		if err := in.askTitles(ctx); err != nil {
			return err
		}
		if err := in.tx.Flush(ctx); err != nil {
			return err
		}
		in.titles.catchUp(in.lastTitle, in.titleRows, in.oldest())
	}
	in.titles.readIn(in.tx)
	return nil
}

// readIn notes that a transaction has read all rows. What it adds is in the index too, and becomes a row only with its commit.
func (r *recentTitles) readIn(tx *database.Tx) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.by = tx
}

// knownIn reports whether a transaction has read all rows.
func (r *recentTitles) knownIn(tx *database.Tx) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.by == tx
}

// oldest returns the date of the oldest article that may be named beside another.
func (in *ingest) oldest() int64 { return micros(in.now.Add(-storyWindow)) }

// warmTitles reads the table before a transaction has to, if nobody has.
func (s *Store) warmTitles(ctx context.Context) error {
	s.titles.warming.Lock()
	defer s.titles.warming.Unlock()
	s.titles.mu.Lock()
	begun, last := s.titles.begun, s.titles.last
	s.titles.mu.Unlock()
	if begun {
		return nil
	}
	rows, err := database.Collect(ctx, s.db, readTitle, titlesFrom, last.seq)
	if err == nil {
		s.titles.catchUp(last, rows, micros(s.now().Add(-storyWindow)))
	}
	return err
}

// catchUp adds the rows from last on, which is the first of them. If it is not, all is forgotten, and catchUp returns false.
func (r *recentTitles) catchUp(last recentTitle, rows []titleRow, oldest int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n := len(r.index.titles); n > 0 && r.index.titles[n-1].seq > r.last.seq; n-- {
		r.index.removeLast()
	}
	r.begun = true
	if last.seq > 0 && (len(rows) == 0 || rows[0].seq != last.seq || rows[0].article != last.article) {
		r.index, r.last, r.first = titleIndex{}, recentTitle{}, 0
		return false
	}
	r.index.expire(oldest)
	if r.first == 0 && len(rows) > 0 {
		r.first = rows[0].seq
	}
	r.index.reserve(rows)
	for i := range rows {
		if t := rows[i].recentTitle; t.seq > r.last.seq {
			r.index.add(t, rows[i].pairs)
			r.last = t
		}
	}
	return true
}

// add adds a title that becomes a row if its transaction is committed, and returns the number of that.
func (r *recentTitles) add(article, at int64, pairs []int64) (seq int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	seq = r.last.seq + 1
	if n := len(r.index.titles); n > 0 {
		seq = max(seq, r.index.titles[n-1].seq+1)
	}
	r.index.add(recentTitle{seq: seq, article: article, at: at}, pairs)
	return seq
}

// find returns the articles of each pair, the newest maxPerPair of it, one pair after the other.
func (r *recentTitles) find(pairs []int64, oldest int64) (list []int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, pair := range pairs {
		list = r.index.find(list, pair, oldest, maxPerPair)
	}
	return list
}

// forgotten returns below which number rows may be removed, if that is worth while. The last row always stays: others
// know by it that they have read all before it.
func (r *recentTitles) forgotten(oldest int64) (below int64, ok bool) {
	const atOnce = 64
	r.mu.Lock()
	defer r.mu.Unlock()
	r.index.expire(oldest)
	below = r.last.seq
	if i := r.index.old; i < len(r.index.titles) {
		below = min(below, r.index.titles[i].seq)
	}
	if below < r.first+atOnce {
		return 0, false
	}
	r.first = below
	return below, true
}

var recentRows = database.NewRows(database.Into{
	Table: "recent_titles", Numbers: []string{"seq", "article_id", "at"}, Bytes: []string{"pairs"},
})

// indexTitle has the article found by titles that are alike.
func (in *ingest) indexTitle(ctx context.Context, it *item) error {
	a := &it.Article
	if !in.mayJoin(a) || a.Suppressed == bot.AwaitingApproval {
		return nil
	}
	pairs := in.pairsOf(it)
	seq := in.titles.add(a.ID, micros(a.Published), pairs)
	return in.tx.QueueRow(ctx, recentRows, []int64{seq, a.ID, micros(a.Published)}, string(packPairs(pairs)))
}

// forgetTitles ends the search for articles too old for a story.
func (in *ingest) forgetTitles(ctx context.Context) error {
	const remove = `
		DELETE FROM recent_titles
		WHERE seq < $1`
	below, ok := in.titles.forgotten(in.oldest())
	if !ok {
		return nil
	}
	return in.tx.Queue(ctx, remove, below)
}

// packPairs writes pairs as eight bytes each.
func packPairs(pairs []int64) []byte {
	b := make([]byte, 0, 8*len(pairs))
	for _, p := range pairs {
		b = binary.BigEndian.AppendUint64(b, uint64(p)) //nolint:gosec // any 64 bits do
	}
	return b
}

func unpackPairs(b []byte) []int64 {
	pairs := make([]int64, 0, len(b)/8)
	for ; len(b) >= 8; b = b[8:] {
		pairs = append(pairs, int64(binary.BigEndian.Uint64(b))) //nolint:gosec // any 64 bits do
	}
	return pairs
}
