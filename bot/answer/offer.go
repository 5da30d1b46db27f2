package answer

import (
	"context"

	"tidings/bot"
	"tidings/bot/deliver"
)

// offer sends what nobody asked for in the place where it goes, in turn with answers and alerts, and a few times if what
// keeps it is a passing thing. It fails like [bot.Adapter.Send].
func (h *Handler) offer(ctx context.Context, to bot.Target, m bot.Message) error {
	a := h.adapters[to.Platform]
	if h.pacer != nil {
		a = paced{Adapter: a, pacer: h.pacer(to.Platform)}
	}
	return deliver.Offer(ctx, a, to, h.LocalizeFor(ctx, to, m))
}

// paced is an adapter whose sends wait for their turn.
type paced struct {
	bot.Adapter

	pacer bot.Pacer
}

// Send waits for a slot and sends.
func (p paced) Send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	answered, err := p.pacer.Reply(ctx, to)
	if err != nil {
		return bot.Receipt{}, err
	}
	r, err := p.Adapter.Send(ctx, to, m)
	answered(err)
	return r, err
}
