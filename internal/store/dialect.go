package store

import (
	"context"
	"database/sql"
	"io/fs"

	"github.com/pressly/goose/v3"

	"tidings/bot/filter"
)

// dialect is where databases differ. Everything else is shared.
type dialect struct {
	// open connects for writing and for reading: what to set on a connection, and what a person can
	// do about one that fails, is the database's own.
	open func(ctx context.Context, path string) (w, r *sql.DB, err error)
	// writers is how many transactions may write at a time. A database with one write lock gains
	// nothing from several, and they would only meet in its busy handler.
	writers int
	// goose and migrations: DDL has little in common.
	goose      goose.Dialect
	migrations fs.FS
	// guard is run first in a transaction that adds to the log, unless empty. A database with several
	// writers hands out numbers before it commits, and a late commit would hide behind the cursor.
	guard string
	// claimHint ends the query that picks targets, so that claimers who may write at the same time do
	// not pick the same.
	claimHint string
	// listFrom is a FROM item named list whose column value has the entries of the JSON list $1.
	listFrom string
	// version runs on a connection of its own, and returns a number that changes when anybody,
	// in another process too, has committed.
	version func(ctx context.Context, c *sql.Conn) (int64, error)
	// fullText says a filter in the full-text index's language: an expression for textQuery.
	fullText func(q filter.Query) string
	// The index has rows of its own, keyed by time_key: put takes the key and the columns title,
	// summary, authors, tags, source and lang, delete the key.
	putText, deleteText string
	// textQuery finds articles AS a whose time_key is below $2 by the expression $1, newest first:
	// everything from FROM on.
	textQuery string
	// mapError makes errors of the driver say what a person can do.
	mapError func(error) error
}
