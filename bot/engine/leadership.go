package engine

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

// Leases elect a leader among several processes for what only one may do at a time: a platform accepts one listener for
// a token, and its limits are the token's. Leadership saves waste and refusals. That nothing is lost or doubled rests
// on the leases of deliveries, on the cursor and on the inbox.
type Leases interface {
	// Acquire waits until the lease of that name is free and acquires it. leaderCtx ends when the lease is released, or
	// lost because it could not be renewed in time: it ends before anybody else can have the lease. ctx is for the
	// wait alone. release waits, but not for long.
	Acquire(ctx context.Context, name string) (leaderCtx context.Context, release func(), err error)
}

// multiListener reports whether several processes may listen at once.
func multiListener(a bot.Adapter) bool {
	id, ok := a.(bot.Identity)
	return ok && id.MultiListener()
}

const (
	// takeoverAfter is how long the wait for a lease takes at least if another process had it.
	takeoverAfter = 200 * time.Millisecond
	// takeoverPause is how long no alert is sent then. Both leaders send evenly, so no second has more than the
	// limit; the pause is for the last one's requests that took longer on their way.
	takeoverPause = 250 * time.Millisecond
)

// leadership is whether this process leads for an adapter's token: the leader sends alerts, and listens unless all may.
// One lease covers both because answers and alerts share the limits, which are counted in one process.
type leadership struct {
	leases   Leases
	name     string // of the lease
	now      func() time.Time
	logger   *slog.Logger
	isLeader atomic.Bool
}

func newLeadership(cfg Config, a bot.Adapter) *leadership {
	name := a.Platform()
	if id, ok := a.(bot.Identity); ok && id.Account() != "" {
		name += "-" + id.Account()
	}
	return &leadership{
		leases: cfg.Store, name: name, now: cfg.Now,
		logger: cfg.Logger.With("component", "leadership", "platform", a.Platform()),
	}
}

// term is the time for which a process leads. Each election begins a new one.
type term struct {
	leaderCtx context.Context //nolint:containedctx // It is what a term is.
	release   func()
	began     time.Time
	lastEnded time.Time // the end of this process's last term; zero if it had none
	takenOver bool      // another process led before
	resigned  bool      // it ended of this process's own will
}

// run does the work whenever this process leads, until ctx ends. The context given to work ends with ctx or with the
// lease; sends in hand may go on until the term ends.
func (l *leadership) run(ctx context.Context, work func(ctx context.Context, t *term) error) error {
	trouble := retry.Trouble{Logger: l.logger, Work: "waiting to lead"}
	var lastEnded time.Time
	for ctx.Err() == nil {
		asked := l.now()
		leaderCtx, release, err := l.leases.Acquire(ctx, l.name)
		trouble.Note(ctx, err)
		if err != nil {
			continue
		}
		now := l.now()
		t := &term{
			leaderCtx: leaderCtx, release: release, began: now, lastEnded: lastEnded, takenOver: now.Sub(asked) >= takeoverAfter,
		}
		err = l.serve(ctx, t, work)
		lastEnded = l.now()
		if leaderCtx.Err() != nil && !t.resigned {
			l.logger.WarnContext(ctx, "leadership lost: another replica sends and listens")
		}
		l.resign(t)
		if err != nil {
			return err
		}
	}
	return nil
}

// serve works through one term.
func (l *leadership) serve(ctx context.Context, t *term, work func(ctx context.Context, t *term) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(t.leaderCtx, stop)() //nolint:contextcheck // leaderCtx is not of ctx, which it outlives
	l.isLeader.Store(true)
	if t.takenOver {
		l.logger.InfoContext(ctx, "leadership acquired: this replica sends and listens now")
	}
	return work(ctx, t)
}

// resign releases the lease. A second call does nothing.
func (l *leadership) resign(t *term) {
	t.resigned = true
	l.isLeader.Store(false)
	t.release()
}

// IsLeader reports whether this process is the one that sends the alerts of a platform.
func (e *Engine) IsLeader(platform string) bool {
	o := e.outlets[platform]
	return o != nil && o.leadership.isLeader.Load()
}
