package store

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// sqliteSeats locks a file beside the database for each place. The system ends a lock with its process, so nobody
// ever waits for the dead.
type sqliteSeats struct{ path string }

func openSQLiteSeats(path string) (seats, error) {
	path, err := filepath.Abs(path)
	return sqliteSeats{path: path}, err
}

func (sqliteSeats) close() error { return nil }

func (p sqliteSeats) seat(name string) seat { return &sqliteSeat{path: p.path + "-" + name + ".lock"} }

// sqliteSeat is an open file while the place is held.
type sqliteSeat struct {
	path string
	file *os.File
}

func (p *sqliteSeat) take(context.Context) (bool, error) {
	f, err := os.OpenFile(p.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false, err
	}
	ok, err := lockFile(f)
	if !ok || err != nil {
		_ = f.Close() // nothing was written
		return false, err
	}
	p.file = f
	return true, nil
}

func (*sqliteSeat) renew(context.Context) (bool, error) { return true, nil }

func (p *sqliteSeat) leave(context.Context) error {
	if p.file == nil {
		return nil
	}
	return p.file.Close()
}

func (*sqliteSeat) taken(context.Context) (bool, error) { return false, nil }

func (*sqliteSeat) term() time.Duration { return 0 }
