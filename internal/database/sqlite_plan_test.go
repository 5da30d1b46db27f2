package database

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"modernc.org/sqlite/vtab"
)

// plans counts how often statements on tables of its module are planned.
type plans struct{ n int }

func (p *plans) Create(ctx vtab.Context, _ []string) (vtab.Table, error) {
	return &plannedTable{plans: p}, ctx.Declare("CREATE TABLE x (a, b)")
}

func (p *plans) Connect(ctx vtab.Context, args []string) (vtab.Table, error) {
	return p.Create(ctx, args)
}

// plannedTable has no rows.
type plannedTable struct{ plans *plans }

func (t *plannedTable) BestIndex(*vtab.IndexInfo) error {
	t.plans.n++
	return nil
}
func (t *plannedTable) Open() (vtab.Cursor, error) { return noRows{}, nil }
func (t *plannedTable) Disconnect() error          { return nil }
func (t *plannedTable) Destroy() error             { return nil }

type noRows struct{}

func (noRows) Filter(int, string, []vtab.Value) error { return nil }
func (noRows) Next() error                            { return nil }
func (noRows) Eof() bool                              { return true }
func (noRows) Column(int) (vtab.Value, error)         { return nil, errors.New("there is no row") }
func (noRows) Rowid() (int64, error)                  { return 0, errors.New("there is no row") }
func (noRows) Close() error                           { return nil }

func TestPrepared_IsPlannedOnceWhateverIsBound(t *testing.T) {
	var counted plans
	db := open(t, file(t))
	module := fmt.Sprintf("planned_%d", time.Now().UnixNano()) // modules are the process's: each run of the test has its own
	if err := vtab.RegisterModule(db.w.db, module, &counted); err != nil {
		t.Fatal(err)
	}
	db.w.db.SetMaxIdleConns(0) // the next connection knows the module
	db.w.db.SetMaxIdleConns(1)
	if _, err := db.w.db.ExecContext(t.Context(), `CREATE VIRTUAL TABLE temp.planned USING `+module); err != nil {
		t.Fatal(err)
	}
	const text = `SELECT a FROM planned JOIN counters AS c ON c.name = a WHERE c.value = $1 ORDER BY a LIMIT $2`
	run := func(values ...int) {
		t.Helper()
		for _, v := range values {
			err := db.InTx(t.Context(), Shared, func(ctx context.Context, tx *Tx) error {
				return tx.Each(ctx, func(Scan) error { return nil }, text, v, v)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	run(7, 7) // as text, and prepared
	before := counted.n
	if before == 0 {
		t.Fatal("no plan was counted")
	}
	if run(0, 1, 2, 0, 1, 16); counted.n != before {
		t.Errorf("planned %d times more", counted.n-before)
	}
}
