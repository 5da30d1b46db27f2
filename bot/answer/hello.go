package answer

import (
	"context"
	"errors"
	"fmt"

	"tidings/bot"
)

// helloState begins the keys that keep whether the bot has said hello in a place.
const helloState = "hello/"

// What such a key can hold, beside nothing.
const (
	helloSaid = "said"
	helloOwed = "owed" // the bot was added and could not say it yet
)

// greet says hello once in a place that the bot was added to, or as soon as it may post there. That it is said is on
// record first: a crash in between costs the hello, and no restart or repeated event says it twice.
func (h *Handler) greet(ctx context.Context, p bot.Presence) error {
	if p.Arrival == nil && p.Kind != bot.Back {
		return nil
	}
	key := helloKey(p.Scope)
	state, err := h.store.State(ctx, key)
	if err != nil {
		return fmt.Errorf("read whether hello was said: %w", err)
	}
	at := p.Arrival
	if state == helloOwed {
		at = overdue(p)
	}
	if state == helloSaid || at == nil || h.adapters[p.Scope.Platform] == nil {
		return nil
	}
	if err := h.store.SetState(ctx, key, helloSaid); err != nil {
		return fmt.Errorf("record hello: %w", err)
	}
	said, err := h.sayHello(ctx, key, p.Scope.Platform, at)
	if said {
		return err
	}
	return errors.Join(err, h.store.SetState(ctx, key, helloOwed))
}

// helloKey is that of a space, or of a chat that belongs to none.
func helloKey(scope bot.Target) string {
	if scope.Space != "" {
		scope.Chat, scope.Thread = "", ""
	}
	return helloState + scope.String()
}

// overdue returns where a hello that is owed can be said, or nil.
func overdue(p bot.Presence) *bot.Arrival {
	switch {
	case p.Arrival != nil && p.Arrival.Greet.Chat == "": // who added the bot has been told
		return nil
	case p.Arrival != nil:
		return p.Arrival
	case p.Scope.Chat != "":
		return &bot.Arrival{Greet: p.Scope}
	case len(p.Chats) > 0:
		return &bot.Arrival{Greet: bot.Target{Platform: p.Scope.Platform, Space: p.Scope.Space, Chat: p.Chats[0]}}
	}
	return nil
}

// moveHello keeps a place that moved from being greeted anew.
func (h *Handler) moveHello(ctx context.Context, p bot.Presence) error {
	state, err := h.store.State(ctx, helloKey(p.Scope))
	if err != nil || state == "" {
		return err
	}
	return h.store.SetState(ctx, helloKey(p.To), state)
}

// sayHello reports whether the place has been greeted, as far as that is known. Where the bot may not post, and where an
// audience reads along, it writes to who added it.
func (h *Handler) sayHello(ctx context.Context, key, platform string, at *bot.Arrival) (said bool, err error) {
	if at.Greet.Chat == "" || at.Audience {
		told := h.helloInPrivate(ctx, key, platform, at)
		if at.Greet.Chat == "" || told {
			return told && at.Greet.Chat != "", nil
		}
	}
	err = h.offer(ctx, at.Greet, bot.Message{Text: hello(at), Key: bot.KeyOf(key)})
	if se, failed := errors.AsType[*bot.SendError](err); failed && !se.Uncertain {
		h.logger.InfoContext(ctx, "hello not said", "target", at.Greet.String(), "err", err)
		return false, nil
	}
	return true, err
}

// helloInPrivate greets whoever added the bot, and reports whether that worked: some don't let bots write to them.
func (h *Handler) helloInPrivate(ctx context.Context, key, platform string, at *bot.Arrival) bool {
	l, ok := h.adapters[platform].(bot.Linker)
	if !ok || at.By == "" {
		return false
	}
	to, err := l.Direct(ctx, at.By)
	if err != nil {
		return false
	}
	text := bot.Join(bot.Plain("“"+at.Name+"”: "), hello(at))
	if at.Audience && len(at.Lacking) == 0 {
		text = bot.Join(bot.Plain("“"+at.Name+"”: "), bot.Say("Hello! I post news alerts. To set them up from here, where its readers don't see it, "+
			"forward me a post of it, or type %s. /help has the rest.", bot.Styled("/channel @name", bot.Code)))
	}
	return h.offer(ctx, to, bot.Message{Text: text, Key: bot.KeyOf(key + "/private")}) == nil
}

// hello says in one line what the bot does, what to type and which right is missing.
func hello(at *bot.Arrival) bot.Text {
	t := bot.Say("Hello! I post news alerts: type %s, with your own keywords, to get them. /help has the rest.",
		bot.Styled("/subscribe missile -drill", bot.Code))
	rights := bot.And(bot.Knowns(at.Lacking)...)
	switch {
	case rights == nil:
		return t
	case at.Greet.Chat == "":
		return bot.Join(t, bot.Plain(" "), bot.Say("First grant me %s, or I can't post.", rights))
	}
	return bot.Join(t, bot.Plain(" "), bot.Say("Without %s, alerts come in a plainer form.", rights))
}
