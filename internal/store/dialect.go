package store

import (
	"context"
	"database/sql"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"tidings/bot/filter"
)

// dialect is where databases differ. Everything else is shared.
type dialect struct {
	// open connects for writing and for reading: what to set on a connection, and what a person can
	// do about one that fails, is the database's own. It returns what to call the database where people read.
	open func(ctx context.Context, address string) (w, r *sql.DB, name string, err error)
	// writers is how many transactions may write at a time. A database with one write lock gains
	// nothing from several, and they would only meet in its busy handler.
	writers int
	// session begins a transaction. On the way to a server statements travel better together.
	session func(ctx context.Context, p *pool) (session, error)
	// prepares says that statements are prepared here. A driver that does so by itself knows better when it may.
	prepares bool
	// goose and migrations: DDL has little in common.
	goose      goose.Dialect
	migrations fs.FS
	// migrating makes what is held by the one who migrates; nil if a migration that meets another just fails.
	migrating func(*sql.DB) lock.SessionLocker
	// begin is run first in a transaction, unless empty: it takes the locks of its scope. A database with several
	// writers hands out numbers before it commits, and a late commit would hide behind the cursor.
	begin func(scope) string
	// announce is run last in a transaction that others wait for, unless empty.
	announce string
	// patience bounds a transaction, unless 0. A database on the network may fall silent.
	patience time.Duration
	// again says that an error ends a transaction of which nothing remains, and that it may go well next time.
	again func(error) bool
	// claimHint ends the query that picks targets, so that claimers who may write at the same time do
	// not pick the same.
	claimHint string
	// lockQueued is run before a transaction looks at the place in the queue of the target of delivery $1, unless
	// empty. It keeps others from changing that meanwhile, and from adding to what is pending.
	lockQueued string
	// articleHint ends the query that reads an article AS a beside what Settle writes, so that no revision comes in
	// between which neither of the two sees.
	articleHint string
	// listFrom is a FROM item named list whose column value has the entries of the JSON list $1.
	listFrom string
	// watch makes w broadcast the commits of others, in other processes too, until ctx ends.
	watch func(ctx context.Context, w *waker, db *sql.DB, address string) error
	// seats opens what shares out places among processes.
	seats func(address string) (seats, error)
	// fullText says a filter in the full-text index's language: an expression for textQuery.
	fullText func(q filter.Query) string
	// The index has rows of its own, keyed by time_key: put takes what textRow makes of an article's words,
	// delete the key.
	putText, deleteText string
	textRow             func(key int64, t texts) []any
	// textQuery finds up to $3 articles AS a whose time_key is below $2 by the expression $1, newest first:
	// everything from FROM on.
	textQuery string
	// textCount counts the articles that the expression $1 takes with a time_key from $2 to below $3.
	textCount string
	// snapshot begins a transaction that reads the database as it is at one moment.
	snapshot sql.TxOptions
	// columns lists the tables and their columns, table by table; references lists pairs of tables of which the first
	// refers to the second.
	columns, references string
	// sequences lists the tables that number their rows and the last number given; setSequence makes $2 the last
	// one of table $1.
	sequences   string
	setSequence []string
	// mapError makes errors of the driver say what a person can do.
	mapError func(error) error
}

// texts are the words of an article in the full-text index.
type texts struct{ title, summary, authors, tags, source, lang string }

// scope is what else may be written while a transaction writes. A database that lets one write at a time needs none
// of this.
type scope int

const (
	// alone keeps all others out that write: whatever is decided by what was read stays right.
	alone scope = iota
	// appending is for what adds to the log. One does so at a time, so that numbers appear in their order.
	appending
	// enqueuing is for what adds to the queue.
	enqueuing
	// beside is for what locks the rows that it changes, and tells others nothing that they wait for.
	beside
	// fleeting is beside, for what a crash of the database may undo of the last second without harm.
	fleeting
)

// inTurn reports whether transactions of this scope wait for each other, and have the times of that order.
func (s scope) inTurn() bool { return s <= appending }

// announced reports whether others wait for what a transaction of this scope does.
func (s scope) announced() bool { return s < beside }
