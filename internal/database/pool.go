package database

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"sync"
)

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

// texts returns the statements that are prepared, as they are.
func (p *pool) texts() []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	list := slices.Collect(maps.Keys(p.statements))
	for i, text := range list {
		list[i] = p.stable(text)
	}
	return list
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
	}
	return nil
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
