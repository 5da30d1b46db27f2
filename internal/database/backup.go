package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

// CreateFile has write fill an empty SQLite file that its owner alone may read, checks what it wrote, and gives it its
// name: there is a whole and sound file then, or none. It refuses a name that is in use.
func CreateFile(ctx context.Context, path string, write func(ctx context.Context, path string) error) (err error) {
	if path == "" {
		return errors.New("the name of the file is empty")
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is there already; name another file", path)
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	switch {
	case errors.Is(err, os.ErrExist):
		return fmt.Errorf("%s is left of another backup, or one is being made; remove it if not", part)
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no directory %s; create it first", filepath.Dir(path))
	case err != nil:
		return err
	}
	defer f.Close()
	defer func() {
		if err != nil {
			_ = os.Remove(part)
		}
		for _, beside := range []string{openLock, turnstileLock, "-wal", "-shm"} {
			_ = os.Remove(part + beside) // of which nothing is needed
		}
	}()
	if err := write(ctx, part); err != nil {
		return err
	}
	if err := checkFile(ctx, part); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// VacuumInto writes the content of an SQLite database at one moment to an empty file. Others read and write meanwhile.
func (db *DB) VacuumInto(ctx context.Context, path string) error {
	own, err := connectSQLite(ctx, db.file.path, url.Values{}, 1) // it takes long
	if err != nil {
		return err
	}
	defer own.Close()
	_, err = own.ExecContext(ctx, `VACUUM INTO $1`, path)
	return db.dialect.explain(err)
}

// checkFile returns what is wrong with an SQLite file.
func checkFile(ctx context.Context, path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	dsn := url.URL{Scheme: "file", Path: abs, RawQuery: "mode=ro"}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return err
	}
	defer db.Close()
	var result string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&result); err != nil {
		return explainSQLite(err)
	}
	if result != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, result)
	}
	return nil
}
