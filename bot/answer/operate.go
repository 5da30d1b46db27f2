package answer

import (
	"context"
	"errors"
	"fmt"

	"tidings/bot"
	"tidings/bot/deliver"
)

// What only the console's buttons reach: what operators do to a chat from outside.

// testAlert sends a test alert to a chat. It is not on record, and a chat that is suspended stays so.
func (h *Handler) testAlert(ctx context.Context, r bot.Request) (bot.Message, error) {
	if !r.Operator {
		return bot.Message{}, staleButton()
	}
	if h.adapters[r.Target.Platform] == nil {
		return bot.Message{}, bot.UserErrorf("The bot has no token for %s.", r.Target.Platform)
	}
	begun := h.now()
	err := h.offer(ctx, r.Target, deliver.Sample(begun, h.zone))
	if se, ok := errors.AsType[*bot.SendError](err); ok {
		return bot.Message{}, bot.UserErrorf("Not sent: %s.", se.Error())
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("send a test alert to %s: %w", r.Target, err)
	}
	return bot.Message{Text: bot.Say("Sent a test alert, in %s.", took(h.now().Sub(begun)))}, nil
}

// moveSubscription gives a subscription to another chat, where it counts as made now.
func (h *Handler) moveSubscription(ctx context.Context, r bot.Request) (bot.Message, error) {
	if !r.Operator {
		return bot.Message{}, staleButton()
	}
	s, err := h.numbered(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	to := bot.Target{Platform: r.Args["platform"], Space: r.Args["space"], Chat: r.Args["chat"], Thread: r.Args["thread"]}
	switch {
	case to == r.Target:
		return bot.Message{}, bot.UserErrorf("It is there already.")
	case h.adapters[to.Platform] == nil || to.Chat == "":
		return bot.Message{}, bot.UserErrorf("The bot knows no chat %s.", to.String())
	}
	by := s.CreatedBy
	if to.Platform != r.Target.Platform { // where another person may have that ID
		by = ""
	}
	made, err := h.store.Subscribe(ctx, bot.Subscription{Target: to, Filter: s.Filter, CreatedBy: by, Stories: s.Stories, Preferences: s.Preferences})
	if errors.Is(err, bot.ErrExists) {
		return bot.Message{}, bot.UserErrorf("%s has a subscription with that filter already.", to.String())
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("subscribe %s: %w", to, err)
	}
	if err := h.store.Unsubscribe(ctx, s.ID); err != nil { // after the other one: both may send, but nothing is lost
		return bot.Message{}, fmt.Errorf("unsubscribe %s: %w", r.Target, err)
	}
	return bot.Message{Text: bot.Say("Moved: %s is number %d of %s from now on.", about(made.Filter), made.Number, to.String())}, nil
}
