// Package database runs SQL on SQLite or PostgreSQL, whichever an address names, with one set of statements.
//
// [Open] connects and brings the schema up to date. A [DB] reads outside of transactions and writes within them:
//
//	db, err := database.Open(ctx, database.Config{URL: "sqlite:app.db", Migrations: files})
//	list, err := database.Collect(ctx, db, readThing, `SELECT id, name FROM things WHERE id > $1`, 7)
//	err = db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) error {
//		return tx.Queue(ctx, `UPDATE things SET name = $2 WHERE id = $1`, 8, "new")
//	})
//
// It also wakes those who wait for a commit, of this process or another ([DB.Wait]), lets one process at a time do
// something ([DB.Acquire]), and copies all tables from one database to another ([Copy]).
//
// SQLite is one file in WAL mode, with one connection that writes and several that read. PostgreSQL is for several
// processes; there, what a transaction writes without waiting for an answer travels in batches, since a trip to the
// server costs more than most statements; and rows that are inserted or changed alike are one statement ([Rows]). What differs between the two is data in a dialect. Statements use $1 … $n;
// a list goes in as one JSON parameter, which [DB.List] turns into rows. Truth values are kept as numbers, and times
// are the caller's: [Tx.Now] is in UTC microseconds.
//
// The package knows no table of its users. Its own are schema_marks, goose_db_version and, on PostgreSQL, leases. It
// logs only what nobody else can report.
package database
