package database

import (
	"context"
	"database/sql"
	"errors"
)

// postgresLocks is the first half of the keys of advisory locks, so that installations in schemas of one database do
// not meet.
const postgresLocks = `hashtext('tidings.' || current_schema())`

// postgresLock acquires the locks of a scope. The server drops who holds them and falls silent.
func postgresLock(s Scope) string {
	const (
		// A plan is kept, since making one takes longer than what it is for, and may have been made when a table was
		// empty that grows fast, as the queue does. So reading all of a table is never thought better than an index,
		// nor a join that does or that keeps one side, nor compiling what is short.
		begin = `
			SELECT set_config('idle_in_transaction_session_timeout', '10s', true),
				set_config('plan_cache_mode', 'force_generic_plan', true),
				set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true),
				set_config('enable_hashjoin', 'off', true), set_config('enable_material', 'off', true),
				set_config('jit', 'off', true), `
		whole = `pg_advisory_xact_lock(` + postgresLocks + `, 1)`
		// The commit does not wait for the disk. The next that does writes this one too, as it comes first in the log.
		async  = `set_config('synchronous_commit', 'off', true), `
		shared = `pg_advisory_xact_lock_shared(` + postgresLocks + `, 1)`
		log    = `pg_advisory_xact_lock(` + postgresLocks + `, 2)`
	)
	switch s {
	case AppendLog:
		// The numbers of a log entry are given out under this lock, which is held until they can be read.
		return begin + shared + `, ` + log
	case Shared:
		return begin + shared
	case Enqueue, SharedAsync:
		return begin + async + shared
	default:
		return begin + whole
	}
}

// postgresLocker lets one replica migrate at a time. Its lock is that of a transaction: a pooler may hand each
// statement that stands alone to another session, and the lock of a session would stay behind.
type postgresLocker struct {
	db *sql.DB
	tx *sql.Tx // while it is held
}

// SessionLock waits until nobody else migrates.
func (l *postgresLocker) SessionLock(ctx context.Context, _ *sql.Conn) error {
	tx, err := l.db.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(`+postgresLocks+`, 3)`); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	l.tx = tx
	return nil
}

// SessionUnlock lets the next one look.
func (l *postgresLocker) SessionUnlock(context.Context, *sql.Conn) error { return l.tx.Rollback() }
