package answer

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tidings/bot"
)

// maxWatches is how many subscriptions a private chat may have for one more to be added by /watch.
const maxWatches = 20

// coverage says what a watch finds. Sources that a place has to itself are no business of a private chat.
func coverage() bot.Text { return bot.Say("Watches cover public sources.") }

// watchCommand lets anybody have alerts in their private chat.
func (h *Handler) watchCommand() bot.Command {
	arg := h.filterArg()
	arg.Help = "Keywords, for example: missile -drill; or “remove 2”; nothing lists what you watch"
	return bot.Command{
		Name: "watch", Help: "Alerts for you alone, in our private chat", Example: "watch missile -drill",
		Args: []bot.Arg{arg}, Run: h.watch,
	}
}

// watch answers /watch: it lists, removes or adds what the user watches.
func (h *Handler) watch(ctx context.Context, r bot.Request) (bot.Message, error) {
	what, number := cutWord(r.Args["filter"])
	switch _, err := strconv.Atoi(strings.TrimPrefix(number, "#")); {
	case what == "":
		return h.watches(ctx, r)
	case strings.EqualFold(what, "remove") && (err == nil || strings.EqualFold(number, "all")):
		r.Args["number"] = strings.TrimPrefix(number, "#")
		return h.unwatch(ctx, r)
	}
	u, err := h.understand(ctx, &r)
	if err != nil {
		return bot.Message{}, err
	}
	to, err := h.privateChat(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	if err := h.mayWatch(ctx, to, u.String()); err != nil {
		return bot.Message{}, err
	}
	done := bot.Join(bot.Say("Watching: %s will come to you here.", about(u.String())), u.note(), bot.Plain("\n"), coverage(), bot.Plain(" "),
		bot.Say("%s lists what you watch.", bot.Styled("/watch", bot.Code)))
	if r.Direct {
		return bot.Message{Text: done}, h.addWatch(ctx, r, to, u.String())
	}
	err = h.offer(ctx, to, bot.Message{Text: done, Key: bot.NewKey()})
	if se, ok := errors.AsType[*bot.SendError](err); ok && se.Kind == bot.TargetGone {
		return h.offerLink(ctx, r, u.String())
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("write to %s: %w", to, err)
	}
	return bot.Message{Text: bot.Say("Done: alerts come to our private chat, where I've written to you.")}, h.addWatch(ctx, r, to, u.String())
}

// privateChat returns where the bot writes to the user alone.
func (h *Handler) privateChat(ctx context.Context, r bot.Request) (bot.Target, error) {
	if r.Direct {
		return r.Target, nil
	}
	l, ok := h.adapters[r.Target.Platform].(bot.Linker)
	if !ok {
		return bot.Target{}, bot.UserErrorf("I can't write to people in private here.")
	}
	to, err := l.Direct(ctx, r.User.ID)
	if se, ok := errors.AsType[*bot.SendError](err); ok && se.Kind != bot.Transient && se.Kind != bot.RateLimited {
		return bot.Target{}, cannotWrite()
	}
	if err != nil {
		return bot.Target{}, fmt.Errorf("private chat with %s: %w", r.User.ID, err)
	}
	return to, nil
}

func cannotWrite() error {
	return bot.UserErrorf("I can't write to you in private. Allow direct messages from the members of this server, and try again.")
}

// mayWatch refuses one watch too many, and one that there is.
func (h *Handler) mayWatch(ctx context.Context, to bot.Target, text string) error {
	subs, err := h.subscriptionsOf(ctx, to)
	if err != nil {
		return err
	}
	for i := range subs {
		if subs[i].Filter == text {
			return bot.UserErrorf("You're watching that already: you get %s.", about(text))
		}
	}
	if len(subs) >= maxWatches {
		return bot.UserErrorf("You watch %d things already, and that's the limit. %s lists them, so that you can remove one.", len(subs),
			bot.Styled("/watch", bot.Code))
	}
	return nil
}

// addWatch subscribes the private chat. Somebody who asked twice at once has one.
func (h *Handler) addWatch(ctx context.Context, r bot.Request, to bot.Target, text string) error {
	_, err := h.store.Subscribe(ctx, bot.Subscription{Target: to, Filter: text, CreatedBy: r.User.ID})
	if err != nil && !errors.Is(err, bot.ErrExists) {
		return fmt.Errorf("watch in %s: %w", to, err)
	}
	private := r.Invocation
	private.Private, private.ChatLanguage = true, ""
	if err := h.noteLanguage(ctx, &private, to); err != nil {
		return err
	}
	return h.welcomeBack(ctx, to)
}

// watches lists what the user watches, where nobody else reads it.
func (h *Handler) watches(ctx context.Context, r bot.Request) (bot.Message, error) {
	to, err := h.privateChat(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	m, err := h.watchList(ctx, to)
	if err != nil || r.Private {
		return m, err
	}
	m.Key = bot.NewKey()
	err = h.offer(ctx, to, m)
	if se, ok := errors.AsType[*bot.SendError](err); ok && se.Kind == bot.TargetGone {
		return bot.Message{}, bot.UserErrorf("Give keywords to get alerts in our private chat, as in %s", bot.Styled("/watch missile -drill", bot.Code))
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("write to %s: %w", to, err)
	}
	return bot.Message{Text: bot.Say("I've sent you the list in our private chat.")}, nil
}

func (h *Handler) watchList(ctx context.Context, to bot.Target) (bot.Message, error) {
	subs, err := h.subscriptionsOf(ctx, to)
	if err != nil {
		return bot.Message{}, err
	}
	if len(subs) == 0 {
		return bot.Message{Text: bot.Join(bot.Say("You watch nothing yet. Give keywords, as in %s.", bot.Styled("/watch missile -drill", bot.Code)),
			bot.Plain(" "), coverage())}, nil
	}
	m := bot.Message{Text: bot.Join(bot.Say("You get in our private chat:"), subscriptionLines(subs), bot.Plain("\n"), coverage(), bot.Plain(" "),
		bot.Say("To remove one: %s", bot.Styled("/watch remove "+strconv.Itoa(subs[0].Number), bot.Code)))}
	for i := range subs {
		n := strconv.Itoa(subs[i].Number)
		b, err := h.button(ctx, bot.Say("Remove %s", n), bot.PlainButton, "unwatch", map[string]string{"number": n})
		if err != nil {
			return bot.Message{}, err
		}
		if i%watchesPerRow == 0 {
			m.Buttons = append(m.Buttons, nil)
		}
		last := len(m.Buttons) - 1
		m.Buttons[last] = append(m.Buttons[last], b)
	}
	return m, nil
}

// watchesPerRow is how many buttons stand side by side.
const watchesPerRow = 4

// unwatch ends one watch, or all.
func (h *Handler) unwatch(ctx context.Context, r bot.Request) (bot.Message, error) {
	to, err := h.privateChat(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	subs, err := h.subscriptionsOf(ctx, to)
	if err != nil {
		return bot.Message{}, err
	}
	if len(subs) == 0 {
		return bot.Message{Text: bot.Say("You watch nothing.")}, nil
	}
	if !strings.EqualFold(r.Args["number"], "all") {
		s, err := pick(subs, r.Number("number", 0))
		if err != nil {
			return bot.Message{}, bot.UserErrorf("You have no watch %s. /watch lists what you watch.", clip(r.Args["number"]))
		}
		subs = []bot.Subscription{*s}
	}
	ids := make([]int64, len(subs))
	for i := range subs {
		ids[i] = subs[i].ID
	}
	if err := h.store.Unsubscribe(ctx, ids...); err != nil {
		return bot.Message{}, fmt.Errorf("end watches: %w", err)
	}
	return bot.Message{Text: bot.Join(bot.Say("No longer watching:"), subscriptionLines(subs))}, nil
}

// refused says that a command is for managers, and what everybody may do in place of it.
func refused(c *bot.Command, inv bot.Invocation) error {
	t := bot.Say("Only people who manage this chat can do that. Ask one of them.")
	if inv.Data != "" || inv.Direct {
		return &bot.UserError{Text: t}
	}
	example := "/watch missile -drill"
	if text := strings.TrimSpace(inv.Line + inv.Options["filter"]); c.Name == "subscribe" && text != "" && len(text) <= maxEcho {
		example = "/watch " + clip(text)
	}
	return &bot.UserError{Text: bot.Join(t, bot.Plain(" "), bot.Say("To get alerts for yourself, in private: %s", bot.Styled(example, bot.Code)))}
}
