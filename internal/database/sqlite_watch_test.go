package database

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// tellAll is a log that several may write to.
type tellAll struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *tellAll) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *tellAll) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), text)
}

// openLogging opens a database that logs all it does.
func openLogging(t *testing.T, url string, to io.Writer) *DB {
	t.Helper()
	log := slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: slog.LevelDebug}))
	db, err := Open(t.Context(), Config{URL: url, Migrations: schema(), Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// count adds to the counter of a database.
func count(t *testing.T, db *DB) {
	t.Helper()
	err := db.InTx(t.Context(), Exclusive, func(ctx context.Context, tx *Tx) error {
		return tx.Queue(ctx, `UPDATE counters SET value = value + 1`)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// awaitCount waits until a database shows a number.
func awaitCount(t *testing.T, db *DB, want int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := db.Wait(ctx, Queue, func(ctx context.Context) (time.Duration, error) {
		n, err := Number(ctx, db, `SELECT value FROM counters`)
		if n >= want {
			return 0, err
		}
		return time.Hour, err
	})
	if err != nil {
		t.Fatalf("commit %d is not noticed: %v", want, err)
	}
}

func TestWait_HearsOfEachCommitOfOthers(t *testing.T) {
	t.Parallel()
	url := file(t)
	var log tellAll
	db, other := openLogging(t, url, &log), open(t, url)
	written := int64(0)
	for n := range 50 {
		if n%5 == 0 { // what this process writes hides nothing
			count(t, db)
			written++
		}
		count(t, other)
		written++
		awaitCount(t, db, written)
	}
	if runtime.GOOS == "linux" && log.has("the file is looked at") {
		t.Errorf("the system was not believed:\n%s", &log.text)
	}
}

func TestWait_NoticesOthersWhereTheSystemTellsNothing(t *testing.T) {
	t.Parallel()
	url := file(t)
	var log tellAll
	db, other := openLogging(t, url, &log), open(t, url)
	silent := filepath.Join(t.TempDir(), "nothing happens here")
	if err := os.WriteFile(silent, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	told, err := watchFile(silent)
	if err != nil {
		t.Skip(err)
	}
	watch := func(ctx context.Context, w *waker) error {
		seen := &seenVersion{read: func(ctx context.Context) (int64, error) {
			return Number(ctx, db, `SELECT value FROM counters`)
		}}
		w.work.Go(func() {
			w.follow(ctx, seen, told)
			w.poll(ctx, seen)
		})
		return nil
	}
	w, err := newWaker(t.Context(), watch, time.Millisecond, db.log)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	for range 3 { // the first shows that the system can't be relied on
		changed, _ := w.next(Log)
		woken := make(chan error, 1)
		go func() { woken <- waitOnce(t, w, Queue) }()
		count(t, other)
		if err := <-woken; err != nil {
			t.Fatal(err)
		}
		<-changed
	}
	if !log.has("the system doesn't tell of writes") {
		t.Errorf("nothing was concluded:\n%s", &log.text)
	}
}
