package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

const (
	pollSeconds = 50 // the longest that Telegram lets a poll wait
	pollTimeout = (pollSeconds + 10) * time.Second
	// grace is how long commands in hand may take after the end has been asked for.
	grace = 3 * time.Second
	// staleAfter is the age at which a command left over from an earlier run is dropped.
	staleAfter = 5 * time.Minute
	// pollEvery is the least time between two polls that bring nothing, for servers that do not wait.
	pollEvery = 250 * time.Millisecond
	retryBase = 500 * time.Millisecond
	retryMost = 30 * time.Second
	// conflictWait is how long to leave updates to another program that polls with the same token.
	conflictWait = 5 * time.Second
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

	conflictOnce sync.Once
}

// Run publishes the commands, and serves them until ctx ends. It waits out every outage, and returns
// an error only if Telegram refuses the token; [bot.ErrUnauthorized] is in its chain then.
func (a *Adapter) Run(ctx context.Context, h bot.Handler) error {
	s := &session{
		Adapter: a, handler: h, rights: newRights(a.now), forms: forms{state: a.state, bot: a.id, now: a.now},
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
	defer q.wait() // before stop, so that commands in hand have their grace
	if err := s.replay(ctx, work, q); err != nil {
		return err
	}
	return s.poll(ctx, work, q)
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

// replay hands out what an earlier run received and did not handle.
func (s *session) replay(ctx, work context.Context, q *queues) error {
	var left []bot.Update
	err := s.persist(ctx, "inbox", func(ctx context.Context) error {
		var err error
		left, err = s.inbox.Unhandled(ctx, s.box)
		return err
	})
	if err != nil {
		return err
	}
	for _, u := range left {
		s.dispatch(ctx, work, q, u, replayed)
	}
	return nil
}

// poll asks for updates until ctx ends.
func (s *session) poll(ctx, work context.Context, q *queues) error {
	for ctx.Err() == nil {
		began := time.Now()
		var updates []bot.Update
		var next int64
		err := s.persist(ctx, "getUpdates", func(ctx context.Context) error {
			var err error
			updates, next, err = s.receive(ctx)
			return err
		})
		if err != nil {
			return err
		}
		err = s.persist(ctx, "inbox", func(ctx context.Context) error {
			if len(updates) == 0 {
				return pause(ctx, pollEvery-time.Since(began))
			}
			return s.inbox.Receive(ctx, s.box, updates, next)
		})
		if err != nil {
			return err
		}
		for _, u := range updates {
			s.dispatch(ctx, work, q, u, fresh)
		}
	}
	return ctx.Err()
}

// receive waits for updates, and returns them with the offset that confirms them. The request itself
// confirms only what the inbox has. The numbers of updates may begin anew below the offset: Telegram
// chooses them at random after a week without any.
func (s *session) receive(ctx context.Context) ([]bot.Update, int64, error) {
	offset, err := s.inbox.Offset(ctx, s.box)
	if err != nil {
		return nil, 0, fmt.Errorf("read offset: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	params := tgbotapi.Params{
		"timeout":         strconv.Itoa(pollSeconds),
		"allowed_updates": encode(allowedUpdates()),
	}
	params.AddNonZero64("offset", offset)
	var raw []json.RawMessage
	if err := s.client.call(ctx, "getUpdates", params, &raw); err != nil {
		return nil, 0, err
	}
	updates, next := make([]bot.Update, 0, len(raw)), int64(0)
	for _, body := range raw {
		var u struct {
			ID int64 `json:"update_id"`
		}
		if err := json.Unmarshal(body, &u); err != nil {
			return nil, 0, fmt.Errorf("read update: %w", err)
		}
		updates = append(updates, bot.Update{ID: u.ID, Body: body})
		next = max(next, u.ID+1)
	}
	return updates, next, nil
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

// conflict says once what it means that another receives this bot's updates.
func (s *session) conflict(ctx context.Context, err error) {
	s.conflictOnce.Do(func() {
		s.log.WarnContext(ctx, "another program receives this bot's updates: a second copy of the bot, which "+
			"must be stopped, or a webhook, which is removed now", "err", err)
		s.removeWebhook(ctx)
	})
}

// removeWebhook makes polling possible where the bot was served by a webhook before. It does nothing
// against a second poll.
func (s *session) removeWebhook(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := s.client.call(ctx, "deleteWebhook", nil, nil); err != nil {
		s.log.WarnContext(ctx, "webhook not removed", "err", err)
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

// origin says how an update came in.
type origin int

const (
	fresh    origin = iota // from Telegram just now
	replayed               // from the inbox, left over from an earlier run
)

// dispatch queues an update behind those of the same chat. It blocks while too many wait.
func (s *session) dispatch(ctx, work context.Context, q *queues, stored bot.Update, from origin) {
	var u update
	if err := json.Unmarshal(stored.Body, &u); err != nil || !u.valid() {
		s.log.ErrorContext(ctx, "update not understood", "update_id", stored.ID, "err", err)
		s.forget(work, stored.ID)
		return
	}
	if from == replayed && s.isStale(&u) {
		s.log.InfoContext(ctx, "command left over from an earlier run is too old", "update_id", u.ID)
		s.forget(work, u.ID)
		return
	}
	q.add(ctx, u.chat(), func() {
		if ctx.Err() != nil {
			return // the next run finds it in the inbox
		}
		s.handle(work, &u)
		if work.Err() == nil {
			s.forget(work, u.ID)
		}
	})
}

// isStale reports whether u is a text that was written long ago. What else there is tells of facts,
// which do not grow old.
func (s *session) isStale(u *update) bool {
	m := u.Message
	if m == nil {
		m = u.ChannelPost
	}
	return m != nil && m.Text != "" && s.now().Sub(time.Unix(m.Date, 0)) > staleAfter
}

func (s *session) forget(ctx context.Context, id int64) {
	if err := s.inbox.Handled(ctx, s.box, id); err != nil && !errors.Is(err, context.Canceled) {
		s.log.ErrorContext(ctx, "update not marked as handled", "update_id", id, "err", err)
	}
}
