package database

import (
	"context"
	"database/sql"
)

// session is one transaction's way to its database.
type session interface {
	// run runs statements one after the other, and returns how many rows the last one changed.
	run(ctx context.Context, list []statement) (changed int64, err error)
	// commit runs statements and commits. Where it fails, stands says that what was written may stand all the same.
	commit(ctx context.Context, list []statement) (stands bool, err error)
	// end gives the connection back. What was not committed is undone.
	end(ctx context.Context)
	// batches says that to run several statements at once takes hardly longer than one.
	batches() bool
}

// statement is one to run.
type statement struct {
	text string
	args []any
	read func(Scan) error // is handed the rows, if not nil
}

// snapshotSession reads in a transaction that writes nothing.
type snapshotSession struct{ tx *sql.Tx }

func (s *snapshotSession) batches() bool { return false }

func (s *snapshotSession) run(ctx context.Context, list []statement) (int64, error) {
	for i := range list {
		rows, err := s.tx.QueryContext(ctx, list[i].text, list[i].args...)
		if err == nil {
			err = readAll(rows, list[i].read)
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, nil
}

func (s *snapshotSession) commit(ctx context.Context, list []statement) (stands bool, err error) {
	_, err = s.run(ctx, list)
	return false, err
}

func (s *snapshotSession) end(context.Context) { _ = s.tx.Rollback() }
