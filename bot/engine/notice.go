package engine

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"

	"tidings/bot"
	"tidings/bot/deliver"
)

// maxNotices is how many notices may wait. More than that are in the log alone.
const maxNotices = 64

// notices notifies operators, in private, of what concerns only them.
type notices struct {
	adapters  map[string]bot.Adapter
	operators atomic.Pointer[[]string] // as platform:ID
	log       *slog.Logger
	waiting   chan bot.Text
	// isRefused reports on which platforms no one can be reached.
	isRefused func(platform string) bool
	// localizeFor puts a notice into the language of a private chat.
	localizeFor func(context.Context, bot.Target, bot.Message) bot.Message
}

func newNotices(
	cfg Config, isRefused func(platform string) bool, localizeFor func(context.Context, bot.Target, bot.Message) bot.Message,
) *notices {
	n := &notices{
		adapters: map[string]bot.Adapter{}, log: cfg.Logger.With("component", "notice"), waiting: make(chan bot.Text, maxNotices),
		isRefused: isRefused, localizeFor: localizeFor,
	}
	n.setOperators(cfg.Operators)
	for _, a := range cfg.Adapters {
		n.adapters[a.Platform()] = a
	}
	return n
}

func (n *notices) setOperators(ids []string) {
	list := slices.Compact(slices.Sorted(slices.Values(ids)))
	n.operators.Store(&list)
}

// hasOperators reports whether there is anybody to notify.
func (n *notices) hasOperators() bool { return len(*n.operators.Load()) > 0 }

// SetOperators says who runs the bot from now on, each as platform:ID. Safe for concurrent use.
func (e *Engine) SetOperators(ids []string) {
	e.handler.SetOperators(ids)
	e.notices.setOperators(ids)
}

// Notify sends every operator a private notice, once Run works. It does not block, and what
// cannot be delivered after a few tries stays in the log. Safe for concurrent use.
func (e *Engine) Notify(text bot.Text) {
	e.notices.log.Info("operator notice queued", "text", text.String())
	select {
	case e.notices.waiting <- text:
	default:
		e.notices.log.Warn("notice not sent; too many wait", "text", text.String())
	}
}

// run sends notices until ctx ends.
func (n *notices) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case text := <-n.waiting:
			for _, o := range *n.operators.Load() {
				n.send(ctx, o, text)
			}
		}
	}
}

// send notifies one operator.
func (n *notices) send(ctx context.Context, operator string, text bot.Text) {
	platform, user, _ := strings.Cut(operator, ":")
	a := n.adapters[platform]
	m, ok := a.(bot.Linker)
	if !ok || n.isRefused(platform) {
		return
	}
	to, err := m.Direct(ctx, user)
	if err == nil {
		err = deliver.Offer(ctx, a, to, n.localizeFor(ctx, to, bot.Message{Text: text}))
	}
	if err != nil && ctx.Err() == nil {
		n.log.WarnContext(ctx, "operator not notified", "operator", operator, "err", err)
	}
}
