package database

import (
	"context"
)

// Tx is a transaction that may write.
type Tx struct {
	// Now is its time, in UTC microseconds.
	Now int64

	session  session
	pending  []statement // queued, and not yet run
	gathered []*gathered // rows that are to be inserted before anything else runs
	about    Topic
	then     []func() // see AfterCommit
	durably  string   // a statement; empty where each commit is alike
}

// maxPending bounds how many statements are queued, and their size.
const maxPending = 1000

// Wake has the commit wake those who wait for a topic, beside what transactions of its scope are about.
func (t *Tx) Wake(about Topic) { t.about |= about }

// AfterCommit has fn called once the transaction is committed, before those are woken who wait for it. fn does not block.
func (t *Tx) AfterCommit(fn func()) { t.then = append(t.then, fn) }

// Durable has the commit wait until a crash of the database can't undo it, whatever the scope says.
func (t *Tx) Durable(ctx context.Context) error {
	if t.durably == "" {
		return nil
	}
	return t.Queue(ctx, t.durably)
}

// Each reads within the transaction: see [Querier].
func (t *Tx) Each(ctx context.Context, read func(Scan) error, text string, args ...any) error {
	if err := t.QueueQuery(ctx, read, text, args...); err != nil {
		return err
	}
	return t.Flush(ctx)
}

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	t.queueGathered()
	list := append(t.pending, statement{text: text, args: plain(args)})
	t.pending = nil
	return t.session.run(ctx, list)
}

// Queue runs a statement of which nothing is to be known but that it went well: at once, or, where the way to the
// database is long, together with the next that is not queued, or the commit. An error is then that one's.
func (t *Tx) Queue(ctx context.Context, text string, args ...any) error {
	return t.QueueQuery(ctx, nil, text, args...)
}

// QueueQuery is Queue for a query: read has been handed its rows when what was queued has run.
func (t *Tx) QueueQuery(ctx context.Context, read func(Scan) error, text string, args ...any) error {
	t.queueGathered()
	t.pending = append(t.pending, statement{text: text, args: plain(args), read: read})
	if t.session.batches() && len(t.pending) < maxPending {
		return nil
	}
	return t.Flush(ctx)
}

// QueueCollect is [Collect] for a query that is queued.
func QueueCollect[T any](
	ctx context.Context, tx *Tx, into *[]T, read func(Scan) (T, error), text string, args ...any,
) error {
	return tx.QueueQuery(ctx, AppendTo(into, read), text, args...)
}

// Flush runs what was queued.
func (t *Tx) Flush(ctx context.Context) error {
	t.queueGathered()
	if len(t.pending) == 0 {
		return nil
	}
	list := t.pending
	t.pending = nil
	_, err := t.session.run(ctx, list)
	if t.pending == nil { // nothing was queued by what has read the answers
		clear(list)
		t.pending = list[:0]
	}
	return err
}

// maxTries bounds how often a transaction, or a query, is begun anew that met another or lost its connection.
// A database that is away for longer is for the caller to wait for.
const maxTries = 5

// InTx runs fn in a transaction that may write, and wakes whoever waits once it is committed. The context given to fn
// does not end with ctx: a transaction is short, and cutting one in half gains nothing. fn may be called again, after
// a rollback, so it starts from nothing each time. Errors say what a person can do.
func (db *DB) InTx(ctx context.Context, scope Scope, fn TxFunc) error {
	return db.InTxAsking(ctx, scope, nil, fn)
}

// tryTurn takes the turn to write unless somebody has it. Who has taken it releases it soon.
func (db *DB) tryTurn() (release func(), ok bool) {
	select {
	case db.turn <- struct{}{}:
		return func() { <-db.turn }, true
	default:
		return nil, false
	}
}

// TxFunc is what is run in a transaction, or a part of it.
type TxFunc func(ctx context.Context, tx *Tx) error

// InTxAsking is InTx for what has to be known before anything is done: what ask queues travels with what begins the
// transaction, and is answered when fn is called. ask does not know Tx.Now, which may be much later: others may have their turn
// first.
func (db *DB) InTxAsking(ctx context.Context, scope Scope, ask, fn TxFunc) error {
	for _, turn := range []chan struct{}{db.turns[scope], db.turn} {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := db.writable(); err != nil {
		return err
	}
	for try := 1; ; try++ {
		tx, committing, err := db.attempt(ctx, scope, ask, fn)
		switch {
		case err == nil:
			db.health.note(nil, nil)
			db.noteCommit()
			for _, then := range tx.then {
				then()
			}
			db.wake.broadcast(tx.about)
			return nil
		// A commit that fails with its connection may have been one.
		case committing, try == maxTries, ctx.Err() != nil, !db.dialect.retryable(err):
			explained := db.dialect.explain(err)
			db.health.note(err, explained)
			return explained
		}
	}
}

// attempt runs fn in a transaction once, and reports whether it came to the commit.
func (db *DB) attempt(ctx context.Context, scope Scope, ask, fn TxFunc) (tx *Tx, committing bool, err error) {
	ctx = context.WithoutCancel(ctx)
	inner := ctx
	if db.dialect.txTimeout > 0 {
		var cancel context.CancelFunc
		inner, cancel = context.WithTimeout(ctx, db.dialect.txTimeout)
		defer cancel()
	}
	leave := db.turnstile.enter(inner)
	session, err := db.dialect.begin(inner, db.w)
	leave()
	if err != nil {
		return nil, false, err
	}
	defer session.end(ctx)
	tx = &Tx{session: session, about: scope.about(), durably: db.dialect.durably}
	if err := db.within(inner, tx, scope, ask, fn); err != nil {
		return nil, false, err
	}
	tx.queueGathered()
	committing, err = session.commit(inner, tx.pending)
	return tx, committing, err
}

// within runs fn between what a scope needs.
func (db *DB) within(ctx context.Context, tx *Tx, scope Scope, ask, fn TxFunc) error {
	if text := db.dialect.lock(scope); text != "" {
		if err := tx.Queue(ctx, text); err != nil {
			return err
		}
	}
	if ask != nil {
		if err := ask(ctx, tx); err != nil {
			return err
		}
	}
	if scope.inTurn() || ask != nil {
		if err := tx.Flush(ctx); err != nil {
			return err
		}
	}
	tx.Now = db.now().UnixMicro()
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if db.dialect.notify != nil && scope.notifies() {
		st := db.dialect.notify(tx.about, db.id)
		return tx.Queue(ctx, st.text, st.args...)
	}
	return nil
}
