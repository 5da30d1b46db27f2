package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/store"
)

func TestStore(t *testing.T) {
	bottest.Store(t, func(t *testing.T, now func() time.Time) bot.Store {
		t.Helper()
		return open(t, store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "tidings.db"), Now: now})
	})
}

// open opens a store for one test.
func open(t *testing.T, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
