package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/deliver"
	"tidings/internal/retry"
)

const (
	// muteLook is how often it is looked for mutes that have ended, and muteStep how many are told at a time.
	muteLook = 5 * time.Minute
	muteStep = 50
)

// EndedMutes is where mutes are kept until their chats know that they ended.
type EndedMutes interface {
	// EndedMutes returns up to n mutes on a platform that ended by themselves, and that EndMute has not forgotten yet; those
	// of suspended targets wait.
	EndedMutes(ctx context.Context, platform string, n int) ([]bot.EndedMute, error)
	// EndMute ends a mute, and forgets it; ErrNotFound if the target has none with that ID.
	EndMute(ctx context.Context, t bot.Target, id int64) error
}

// muteEnds tells the chats of one platform that a mute has ended, and what it left out. It runs where the platform's alerts
// are sent, so that no two processes do.
type muteEnds struct {
	store   EndedMutes
	adapter bot.Adapter
	handler *answer.Handler
	logger  *slog.Logger
}

func newMuteEnds(cfg Config, a bot.Adapter, h *answer.Handler) *muteEnds {
	return &muteEnds{store: cfg.Store, adapter: a, handler: h, logger: cfg.Logger.With("component", "mutes")}
}

// run works until ctx ends.
func (m *muteEnds) run(ctx context.Context) error {
	for retry.Sleep(ctx, muteLook) == nil {
		if err := m.round(ctx); err != nil && ctx.Err() == nil {
			m.logger.WarnContext(ctx, "ended mutes not told", "err", err)
		}
	}
	return nil
}

// round tells of each mute that has ended. Its message has a key, for a process that dies before it is noted.
func (m *muteEnds) round(ctx context.Context) error {
	list, err := m.store.EndedMutes(ctx, m.adapter.Platform(), muteStep)
	if err != nil {
		return err
	}
	for i := range list {
		e := &list[i]
		msg := bot.Message{Text: answer.MuteEnded(&e.Mute), Key: bot.KeyOf(fmt.Sprintf("mute ended: %s %d", e.Target, e.Mute.ID)), Silent: true}
		if err := deliver.Offer(ctx, m.adapter, e.Target, m.handler.LocalizeFor(ctx, e.Target, msg)); err != nil {
			m.logger.InfoContext(ctx, "chat not told of an ended mute", "target", e.Target.String(), "err", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.store.EndMute(ctx, e.Target, e.Mute.ID); err != nil && !errors.Is(err, bot.ErrNotFound) {
			return err
		}
	}
	return nil
}
