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
	// URL is "sqlite:" and the path of a file, which is made if its directory exists, or the address of a
	// PostgreSQL database, as in postgres://user:password@host/database. An empty one is furnished.
	URL string
	// Logger takes what nobody else can report. Nil discards it.
	Logger *slog.Logger
	// Now is the clock. Nil is time.Now.
	Now func() time.Time
	// Look is how often an SQLite file that somebody waits for is looked at for what other processes have
	// written. 0 is 20 ms.
	Look time.Duration
}

// Store is an open database. All methods may be called concurrently, by several processes on one
// database too. Open makes one.
type Store struct {
	dialect *dialect
	w       *pool         // writes, one transaction at a time on SQLite
	r       *pool         // reads
	turn    chan struct{} // holds a token for each transaction that may write now
	wake    *waker
	seats   seats
	now     func() time.Time
	roster  roster
	health  health

	mostLooked int // maxLooked, less in tests
}

var _ bot.Store = (*Store)(nil)

// Open opens the database and brings its schema up to date. It returns a [*SchemaError] if a newer
// program has made it. Close the store after everything that uses it has ended.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	d, address, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	w, r, name, err := d.open(ctx, address)
	if err != nil {
		return nil, err
	}
	s := &Store{
		dialect: &d, w: newPool(w, &d), r: newPool(r, &d), turn: make(chan struct{}, d.writers), now: cfg.Now,
		mostLooked: maxLooked,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if err := migrate(ctx, &d, w); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", name, d.mapError(err)), w.Close(), r.Close())
	}
	log := cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	watch := func(ctx context.Context, w *waker) error { return d.watch(ctx, w, r, address) }
	if s.wake, err = newWaker(ctx, watch, cmp.Or(cfg.Look, defaultLook), log); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", name, d.mapError(err)), w.Close(), r.Close())
	}
	if s.seats, err = d.seats(address); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", name, d.mapError(err)), s.Close())
	}
	if err := s.nameAll(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: name the articles: %w", name, d.mapError(err)), s.Close())
	}
	return s, nil
}

// Close ends what waits, and closes the database. Writes in hand are finished first.
func (s *Store) Close() error {
	s.wake.close()
	errs := []error{s.r.close(), s.w.close()}
	if s.seats != nil {
		errs = append(errs, s.seats.close())
	}
	return errors.Join(errs...)
}

// parseURL finds the dialect of a database URL and the rest of it.
func parseURL(url string) (dialect, string, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		return sqliteDialect(), rest, nil
	case "postgres", "postgresql":
		return postgresDialect(), url, nil
	default:
		// Not the whole of it, which may hold a password.
		return dialect{}, "", fmt.Errorf("database URL begins with %q; it must begin with sqlite:, as in sqlite:tidings.db, "+
			"or with postgres://", scheme)
	}
}

// maxTries bounds how often a transaction, or a question, is begun anew that met another or lost its connection.
// A database that is away for longer is for the caller to wait for.
const maxTries = 5

// inTx runs fn in a transaction that writes alone, and wakes whoever waits once it is committed. See inScope.
func (s *Store) inTx(ctx context.Context, fn func(ctx context.Context, tx *tx) error) error {
	return s.inScope(ctx, alone, fn)
}

// inScope runs fn in a transaction that may write, and wakes whoever waits once it is committed. The
// context given to fn does not end with ctx: a transaction is short, and cutting one in half gains nothing. fn may
// be called again, after a rollback, so it starts from nothing each time.
func (s *Store) inScope(ctx context.Context, scope scope, fn func(ctx context.Context, tx *tx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for try := 1; ; try++ {
		committing, err := s.attempt(ctx, scope, fn)
		switch {
		case err == nil:
			s.health.note(nil, nil)
			s.wake.broadcast()
			return nil
		// A commit that fails with its connection may have been one.
		case committing, try == maxTries, ctx.Err() != nil, !s.dialect.again(err):
			mapped := s.dialect.mapError(err)
			s.health.note(err, mapped)
			return mapped
		}
	}
}

// attempt runs fn in a transaction once, and reports whether it came to the commit.
func (s *Store) attempt(
	ctx context.Context, scope scope, fn func(ctx context.Context, tx *tx) error,
) (committing bool, err error) {
	ctx = context.WithoutCancel(ctx)
	inner := ctx
	if s.dialect.patience > 0 {
		var cancel context.CancelFunc
		inner, cancel = context.WithTimeout(ctx, s.dialect.patience)
		defer cancel()
	}
	session, err := s.dialect.session(inner, s.w)
	if err != nil {
		return false, err
	}
	defer session.end(ctx)
	tx := &tx{session: session}
	if err := s.within(inner, tx, scope, fn); err != nil {
		return false, err
	}
	return session.commit(inner, tx.put)
}

// within runs fn between what a scope needs.
func (s *Store) within(
	ctx context.Context, tx *tx, scope scope, fn func(ctx context.Context, tx *tx) error,
) error {
	if begin := s.dialect.begin(scope); begin != "" {
		if err := tx.later(ctx, begin); err != nil {
			return err
		}
	}
	if scope.inTurn() {
		if err := tx.flush(ctx); err != nil {
			return err
		}
	}
	tx.now = micros(s.now())
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if s.dialect.announce != "" && scope.announced() {
		return tx.later(ctx, s.dialect.announce)
	}
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
