package answer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tidings/bot"
	"tidings/bot/deliver"
)

// mustAsk reports whether operators decide about what a request wants to follow.
func (h *Handler) mustAsk(r *bot.Request) bool {
	return h.following.AskOperators && !h.isOperator(r.Invocation)
}

// askOperators asks the operators, in private, whether a place may follow a feed. It is subscribed to with a
// filter then, and with the preferences of the request.
func (h *Handler) askOperators(ctx context.Context, r bot.Request, n newcomer, rest string) (bot.Message, error) {
	if err := h.checkFeedLimits(ctx, &r, n.address); err != nil {
		return bot.Message{}, err
	}
	args := map[string]string{
		"url": n.address, "title": bot.CleanText(n.found.Title, bot.MaxName), "filter": rest, "user": r.User.ID,
		"platform": r.Target.Platform, "space": r.Target.Space, "chat": r.Target.Chat, "thread": r.Target.Thread,
	}
	if r.Direct {
		args["direct"] = "1"
	}
	args = withPreferences(&r, args)
	yes, err := h.button(ctx, bot.Say("Approve"), bot.PrimaryButton, "feedapprove", args)
	if err != nil {
		return bot.Message{}, err
	}
	no, err := h.button(ctx, bot.Say("Decline"), bot.PlainButton, "feeddecline", args)
	if err != nil {
		return bot.Message{}, err
	}
	m := bot.Message{
		Text: bot.Say("%s asks to follow a feed in %s: %s at %s.", bot.CleanText(r.User.Name, bot.MaxName), r.Target.String(),
			bot.Styled(n.called(), bot.Bold), pathOf(n.address)),
		Buttons: [][]bot.Button{{yes, no}},
	}
	if !h.tellOperators(ctx, m) {
		return bot.Message{}, bot.UserErrorf("Only the bot's operators can add feeds, and none of them can be reached at the moment.")
	}
	if err := h.openRequest(ctx, args); err != nil {
		return bot.Message{}, err
	}
	return bot.Message{Text: bot.Say("The bot's operators decide about new feeds. I asked them, and will say here what they decided.")}, nil
}

// called returns the title of a feed, or where it is.
func (n *newcomer) called() string {
	if n.found.Title != "" {
		return bot.CleanText(n.found.Title, bot.MaxName)
	}
	return pathOf(n.address)
}

// tellOperators sends a message to every operator in private, and reports whether any got it.
func (h *Handler) tellOperators(ctx context.Context, m bot.Message) (reached bool) {
	for operator := range *h.operators.Load() {
		platform, user, _ := strings.Cut(operator, ":")
		a := h.adapters[platform]
		l, ok := a.(bot.Linker)
		if !ok {
			continue
		}
		to, err := l.Direct(ctx, user)
		if err == nil {
			err = deliver.Offer(ctx, a, to, h.LocalizeFor(ctx, to, m))
		}
		if err != nil {
			h.logger.WarnContext(ctx, "operator not asked", "operator", operator, "err", err)
		}
		reached = reached || err == nil
	}
	return reached
}

// asker returns who asked to follow a feed and with which preferences, from what the buttons carry. That they may mention whom they
// want to was seen to when they asked.
func asker(r *bot.Request) bot.Request {
	return bot.Request{Invocation: bot.Invocation{
		Target: bot.Target{Platform: r.Args["platform"], Space: r.Args["space"], Chat: r.Args["chat"], Thread: r.Args["thread"]},
		User:   bot.User{ID: r.Args["user"]}, Direct: r.Args["direct"] != "",
		MayMention: func(context.Context, bot.Mention) error { return nil },
	}, Args: withPreferences(r, nil)}
}

// approveFeed answers the button by which an operator lets a place follow a feed.
func (h *Handler) approveFeed(ctx context.Context, r bot.Request) (bot.Message, error) {
	by := asker(&r)
	n := newcomer{address: r.Args["url"], found: bot.FeedCheck{Title: r.Args["title"]}}
	s, _, err := h.followFor(ctx, &by, n, by.Target.Place())
	if err != nil {
		return bot.Message{}, err
	}
	f, err := parseFilter(fromSources([]string{s.Name}, r.Args["filter"]))
	if err != nil {
		return bot.Message{}, err
	}
	sub := bot.Subscription{Target: by.Target, Filter: f.String(), CreatedBy: by.User.ID}
	guessed, err := h.takePreferences(ctx, &by, &sub)
	if err != nil {
		return bot.Message{}, err
	}
	_, err = h.store.Subscribe(ctx, sub)
	if err != nil && !errors.Is(err, bot.ErrExists) {
		return bot.Message{}, fmt.Errorf("subscribe %s: %w", by.Target, err)
	}
	if err := h.closeRequest(ctx, r.Args); err != nil {
		return bot.Message{}, err
	}
	done := bot.Say("The bot's operators approved %s: %s will be posted here.", bot.Styled(outlet(&s), bot.Bold), about(f.String()))
	h.tellAsker(ctx, by.Target, joinLines(done, inARow(preferences(&sub)), guessed))
	return bot.Message{Text: bot.Say("Approved: %s is followed there.", n.called())}, nil
}

// declineFeed answers the other button.
func (h *Handler) declineFeed(ctx context.Context, r bot.Request) (bot.Message, error) {
	if err := h.closeRequest(ctx, r.Args); err != nil {
		return bot.Message{}, err
	}
	n := newcomer{address: r.Args["url"], found: bot.FeedCheck{Title: r.Args["title"]}}
	h.tellAsker(ctx, asker(&r).Target, bot.Say("The bot's operators declined to follow %s.", n.called()))
	return bot.Message{Text: bot.Say("Declined: %s.", n.called())}, nil
}

// tellAsker says in a chat what was decided.
func (h *Handler) tellAsker(ctx context.Context, to bot.Target, t bot.Text) {
	a := h.adapters[to.Platform]
	if a == nil {
		return
	}
	if err := deliver.Offer(ctx, a, to, h.LocalizeFor(ctx, to, bot.Message{Text: t, Key: bot.NewKey()})); err != nil {
		h.logger.WarnContext(ctx, "decision about a feed not told", "target", to.String(), "err", err)
	}
}
