package database

import (
	"context"
	"slices"
	"testing"

	"tidings/internal/pgtest"
)

// TestFresh_ReadsWhatIsCommittedAndWaitsForNobody reads on the short way what this process has written, what another has, and while
// a transaction is under way.
func TestFresh_ReadsWhatIsCommittedAndWaitsForNobody(t *testing.T) {
	t.Parallel()
	sqlite := file(t)
	for name, url := range map[string]string{"SQLite": sqlite, "PostgreSQL": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, other := open(t, url), open(t, url)
			ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
			defer cancel()
			set := func(by *DB, n int64, meanwhile func()) {
				t.Helper()
				err := by.InTx(ctx, Exclusive, func(ctx context.Context, tx *Tx) error {
					_, err := tx.Exec(ctx, `UPDATE counters SET value = $1 WHERE name = 'last'`, n)
					meanwhile()
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			want := func(n int64) {
				t.Helper()
				if got, err := Number(ctx, db.Fresh(), readLast); err != nil || got != n {
					t.Errorf("read %d, %v, want %d", got, err, n)
				}
			}
			nothing := func() {}
			set(db, 1, nothing)
			want(1)
			if db.Kind() == SQLite && (!slices.Contains(db.w.texts(), stableSQLite(readLast)) || slices.Contains(db.r.texts(), stableSQLite(readLast))) {
				t.Error("it was read on the long way")
			}
			set(other, 2, nothing)
			want(2)
			set(db, 3, func() { want(2) })
			want(3)
			set(other, 4, func() { want(3) })
			want(4)
			if _, err := Number(ctx, db.Fresh(), `SELECT nonsense FROM counters`); err == nil {
				t.Error("no error of a query that can't be")
			}
			set(db, 5, nothing) // nothing keeps it from that
			want(5)
		})
	}
}

const readLast = `SELECT value FROM counters WHERE name = 'last'`

func TestFresh_EndsWithTheDatabase(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, err := Open(ctx, Config{URL: file(t), Migrations: schema()})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if n, err := Number(ctx, db.Fresh(), readLast); err == nil {
		t.Errorf("read %d of a closed database", n)
	}
}
