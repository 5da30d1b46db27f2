package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tidings/bot/filter"
)

//go:embed migrations/sqlite/*.sql
var sqliteFiles embed.FS

// readers is how many connections read at once: the watcher, a deliverer for each platform, and
// commands beside them; one more watches for other processes.
const readers = 6

func sqliteDialect() dialect {
	none := func(scope) string { return "" } // the connection that writes is alone
	files, err := fs.Sub(sqliteFiles, "migrations/sqlite")
	if err != nil {
		panic(err) // the path is part of the program
	}
	return dialect{
		open:       openSQLite,
		writers:    1,
		session:    beginSQL,
		prepares:   true,
		goose:      goose.DialectSQLite3,
		migrations: files,
		begin:      none,
		again:      func(error) bool { return false },
		listFrom:   "json_each($1) AS list",
		watch:      watchSQLite,
		seats:      openSQLiteSeats,
		fullText:   sqliteMatch,
		putText: `
			INSERT INTO search (rowid, title, summary, authors, tags, source, lang)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		textRow: func(key int64, t texts) []any {
			return []any{key, t.title, t.summary, t.authors, t.tags, t.source, t.lang}
		},
		deleteText: `
			DELETE FROM search
			WHERE rowid = $1`,
		textQuery: `
			FROM search
			CROSS JOIN articles AS a ON a.time_key = search.rowid
			WHERE search MATCH $1 AND search.rowid < $2
			ORDER BY search.rowid DESC
			LIMIT $3`,
		textCount: `
			SELECT count(*)
			FROM search
			WHERE search MATCH $1 AND rowid >= $2 AND rowid < $3`,
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
		mapError: sqliteError,
	}
}

// openSQLite opens a file, which it makes readable by its owner alone: it holds who reads what.
func openSQLite(ctx context.Context, path string) (w, r *sql.DB, name string, err error) {
	if err := prepareFile(path); err != nil {
		return nil, nil, "", err
	}
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
		// Pages in the log before a commit carries them over into the file, which takes it some 5 ms. The
		// default, 1000, makes that one commit in a hundred.
		"wal_autocheckpoint(4000)",
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
		return nil, errors.Join(fmt.Errorf("database %s: %w", path, sqliteError(err)), db.Close())
	}
	return db, nil
}

// sqliteMagic begins every SQLite file. https://www.sqlite.org/fileformat.html#the_database_header
const sqliteMagic = "SQLite format 3\x00"

// prepareFile finds out in time what SQLite would only call "unable to open database file".
func prepareFile(path string) error {
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return errors.New("database URL names no file; it must be sqlite: and a path, as in sqlite:tidings.db")
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("database %s: there is no directory %s; create it first", path, dir)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	defer f.Close()
	head := make([]byte, len(sqliteMagic))
	if n, _ := f.Read(head); n > 0 && string(head[:n]) != sqliteMagic {
		return fmt.Errorf("database %s: %w", path, errNoDatabase)
	}
	return nil
}

var errNoDatabase = errors.New("the file is not an SQLite database; name another one, or move it out of the way")

func watchSQLite(ctx context.Context, w *waker, db *sql.DB, _ string) error {
	return w.watchVersion(ctx, db, sqliteVersion)
}

// sqliteVersion changes with every commit of another connection, in whatever process.
// https://www.sqlite.org/pragma.html#pragma_data_version
func sqliteVersion(ctx context.Context, c *sql.Conn) (v int64, err error) {
	err = c.QueryRowContext(ctx, "PRAGMA data_version").Scan(&v)
	return v, err
}

// sqliteError says in words what the codes mean to the one who runs the program.
// https://www.sqlite.org/rescode.html
func sqliteError(err error) error {
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
		return fmt.Errorf("the database file is damaged; restore a backup: %w", err)
	}
	return err
}

// sqliteMatch writes a query in the language of FTS5. Words hold no character that means anything
// there, and stand in quotes. https://www.sqlite.org/fts5.html#full_text_query_syntax
func sqliteMatch(q filter.Query) string {
	var b strings.Builder
	writeMatch(&b, q)
	return b.String()
}

func writeMatch(b *strings.Builder, q filter.Query) {
	if q.Op == filter.Phrase {
		b.WriteString(sqliteColumns(q.Field) + ` : "` + strings.Join(q.Words, " ") + `"`)
		if q.Prefix {
			b.WriteString(" *")
		}
		return
	}
	word := " AND "
	if q.Op == filter.Or {
		word = " OR "
	}
	// The deepest goes first: the parser of FTS5 has a stack of 100, of which a parenthesis at the beginning
	// takes one place and a later one three. Filters nest 50 deep.
	kids := slices.SortedStableFunc(slices.Values(q.Kids), func(a, b filter.Query) int { return depth(b) - depth(a) })
	b.WriteByte('(')
	for i, kid := range kids {
		if i > 0 {
			b.WriteString(word)
		}
		writeMatch(b, kid)
	}
	b.WriteByte(')')
}

// depth returns how deep a query nests.
func depth(q filter.Query) int {
	deepest := 0
	for _, kid := range q.Kids {
		deepest = max(deepest, 1+depth(kid))
	}
	return deepest
}

func sqliteColumns(f filter.Field) string {
	switch f {
	case filter.Author:
		return "authors"
	case filter.Tag:
		return "tags"
	case filter.Any:
		return "{title summary authors tags}"
	default:
		return f.String()
	}
}
