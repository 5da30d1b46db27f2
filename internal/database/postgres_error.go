package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Codes that decide something. https://www.postgresql.org/docs/15/errcodes-appendix.html
const (
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
	pgLockTimeout   = "55P03"
	pgConnection    = "08"    // the class of broken connections
	pgOperator      = "57P"   // the server is going down, coming up, or ended this connection
	pgIdleTooLong   = "25P03" // in a transaction
)

// postgresRetryable reports an error after which nothing of the transaction remains: it met another in a deadlock, or its connection broke
// before it was to be committed.
func postgresRetryable(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == pgSerialization || e.Code == pgDeadlock || e.Code == pgLockTimeout || e.Code == pgIdleTooLong ||
			strings.HasPrefix(e.Code, pgOperator) || strings.HasPrefix(e.Code, pgConnection)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return false // whoever asked waits longer than this package would
	}
	return broken(err)
}

// broken reports an error that ends its connection.
func broken(err error) bool {
	_, network := errors.AsType[net.Error](err)
	return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) &&
		(network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
			errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "conn closed")) // pgx has no value for it
}

// postgresWords says what a code, or a class of codes, means to the one who runs the program.
func postgresWords() map[string]string {
	return map[string]string{
		"28":            "the database server refuses this user or password; check both in DATABASE_URL",
		"3D000":         "the server has no database of this name; create it with CREATE DATABASE, or correct DATABASE_URL",
		"3F":            "the database has no such schema; create it, or correct search_path in DATABASE_URL",
		"42501":         "the database user lacks a right; make it the owner of the database, or grant it CREATE on the schema",
		"53100":         "the disk of the database server is full; nothing was written",
		"53200":         "the database server is out of memory",
		"53300":         "the database server accepts no more connections; raise its max_connections, or run fewer replicas",
		"25006":         "the database server accepts no writes, as a standby; name the primary, or all with target_session_attrs=read-write",
		"57014":         "the database server gave up on a statement that took too long",
		pgSerialization: "others kept changing the same rows of the database",
		pgDeadlock:      "others kept changing the same rows of the database",
		pgLockTimeout:   "a lock of the database was held by others for too long",
		pgOperator:      "the database server is stopping or starting",
		"XX001":         "the database is damaged; restore a backup",
		"XX002":         "the database is damaged; restore a backup",
	}
}

// explainPostgres says in words what the codes mean to the one who runs the program.
func explainPostgres(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		words := postgresWords()
		for n := len(e.Code); n >= 2; n-- {
			if w, ok := words[e.Code[:n]]; ok {
				return fmt.Errorf("%s: %w", w, err)
			}
		}
		return err
	}
	if e, ok := errors.AsType[*pgconn.ConnectError](err); ok && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("the database server does not answer; check that it runs and that DATABASE_URL names it: %w",
			reason(e))
	}
	if err != nil && broken(err) {
		return fmt.Errorf("the connection to the database broke: %w", err)
	}
	return err
}

// reason leaves out of a failed connection who wanted it, which is said already, and keeps why it failed.
func reason(e *pgconn.ConnectError) error {
	if network, ok := errors.AsType[*net.OpError](e); ok {
		return network
	}
	if name, ok := errors.AsType[*net.DNSError](e); ok {
		return name
	}
	return e
}
