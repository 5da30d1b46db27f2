package database

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"math/bits"
	"sync"
	"time"

	"tidings/internal/retry"
)

// How often a database that somebody waits for looks for commits of other processes, where the system does not tell of
// them. A look costs little, and waking up for it ten times that, so a database in which nothing happens is looked at less.
const (
	defaultLook = 20 * time.Millisecond
	quietAfter  = time.Minute // since the last commit of others; it is looked at half as often then
)

// Topic is what somebody may wait for. Topics may be added up.
type Topic uint

const (
	// Log is what adds to a log.
	Log Topic = 1 << iota
	// Queue is what puts something into a queue, or changes when it is due.
	Queue
	everything = Log | Queue
)

// topics is how many there are.
const topics = 2

// waker wakes those who wait for a commit: by this process at once, by another process
// as soon as the dialect's watch learns of it.
type waker struct {
	log   *slog.Logger
	every time.Duration // between two looks
	stop  context.CancelFunc
	work  sync.WaitGroup // what watches
	asked chan struct{}  // has a token when somebody began to wait

	mu      sync.Mutex            // guards what follows
	changed [topics]chan struct{} // each is closed at the next commit that is about its topic
	waiting int
	closed  bool
}

func newWaker(
	ctx context.Context, watch func(context.Context, *waker) error, look time.Duration, log *slog.Logger,
) (*waker, error) {
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	w := &waker{log: log, every: look, stop: stop, asked: make(chan struct{}, 1)}
	for i := range w.changed {
		w.changed[i] = make(chan struct{})
	}
	if err := watch(inner, w); err != nil {
		stop()
		return nil, err
	}
	return w, nil
}

// broadcast wakes those who wait for some topics.
func (w *waker) broadcast(about Topic) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	for i := range w.changed {
		if about&(1<<i) != 0 {
			close(w.changed[i])
			w.changed[i] = make(chan struct{})
		}
	}
}

// next returns what is closed at the next commit about a topic, and whether the database is closed.
func (w *waker) next(about Topic) (changed <-chan struct{}, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed[bits.TrailingZeros(uint(about))], w.closed
}

// close ends every wait, now and later.
func (w *waker) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		for _, changed := range w.changed {
			close(changed)
		}
	}
	w.mu.Unlock()
	w.stop()
	w.work.Wait()
}

// wait blocks until ready returns 0 or a negative duration, ctx ends, or the database is closed, and asks
// ready again after each commit about a topic and after the duration that it returned. It subscribes before it asks, so
// what is committed in between is not missed.
func (w *waker) wait(ctx context.Context, about Topic, ready func(context.Context) (time.Duration, error)) error {
	w.enter()
	defer w.leave()
	for {
		changed, closed := w.next(about)
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

// errWriting says that this process writes, or has just done so: those who wait have been woken, or are about to be, and
// nobody else can have committed meanwhile whom they would miss.
var errWriting = errors.New("this process writes")

// poll looks for commits while somebody waits. It goes on from the version seen last, so what
// happened while nobody waited counts as news to the first who does.
func (w *waker) poll(ctx context.Context, seen *seenVersion) {
	every, newest := w.every, time.Now() // commit
	for w.awaitWaiter(ctx) && retry.Sleep(ctx, every) == nil {
		if changed, _ := seen.look(ctx, w); changed {
			every, newest = w.every, time.Now()
		} else if time.Since(newest) > quietAfter {
			every = 2 * w.every
		}
	}
}

// awaitWaiter waits until somebody waits. It is false if ctx ended before.
func (w *waker) awaitWaiter(ctx context.Context) bool {
	if w.idle() {
		select {
		case <-w.asked:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// seenVersion is a number that changes with the commits of other processes, as it was seen last.
type seenVersion struct {
	number  int64
	read    func(context.Context) (int64, error)
	failing bool
}

// look broadcasts if the number has changed, and reports whether it has. Those of its errors that are no trouble are
// errWriting.
func (v *seenVersion) look(ctx context.Context, w *waker) (changed bool, err error) {
	// A context that may end would cost each look two goroutines.
	now, err := v.read(context.WithoutCancel(ctx))
	if errors.Is(err, errWriting) {
		return false, err
	}
	if err != nil && !v.failing && ctx.Err() == nil {
		w.log.Warn("commits of other processes are not noticed", "err", err)
	}
	if v.failing = err != nil; v.failing || now == v.number {
		return false, err
	}
	v.number = now
	w.broadcast(everything)
	return true, nil
}
