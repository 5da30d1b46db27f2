package bot

import (
	"context"
	"fmt"
)

// forget answers /forget by asking first.
func (h *handler) forget(ctx context.Context, r Request) (Message, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return Message{}, err
	}
	t := Plain("Shall I forget this chat? Its subscriptions end, nothing more is posted, and what I keep of it is removed for good: " +
		"settings, who subscribed, and which alerts were posted. The alerts themselves stay.")
	if len(subs) > 0 {
		t = Join(t, Plain("\nThis ends:"), subscriptionLines(subs))
	}
	yes, err := h.button(ctx, "Forget this chat", DangerButton, "forgetnow", nil)
	if err != nil {
		return Message{}, err
	}
	no, err := h.button(ctx, "Keep", PlainButton, "keep", nil)
	return Message{Text: t, Buttons: [][]Button{{yes, no}}}, err
}

// forgetNow answers the button that says yes.
func (h *handler) forgetNow(ctx context.Context, r Request) (Message, error) {
	n, err := h.store.Forget(ctx, r.Target)
	if err != nil {
		return Message{}, fmt.Errorf("forget %s: %w", r.Target, err)
	}
	t := Plain("Forgotten.")
	if n > 0 {
		t = Plain("Forgotten; " + count(n, "subscription") + " ended.")
	}
	return Message{Text: Join(t, Plain(" To begin anew: "), Styled("/subscribe", Code))}, nil
}
