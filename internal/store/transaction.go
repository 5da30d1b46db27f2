package store

import (
	"context"
	"database/sql"
	"errors"
)

// tx is a transaction that may write. It has one time.
type tx struct {
	*sql.Tx
	conn   *sql.Conn // its own, where statements go in batches; nil elsewhere
	pool   *pool
	now    int64
	missed []string // statements to prepare afterwards
	put    []statement
}

// statement is one to run, the result of which nobody waits for.
type statement struct {
	text string
	args []any
}

// mostPut bounds how many statements are put off, and what they hold.
const mostPut = 1000

// begin begins a transaction.
func (p *pool) begin(ctx context.Context) (*tx, error) {
	if p.dialect.pipeline == nil {
		t, err := p.db.BeginTx(ctx, nil)
		return &tx{Tx: t, pool: p}, err
	}
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	t, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &tx{Tx: t, conn: conn, pool: p}, nil
}

// release gives the connection of a transaction back that has ended.
func (t *tx) release() {
	if t.conn != nil {
		_ = t.conn.Close() // the pool looks at it before it is used again
	}
}

func (t *tx) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	args = plain(args)
	if st := t.pool.prepared(text); st != nil {
		return t.StmtContext(ctx, st).QueryContext(ctx, args...) //nolint:sqlclosecheck // closed with the transaction
	}
	t.missed = append(t.missed, text)
	return t.QueryContext(ctx, text, args...)
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	if err := t.flush(ctx); err != nil {
		return 0, err
	}
	res, err := t.run(ctx, text, args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (t *tx) run(ctx context.Context, text string, args []any) (sql.Result, error) {
	args = plain(args)
	if st := t.pool.prepared(text); st != nil {
		return t.StmtContext(ctx, st).ExecContext(ctx, args...) //nolint:sqlclosecheck // closed with the transaction
	}
	t.missed = append(t.missed, text)
	return t.ExecContext(ctx, text, args...)
}

// later runs a statement of which nothing is to be known but that it went well: at once, or, where the way to the
// database is long, together with others before the next that asks for something, or the commit. An error is then
// that one's.
func (t *tx) later(ctx context.Context, text string, args ...any) error {
	if t.conn == nil {
		_, err := t.run(ctx, text, args)
		return err
	}
	t.put = append(t.put, statement{text, plain(args)})
	if len(t.put) < mostPut {
		return nil
	}
	return t.flush(ctx)
}

// flush runs what was put off.
func (t *tx) flush(ctx context.Context) error {
	if len(t.put) == 0 {
		return nil
	}
	list := t.put
	t.put = nil
	return t.pool.dialect.pipeline(ctx, t.conn, list)
}
