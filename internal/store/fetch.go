package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// feedNotesMost is how many notes on feeds are written in one transaction at most.
const feedNotesMost = 64

// feedNote is something to write down of how a feed is fetched.
type feedNote struct {
	feed string
	// write queues what writes it. It may be called again, after a rollback.
	write database.TxFunc
}

// noteFeed writes a note on a feed, together with what comes at the same time. A crash of the database may undo it, and then
// the feed is fetched again.
func (s *Store) noteFeed(ctx context.Context, feed string, write database.TxFunc) error {
	return s.feedNotes.run(ctx, &feedNote{feed: feed, write: write})
}

// writeFeedNotes writes notes on feeds in the order of these, as do others: so nobody waits for each other.
func (s *Store) writeFeedNotes(ctx context.Context, list []*feedNote) (left []*feedNote, err error) {
	slices.SortStableFunc(list, func(a, b *feedNote) int { return strings.Compare(a.feed, b.feed) })
	return nil, s.db.InTx(ctx, database.SharedAsync, func(ctx context.Context, tx *database.Tx) error {
		for _, n := range list {
			if err := n.write(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// ClaimFetch gives a feed that is not paused, and that nobody has tried to fetch since known, to one of the processes that would
// fetch it now. A claim that ends later than one made now would was made before the clock was set back. Nobody waits for what else
// is being written about the feed, by this process or another.
func (s *Store) ClaimFetch(ctx context.Context, name string, known time.Time, lease time.Duration) (bot.FetchClaim, error) {
	const look = `
		SELECT last_try, last_try > $2 OR fetch_until > $3
		FROM sources
		WHERE name = $1`
	claim := `
		UPDATE sources
		SET fetch_until = $3
		WHERE name = (
			SELECT name
			FROM sources
			WHERE name = $1 AND last_try <= $2 AND paused = 0 AND (fetch_until <= $4 OR fetch_until > $5)` + s.dialect.claimHint + `)
		RETURNING name`
	var c bot.FetchClaim
	err := s.noteFeed(ctx, name, func(ctx context.Context, tx *database.Tx) error {
		c.Mine = false
		until := tx.Now + lease.Microseconds()
		claimed := func(database.Scan) error { c.Mine = true; return nil }
		return tx.QueueQuery(ctx, claimed, claim, safe(name), micros(known), until, tx.Now, until+s.clock.skew.Microseconds())
	})
	if err == nil && !c.Mine {
		read := func(row database.Scan) error {
			var at int64
			err := row(&at, &c.Elsewhere)
			c.LastTry = moment(at)
			return err
		}
		err = s.db.Each(ctx, read, look, safe(name), micros(known), micros(s.now()))
	}
	if err != nil {
		return bot.FetchClaim{}, fmt.Errorf("claim feed: %w", err)
	}
	return c, nil
}

// SaveFetch records what the last fetch of a feed taught, and ends its claim. A fetch that a crash of
// the database undoes is made again.
func (s *Store) SaveFetch(ctx context.Context, name, title string, f bot.FetchState) error {
	saved := false
	err := s.noteFeed(ctx, name, func(ctx context.Context, tx *database.Tx) error {
		return saveFetch(ctx, tx, name, title, f, &saved)
	})
	switch {
	case err != nil:
		return fmt.Errorf("save fetch: %w", err)
	case !saved:
		return fmt.Errorf("source %q: %w", name, bot.ErrNotFound)
	}
	return nil
}

// saveFetch queues what records a fetch; then saved says whether the source is there. It also has the feed looked at when it is
// next to be fetched: or at once, if what says when that is has changed since the fetch began.
func saveFetch(ctx context.Context, tx *database.Tx, name, title string, f bot.FetchState, saved *bool) error {
	const update = `
		UPDATE sources
		SET title = CASE WHEN $2 = '' THEN title ELSE $2 END, etag = $3, last_modified = $4, body_hash = $5,
			next_fetch = $6, last_try = $7, last_success = $8, failures = $9, error = $10,
			fetch_memory = $11, fetch_until = 0, address = $13, host_pause = $14,
			due = CASE WHEN due > $7 AND due <= $16 THEN due ELSE $15 END
		WHERE name = $1 AND ($12 = '' OR url = $12)
		RETURNING name`
	memory, err := json.Marshal(f.Memory)
	if err != nil {
		return err
	}
	*saved = false
	found := func(database.Scan) error { *saved = true; return nil }
	return tx.QueueQuery(ctx, found, update, safe(name), safe(title), []byte(f.ETag), []byte(f.LastModified), safe(f.BodyHash),
		micros(f.Next), micros(f.LastTry), micros(f.LastSuccess), f.Failures, safe(f.Error), string(memory), safe(f.Of),
		safe(f.Memory.Address), micros(f.Memory.HostPause), max(micros(f.Next), tx.Now), tx.Now)
}
