package database

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

const (
	// postgresWriters and postgresReaders are how many connections a process keeps, besides one that listens. A
	// server allows 100 unless configured otherwise, which is eight replicas.
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
	// postgresTxTimeout bounds a transaction, with its wait for locks and all the articles of an import.
	postgresTxTimeout = 5 * time.Minute
)

func postgresDialect() dialect {
	return dialect{
		kind:      Postgres,
		open:      openPostgres,
		writers:   postgresWriters,
		begin:     beginPostgres,
		goose:     goose.DialectPostgres,
		migrating: func(db *sql.DB) lock.SessionLocker { return &postgresLocker{db: db} },
		lock:      postgresLock,
		notify:    postgresNotify,
		durably:   `SET LOCAL synchronous_commit TO DEFAULT`,
		txTimeout: postgresTxTimeout,
		retryable: postgresRetryable,
		list:      `unnest(translate($1::text, '[]', '{}')::bigint[]) AS list (value)`,
		watch:     watchPostgres,
		leases:    openPostgresLeases,
		snapshot:  sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		columns: `
			SELECT c.table_name, c.column_name
			FROM information_schema.columns AS c
			JOIN information_schema.tables AS t USING (table_schema, table_name)
			WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
			ORDER BY c.table_name`,
		size: `SELECT pg_database_size(current_database()), 0`,
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
		explain: explainPostgres,
	}
}

// parsePostgres reads an address. What is wrong with one is not repeated: it may contain a password.
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
		Control:         setUserTimeout,
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
	name = fmt.Sprintf("%s on %s", cmp.Or(cfg.Database, cfg.User), cfg.Host) // the server uses the user's name too
	w = connectPostgres(cfg, postgresWriters)
	if err := checkPostgres(ctx, w); err != nil {
		return nil, nil, "", errors.Join(fmt.Errorf("database %s: %w", name, explainPostgres(err)), w.Close())
	}
	return w, connectPostgres(cfg, postgresReaders), name, nil
}

func connectPostgres(cfg *pgx.ConnConfig, conns int) *sql.DB {
	db := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(withoutJIT))
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(postgresIdle)
	db.SetConnMaxLifetime(postgresAge)
	return db
}

// withoutJIT keeps the server from compiling queries, which it does where it thinks that one takes long: a search among ten million
// articles waited a hundred times as long for that as for its answer. It isn't a startup parameter, because a PgBouncer would refuse that.
func withoutJIT(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SET jit = off`)
	return err
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
