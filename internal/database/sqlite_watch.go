package database

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tidings/internal/retry"
)

const (
	// noticeLook is how often a file is looked at all the same whose writes the system tells of.
	noticeLook = 500 * time.Millisecond
	// noticeAgain is how soon a file is looked at again that was written to, and shows nothing new yet: what is told is
	// that somebody writes a transaction, and its commit is what comes last. Each further look takes twice as long to come.
	noticeAgain = 100 * time.Microsecond
	// ownPause is how long a file is not looked at after this process has written to it. Who waits was woken by that.
	ownPause = 5 * time.Millisecond
)

// watchSQLite broadcasts what other processes write to the file: when the system tells of it, or, where it does not or the
// configuration says so, by looking every so often.
func watchSQLite(ctx context.Context, w *waker, db *DB, address string) error {
	told := db.notices(ctx, address)
	var version *sql.Stmt
	var err error
	seen := &seenVersion{read: func(ctx context.Context) (int64, error) { return db.othersVersion(ctx, version) }}
	if version, err = db.w.db.PrepareContext(ctx, `PRAGMA data_version`); err == nil { // it lives as long as the pool
		seen.number, err = seen.read(ctx)
	}
	if err != nil {
		told.close()
		return err
	}
	w.work.Go(func() {
		w.follow(ctx, seen, told)
		w.poll(ctx, seen)
	})
	return nil
}

// othersVersion reads a number that changes with every commit that this process did not make, if it asks where it writes.
// https://www.sqlite.org/pragma.html#pragma_data_version
func (db *DB) othersVersion(ctx context.Context, version *sql.Stmt) (v int64, err error) {
	if time.Since(time.UnixMicro(db.wrote.Load())).Abs() < ownPause { // whoever writes next does not have to wait
		return 0, errWriting
	}
	release, ok := db.tryTurn()
	if !ok {
		return 0, errWriting
	}
	defer release()
	err = version.QueryRowContext(ctx).Scan(&v)
	return v, err
}

// follow looks for commits when the system tells of a write, until ctx ends or what it tells can't be relied on.
func (w *waker) follow(ctx context.Context, seen *seenVersion, told *fileNotices) {
	if told == nil {
		return
	}
	defer context.AfterFunc(ctx, told.close)()
	defer told.close()
	next := noticeLook
	for w.awaitWaiter(ctx) {
		heard, err := told.wait(next)
		if err != nil {
			if ctx.Err() == nil {
				w.log.WarnContext(ctx, "the system tells no longer of writes of other processes; the file is looked at", "err", err)
			}
			return
		}
		changed, own := w.lookPastOwn(ctx, seen, told)
		switch {
		case own:
			next = ownPause
		case changed && !heard && next == noticeLook && !told.drain():
			w.log.DebugContext(ctx, "the system doesn't tell of writes of other processes; the file is looked at")
			return
		case heard:
			next = noticeAgain
		default:
			next = min(2*next, noticeLook)
		}
	}
}

// lookPastOwn looks as soon as this process doesn't write, and reports whether it did.
func (w *waker) lookPastOwn(ctx context.Context, seen *seenVersion, told *fileNotices) (changed, own bool) {
	for {
		changed, err := seen.look(ctx, w)
		if !errors.Is(err, errWriting) {
			return changed, own
		}
		own = true
		if retry.Sleep(ctx, ownPause) != nil {
			return false, own
		}
		told.drain()
	}
}

// notices listens for writes to a database's log. It is nil where the system does not tell of them, or the configuration
// says that the file is looked at.
func (db *DB) notices(ctx context.Context, address string) *fileNotices {
	if db.look > 0 {
		return nil
	}
	told, err := watchFile(address + "-wal")
	if err != nil {
		db.log.DebugContext(ctx, "the system doesn't tell of writes of other processes; the file is looked at", "err", err)
	}
	return told
}
