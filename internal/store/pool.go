package store

import (
	"context"
	"database/sql"
	"strconv"
	"sync"
)

// querier reads, inside a transaction or outside.
type querier interface {
	// each hands the rows of a query to read, until that returns an error.
	each(ctx context.Context, read func(scan) error, text string, args ...any) error
}

// pool is a set of connections that keep their statements prepared: parsing costs as much as running.
type pool struct {
	db      *sql.DB
	dialect *dialect

	mu         sync.RWMutex // guards statements
	statements map[string]*sql.Stmt
}

func newPool(db *sql.DB, d *dialect) *pool {
	return &pool{db: db, dialect: d, statements: map[string]*sql.Stmt{}}
}

func (p *pool) close() error { return p.db.Close() }

func (p *pool) prepared(text string) *sql.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.statements[text]
}

// learn prepares statements for their next use. It needs a connection, so it may not be called
// within a transaction.
func (p *pool) learn(ctx context.Context, texts []string) error {
	if !p.dialect.prepares {
		return nil
	}
	for _, text := range texts {
		if p.prepared(text) != nil {
			continue
		}
		st, err := p.db.PrepareContext(ctx, text) //nolint:sqlclosecheck // it lives as long as the pool
		if err != nil {
			return err
		}
		p.mu.Lock()
		if p.statements[text] == nil {
			p.statements[text], st = st, nil
		}
		p.mu.Unlock()
		if st != nil {
			_ = st.Close() // somebody else was faster
		}
	}
	return nil
}

func (p *pool) each(ctx context.Context, read func(scan) error, text string, args ...any) error {
	rows, err := p.query(ctx, text, args...)
	if err != nil {
		return err
	}
	return readAll(rows, read)
}

// readAll hands rows to read, and closes them.
func readAll(rows *sql.Rows, read func(scan) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := read(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// query reads outside of a transaction. Where a connection has broken it takes the next.
func (p *pool) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	for try := 1; ; try++ {
		rows, err := p.queryOnce(ctx, text, plain(args))
		if err == nil || try == maxTries || ctx.Err() != nil || !p.dialect.again(err) {
			return rows, err
		}
	}
}

func (p *pool) queryOnce(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	if !p.dialect.prepares {
		return p.db.QueryContext(ctx, text, args...)
	}
	if err := p.learn(ctx, []string{text}); err != nil {
		return nil, err
	}
	return p.prepared(text).QueryContext(ctx, args...) //nolint:sqlclosecheck // it lives as long as the pool
}

// plain writes truth values as the numbers that both databases keep.
func plain(args []any) []any {
	for i, a := range args {
		if b, ok := a.(bool); ok {
			args[i] = 0
			if b {
				args[i] = 1
			}
		}
	}
	return args
}

// scan reads a row into dest.
type scan func(dest ...any) error

// collect reads all rows of a query.
func collect[T any](
	ctx context.Context, q querier, read func(scan) (T, error), text string, args ...any,
) ([]T, error) {
	var list []T
	if err := q.each(ctx, appendTo(&list, read), text, args...); err != nil {
		return nil, err
	}
	return list, nil
}

// appendTo reads rows into a list.
func appendTo[T any](list *[]T, read func(scan) (T, error)) func(scan) error {
	return func(row scan) error {
		v, err := read(row)
		*list = append(*list, v)
		return err
	}
}

// one reads the first row of a query, and reports whether there was one.
func one[T any](
	ctx context.Context, q querier, read func(scan) (T, error), text string, args ...any,
) (v T, found bool, err error) {
	list, err := collect(ctx, q, read, text, args...)
	if err != nil || len(list) == 0 {
		return v, false, err
	}
	return list[0], true, nil
}

// value reads a row of one column.
func value[T any](row scan) (v T, err error) {
	err = row(&v)
	return v, err
}

// packNumbers writes numbers as JSON, for a listFrom.
func packNumbers(list []int64) string {
	b := []byte{'['}
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return string(append(b, ']'))
}

// idSet reads a set of IDs.
func idSet(ctx context.Context, q querier, text string, args ...any) (map[int64]bool, error) {
	set := map[int64]bool{}
	return set, q.each(ctx, readIDInto(set), text, args...)
}

// readIDInto adds IDs to a set.
func readIDInto(set map[int64]bool) func(scan) error {
	return func(row scan) error {
		id, err := value[int64](row)
		set[id] = true
		return err
	}
}

// number reads a single number, 0 if there is no row.
func number(ctx context.Context, q querier, text string, args ...any) (int64, error) {
	n, _, err := one(ctx, q, value[int64], text, args...)
	return n, err
}
