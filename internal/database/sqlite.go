package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// readers is how many connections read at once: the watcher, a deliverer for each platform, and
// commands beside them.
const readers = 6

// openLook is how often one who opens a file looks whether another has done so.
const openLook = 10 * time.Millisecond

// openLock ends the name of the file that is locked meanwhile.
const openLock = "-open.lock"

func sqliteDialect() dialect {
	return dialect{
		kind:      SQLite,
		open:      openSQLite,
		writers:   1,
		begin:     beginSQLite,
		readFresh: readFreshSQLite,
		prepares:  true,
		stable:    stableSQLite,
		goose:     goose.DialectSQLite3,
		opening:   lockSQLite,
		lock:      func(Scope) string { return "" }, // the connection that writes is alone
		retryable: func(error) bool { return false },
		list:      "json_each($1) AS list",
		watch:     watchSQLite,
		leases:    openSQLiteLeases,
		columns: `
			SELECT l.name, c.name
			FROM pragma_table_list AS l
			JOIN pragma_table_info(l.name) AS c
			WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
			ORDER BY l.name`,
		references: `
			SELECT l.name, f."table"
			FROM pragma_table_list AS l
			JOIN pragma_foreign_key_list(l.name) AS f
			WHERE l.schema = 'main'`,
		sequences: `SELECT name, seq FROM sqlite_sequence`,
		setSequence: []string{
			`DELETE FROM sqlite_sequence WHERE name = $1 AND seq < $2`,
			`INSERT INTO sqlite_sequence (name, seq) SELECT $1, $2 WHERE $1 NOT IN (SELECT name FROM sqlite_sequence)`,
		},
		size: `
			SELECT p.page_count * s.page_size, f.freelist_count * s.page_size
			FROM pragma_page_count AS p, pragma_page_size AS s, pragma_freelist_count AS f`,
		explain: explainSQLite,
	}
}

// stableSQLite hides from the planner what is bound to a LIMIT, or compared with. It would look at that, and so plan anew when
// it changes, which takes as long as to run the statement.
func stableSQLite(text string) string {
	return strings.NewReplacer("LIMIT $", "LIMIT +$", "= $", "= +$").Replace(text)
}

// lockSQLite makes the file, readable by its owner alone, and lets one process at a time open it. SQLite does not make
// those wait who turn on the write-ahead log at once, or who migrate.
func lockSQLite(ctx context.Context, path string) (release func(), err error) {
	if err := prepareFile(path); err != nil {
		return nil, err
	}
	l := &sqliteLease{path: path + openLock}
	found := lookUntil(ctx, openLook, func() (ok bool) {
		ok, err = l.acquire(ctx)
		return ok || err != nil
	})
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("database %s: %w; run this as the user whom the database belongs to", path, err)
	case err != nil:
		return nil, fmt.Errorf("database %s: %w", path, err)
	case !found:
		return nil, ctx.Err()
	}
	return func() { _ = l.release(ctx) }, nil // nothing was written
}

func openSQLite(ctx context.Context, path string) (w, r *sql.DB, name string, err error) {
	name = path
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, nil, "", err
	}
	if w, err = connectSQLite(ctx, path, url.Values{"_txlock": {"immediate"}}, 1); err != nil {
		return nil, nil, "", err
	}
	if r, err = connectSQLite(ctx, path, url.Values{"_query_only": {"1"}}, readers); err != nil {
		return nil, nil, "", errors.Join(err, w.Close())
	}
	return w, r, name, nil
}

func connectSQLite(ctx context.Context, path string, query url.Values, conns int) (*sql.DB, error) {
	query.Set("mode", "rw") // a later connection makes no empty file where one was deleted
	query["_pragma"] = []string{
		// How long to wait for another process that writes: an import's transactions are shorter.
		"busy_timeout(10000)",
		// Readers and the writer do not wait for each other.
		"journal_mode(WAL)",
		// A commit survives the program's death at once, and a power cut after the next checkpoint;
		// never is the file damaged. FULL would sync for each article.
		"synchronous(NORMAL)",
		"foreign_keys(1)",
		"temp_store(MEMORY)",
		// KiB of pages for each connection, taken as needed.
		"cache_size(-8192)",
		// Pages in the log before a commit carries them over into the file, which takes it milliseconds. See tend, which
		// mostly does so before.
		"wal_autocheckpoint(12000)",
		// The log file is cut back to this after a large import.
		"journal_size_limit(67108864)",
	}
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", path, explainSQLite(err)), db.Close())
	}
	return db, nil
}

// prepareFile makes the file if there is none, and finds out in time what SQLite would only call "unable to open database
// file".
func prepareFile(path string) error {
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return errors.New("database URL names no file; it must be sqlite: and a path, as in sqlite:tidings.db")
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("database %s: there is no directory %s; create it first", path, dir)
	}
	if err := refuseLeftover(path); err != nil {
		return err
	}
	// A file that is there is only looked at: whoever opens and closes it ends the locks that the process has on it.
	// https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, os.ErrExist):
		return looksLikeDatabase(path)
	case err != nil:
		return fmt.Errorf("database: %w", err)
	}
	return f.Close()
}

// leastDatabase is the size of the smallest page. https://www.sqlite.org/fileformat.html#pages
const leastDatabase = 512

// looksLikeDatabase returns an error for what SQLite would see as an empty database, or not explain.
func looksLikeDatabase(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("database: %w", err)
	case info.IsDir():
		return fmt.Errorf("database %s: is a directory; name a file in it", path)
	case info.Size() > 0 && info.Size() < leastDatabase:
		return fmt.Errorf("database %s: %w", path, errNoDatabase)
	}
	return nil
}

// refuseLeftover returns an error if the file is missing, but its write-ahead log is not: an empty database in its place
// would make that worthless.
func refuseLeftover(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return fmt.Errorf("database %s: the file is missing, but %s-wal is there: put the file back beside it, "+
			"or restore a backup and remove that one", path, path)
	}
	return nil
}

var errNoDatabase = errors.New("the file is not an SQLite database; name another one, or move it out of the way")

// explainSQLite says in words what the codes mean to the one who runs the program.
// https://www.sqlite.org/rescode.html
func explainSQLite(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	const primary = 0xff // the rest of a code is detail
	switch e.Code() & primary {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("another process has been writing to the database for too long: %w", err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full; nothing was written: %w", err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("the database file or its directory may not be written to: %w", err)
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w", errNoDatabase, err)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	return err
}
