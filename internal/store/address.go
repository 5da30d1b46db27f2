package store

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// MoveSource gives a feed another address. It keeps its articles and what its documents have shown so far, and is read anew:
// what its old server has said counts no more, nor does a hub's lease. Its login is for its old server alone; another may
// be in the address. bot.ErrExists says that a source, public or in the
// same place, has the address; bot.ErrNotFound that there is no such feed.
func (s *Store) MoveSource(ctx context.Context, id, url string) error {
	const text = `
		SELECT owner, url
		FROM sources
		WHERE name = $1 AND kind = $2`
	bare, login := bot.TakeLogin(url)
	m := relocation{source: safe(id), to: safe(bare), login: login}
	err := s.db.InTx(ctx, database.AppendLog, func(ctx context.Context, tx *database.Tx) error {
		read := func(row database.Scan) (struct{}, error) { return struct{}{}, row(&m.owner, &m.from) }
		_, found, err := database.One(ctx, tx, read, text, m.source, bot.FeedSource)
		if err == nil && !found {
			err = bot.ErrNotFound
		}
		if err != nil {
			return err
		}
		return m.write(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("move source %s: %w", id, err)
	}
	return nil
}

// relocation is a feed's change of address.
type relocation struct {
	source   string // its ID
	owner    int64
	from, to string
	login    bot.Login // that came with the address
}

// write moves the feed, unless somebody follows the address there.
func (m *relocation) write(ctx context.Context, tx *database.Tx) error {
	const (
		followed = `
			SELECT count(*)
			FROM sources
			WHERE owner IN (0, $1) AND url = $2 AND kind = 'feed'`
		update = `
			UPDATE sources
			SET url = $2, etag = $3, last_modified = $3, body_hash = '', next_fetch = 0, last_try = 0, failures = 0, error = '',
				fetch_memory = '', fetch_until = 0, due = $6, address = '', host_pause = 0,
				login = CASE WHEN $4 <> '' OR $5 = 1 THEN $4 ELSE login END
			WHERE name = $1`
	)
	n, err := database.Number(ctx, tx, followed, m.owner, m.to)
	if err == nil && n > 0 {
		err = bot.ErrExists
	}
	if err != nil {
		return err
	}
	if err := m.keepHistory(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM state WHERE name = $1`, bot.LeaseKey(m.source)); err != nil {
		return err
	}
	leaves := 0
	if bot.Origin(m.from) != bot.Origin(m.to) {
		leaves = 1
	}
	_, err = tx.Exec(ctx, update, m.source, m.to, []byte{}, packLogin(m.login), leaves, tx.Now)
	return err
}

// keepHistory gives the new address what the documents of the old one have shown.
func (m *relocation) keepHistory(ctx context.Context, tx *database.Tx) error {
	const copied = `
		INSERT INTO batch_history (feed, newest, at_bottom, items)
		SELECT $2, newest, at_bottom, items
		FROM batch_history
		WHERE feed = $1
		ON CONFLICT (feed) DO UPDATE
		SET newest = excluded.newest, at_bottom = excluded.at_bottom, items = excluded.items`
	was, is := feedKey(m.owner, m.source, m.from), feedKey(m.owner, m.source, m.to)
	if was == is {
		return nil
	}
	_, err := tx.Exec(ctx, copied, was, is)
	return err
}

// SetInterval sets the longest time between two fetches of a feed; 0 is the same as for all. bot.ErrNotFound says that there
// is no such feed.
func (s *Store) SetInterval(ctx context.Context, id string, longest time.Duration) error {
	const update = `
		UPDATE sources
		SET longest = $2, due = $4
		WHERE name = $1 AND kind = $3`
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Exec(ctx, update, safe(id), longest.Microseconds(), bot.FeedSource, tx.Now)
		if err == nil && n == 0 {
			err = bot.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set the interval of source %s: %w", id, err)
	}
	return nil
}
