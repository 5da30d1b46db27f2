package database

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// dataFile is the file of an SQLite database, as it was when it was opened. Whoever has a file open goes on in it when
// it is deleted, and what is written is lost with the process.
type dataFile struct {
	path string // absolute
	info os.FileInfo
}

// errFileGone says that a file is no longer what is open.
var errFileGone = errors.New("the database file was deleted, moved or replaced under the running program; " +
	"nothing more is written to it. Stop the program, put the file back with its -wal file or restore a backup, and start again")

// check returns an error if the file is no longer at its path. It is for a nil file too: a database without one.
func (f *dataFile) check() error {
	if f == nil {
		return nil
	}
	info, err := os.Stat(f.path)
	switch {
	case errors.Is(err, os.ErrNotExist), err == nil && !os.SameFile(info, f.info):
		return fmt.Errorf("%s: %w", f.path, errFileGone)
	case err != nil:
		return fmt.Errorf("database file: %w", err)
	}
	return nil
}

const (
	// tendInterval is how often the file is looked after, unless what others write is looked for less often.
	tendInterval = time.Second
	// idleAfter is for how long nothing was written when the write-ahead log is carried over into the file.
	idleAfter = 30 * time.Second
)

// tend looks after the file every so often until ctx ends.
func (db *DB) tend(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	gone := false
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		err := db.file.check()
		switch {
		case err != nil && !gone:
			db.log.Error("database file gone", "err", err)
		case err == nil && gone:
			db.log.Info("database file is back")
		}
		if gone = err != nil; !gone {
			db.checkpointIdle(ctx, time.Now())
		}
	}
}

// checkpointIdle carries the write-ahead log over into the file if nothing was written for a while. Commits do so only
// when the log has grown, so that of a quiet installation the file alone would be old.
func (db *DB) checkpointIdle(ctx context.Context, now time.Time) {
	wrote := db.wrote.Load()
	if wrote == db.carried.Load() || now.Sub(time.UnixMicro(wrote)) < idleAfter {
		return
	}
	select {
	case db.turn <- struct{}{}:
		defer func() { <-db.turn }()
	default: // somebody writes
		return
	}
	// What readers still need stays in the log, and is carried over the next time.
	if _, err := db.w.db.ExecContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`); err == nil {
		db.carried.Store(wrote)
	}
}
