package answer

import (
	"context"
	"errors"
	"fmt"

	"tidings/bot"
)

// correctionsCommand says what a chat hears when an article is corrected.
func (h *Handler) correctionsCommand() bot.Command {
	return bot.Command{
		Name: "corrections", Help: "How this chat hears of corrections",
		Sub: []bot.Command{
			{
				Name: "on", Help: "Reply to an alert when its article is corrected", Example: "corrections on",
				Access: bot.Managers, Run: h.correctionsOn,
			},
			{
				Name: "off", Help: "Edit alerts silently", Example: "corrections off",
				Access: bot.Managers, Run: h.correctionsOff,
			},
		},
	}
}

// correctionsOn answers /corrections on.
func (h *Handler) correctionsOn(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.setCorrections(ctx, r, bot.CorrectByReply,
		"When an article's title or facts are corrected, its alert is edited, and a reply to it says what changed.")
}

// correctionsOff answers /corrections off.
func (h *Handler) correctionsOff(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.setCorrections(ctx, r, bot.CorrectQuietly, "When an article is corrected, its alert is edited silently.")
}

func (h *Handler) setCorrections(ctx context.Context, r bot.Request, to bot.Corrections, done string) (bot.Message, error) {
	err := h.store.SetCorrections(ctx, r.Target, to)
	if errors.Is(err, bot.ErrNotFound) {
		return bot.Message{}, &bot.UserError{Text: noSubscriptions()}
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("set corrections in %s: %w", r.Target, err)
	}
	return bot.Message{Text: bot.Plain(done)}, nil
}
