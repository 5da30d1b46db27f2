package database

import (
	"testing"

	"tidings/internal/pgtest"
)

// A server that compiles what takes 1 ms takes 100 ms for it, as soon as its tables have ten million rows.
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
