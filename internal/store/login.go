package store

import (
	"context"
	"fmt"
	"strings"

	"tidings/bot"
	"tidings/internal/database"
	"tidings/internal/secret"
)

// packLogin writes a login as it is stored: "Header: value".
func packLogin(l bot.Login) string {
	if l.Header == "" {
		return ""
	}
	return l.Header + ": " + l.Value.Reveal()
}

// Login returns what the server of a feed wants to see, the zero value if nothing.
func (s *Store) Login(ctx context.Context, id string) (bot.Login, error) {
	text, _, err := database.One(ctx, s.db, database.Value[string], `SELECT login FROM sources WHERE name = $1`, safe(id))
	if err != nil {
		return bot.Login{}, fmt.Errorf("login of source %s: %w", id, err)
	}
	header, value, _ := strings.Cut(text, ": ")
	return bot.Login{Header: header, Value: secret.New(value)}, nil
}

// SetLogin keeps what the server of a feed wants to see, or, with the zero value, that it wants nothing. The feed is read
// anew. bot.ErrNotFound says that there is no such feed.
func (s *Store) SetLogin(ctx context.Context, id string, l bot.Login) error {
	const update = `
		UPDATE sources
		SET login = $2, etag = $3, last_modified = $3, body_hash = '', next_fetch = 0, due = $5, failures = 0, error = ''
		WHERE name = $1 AND kind = $4 AND login <> $2`
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		n, err := database.Number(ctx, tx, `SELECT count(*) FROM sources WHERE name = $1 AND kind = $2`, safe(id), bot.FeedSource)
		if err == nil && n == 0 {
			err = bot.ErrNotFound
		}
		if err == nil {
			_, err = tx.Exec(ctx, update, safe(id), packLogin(l), []byte{}, bot.FeedSource, tx.Now)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set the login of source %s: %w", id, err)
	}
	return nil
}
