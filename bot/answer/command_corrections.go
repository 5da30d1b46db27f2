package answer

import (
	"context"
	"errors"
	"fmt"

	"tidings/bot"
)

// correctionsCommand decides how a chat learns that an article was corrected.
func (h *Handler) correctionsCommand() bot.Command {
	return switchCommand("corrections", "How this chat hears of corrections", nil,
		side{
			"Reply to an alert when its article is corrected", "corrections on", h.setCorrections(bot.CorrectByReply,
				bot.Say("When an article's title or facts are corrected, its alert is edited, and a reply to it says what changed.")),
		},
		side{
			"Edit alerts silently", "corrections off", h.setCorrections(bot.CorrectQuietly,
				bot.Say("When an article is corrected, its alert is edited silently.")),
		})
}

// setCorrections answers /corrections on and off.
func (h *Handler) setCorrections(to bot.Corrections, done bot.Text) func(context.Context, bot.Request) (bot.Message, error) {
	return func(ctx context.Context, r bot.Request) (bot.Message, error) {
		err := h.store.SetCorrections(ctx, r.Target, to)
		if errors.Is(err, bot.ErrNotFound) {
			return bot.Message{}, &bot.UserError{Text: noSubscriptions()}
		}
		if err != nil {
			return bot.Message{}, fmt.Errorf("set corrections in %s: %w", r.Target, err)
		}
		return bot.Message{Text: done}, nil
	}
}
