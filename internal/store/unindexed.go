package store

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// How soon articles get into the full-text index that wait for it.
const (
	// indexMany have it catch up soon, because a search looks at each that waits.
	indexMany = 64
	// indexSoon is the pause before that, for the alerts of the last article to go out, and indexLate how long any article waits.
	indexSoon = 200 * time.Millisecond
	indexLate = 10 * time.Second
	// indexAtOnce is how many a transaction indexes, a millisecond or two: so long an alert may have to wait for it.
	indexAtOnce = 32
)

// textIndex is the full-text index. That of SQLite writes as many pages for one article as for thirty, and merges every so often what
// it has written. So public articles are stored without it: table unindexed has those that wait, until they are indexed in a
// transaction of their own. Searches look at them beside the index.
type textIndex struct {
	*dialect
	catchUp func(least int64) error // see Store.indexWaiting
	failed  func(error)
	work    sync.WaitGroup

	mu      sync.Mutex // guards what follows
	waiting int        // since it caught up last, of this process; others catch up with them too
	timer   *time.Timer
	closed  bool
}

var unindexedRows = database.NewRows(database.Into{Table: "unindexed", Numbers: []string{"time_key"}})

// put has an article found by its words.
func (x *textIndex) put(ctx context.Context, tx *database.Tx, a *bot.Article, owner int64) error {
	if !x.deferred || owner != public { // the index alone says who may find a private one
		return x.putText(ctx, tx, keyOf(a), textsOf(a, owner))
	}
	tx.AfterCommit(x.noteWaiting)
	return tx.QueueRow(ctx, unindexedRows, []int64{keyOf(a)})
}

// remove takes back that an article is found by its words.
func (x *textIndex) remove(ctx context.Context, tx *database.Tx, key int64) error {
	if err := tx.Queue(ctx, x.deleteText, key); err != nil || !x.deferred {
		return err
	}
	return tx.Queue(ctx, `DELETE FROM unindexed WHERE time_key = $1`, key)
}

// noteWaiting notes that an article waits.
func (x *textIndex) noteWaiting() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.waiting++
	switch {
	case x.closed:
	case x.timer == nil:
		x.timer = time.AfterFunc(indexLate, x.run)
	case x.waiting == indexMany:
		x.timer.Reset(indexSoon)
	}
}

// run catches up, if anything waits.
func (x *textIndex) run() {
	x.mu.Lock()
	if x.closed || x.waiting == 0 {
		x.mu.Unlock()
		return
	}
	x.waiting, x.timer = 0, nil
	x.work.Add(1)
	x.mu.Unlock()
	defer x.work.Done()
	if err := x.catchUp(1); err != nil {
		x.failed(err)
	}
}

// close has nothing more indexed in the background. What waits stays on record. But processes that write once each leave some, so the one
// after which they are many indexes them.
func (x *textIndex) close() {
	x.mu.Lock()
	x.closed = true
	wrote := x.waiting > 0
	if x.timer != nil {
		x.timer.Stop()
	}
	x.mu.Unlock()
	x.work.Wait()
	if !wrote {
		return
	}
	if err := x.catchUp(indexMany); err != nil {
		x.failed(err)
	}
}

// indexWaiting indexes the articles that wait, if there are at least so many. What others store meanwhile may go on waiting: they might
// store as fast as this indexes.
func (s *Store) indexWaiting(ctx context.Context, least int64) error {
	if !s.dialect.deferred {
		return nil
	}
	waiting, err := database.Number(ctx, s.db, `SELECT count(*) FROM unindexed`)
	for more := waiting >= least; more && err == nil; {
		err = s.db.InTx(ctx, database.SharedAsync, func(ctx context.Context, tx *database.Tx) (err error) {
			more, err = s.indexSome(ctx, tx)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("full-text index: %w", err)
	}
	return nil
}

// indexSome indexes some of the articles that wait, and reports whether there may be more.
func (s *Store) indexSome(ctx context.Context, tx *database.Tx) (more bool, err error) {
	const text = `
		SELECT a.owner,` + articleColumns + `
		FROM unindexed AS u
		CROSS JOIN articles AS a ON a.time_key = u.time_key
		ORDER BY u.time_key
		LIMIT $1`
	list, err := database.Collect(ctx, tx, readOwned, text, indexAtOnce)
	if err != nil {
		return false, err
	}
	last := int64(math.MaxInt64)
	if more = len(list) == indexAtOnce; more {
		last = keyOf(&list[len(list)-1].article)
	}
	for i := range list {
		a := &list[i].article
		if err := s.dialect.putText(ctx, tx, keyOf(a), textsOf(a, list[i].owner)); err != nil {
			return false, err
		}
	}
	return more, tx.Queue(ctx, `DELETE FROM unindexed WHERE time_key <= $1`, last)
}
