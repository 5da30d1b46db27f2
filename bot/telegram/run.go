package telegram

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/bot"
)

const (
	// grace is how long commands in hand may take after the end has been asked for.
	grace     = 3 * time.Second
	retryBase = 500 * time.Millisecond
	retryMost = 30 * time.Second
)

// session is one run of the adapter.
type session struct {
	*Adapter
	handler  bot.Handler
	username string // of the bot, without the @
	rights   rights
	told     told
	moves    sync.Map // the moves that have been reported, as pairs of chats
	forms    forms
	held     held
	incoming chan bot.Update // from Telegram by the webhook, in the inbox already

	conflictOnce sync.Once
}

// Run publishes the commands, and serves them until ctx ends. It waits out every outage, and returns
// an error only if Telegram refuses the token; [bot.ErrUnauthorized] is in its chain then. With a webhook,
// any number of processes may run an adapter for one token; without one, Telegram lets one poll at a time.
func (a *Adapter) Run(ctx context.Context, h bot.Handler) error {
	s := &session{
		Adapter: a, handler: h, rights: newRights(a.now), forms: forms{state: a.state, bot: a.id, now: a.now},
		incoming: make(chan bot.Update, maxIncoming),
	}
	a.names.Store(commandNames(h.Commands()))
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
	q := newQueues()
	defer s.giveUp(ctx)
	defer q.wait() // before stop, so that commands in hand have their grace
	s.Adapter.serving.Store(s)
	defer s.Adapter.serving.CompareAndSwap(s, nil)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.keepHeld(ctx) })
	group.Go(func() error { return s.adopt(ctx, work, q) })
	if s.webhook.url == "" {
		group.Go(func() error { return s.poll(ctx, work, q) })
	} else {
		group.Go(func() error { return s.register(ctx) })
		group.Go(func() error { return s.listen(ctx, work, q) })
	}
	return group.Wait()
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

// persist does something until it works, ctx ends or Telegram refuses the token. Of an outage it logs
// the beginning and the end.
func (s *session) persist(ctx context.Context, what string, do func(context.Context) error) error {
	for failures := 0; ; failures++ {
		err := do(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			if failures > 0 {
				s.log.InfoContext(ctx, "telegram adapter goes on", "call", what, "failures", failures)
			}
			return nil
		case isUnauthorized(err):
			return fmt.Errorf("%w: %w", bot.ErrUnauthorized, err)
		case hasCode(err, http.StatusConflict):
			s.conflict(ctx, err)
		case failures == 0:
			s.log.WarnContext(ctx, "telegram adapter held up, trying again", "call", what, "err", err)
		}
		wait := max(retryAfter(err), backoff(failures))
		if hasCode(err, http.StatusConflict) {
			wait = max(wait, conflictWait)
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// backoff returns how long to wait after failures in a row, counted from 0.
func backoff(failures int) time.Duration {
	d := min(retryBase<<min(failures, 10), retryMost)
	return d - rand.N(d/4)
}

// pause waits, and returns ctx's error if that ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
