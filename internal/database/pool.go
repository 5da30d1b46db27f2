package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"maps"
	"slices"
	"sync"
)

// pool is a set of connections that keep their statements prepared: parsing costs as much as running.
type pool struct {
	db      *sql.DB
	dialect *dialect

	mu         sync.RWMutex // guards what follows
	statements map[string]*sql.Stmt
	conn       driver.Conn            // the one that kept belongs to
	kept       map[string]driver.Stmt // what was run on it without the pool
}

func newPool(db *sql.DB, d *dialect) *pool {
	return &pool{db: db, dialect: d, statements: map[string]*sql.Stmt{}}
}

// close closes the connections. Nothing that is kept may be running: without it, its connection could not be closed.
func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, st := range p.kept {
		errs = append(errs, st.Close())
	}
	p.conn, p.kept = nil, nil
	return errors.Join(append(errs, p.db.Close())...)
}

func (p *pool) prepared(text string) *sql.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.statements[text]
}

// texts returns the statements that are prepared, as they are.
func (p *pool) texts() []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	list := slices.AppendSeq(slices.Collect(maps.Keys(p.statements)), maps.Keys(p.kept))
	for i, text := range list {
		list[i] = p.stable(text)
	}
	return list
}

// learn prepares a statement for its next use.
func (p *pool) learn(ctx context.Context, text string) error {
	if p.prepared(text) != nil {
		return nil
	}
	st, err := p.db.PrepareContext(ctx, p.stable(text)) //nolint:sqlclosecheck // it lives as long as the pool
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
	return nil
}

// keep prepares a statement on the only connection of the pool, which whoever calls it has, unless it is.
func (p *pool) keep(conn driver.Conn, text string) (driver.Stmt, error) {
	p.mu.RLock()
	ready, was := p.kept[text], p.conn
	p.mu.RUnlock()
	if ready != nil && was == conn {
		return ready, nil
	}
	ready, err := conn.Prepare(p.stable(text))
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn != conn { // what was prepared ended with its connection
		p.conn, p.kept = conn, map[string]driver.Stmt{}
	}
	p.kept[text] = ready
	return ready, nil
}

// stable returns what to prepare for a statement.
func (p *pool) stable(text string) string {
	if p.dialect.stable == nil {
		return text
	}
	return p.dialect.stable(text)
}

func (p *pool) each(ctx context.Context, read func(Scan) error, text string, args ...any) error {
	rows, err := p.query(ctx, text, args...)
	if err != nil {
		return err
	}
	return readAll(rows, read)
}

// query reads outside of a transaction. Where a connection has broken it uses the next.
func (p *pool) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	for try := 1; ; try++ {
		rows, err := p.queryOnce(ctx, text, plain(args))
		if err == nil || try == maxTries || ctx.Err() != nil || !p.dialect.retryable(err) {
			return rows, err
		}
	}
}

func (p *pool) queryOnce(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	if !p.dialect.prepares {
		return p.db.QueryContext(ctx, text, args...)
	}
	if err := p.learn(ctx, text); err != nil {
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
