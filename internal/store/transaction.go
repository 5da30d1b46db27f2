package store

import (
	"context"
	"database/sql"
)

// tx is a transaction that may write. It has one time.
type tx struct {
	session
	now int64
	put []statement // off, until there is something to ask
}

// session is one transaction's way to its database.
type session interface {
	// run runs statements one after the other, hands the rows of the last to read, unless that is nil, and returns how
	// many rows that one changed.
	run(ctx context.Context, list []statement, read func(scan) error) (changed int64, err error)
	// commit runs statements and commits. Where it fails, stands says that what was written may stand all the same.
	commit(ctx context.Context, list []statement) (stands bool, err error)
	// end gives the connection back. What was not committed is undone.
	end(ctx context.Context)
	// batches says that to run several statements at once takes hardly longer than one.
	batches() bool
}

// statement is one to run.
type statement struct {
	text string
	args []any
}

// mostPut bounds how many statements are put off, and what they hold.
const mostPut = 1000

func (t *tx) each(ctx context.Context, read func(scan) error, text string, args ...any) error {
	_, err := t.run(ctx, t.with(text, args), read)
	return err
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	return t.run(ctx, t.with(text, args), nil)
}

// later runs a statement of which nothing is to be known but that it went well: at once, or, where the way to the
// database is long, together with the next that asks for something, or the commit. An error is then that one's.
func (t *tx) later(ctx context.Context, text string, args ...any) error {
	list := t.with(text, args)
	if t.batches() && len(list) < mostPut {
		t.put = list
		return nil
	}
	_, err := t.run(ctx, list, nil)
	return err
}

// with returns what was put off, followed by a statement.
func (t *tx) with(text string, args []any) []statement {
	list := append(t.put, statement{text, plain(args)})
	t.put = nil
	return list
}

// flush runs what was put off.
func (t *tx) flush(ctx context.Context) error {
	if len(t.put) == 0 {
		return nil
	}
	list := t.put
	t.put = nil
	_, err := t.run(ctx, list, nil)
	return err
}

// sqlSession runs statements one by one, and keeps them prepared.
type sqlSession struct {
	tx     *sql.Tx
	pool   *pool
	missed []string // to be prepared afterwards
}

func beginSQL(ctx context.Context, p *pool) (session, error) {
	t, err := p.db.BeginTx(ctx, nil)
	return &sqlSession{tx: t, pool: p}, err
}

func (s *sqlSession) batches() bool { return false }

func (s *sqlSession) run(ctx context.Context, list []statement, read func(scan) error) (changed int64, err error) {
	last := len(list) - 1
	for i := range list {
		if i == last && read != nil {
			return 0, s.query(ctx, &list[i], read)
		}
		if changed, err = s.exec(ctx, &list[i]); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

func (s *sqlSession) query(ctx context.Context, st *statement, read func(scan) error) error {
	var rows *sql.Rows
	var err error
	if ready := s.prepared(st.text); ready != nil {
		rows, err = s.tx.StmtContext(ctx, ready).QueryContext(ctx, st.args...) //nolint:sqlclosecheck // closed with the transaction
	} else {
		rows, err = s.tx.QueryContext(ctx, st.text, st.args...)
	}
	if err != nil {
		return err
	}
	return readAll(rows, read)
}

func (s *sqlSession) exec(ctx context.Context, st *statement) (int64, error) {
	var res sql.Result
	var err error
	if ready := s.prepared(st.text); ready != nil {
		res, err = s.tx.StmtContext(ctx, ready).ExecContext(ctx, st.args...) //nolint:sqlclosecheck // closed with the transaction
	} else {
		res, err = s.tx.ExecContext(ctx, st.text, st.args...)
	}
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// prepared returns a statement that is ready to run. One that is not will be the next time: preparing needs a
// connection, which the transaction has.
func (s *sqlSession) prepared(text string) *sql.Stmt {
	st := s.pool.prepared(text)
	if st == nil {
		s.missed = append(s.missed, text)
	}
	return st
}

func (s *sqlSession) commit(ctx context.Context, list []statement) (stands bool, err error) {
	if _, err := s.run(ctx, list, nil); err != nil {
		return false, err
	}
	return true, s.tx.Commit()
}

func (s *sqlSession) end(ctx context.Context) {
	_ = s.tx.Rollback() // which fails after a commit, or with whatever made the transaction fail
	// What was written stands, whether or not the statements could be prepared.
	_ = s.pool.learn(ctx, s.missed)
}
