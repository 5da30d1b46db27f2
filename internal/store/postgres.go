package store

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/postgres/*.sql
var postgresFiles embed.FS

const (
	// postgresWriters and postgresReaders are how many connections a process keeps, besides one that listens. A
	// server takes 100 unless told otherwise, which is eight replicas.
	postgresWriters = 4
	postgresReaders = 6
	// postgresOldest is the oldest server that is tested: 15 is what Debian 12 has.
	postgresOldest = 15_00_00
	// postgresIdle is when a connection that nobody used is closed, and postgresAge when any is, so that a fleet
	// spreads over the servers again after one of them was away.
	postgresIdle = 5 * time.Minute
	postgresAge  = 30 * time.Minute
	// postgresConnect bounds the making of a connection.
	postgresConnect = 10 * time.Second
	// postgresPatience bounds a transaction, with its wait for locks and all the articles of an import.
	postgresPatience = 5 * time.Minute
)

func postgresDialect() dialect {
	files, err := fs.Sub(postgresFiles, "migrations/postgres")
	if err != nil {
		panic(err) // the path is part of the program
	}
	return dialect{
		open:       openPostgres,
		writers:    postgresWriters,
		session:    beginPostgres,
		goose:      goose.DialectPostgres,
		migrations: files,
		migrating:  func(db *sql.DB) lock.SessionLocker { return &postgresLocker{db: db} },
		begin:      postgresBegin,
		announce:   `SELECT pg_notify('` + postgresChannel + `' || current_schema(), '')`,
		patience:   postgresPatience,
		again:      postgresAgain,
		claimHint: `
		FOR UPDATE SKIP LOCKED`,
		lockQueued: `
		SELECT q.target_id
		FROM deliveries AS d
		JOIN queue AS q ON q.target_id = d.target_id
		WHERE d.id = $1
		FOR UPDATE OF q`,
		articleHint: `
		FOR SHARE OF a`,
		listFrom:   `unnest(translate($1::text, '[]', '{}')::bigint[]) AS list (value)`,
		watch:      watchPostgres,
		seats:      openPostgresSeats,
		fullText:   postgresMatch,
		putText:    `INSERT INTO search (time_key, words) VALUES ($1, $2::text::tsvector)`,
		deleteText: `DELETE FROM search WHERE time_key = $1`,
		textRow:    postgresRow,
		textQuery:  postgresSearch,
		textCount:  `SELECT count(*) FROM search WHERE words @@ $1::text::tsquery AND time_key >= $2 AND time_key < $3`,
		snapshot:   sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		columns: `
			SELECT c.table_name, c.column_name
			FROM information_schema.columns AS c
			JOIN information_schema.tables AS t USING (table_schema, table_name)
			WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
			ORDER BY c.table_name`,
		references: `
			SELECT child.relname, parent.relname
			FROM pg_constraint AS c
			JOIN pg_class AS child ON child.oid = c.conrelid
			JOIN pg_class AS parent ON parent.oid = c.confrelid
			WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace`,
		sequences: `
			SELECT c.table_name, coalesce(s.last_value, 0)
			FROM information_schema.columns AS c
			JOIN pg_sequences AS s ON s.schemaname = c.table_schema
				AND s.sequencename = c.table_name || '_' || c.column_name || '_seq'
			WHERE c.table_schema = current_schema() AND c.is_identity = 'YES'`,
		setSequence: []string{`
			SELECT setval(pg_get_serial_sequence(table_name, column_name), $2)
			FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name = $1 AND is_identity = 'YES'`},
		mapError: postgresError,
	}
}

// parsePostgres reads an address. What is wrong with one is not repeated: it may hold a password.
func parsePostgres(address string) (*pgx.ConnConfig, error) {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the database URL is not understood; write postgres://USER:PASSWORD@HOST:PORT/DATABASE, " +
			"and what is not a letter or digit in the password as %XX")
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = postgresConnect
	}
	dialer := net.Dialer{
		// A server that is gone without a word is missed after these.
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 2},
		Control:         boundSilence,
	}
	cfg.DialFunc = dialer.DialContext
	cfg.RuntimeParams["application_name"] = "tidings"
	return cfg, nil
}

// openPostgres connects to a server. Statements are prepared and kept by the driver; behind a PgBouncer that hands
// out a connection for each transaction and is older than 1.21, add default_query_exec_mode=exec to the address.
func openPostgres(ctx context.Context, address string) (w, r *sql.DB, name string, err error) {
	cfg, err := parsePostgres(address)
	if err != nil {
		return nil, nil, "", err
	}
	name = fmt.Sprintf("%s on %s", cmp.Or(cfg.Database, cfg.User), cfg.Host) // the server takes the user's name too
	w = connectPostgres(cfg, postgresWriters)
	if err := checkPostgres(ctx, w); err != nil {
		return nil, nil, "", errors.Join(fmt.Errorf("database %s: %w", name, postgresError(err)), w.Close())
	}
	return w, connectPostgres(cfg, postgresReaders), name, nil
}

func connectPostgres(cfg *pgx.ConnConfig, conns int) *sql.DB {
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(postgresIdle)
	db.SetConnMaxLifetime(postgresAge)
	return db
}

// checkPostgres refuses a server that would go wrong later.
func checkPostgres(ctx context.Context, db *sql.DB) error {
	const text = `
		SELECT current_setting('server_version_num')::int, current_setting('server_version'),
			current_setting('server_encoding'), coalesce(current_schema(), '')`
	var number int
	var version, encoding, schema string
	err := db.QueryRowContext(ctx, text).Scan(&number, &version, &encoding, &schema)
	switch {
	case err != nil:
		return err
	case number < postgresOldest:
		return fmt.Errorf("the server is PostgreSQL %s; 15 is the oldest that this program works with", version)
	case encoding != "UTF8":
		return fmt.Errorf("the database keeps text as %s; create one with ENCODING 'UTF8' and TEMPLATE template0", encoding)
	case schema == "":
		return errors.New("the database has no schema for this user; create the one that search_path names, or public")
	}
	return nil
}

// postgresLocks is the first half of the keys of advisory locks, so that installations in schemas of one database do
// not meet.
const postgresLocks = `hashtext('tidings.' || current_schema())`

// postgresBegin takes the locks of a scope. The server drops who holds them and falls silent.
func postgresBegin(s scope) string {
	const (
		// A plan is kept, since making one takes longer than what it is for, and may have been made when a table was
		// empty that grows fast, as the queue does. So reading all of a table is never thought better than an index,
		// nor a join that does or that keeps one side, nor compiling what is short.
		begin = `
			SELECT set_config('idle_in_transaction_session_timeout', '10s', true),
				set_config('plan_cache_mode', 'force_generic_plan', true),
				set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true),
				set_config('enable_hashjoin', 'off', true), set_config('enable_material', 'off', true),
				set_config('jit', 'off', true), `
		whole  = `pg_advisory_xact_lock(` + postgresLocks + `, 1)`
		shared = `pg_advisory_xact_lock_shared(` + postgresLocks + `, 1)`
		log    = `pg_advisory_xact_lock(` + postgresLocks + `, 2)`
	)
	switch s {
	case appending:
		// The numbers of a log entry are given out under this lock, which is held until they can be read.
		return begin + shared + `, ` + log
	case enqueuing, beside:
		return begin + shared
	case fleeting:
		return begin + `set_config('synchronous_commit', 'off', true), ` + shared
	default:
		return begin + whole
	}
}

// postgresLocker lets one replica migrate at a time. Its lock is that of a transaction: a pooler may hand each
// statement that stands alone to another session, and the lock of a session would stay behind.
type postgresLocker struct {
	db *sql.DB
	tx *sql.Tx // while it is held
}

// SessionLock waits until nobody else migrates.
func (l *postgresLocker) SessionLock(ctx context.Context, _ *sql.Conn) error {
	tx, err := l.db.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(`+postgresLocks+`, 3)`); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	l.tx = tx
	return nil
}

// SessionUnlock lets the next one look.
func (l *postgresLocker) SessionUnlock(context.Context, *sql.Conn) error { return l.tx.Rollback() }
