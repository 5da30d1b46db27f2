package database

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"time"
)

// How often a database that somebody waits for looks for commits of other processes. A look costs some
// 20 µs, and waking up for it ten times that, so a database in which nothing happens is looked at less.
const (
	defaultLook = 20 * time.Millisecond
	quietAfter  = time.Minute // since the last commit, of whomever; it is looked at half as often then
)

// waker wakes those who wait for a commit: by this process at once, by another process
// as soon as the dialect's watch learns of it.
type waker struct {
	log   *slog.Logger
	every time.Duration // between two looks
	stop  context.CancelFunc
	work  sync.WaitGroup // what watches
	asked chan struct{}  // has a token when somebody began to wait

	mu      sync.Mutex    // guards what follows
	changed chan struct{} // closed at the next commit
	waiting int
	closed  bool
}

func newWaker(
	ctx context.Context, watch func(context.Context, *waker) error, look time.Duration, log *slog.Logger,
) (*waker, error) {
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	w := &waker{log: log, every: look, stop: stop, asked: make(chan struct{}, 1), changed: make(chan struct{})}
	if err := watch(inner, w); err != nil {
		stop()
		return nil, err
	}
	return w, nil
}

// broadcast wakes everyone who waits.
func (w *waker) broadcast() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		close(w.changed)
		w.changed = make(chan struct{})
	}
}

// close ends every wait, now and later.
func (w *waker) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.changed)
	}
	w.mu.Unlock()
	w.stop()
	w.work.Wait()
}

// wait blocks until ready returns 0 or a negative duration, ctx ends, or the database is closed, and asks
// ready again after each commit and after the duration that it returned. It subscribes before it asks, so
// what is committed in between is not missed.
func (w *waker) wait(ctx context.Context, ready func(context.Context) (time.Duration, error)) error {
	w.enter()
	defer w.leave()
	for {
		w.mu.Lock()
		changed, closed := w.changed, w.closed
		w.mu.Unlock()
		if closed {
			return sql.ErrConnDone
		}
		d, err := ready(ctx)
		if err != nil || d <= 0 {
			return err
		}
		timer := time.NewTimer(d)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		timer.Stop()
	}
}

func (w *waker) enter() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting++
	select {
	case w.asked <- struct{}{}:
	default:
	}
}

func (w *waker) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting--
}

func (w *waker) idle() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.waiting == 0
}

// watchVersion broadcasts whenever the number changes that version reads on a connection of its own.
func (w *waker) watchVersion(
	ctx context.Context, db *sql.DB, version func(context.Context, *sql.Conn) (int64, error),
) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	seen, err := version(ctx, conn)
	if err != nil {
		_ = conn.Close()
		return err
	}
	w.work.Go(func() {
		w.poll(ctx, seen, func(ctx context.Context) (int64, error) { return version(ctx, conn) })
		_ = conn.Close() // it goes back to a pool that is closed next
	})
	return nil
}

// poll looks for commits while somebody waits. It goes on from the version seen last, so what
// happened while nobody waited counts as news to the first who does.
func (w *waker) poll(ctx context.Context, seen int64, version func(context.Context) (int64, error)) {
	failing := false
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	// A context that may end would cost each look two goroutines.
	endless := context.WithoutCancel(ctx)
	newest := time.Now() // commit
	for {
		if w.idle() {
			tick.Stop()
			select {
			case <-w.asked:
			case <-ctx.Done():
				return
			}
			tick.Reset(w.every)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		now, err := version(endless)
		if err != nil && !failing && ctx.Err() == nil {
			w.log.Warn("commits of other processes are not noticed", "err", err)
		}
		switch failing = err != nil; {
		case failing:
		case now != seen:
			seen, newest = now, time.Now()
			tick.Reset(w.every)
			w.broadcast()
		case time.Since(newest) > quietAfter:
			tick.Reset(2 * w.every)
		}
	}
}
