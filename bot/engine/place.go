package engine

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

// Leases share out what only one of several processes may do at a time: a platform takes one listener for a token,
// and its limits are the token's. They save waste and refusals. That nothing is lost or doubled rests on the leases
// of deliveries, on the cursor and on the inbox.
type Leases interface {
	// Acquire waits until nobody has a place and takes it. held ends when the place is released, or lost because the
	// store has not heard for too long that it is still wanted: held ends before anybody else can have it. ctx is for
	// the wait alone. Release waits, but not for long.
	Acquire(ctx context.Context, name string) (held context.Context, release func(), err error)
	// WaitTaken waits until somebody has a place that the caller has released, and reports whether that was before ctx
	// ended. It is false at once if no other process can be waiting for it.
	WaitTaken(ctx context.Context, name string) bool
}

// multiListener reports whether several processes may listen at once.
func multiListener(a bot.Adapter) bool {
	id, ok := a.(bot.Identity)
	return ok && id.MultiListener()
}

const (
	// takeoverAfter is how long a wait for a place is at least that somebody else had.
	takeoverAfter = 200 * time.Millisecond
	// takeoverPause is how long no alert is sent then. The flows of both processes are even, so no second holds more
	// than the limit; the pause is for requests of the one before that were longer on their way.
	takeoverPause = 250 * time.Millisecond
)

// post is the place of an adapter among all processes: the one that has it sends alerts, and listens unless all
// may. Both are one place because answers and alerts share the limits, which are counted in one process.
type post struct {
	places Leases
	name   string
	now    func() time.Time
	logger *slog.Logger
	mine   atomic.Bool
}

func newPost(cfg Config, a bot.Adapter) *post {
	name := a.Platform()
	if id, ok := a.(bot.Identity); ok && id.Account() != "" {
		name += "-" + id.Account()
	}
	return &post{
		places: cfg.Store, name: name, now: cfg.Now,
		logger: cfg.Logger.With("component", "place", "platform", a.Platform()),
	}
}

// tenure is the time for which a process has a place. It begins anew after each loss.
type tenure struct {
	held    context.Context //nolint:containedctx // It is what there is to say of a tenure.
	release func()
	taken   time.Time
	last    time.Time // when this process had the place before; zero if it had not
	over    bool      // from another process
	left    bool      // of this one's own will
}

// hold works whenever this process has the place, until ctx ends. The context given to work ends with ctx or when
// the place is lost; what is in hand may go on until the tenure ends.
func (p *post) hold(ctx context.Context, work func(ctx context.Context, t *tenure) error) error {
	trouble := retry.Trouble{Logger: p.logger, Work: "waiting to be the one who sends"}
	var last time.Time
	for ctx.Err() == nil {
		asked := p.now()
		held, release, err := p.places.Acquire(ctx, p.name)
		trouble.Note(ctx, err)
		if err != nil {
			continue
		}
		now := p.now()
		t := &tenure{held: held, release: release, taken: now, last: last, over: now.Sub(asked) >= takeoverAfter}
		err = p.serve(ctx, t, work)
		last = p.now()
		if held.Err() != nil && !t.left {
			p.logger.WarnContext(ctx, "place lost: another replica sends and listens")
		}
		p.leave(t)
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *post) serve(ctx context.Context, t *tenure, work func(ctx context.Context, t *tenure) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(t.held, stop)() //nolint:contextcheck // held is not of ctx, which it outlives
	p.mine.Store(true)
	if t.over {
		p.logger.InfoContext(ctx, "place taken: this replica sends and listens now")
	}
	return work(ctx, t)
}

// leave gives the place up. A second call does nothing.
func (p *post) leave(t *tenure) {
	t.left = true
	p.mine.Store(false)
	t.release()
}

// IsLeader reports whether this process is the one that sends the alerts of a platform.
func (e *Engine) IsLeader(platform string) bool {
	o := e.outlets[platform]
	return o != nil && o.post.mine.Load()
}
