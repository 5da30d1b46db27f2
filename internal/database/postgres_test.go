package database

import (
	"testing"

	"tidings/internal/pgtest"
)

// A server whose tables have millions of rows would compile for longer than it then runs.
func TestOpenPostgres_HasNoQueryCompiled(t *testing.T) {
	t.Parallel()
	db := open(t, pgtest.URL(t))
	for name, pool := range map[string]*pool{"writes": db.w, "reads": db.r} {
		var jit string
		if err := pool.db.QueryRowContext(t.Context(), `SHOW jit`).Scan(&jit); err != nil || jit != "off" {
			t.Errorf("jit is %q for what %s, %v, want off", jit, name, err)
		}
	}
}
