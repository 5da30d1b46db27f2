package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
)

// sqliteSession runs statements one by one on the driver's connection, which keeps them prepared. What package
// database/sql does around each would take a tenth of the time, and a third of the memory.
type sqliteSession struct {
	conn      *sql.Conn
	pool      *pool
	args      []driver.NamedValue // of the statement that runs; the room is used again
	committed bool
}

func beginSQLite(ctx context.Context, p *pool) (session, error) {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &sqliteSession{conn: conn, pool: p}
	if _, err := s.run(ctx, []statement{{text: "BEGIN IMMEDIATE"}}); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return s, nil
}

func readFreshSQLite(ctx context.Context, w *pool, st statement) error {
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return err
	}
	s := &sqliteSession{conn: conn, pool: w}
	_, err = s.run(ctx, []statement{st})
	return errors.Join(err, conn.Close())
}

func (s *sqliteSession) batches() bool { return false }

func (s *sqliteSession) run(ctx context.Context, list []statement) (changed int64, err error) {
	err = s.conn.Raw(func(c any) error {
		for i := range list {
			ready, err := s.pool.keep(c.(driver.Conn), list[i].text) //nolint:forcetypeassert // it is one
			if err != nil {
				return err
			}
			if changed, err = s.runPrepared(ctx, ready, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
}

func (s *sqliteSession) commit(ctx context.Context, list []statement) (stands bool, err error) {
	if _, err := s.run(ctx, list); err != nil {
		return false, err
	}
	_, err = s.run(ctx, []statement{{text: "COMMIT"}})
	s.committed = err == nil
	return true, err
}

func (s *sqliteSession) end(ctx context.Context) {
	if !s.committed {
		_, _ = s.run(ctx, []statement{{text: "ROLLBACK"}}) // which fails if whatever happened has done so
	}
	_ = s.conn.Close() // the pool looks at it before it is used again
}

// runPrepared runs a statement and returns how many rows it changed.
func (s *sqliteSession) runPrepared(ctx context.Context, ready driver.Stmt, st *statement) (changed int64, err error) {
	if s.args, err = appendNamed(s.args[:0], st.args); err != nil {
		return 0, err
	}
	if st.read == nil {
		res, err := ready.(driver.StmtExecContext).ExecContext(ctx, s.args) //nolint:forcetypeassert // SQLite's is one
		if err != nil {
			return 0, err
		}
		return res.RowsAffected()
	}
	rows, err := ready.(driver.StmtQueryContext).QueryContext(ctx, s.args) //nolint:forcetypeassert // SQLite's is one
	if err != nil {
		return 0, err
	}
	return 0, errors.Join(readRows(rows, st.read), rows.Close())
}

// readRows hands rows to read.
func readRows(rows driver.Rows, read func(Scan) error) error {
	values := make([]driver.Value, len(rows.Columns()))
	scan := func(dest ...any) error { return assignAll(dest, values) }
	for {
		err := rows.Next(values)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = read(scan)
		}
		if err != nil {
			return stopped(err)
		}
	}
}

// appendNamed appends arguments to a list as a driver takes them.
func appendNamed(list []driver.NamedValue, args []any) ([]driver.NamedValue, error) {
	for i, arg := range args {
		v, err := driverValue(arg)
		if err != nil {
			return list, err
		}
		list = append(list, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return list, nil
}

func driverValue(arg any) (driver.Value, error) {
	switch v := arg.(type) {
	case string, int64, []byte, nil:
		return v, nil
	case int:
		return int64(v), nil
	}
	return driver.DefaultParameterConverter.ConvertValue(arg)
}
