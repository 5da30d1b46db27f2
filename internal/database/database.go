package database

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// Config says which database to open.
type Config struct {
	// URL is "sqlite:" and the path of a file, which is made if its directory exists, or the address of a
	// PostgreSQL database, as in postgres://user:password@host/database. An empty one gets its tables.
	URL string
	// Migrations has the files that make the schema, in a folder for each [Kind]. A file's name begins with its number.
	Migrations fs.FS
	// Logger gets what no caller can report. Nil discards it.
	Logger *slog.Logger
	// Now is the clock. Nil is time.Now.
	Now func() time.Time
	// Look is how often an SQLite file that somebody waits for is looked at for what other processes have written. 0 is
	// whenever one has, as far as the system tells of it, and else fifty times a second.
	Look time.Duration
	// AsIs opens a database of an older development version as it is, to be read by [Copy].
	AsIs bool
}

// DB is an open database. All methods may be called concurrently. Open makes one.
type DB struct {
	dialect *dialect
	w       *pool                 // writes, one transaction at a time on SQLite
	r       *pool                 // reads
	turn    chan struct{}         // has a token for each transaction that may write now
	turns   [scopes]chan struct{} // and for each of a scope
	wake    *waker
	id      string        // of this process, for what others are told
	look    time.Duration // as Config has it
	leases  leases
	now     func() time.Time
	log     *slog.Logger
	health  health

	file      *dataFile // nil if there is no file
	turnstile turnstile // where there is a file
	commits   atomic.Int64
	grown     chan struct{} // tells tend that the write-ahead log may have grown
	wrote     atomic.Int64  // when a transaction of this process ended last, in microseconds
	carried   atomic.Int64  // what wrote was when the write-ahead log was carried over
}

// Open opens the database and brings its schema up to date. It returns a [*SchemaError] if another version of the
// program has made it. Close the database after everything that uses it has ended.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	d, address, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	db, name, err := connect(ctx, &d, address, &cfg)
	if err != nil {
		return nil, err
	}
	watch := func(ctx context.Context, w *waker) error {
		if db.file != nil {
			w.work.Go(func() { db.tend(ctx, max(tendInterval, cfg.Look)) })
		}
		return d.watch(ctx, w, db, address)
	}
	if db.wake, err = newWaker(ctx, watch, cmp.Or(cfg.Look, defaultLook), db.log); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", name, d.explain(err)), db.w.close(), db.r.close())
	}
	if db.leases, err = d.leases(address); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", name, d.explain(err)), db.Close())
	}
	return db, nil
}

// connect opens the connections and migrates.
func connect(ctx context.Context, d *dialect, address string, cfg *Config) (db *DB, name string, err error) {
	if d.opening != nil {
		release, err := d.opening(ctx, address)
		if err != nil {
			return nil, "", err
		}
		defer release()
	}
	w, r, name, err := d.open(ctx, address)
	if err != nil {
		return nil, "", err
	}
	file, err := fileOf(d, address)
	if err == nil {
		err = migrate(ctx, d, w, cfg)
	}
	if err != nil {
		return nil, "", errors.Join(fmt.Errorf("database %s: %w", name, d.explain(err)), w.Close(), r.Close())
	}
	db = &DB{
		dialect: d, w: newPool(w, d), r: newPool(r, d), turn: make(chan struct{}, d.writers), grown: make(chan struct{}, 1), now: cfg.Now, file: file,
		log: cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)), id: rand.Text(), look: cfg.Look,
	}
	for s := range db.turns {
		db.turns[s] = make(chan struct{}, Scope(s).most(d.writers))
	}
	if file != nil {
		db.turnstile = openTurnstile(file.path)
	}
	db.health.log = db.log
	if db.now == nil {
		db.now = time.Now
	}
	return db, name, nil
}

// fileOf returns the file of a database that was just opened, nil if it has none.
func fileOf(d *dialect, address string) (*dataFile, error) {
	if d.kind != SQLite {
		return nil, nil //nolint:nilnil // a server has no file
	}
	path, err := filepath.Abs(address)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	return &dataFile{path: path, info: info}, err
}

// Close ends what waits, and closes the database. Writes in hand are finished first.
func (db *DB) Close() error {
	db.wake.close()
	if db.dialect.writers == 1 {
		db.turn <- struct{}{}
		defer func() { <-db.turn }()
	}
	errs := []error{db.r.close(), db.w.close(), db.turnstile.close()}
	if db.leases != nil {
		errs = append(errs, db.leases.close())
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
		// Not the whole of it, which may contain a password.
		return dialect{}, "", fmt.Errorf("database URL begins with %q; it must begin with sqlite:, as in sqlite:tidings.db, "+
			"or with postgres://", scheme)
	}
}

// Kind says which system this is, for the few statements that cannot be shared.
func (db *DB) Kind() Kind { return db.dialect.kind }

// List is a FROM item named list whose column value has the numbers of [JSONList] $1.
func (db *DB) List() string { return db.dialect.list }

// In is a condition that a column's value is one of some numbers, and the argument that $1 in it stands for. For a single one it is
// a comparison, which costs SQLite a third of a list.
func (db *DB) In(column string, list []int64) (condition string, arg any) {
	if len(list) == 1 {
		return column + " = $1", list[0]
	}
	return column + " IN (SELECT list.value FROM " + db.List() + ")", JSONList(list)
}

// Pools returns the connections that write and those that read, for maintenance and tests. What is written through
// them wakes nobody.
func (db *DB) Pools() (w, r *sql.DB) { return db.w.db, db.r.db }

// Prepared yields the statements that were run, where they are prepared here: on SQLite.
func (db *DB) Prepared() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, p := range []*pool{db.w, db.r} {
			for _, text := range p.texts() {
				if !yield(text) {
					return
				}
			}
		}
	}
}

// Each reads outside of transactions: see [Querier]. Errors say what a person can do.
func (db *DB) Each(ctx context.Context, read func(Scan) error, text string, args ...any) error {
	err := db.dialect.explain(db.r.each(ctx, read, text, args...))
	db.health.noteDamage(err)
	return err
}

// Wait blocks until ready returns 0 or a negative duration, ctx ends, or the database is closed. It asks ready again
// after each commit that is about a topic, and after the duration that it returned.
func (db *DB) Wait(ctx context.Context, about Topic, ready func(context.Context) (time.Duration, error)) error {
	ask := ready
	if db.file != nil { // which answers at once; a context that may end would cost each question two goroutines
		ask = func(ctx context.Context) (time.Duration, error) { return ready(context.WithoutCancel(ctx)) }
	}
	return db.dialect.explain(db.wake.wait(ctx, about, ask))
}
