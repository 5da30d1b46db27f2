package pgtest

import (
	"path/filepath"
	"testing"
)

// OnEach runs a benchmark on every database that the program knows. empty makes one, which keeps what is committed as it does in
// earnest, and returns its address.
func OnEach(b *testing.B, run func(b *testing.B, empty func(testing.TB) string)) {
	b.Helper()
	b.Run("SQLite", func(b *testing.B) {
		run(b, func(t testing.TB) string {
			t.Helper()
			return "sqlite:" + filepath.Join(t.TempDir(), "bench.db")
		})
	})
	b.Run("PostgreSQL", func(b *testing.B) {
		run(b, func(t testing.TB) string {
			t.Helper()
			return StartDurable(t).Schema(t)
		})
	})
}
