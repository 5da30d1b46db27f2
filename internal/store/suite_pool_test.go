package store

import (
	"context"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/internal/pgtest"
)

// storePool lends each test a store on PostgreSQL that is as if just opened. To make a schema and its connections
// takes many times longer than most tests do.
type storePool struct {
	owner *testing.T // of the stores, until it ends

	mu   sync.Mutex   // guards what follows
	free []*lentStore // each empty
	all  []*lentStore
}

// lentStore is a store and the clock of the test that has it.
type lentStore struct {
	*Store
	clock atomic.Pointer[func() time.Time]
	empty string // statements that make it as it was at first
}

// lend returns an empty store for a test.
func (p *storePool) lend(t *testing.T, now func() time.Time) *Store {
	t.Helper()
	s := p.take()
	if s == nil {
		s = p.open(t)
	}
	s.clock.Store(&now)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if _, err := writes(s.Store).ExecContext(ctx, s.empty); err != nil {
			t.Error(err)
			return
		}
		s.subscribers, s.inFlight, s.Store.clock = subscriberCache{}, inFlight{}, clockWatch{skew: s.Store.clock.skew}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.free = append(p.free, s)
	})
	return s.Store
}

// take returns a store that no test has, nil if there is none.
func (p *storePool) take() *lentStore {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) == 0 {
		return nil
	}
	s := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	return s
}

// open makes a further store.
func (p *storePool) open(t *testing.T) *lentStore {
	t.Helper()
	s := &lentStore{}
	now := func() time.Time { return (*s.clock.Load())() }
	s.clock.Store(new(time.Now))
	s.Store = open(p.owner, Config{URL: pgtest.URL(p.owner), Now: now})
	const tables = `
		SELECT string_agg(quote_ident(tablename), ', ')
		FROM pg_tables
		WHERE schemaname = current_schema() AND tablename NOT IN ('goose_db_version', 'schema_marks', 'counters')`
	const counters = `
		SELECT string_agg(format('(%L, %s)', name, value), ', ')
		FROM counters`
	var names, values string
	for text, into := range map[string]*string{tables: &names, counters: &values} {
		if err := writes(s.Store).QueryRowContext(t.Context(), text).Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	s.empty = strings.Join([]string{
		`TRUNCATE ` + names + ` RESTART IDENTITY`, `DELETE FROM counters`, `INSERT INTO counters (name, value) VALUES ` + values,
	}, "; ")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, s)
	return s
}

// template is an SQLite file with an empty store, of which each test gets a copy.
type template struct {
	once    sync.Once
	content []byte
}

// copyTo writes the file at a path.
func (f *template) copyTo(t testing.TB, path string) {
	t.Helper()
	f.once.Do(func() {
		url, made := file(t)
		s, err := Open(t.Context(), Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if f.content, err = os.ReadFile(made); err != nil {
			t.Fatal(err)
		}
	})
	if err := os.WriteFile(path, f.content, 0o600); err != nil {
		t.Fatal(err)
	}
}
