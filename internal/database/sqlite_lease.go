package database

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// sqliteLeases locks a file beside the database for each lease. The system ends a lock with its process, so nobody
// ever waits for the dead.
type sqliteLeases struct{ path string }

func openSQLiteLeases(path string) (leases, error) {
	path, err := filepath.Abs(path)
	return sqliteLeases{path: path}, err
}

func (sqliteLeases) close() error { return nil }

func (p sqliteLeases) lease(name string) lease {
	return &sqliteLease{path: p.path + "-" + name + ".lock"}
}

// sqliteLease is an open file while the lease is held.
type sqliteLease struct {
	path string
	file *os.File
}

func (l *sqliteLease) acquire(context.Context) (bool, error) {
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false, err
	}
	ok, err := lockFile(f)
	if !ok || err != nil {
		_ = f.Close() // nothing was written
		return false, err
	}
	l.file = f
	return true, nil
}

func (*sqliteLease) renew(context.Context) (bool, error) { return true, nil }

func (l *sqliteLease) release(context.Context) error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

func (*sqliteLease) term() time.Duration { return 0 }
