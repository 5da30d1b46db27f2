package database

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestInTx_WhoWroteStandsBehindWhoWaits(t *testing.T) {
	t.Parallel()
	url := file(t)
	busy, other := open(t, url), open(t, url)
	var mu sync.Mutex
	var order []string // guarded by mu
	write := func(db *DB, name string, then func()) error {
		return db.InTx(t.Context(), Exclusive, func(context.Context, *Tx) error {
			mu.Lock()
			order = append(order, name)
			mu.Unlock()
			then()
			return nil
		})
	}
	line := openTurnstile(strings.TrimPrefix(url, "sqlite:"))
	defer line.close()
	ended := make(chan error, 1)
	err := write(busy, "busy", func() {
		go func() { ended <- write(other, "other", func() {}) }()
		stands := lookUntil(t.Context(), turnstileLook, func() bool {
			free, err := lockFile(line.file)
			if err != nil {
				t.Error(err)
			}
			if free {
				_ = unlockFile(line.file)
			}
			return !free
		})
		if !stands {
			t.Error("who waits does not stand in the turnstile")
		}
	})
	if err == nil {
		err = write(busy, "busy again", func() {})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if want := []string{"busy", "other", "busy again"}; !slices.Equal(order, want) {
		t.Errorf("wrote in the order %q, want %q", order, want)
	}
}

func TestTurnstile_LetsEverybodyThroughWhereItCannotBe(t *testing.T) {
	t.Parallel()
	line := openTurnstile(t.TempDir() + "/no such directory/x")
	line.enter(t.Context())()
	if err := line.close(); err != nil {
		t.Error(err)
	}
}
