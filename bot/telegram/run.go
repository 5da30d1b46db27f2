package telegram

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	// grace is how long the commands in progress may take once Run has been asked to end.
	grace = 3 * time.Second
	// retryBase and retryMost are the shortest and the longest wait between two tries of a request.
	retryBase = 500 * time.Millisecond
	retryMost = 30 * time.Second
)

// session is one Run of the adapter.
type session struct {
	*Adapter
	handler  bot.Handler
	username string // of the bot, without the @
	rights   rights
	excused  recent // by whom it's known that the bot may not write in a group
	// turnedDown are the people and groups that were notified of dropped requests.
	turnedDown recent
	mistakes   recent        // failed commands, by chat and message
	hands      chan struct{} // a semaphore for calls of the handler
	spareAcks  chan struct{}
	moves      sync.Map // the migrations that have been reported, as pairs of chats
	forms      forms
	leases     leases
	queues     *queues
	// ended is closed when Run is asked to end, and work ends grace later.
	ended <-chan struct{}
	work  context.Context //nolint:containedctx // it is what the webhook's updates are handled in

	conflictOnce sync.Once
}

// Run publishes the commands, and serves them until ctx ends. It waits out every outage, and returns
// an error only if Telegram refuses the token, with [bot.ErrUnauthorized] in its chain. With a webhook,
// any number of processes may run an adapter for one token; without one, Telegram lets one poll at a time.
func (a *Adapter) Run(ctx context.Context, h bot.Handler) error {
	s := &session{
		Adapter: a, handler: h, rights: newRights(a.now), forms: forms{state: a.state, bot: a.id, now: a.now},
		queues: newQueues(), ended: ctx.Done(),
		hands: make(chan struct{}, maxHands), spareAcks: make(chan struct{}, maxSpareAcks),
	}
	a.names.Store(commandNames(h.Commands()))
	a.client.reach.reset()
	defer a.client.reach.reset()
	if err := s.serve(ctx); ctx.Err() == nil {
		return err
	}
	return nil
}

func (s *session) serve(ctx context.Context) error {
	err := s.persist(ctx, "getMe", func(ctx context.Context) error {
		self, err := s.self(ctx)
		s.username = self.UserName
		return err
	})
	if err != nil {
		return err
	}
	s.log.InfoContext(ctx, "telegram connected", "bot", s.username)
	defer s.publishing(ctx)()

	work, stop := graceful(ctx)
	defer stop()
	s.work = work
	defer func() { s.handBack(ctx, s.leases.ids(s.now())) }()
	defer s.queues.wait() // before stop, so that the commands in progress have their grace
	s.Adapter.serving.Store(s)
	defer s.Adapter.serving.CompareAndSwap(s, nil)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.renewLeases(ctx) })
	group.Go(func() error { return s.adopt(ctx, work) })
	group.Go(func() error { return s.fadeOut(ctx) })
	if s.webhook.url == "" {
		group.Go(func() error { return s.poll(ctx, work) })
	} else {
		group.Go(func() error { return s.register(ctx) })
	}
	return group.Wait()
}

// isEnding reports whether Run has been asked to end.
func (s *session) isEnding() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// graceful returns a context that outlives ctx by grace.
func graceful(ctx context.Context) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var timer *time.Timer
	armed := make(chan struct{})
	unwatch := context.AfterFunc(ctx, func() {
		defer close(armed)
		timer = time.AfterFunc(grace, cancel)
	})
	return work, func() {
		if !unwatch() {
			<-armed
			timer.Stop()
		}
		cancel()
	}
}

// persist retries until do succeeds, ctx ends or Telegram refuses the token. It logs the beginning and the end of an
// outage.
func (s *session) persist(ctx context.Context, what string, do func(context.Context) error) error {
	for failures := 0; ; failures++ {
		err := do(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			if failures > 0 {
				s.log.InfoContext(ctx, "telegram reconnected", "call", what, "failures", failures)
			}
			return nil
		case isUnauthorized(err):
			return fmt.Errorf("%w: %w", bot.ErrUnauthorized, err)
		case hasCode(err, http.StatusConflict):
			s.conflict(ctx, err)
		case failures == 0:
			s.log.WarnContext(ctx, "telegram request failed, retrying", "call", what, "err", err)
		}
		wait := max(retryAfter(err), retry.Backoff(failures, retryBase, retryMost))
		if hasCode(err, http.StatusConflict) {
			wait = max(wait, conflictWait)
		}
		if err := retry.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}
