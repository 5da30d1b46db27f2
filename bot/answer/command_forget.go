package answer

import (
	"context"
	"fmt"

	"tidings/bot"
)

// forget answers /forget by asking first.
func (h *Handler) forget(ctx context.Context, r bot.Request) (bot.Message, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	t := bot.Say("Delete this chat's data? Its subscriptions end, nothing more is posted, and its settings and records are deleted for good: " +
		"who subscribed, and which alerts were posted. The alerts themselves stay.")
	if len(subs) > 0 {
		t = bot.Join(t, bot.Plain("\n"), bot.Say("These subscriptions end:"), subscriptionLines(subs))
	}
	yes, err := h.button(ctx, bot.Say("Delete"), bot.DangerButton, "forgetnow", nil)
	if err != nil {
		return bot.Message{}, err
	}
	no, err := h.button(ctx, bot.Say("Keep"), bot.PlainButton, "keep", nil)
	return bot.Message{Text: t, Buttons: [][]bot.Button{{yes, no}}}, err
}

// forgetNow answers the button that says yes.
func (h *Handler) forgetNow(ctx context.Context, r bot.Request) (bot.Message, error) {
	n, err := h.store.Forget(ctx, r.Target)
	if err != nil {
		return bot.Message{}, fmt.Errorf("forget %s: %w", r.Target, err)
	}
	t := bot.Say("Deleted.")
	if n > 0 {
		t = bot.Count(n, "Deleted, with %d subscription.", "Deleted, with %d subscriptions.")
	}
	return bot.Message{Text: bot.Join(t, bot.Plain(" "), bot.Say("To start again: %s", bot.Styled("/subscribe", bot.Code)))}, nil
}
