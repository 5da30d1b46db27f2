package store

import (
	"context"
	"fmt"

	"tidings/bot"
	"tidings/internal/database"
)

// What a row of sessions is.
const (
	signedIn   = "session"
	signInLink = "link"
)

// AddSession keeps a session under a key, and forgets those that have expired.
func (s *Store) AddSession(ctx context.Context, key string, of bot.Session) error {
	return s.addSession(ctx, key, signedIn, of)
}

// AddSignInLink keeps a link that signs in once, under a key.
func (s *Store) AddSignInLink(ctx context.Context, key string, of bot.Session) error {
	return s.addSession(ctx, key, signInLink, of)
}

func (s *Store) addSession(ctx context.Context, key, kind string, of bot.Session) error {
	const (
		expire = `
			DELETE FROM sessions
			WHERE expires <= $1`
		insert = `
			INSERT INTO sessions (key, kind, who, expires, message)
			VALUES ($1, $2, $3, $4, $5)`
	)
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		if _, err := tx.Exec(ctx, expire, tx.Now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, insert, key, kind, safe(of.Who), micros(of.Expires), safe(of.Message))
		return err
	})
	if err != nil {
		return fmt.Errorf("add session of %s: %w", of.Who, err)
	}
	return nil
}

// SpendSignInLink uses up a link: of all who try, one gets what it is of, the others [bot.ErrNotFound].
func (s *Store) SpendSignInLink(ctx context.Context, key string) (bot.Session, error) {
	const spend = `
		DELETE FROM sessions
		WHERE key = $1 AND kind = $2 AND expires > $3
		RETURNING who, expires, message`
	var of bot.Session
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) (err error) {
		var found bool
		if of, found, err = database.One(ctx, tx, readSession, spend, key, signInLink, tx.Now); err == nil && !found {
			err = bot.ErrNotFound
		}
		return err
	})
	if err != nil {
		return bot.Session{}, fmt.Errorf("spend a link: %w", err)
	}
	return of, nil
}

// Session returns the session with a key, or [bot.ErrNotFound] if it has ended.
func (s *Store) Session(ctx context.Context, key string) (bot.Session, error) {
	const text = `
		SELECT who, expires, message
		FROM sessions
		WHERE key = $1 AND kind = $2 AND expires > $3`
	of, found, err := database.One(ctx, s.db, readSession, text, key, signedIn, micros(s.now()))
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return bot.Session{}, fmt.Errorf("session: %w", err)
	}
	return of, nil
}

// SetSessionMessage sets what the next page of a session says; empty for nothing.
func (s *Store) SetSessionMessage(ctx context.Context, key, message string) error {
	const update = `
		UPDATE sessions
		SET message = $2
		WHERE key = $1`
	return s.changeSession(ctx, update, key, safe(message))
}

// EndSession forgets a session. One that has ended is passed over.
func (s *Store) EndSession(ctx context.Context, key string) error {
	const end = `
		DELETE FROM sessions
		WHERE key = $1`
	return s.changeSession(ctx, end, key)
}

func (s *Store) changeSession(ctx context.Context, text string, args ...any) error {
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Exec(ctx, text, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("change a session: %w", err)
	}
	return nil
}

func readSession(row database.Scan) (of bot.Session, err error) {
	var expires int64
	err = row(&of.Who, &expires, &of.Message)
	of.Expires = moment(expires)
	return of, err
}
