package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	pollSeconds = 50 // the longest that Telegram lets a poll wait
	pollTimeout = (pollSeconds + 10) * time.Second
	// pollEvery is the least time between two polls that bring nothing, for servers that do not wait.
	pollEvery = 250 * time.Millisecond
	// conflictWait is the pause after another program polled with the same token.
	conflictWait = 5 * time.Second
)

// poll asks for updates until ctx ends.
func (s *session) poll(ctx, work context.Context) error {
	for s.awaitCapacity(ctx) == nil {
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
		if len(updates) == 0 {
			_ = retry.Sleep(ctx, pollEvery-time.Since(began))
			continue
		}
		tasks := s.screen(work, updates, fresh)
		var taken []bot.Update
		err = s.persist(ctx, "inbox", func(ctx context.Context) (err error) {
			taken, err = s.lease(ctx, updatesOf(tasks), next)
			return err
		})
		s.enqueue(work, tasks, taken)
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// awaitCapacity waits while too many tasks are queued. Meanwhile, further updates stay with Telegram.
func (s *session) awaitCapacity(ctx context.Context) error {
	for s.queues.free() == 0 && ctx.Err() == nil {
		select {
		case <-s.queues.freed:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// receive waits for updates, and returns them with the offset that confirms them. The request itself
// confirms only what the inbox has. Update IDs may restart below the offset: after a week without
// updates, Telegram chooses the next ID at random.
func (s *session) receive(ctx context.Context) ([]bot.Update, int64, error) {
	offset, err := s.inbox.Offset(ctx, s.box)
	if err != nil {
		return nil, 0, fmt.Errorf("read offset: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	wait := pollSeconds
	if _, up := s.Connected(); !up {
		wait = 0 // an answer at once shows that the outage is over
	}
	params := tgbotapi.Params{
		"timeout":         strconv.Itoa(wait),
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

// conflict logs once why another program receives this bot's updates.
func (s *session) conflict(ctx context.Context, err error) {
	s.conflictOnce.Do(func() {
		s.log.WarnContext(ctx, "another program receives this bot's updates: a second copy of the bot, which "+
			"must be stopped, or a webhook, which is removed now", "err", err)
		s.removeWebhook(ctx)
	})
}

// removeWebhook makes polling possible where the bot used a webhook before. It doesn't help against a second poller.
func (s *session) removeWebhook(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := s.client.call(ctx, "deleteWebhook", nil, nil); err != nil {
		s.log.WarnContext(ctx, "webhook not removed", "err", err)
	}
}
