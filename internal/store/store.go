package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"tidings/bot"
)

// Config says which database to open.
type Config struct {
	// URL is "sqlite:" and the path of a file, which is made if its directory exists.
	URL string
	// Logger takes what nobody else can report. Nil discards it.
	Logger *slog.Logger
	// Now is the clock. Nil is time.Now.
	Now func() time.Time
}

// Store is an open database. All methods may be called concurrently, by several processes on one
// database too. Open makes one.
type Store struct {
	dialect dialect
	w       *pool         // writes, one transaction at a time
	r       *pool         // reads
	turn    chan struct{} // holds a token for each transaction that may write now
	wake    *waker
	now     func() time.Time

	mostLooked int // maxLooked, less in tests
}

var _ bot.Store = (*Store)(nil)

// Open opens the database and brings its schema up to date. It returns a [*SchemaError] if a newer
// program has made it. Close the store after everything that uses it has ended.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	d, path, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	w, r, err := d.open(ctx, path)
	if err != nil {
		return nil, err
	}
	s := &Store{
		dialect: d, w: newPool(w), r: newPool(r), turn: make(chan struct{}, d.writers), now: cfg.Now, mostLooked: maxLooked,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if err := migrate(ctx, d, w); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", path, d.mapError(err)), w.Close(), r.Close())
	}
	log := cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	if s.wake, err = newWaker(ctx, r, d.version, log); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", path, d.mapError(err)), w.Close(), r.Close())
	}
	return s, nil
}

// Close ends what waits, and closes the database. Writes in hand are finished first.
func (s *Store) Close() error {
	s.wake.close()
	return errors.Join(s.r.close(), s.w.close())
}

// parseURL finds the dialect of a database URL and the rest of it.
func parseURL(url string) (dialect, string, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		return sqliteDialect(), rest, nil
	case "postgres", "postgresql":
		return dialect{}, "", errors.New(
			"this version keeps its articles in SQLite only: set DATABASE_URL to sqlite: and a file, as in sqlite:tidings.db")
	default:
		// Not the whole of it, which may hold a password.
		return dialect{}, "", fmt.Errorf("database URL begins with %q; it must begin with sqlite:, as in sqlite:tidings.db", scheme)
	}
}

// inTx runs fn in a transaction that may write, and wakes whoever waits once it is committed. The
// context given to fn does not end: a transaction is short, and cutting one in half gains nothing.
func (s *Store) inTx(ctx context.Context, fn func(ctx context.Context, tx *tx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	ctx = context.WithoutCancel(ctx)
	t, err := s.w.db.BeginTx(ctx, nil)
	if err != nil {
		return s.dialect.mapError(err)
	}
	tx := &tx{Tx: t, pool: s.w, now: micros(s.now())}
	if err := fn(ctx, tx); err != nil {
		// What went wrong is err; a rollback can only fail because of it.
		_ = t.Rollback()
		return s.dialect.mapError(err)
	}
	if err := t.Commit(); err != nil {
		return s.dialect.mapError(err)
	}
	s.wake.broadcast()
	// What was written stands, whether or not the statements could be prepared for their next use.
	_ = s.w.learn(ctx, tx.missed)
	return nil
}

// micros returns t in UTC microseconds, 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the inverse of micros.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// safe removes what a database may refuse to keep in text: NUL and broken UTF-8.
func safe(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return strings.ToValidUTF8(s, "")
}
