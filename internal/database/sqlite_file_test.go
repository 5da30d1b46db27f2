package database

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// safeLog is a log that may be written and read at once.
type safeLog struct {
	mu  sync.Mutex
	buf bytes.Buffer // guarded by mu
}

func (l *safeLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// await looks until the log says something.
func (l *safeLog) await(t *testing.T, what string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if !lookUntil(ctx, 10*time.Millisecond, func() bool { return strings.Contains(l.String(), what) }) {
		t.Fatalf("the log does not say %q:\n%s", what, l)
	}
}

// openLogged opens an SQLite file with a log.
func openLogged(t *testing.T, url string) (*DB, *safeLog) {
	t.Helper()
	log := &safeLog{}
	db, err := Open(t.Context(), Config{URL: url, Migrations: schema(), Logger: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // its file may be gone
	return db, log
}

// set writes something.
func set(ctx context.Context, db *DB, to int) error {
	return db.InTx(ctx, Exclusive, func(ctx context.Context, tx *Tx) error {
		return tx.Queue(ctx, `UPDATE counters SET value = $1 WHERE name = 'last'`, to)
	})
}

func TestInTx_RefusesAFileThatIsGone(t *testing.T) {
	t.Parallel()
	for name, back := range map[string]func(path string) error{
		"deleted": os.Remove,
		"moved":   func(path string) error { return os.Rename(path, path+".moved") },
		"replaced": func(path string) error {
			if err := os.Rename(path, path+".moved"); err != nil {
				return err
			}
			return os.WriteFile(path, nil, 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := file(t)
			db, log := openLogged(t, url)
			path := strings.TrimPrefix(url, "sqlite:")
			if err := set(t.Context(), db, 1); err != nil {
				t.Fatal(err)
			}
			if err := back(path); err != nil {
				t.Fatal(err)
			}
			never := func(context.Context) error { t.Error("something was written"); return nil }
			if err := db.Ready(t.Context(), never); !errors.Is(err, errFileGone) {
				t.Errorf("ready with %v, want that the file is gone", err)
			}
			if err := set(t.Context(), db, 2); !errors.Is(err, errFileGone) {
				t.Errorf("wrote with %v, want that the file is gone", err)
			}
			log.await(t, "database file gone")
			if info, err := os.Stat(path); name != "replaced" && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("in its place there is %v, %v", info, err)
			}
			if name == "deleted" {
				return
			}
			if err := os.Rename(path+".moved", path); err != nil {
				t.Fatal(err)
			}
			log.await(t, "database file is back")
			if err := set(t.Context(), db, 3); err != nil {
				t.Errorf("wrote to the file in its place with %v", err)
			}
			if n := strings.Count(log.String(), "database file gone"); n != 1 {
				t.Errorf("logged %d times:\n%s", n, log)
			}
		})
	}
}

func TestOpen_MakesNoEmptyFileBesideAWriteAheadLog(t *testing.T) {
	t.Parallel()
	url := file(t)
	db, _ := openLogged(t, url)
	if err := set(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(url, "sqlite:")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	other, err := Open(t.Context(), Config{URL: url, Migrations: schema()})
	if err == nil {
		_ = other.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "the file is missing") {
		t.Errorf("opened with %v, want that the file is missing", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a file, %v", err)
	}
}

func TestDB_ReportsDamageOnce(t *testing.T) {
	t.Parallel()
	db, log := openLogged(t, file(t))
	broken := errors.Join(errDamaged, errors.New("page 7"))
	for range 3 {
		err := db.InTx(t.Context(), Exclusive, func(context.Context, *Tx) error { return explainSQLite(broken) })
		if !errors.Is(err, errDamaged) {
			t.Errorf("wrote with %v, want that the file is damaged", err)
		}
		db.health.noteDamage(broken)
	}
	if err := db.Ready(t.Context(), nil); !errors.Is(err, errDamaged) {
		t.Errorf("ready with %v, want that the file is damaged", err)
	}
	if err := set(t.Context(), db, 1); !errors.Is(err, errDamaged) {
		t.Errorf("wrote to a damaged file: %v", err)
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 || !strings.Contains(log.String(), "restore a backup") {
		t.Errorf("logged %d times:\n%s", n, log)
	}
}

func TestDB_CarriesTheLogOverWhenIdle(t *testing.T) {
	t.Parallel()
	url := file(t)
	db := open(t, url)
	if err := set(t.Context(), db, 7); err != nil {
		t.Fatal(err)
	}
	// The file alone, as somebody copies it who knows nothing of the log.
	alone := func() int64 {
		content, err := os.ReadFile(strings.TrimPrefix(url, "sqlite:"))
		if err != nil {
			t.Fatal(err)
		}
		path := file(t)
		if err := os.WriteFile(strings.TrimPrefix(path, "sqlite:"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		n, err := Number(t.Context(), open(t, path), `SELECT value FROM counters`)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	db.checkpointIdle(t.Context(), time.Now())
	if db.carried.Load() != 0 {
		t.Error("carried over right after a write")
	}
	db.checkpointIdle(t.Context(), time.Now().Add(idleAfter))
	if n := alone(); n != 7 {
		t.Errorf("the file alone says %d, want 7", n)
	}
}

func TestDB_CarriesTheLogOverWhileOthersWrite(t *testing.T) {
	t.Parallel()
	db := open(t, file(t))
	frames := func() (left int) {
		var busy, pages, carried int
		if err := db.r.db.QueryRowContext(t.Context(), `PRAGMA wal_checkpoint(NOOP)`).Scan(&busy, &pages, &carried); err != nil {
			t.Fatal(err)
		}
		return pages - carried
	}
	fill := `INSERT INTO filler SELECT randomblob(4000) FROM json_each('[1,2,3,4,5,6,7,8]')`
	for _, text := range []string{`CREATE TABLE filler (content BLOB)`, fill} {
		if err := execute(t.Context(), db, text); err != nil {
			t.Fatal(err)
		}
	}
	db.checkpointGrown(t.Context())
	if frames() == 0 {
		t.Error("a short log was carried over")
	}
	for frames() < grownPages {
		if err := execute(t.Context(), db, fill+`, json_each('[1,2,3,4,5,6,7,8]')`); err != nil {
			t.Fatal(err)
		}
	}
	unfinished := errors.New("unfinished")
	err := db.InTx(t.Context(), Exclusive, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.Exec(ctx, fill); err != nil {
			return err
		}
		db.checkpointGrown(t.Context())
		if n := frames(); n > 0 {
			t.Errorf("%d pages are left in the log", n)
		}
		return unfinished
	})
	if !errors.Is(err, unfinished) {
		t.Fatal(err)
	}
}

func execute(ctx context.Context, db *DB, text string) error {
	return db.InTx(ctx, Exclusive, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, text)
		return err
	})
}
