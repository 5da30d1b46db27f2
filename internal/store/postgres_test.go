package store

import (
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/pgtest"
)

func TestStore_OnPostgres(t *testing.T) {
	bottest.Store(t, func(t *testing.T, now func() time.Time) bot.Store {
		t.Helper()
		return open(t, Config{URL: pgtest.URL(t), Now: now})
	})
}
