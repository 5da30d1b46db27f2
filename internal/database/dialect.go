package database

import (
	"context"
	"database/sql"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Kind names a database management system.
type Kind string

// The kinds of databases.
const (
	SQLite   Kind = "sqlite"
	Postgres Kind = "postgres"
)

// dialect is where databases differ. Everything else is shared.
type dialect struct {
	kind Kind
	// open connects for writing and for reading: what to set on a connection, and what a person can
	// do about one that fails, is the database's own. It returns what to call the database where people read.
	open func(ctx context.Context, address string) (w, r *sql.DB, name string, err error)
	// writers is how many transactions may write at a time. A database with one write lock gains
	// nothing from several, and they would only meet in its busy handler.
	writers int
	// begin begins a transaction. Statements travel better together to a server.
	begin func(ctx context.Context, p *pool) (session, error)
	// readFresh reads on the connection that writes, which whoever calls it has; nil where that knows no more than others.
	readFresh func(ctx context.Context, w *pool, st statement) error
	// prepares says that statements are prepared here. A driver that does so by itself knows better when it may.
	prepares bool
	// stable makes a statement that is prepared one that stays so whatever is bound to it; nil if each does.
	stable func(text string) string
	// goose is what the migrations' library calls the database.
	goose goose.Dialect
	// opening lets one process at a time open the database and migrate it, until release is called; nil if migrating
	// does so.
	opening func(ctx context.Context, address string) (release func(), err error)
	// migrating lets one process at a time migrate; nil if opening does so.
	migrating func(*sql.DB) lock.SessionLocker
	// lock is run first in a transaction, unless empty: it acquires the locks of its scope. A database with several
	// writers hands out numbers before it commits, and a late commit would hide behind a reader's cursor.
	lock func(Scope) string
	// notify returns what is run last in a transaction that others wait for: it tells what the transaction is about and
	// who made it. Nil if nothing has to be.
	notify func(about Topic, by string) statement
	// durably has a commit wait for the disk although its scope would not; empty if all commits are alike.
	durably string
	// txTimeout bounds a transaction, unless 0. A database on the network may fall silent.
	txTimeout time.Duration
	// retryable says that an error ends a transaction of which nothing remains, and that it may go well next time.
	retryable func(error) bool
	// list is a FROM item named list whose column value has the entries of the JSON list $1.
	list string
	// watch makes w broadcast the commits of other processes, until ctx ends.
	watch func(ctx context.Context, w *waker, db *DB, address string) error
	// leases opens what shares out leases among processes.
	leases func(address string) (leases, error)
	// snapshot begins a transaction that reads the database as it is at one moment.
	snapshot sql.TxOptions
	// columns lists the tables and their columns, table by table; references lists pairs of tables of which the first
	// refers to the second.
	columns, references string
	// sequences lists the tables that number their rows and the last number given; setSequence makes $2 the last
	// one of table $1.
	sequences   string
	setSequence []string
	// size is a query for the bytes that the database takes, and how many of them are free in it.
	size string
	// explain makes errors of the driver say what a person can do.
	explain func(error) error
}

// Scope says what else may be written while a transaction writes. A database that lets one write at a time needs
// none of this.
type Scope int

const (
	// Exclusive keeps all others out that write: whatever is decided by what was read stays right.
	Exclusive Scope = iota
	// AppendLog is for what adds to a log. One does so at a time, so that numbers appear in their order.
	AppendLog
	// Enqueue is for what adds to a queue that others wait for, as far as a cursor that it moves. A crash of the database may
	// undo the last of that, with the cursor, and it is done again. Nothing is lost that came of it: what others commit later
	// lasts no longer than what they have read. What leaves the program because of it needs [Tx.Durable].
	Enqueue
	// Shared is for what locks the rows that it changes, and gives others nothing that they wait for.
	Shared
	// SharedAsync is Shared, for what a crash of the database may undo of the last second without harm.
	SharedAsync
)

const scopes = int(SharedAsync) + 1

// inTurn reports whether transactions of this scope wait for each other, and have the times of that order.
func (s Scope) inTurn() bool { return s <= AppendLog }

// most returns how many of the connections that write transactions of this scope may take at a time. What waits for its turn
// in a log needs one, and what may be late half of them: so whoever sends finds one free, however much comes in.
func (s Scope) most(connections int) int {
	switch s {
	case AppendLog:
		return 1
	case SharedAsync:
		return max(1, connections/2)
	case Exclusive, Enqueue, Shared:
	}
	return connections
}

// notifies reports whether other processes wait for what a transaction of this scope does.
func (s Scope) notifies() bool { return s < Shared }

// about returns what transactions of this scope are about. [Tx.Wake] adds to that.
func (s Scope) about() Topic {
	switch s {
	case Exclusive:
		return everything
	case AppendLog:
		return Log
	case Enqueue, Shared, SharedAsync:
	}
	return Queue
}
