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
	// grownAfter is how many commits tend is told of at a time, and grownPages how many pages the write-ahead log has then
	// that are carried over into the file, while others write.
	grownAfter = 32
	grownPages = 8000
)

// tend looks after the file every so often until ctx ends.
func (db *DB) tend(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	gone := false
	for {
		select {
		case <-db.grown:
			db.checkpointGrown(ctx)
			continue
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
	release, ok := db.tryTurn()
	if !ok {
		return
	}
	defer release()
	// What readers still need stays in the log, and is carried over the next time.
	if _, err := db.w.db.ExecContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`); err == nil {
		db.carried.Store(wrote)
	}
}

// noteCommit notes that a transaction has ended.
func (db *DB) noteCommit() {
	db.wrote.Store(time.Now().UnixMicro())
	if db.commits.Add(1)%grownAfter == 0 {
		select {
		case db.grown <- struct{}{}:
		default:
		}
	}
}

// checkpointGrown carries the write-ahead log over into the file if it has grown, while others read and write. What fails is
// left to the commits.
func (db *DB) checkpointGrown(ctx context.Context) {
	var busy, pages, carried int
	err := db.r.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(NOOP)`).Scan(&busy, &pages, &carried)
	if err == nil && pages-carried >= grownPages {
		_, _ = db.r.db.ExecContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`)
	}
}
