package database

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresUndo bounds a rollback.
const postgresUndo = 2 * time.Second

// postgresSession sends as many statements at a time as it is given: each trip to the server and back takes longer
// than most statements do. Those that begin and commit the transaction go with the others.
type postgresSession struct {
	conn      *sql.Conn
	begun     bool
	committed bool
}

func beginPostgres(ctx context.Context, p *pool) (session, error) {
	conn, err := p.db.Conn(ctx)
	return &postgresSession{conn: conn}, err
}

func (s *postgresSession) batches() bool { return true }

func (s *postgresSession) run(ctx context.Context, list []statement) (changed int64, err error) {
	if !s.begun {
		s.begun = true
		list = append([]statement{{text: "BEGIN"}}, list...)
	}
	err = s.send(ctx, list, func(_ int, tag pgconn.CommandTag, err error) error {
		changed = tag.RowsAffected()
		return err
	})
	return changed, err
}

// send sends statements in one message. answered is called with the answer to each, until it returns an error.
func (s *postgresSession) send(
	ctx context.Context, list []statement, answered func(i int, tag pgconn.CommandTag, err error) error,
) error {
	return s.conn.Raw(func(c any) error {
		batch := &pgx.Batch{}
		for _, st := range list {
			batch.Queue(st.text, st.args...)
		}
		answers := c.(*stdlib.Conn).Conn().SendBatch(ctx, batch) //nolint:forcetypeassert // this package opened it
		for i := range list {
			tag, err := receiveAnswer(answers, list[i].read)
			if err := answered(i, tag, err); err != nil {
				_ = answers.Close() // it repeats the error
				return err
			}
		}
		return answers.Close()
	})
}

// receiveAnswer reads the answer to one statement.
func receiveAnswer(answers pgx.BatchResults, read func(Scan) error) (pgconn.CommandTag, error) {
	if read == nil {
		return answers.Exec()
	}
	rows, err := answers.Query()
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(func(dest ...any) error { return rows.Scan(truths(dest)...) }); err != nil {
			return pgconn.CommandTag{}, err
		}
	}
	return rows.CommandTag(), rows.Err()
}

// truths lets truth values be read from the numbers that they are kept as.
func truths(dest []any) []any {
	for i, d := range dest {
		if b, ok := d.(*bool); ok {
			dest[i] = truth{b}
		}
	}
	return dest
}

type truth struct{ to *bool }

// Scan accepts a number, or what an expression yields.
func (t truth) Scan(v any) error {
	switch v := v.(type) {
	case int64:
		*t.to = v != 0
	case bool:
		*t.to = v
	default:
		return errors.New("neither a number nor a truth value")
	}
	return nil
}

// commit distinguishes an answer of the server, which says that the transaction was undone, from none at all: then no one
// knows.
func (s *postgresSession) commit(ctx context.Context, list []statement) (stands bool, err error) {
	if !s.begun { // a connection that broke long ago is found out before there is something to doubt
		if _, err := s.run(ctx, list); err != nil {
			return false, err
		}
		list = nil
	}
	list = append(list, statement{text: "COMMIT"})
	err = s.send(ctx, list, func(i int, tag pgconn.CommandTag, err error) error {
		last := i == len(list)-1
		if last && err == nil && tag.String() == "ROLLBACK" {
			return pgx.ErrTxCommitRollback
		}
		_, refused := errors.AsType[*pgconn.PgError](err)
		stands = err != nil && (last || !refused)
		return err
	})
	s.committed = err == nil
	return stands, err
}

func (s *postgresSession) end(ctx context.Context) {
	if s.begun && !s.committed {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), postgresUndo)
		defer cancel()
		undo := []statement{{text: "ROLLBACK"}}
		// Where that fails the connection is lost, or the pool closes it because it is not idle.
		_ = s.send(ctx, undo, func(_ int, _ pgconn.CommandTag, err error) error { return err })
	}
	_ = s.conn.Close() // the pool looks at it before it is used again
}
