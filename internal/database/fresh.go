package database

import "context"

// Fresh reads, outside of transactions, what this process is likely to have written just now: the same as [DB.Each] reads, on a
// shorter way. Where a connection that writes has that in memory, and others would read it from the file again, it reads on that
// one, unless somebody writes. read does not use the database.
func (db *DB) Fresh() Querier { return fresh{db} }

type fresh struct{ db *DB }

func (f fresh) Each(ctx context.Context, read func(Scan) error, text string, args ...any) error {
	db := f.db
	if db.dialect.readFresh == nil {
		return db.Each(ctx, read, text, args...)
	}
	release, ok := db.tryTurn()
	if !ok {
		return db.Each(ctx, read, text, args...)
	}
	defer release()
	ctx = context.WithoutCancel(ctx) // it is short, and a connection that writes is not to be cut off
	err := db.dialect.explain(db.dialect.readFresh(ctx, db.w, statement{text: text, args: plain(args), read: read}))
	db.health.noteDamage(err)
	return err
}
