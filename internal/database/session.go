package database

import (
	"context"
	"database/sql"
)

// session is one transaction's way to its database.
type session interface {
	// run runs statements one after the other, and returns how many rows the last one changed.
	run(ctx context.Context, list []statement) (changed int64, err error)
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
	read func(Scan) error // is handed the rows, if not nil
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

func (s *sqlSession) run(ctx context.Context, list []statement) (changed int64, err error) {
	for i := range list {
		st := &list[i]
		if st.read != nil {
			changed, err = 0, s.query(ctx, st)
		} else {
			changed, err = s.exec(ctx, st)
		}
		if err != nil {
			return 0, err
		}
	}
	return changed, nil
}

func (s *sqlSession) query(ctx context.Context, st *statement) error {
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
	return readAll(rows, st.read)
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
	if _, err := s.run(ctx, list); err != nil {
		return false, err
	}
	return true, s.tx.Commit()
}

func (s *sqlSession) end(ctx context.Context) {
	_ = s.tx.Rollback() // which fails after a commit, or with whatever made the transaction fail
	// What was written stands, whether or not the statements could be prepared.
	_ = s.pool.learn(ctx, s.missed)
}
