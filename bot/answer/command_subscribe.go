package answer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tidings/bot"
)

// manyAlerts is how many alerts a day a chat is asked about before it gets them.
const manyAlerts = 20

// subscribe answers /subscribe. A filter that would cause many alerts is shown with what it costs first.
func (h *Handler) subscribe(ctx context.Context, r bot.Request) (bot.Message, error) {
	f, err := parseFilter(r.Args["filter"])
	if fault, ok := errors.AsType[*bot.UserError](err); ok && r.Pressed {
		return h.askAgain(ctx, fault.Text, "narrow", r.Args["filter"])
	}
	if err != nil {
		return bot.Message{}, err
	}
	if err := h.checkRights(ctx, r); err != nil {
		return bot.Message{}, err
	}
	t, err := h.try(ctx, f, BacktestDays, 0)
	if err != nil {
		return bot.Message{}, err
	}
	if t.perDay() > manyAlerts {
		return h.askToSubscribe(ctx, &t)
	}
	return h.subscribeNow(ctx, r)
}

// askToSubscribe shows what a filter would cost, and asks.
func (h *Handler) askToSubscribe(ctx context.Context, t *Backtest) (bot.Message, error) {
	text := t.filter.String()
	m := bot.Message{Text: bot.Join(t.Summary(), doubts(t.filter), t.Bars(), bot.Plain("\n\n"+t.warning()+"Subscribe anyway?"))}
	args := map[string]string{"filter": text}
	yes, err := h.button(ctx, "Subscribe anyway", bot.PrimaryButton, "subscribenow", args)
	if err != nil {
		return bot.Message{}, err
	}
	narrow, err := h.button(ctx, "Narrow it", bot.PlainButton, "narrow", args)
	if err != nil {
		return bot.Message{}, err
	}
	no, err := h.button(ctx, "Cancel", bot.PlainButton, "keep", nil)
	m.Buttons = [][]bot.Button{{yes, narrow, no}}
	return m, err
}

// askAgain says what is wrong with a filter that was written into a form, and offers to edit it.
func (h *Handler) askAgain(ctx context.Context, fault bot.Text, command, text string) (bot.Message, error) {
	again, err := h.button(ctx, "Edit again", bot.PlainButton, command, map[string]string{"filter": text})
	if err != nil {
		return bot.Message{}, err
	}
	no, err := h.button(ctx, "Cancel", bot.PlainButton, "keep", nil)
	return bot.Message{Text: fault, Buttons: [][]bot.Button{{again, no}}}, err
}

// narrow answers the button that asks for another filter to subscribe to.
func (h *Handler) narrow(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.filterForm(ctx, "Subscribe", r.Args["filter"], "subscribe", nil)
}

// subscribeNow subscribes without asking.
func (h *Handler) subscribeNow(ctx context.Context, r bot.Request) (bot.Message, error) {
	f, err := parseFilter(r.Args["filter"])
	if err != nil {
		return bot.Message{}, err
	}
	if err := h.checkRights(ctx, r); err != nil {
		return bot.Message{}, err
	}
	s, err := h.store.Subscribe(ctx, bot.Subscription{Target: r.Target, Filter: f.String(), CreatedBy: r.User.ID})
	if errors.Is(err, bot.ErrExists) {
		return bot.Message{}, h.alreadySubscribed(f.String())
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("subscribe %s: %w", r.Target, err)
	}
	a, err := h.newest(ctx, f)
	if err != nil {
		return bot.Message{}, err
	}
	t := bot.Join(bot.Plain(fmt.Sprintf("Subscribed (%d): ", s.Number)), about(s.Filter),
		bot.Plain(" will be posted here."), doubts(f))
	if a == nil {
		t = bot.Join(t, bot.Plain("\n\nNothing in the archive matches yet."))
	} else {
		t = bot.Join(t, bot.Plain("\n\nThe latest match:\n"), h.headline(a, nil))
	}
	return bot.Message{Text: t}, h.welcomeBack(ctx, r.Target)
}

// checkRights refuses if the bot may not post alerts where the request came from.
func (h *Handler) checkRights(ctx context.Context, r bot.Request) error {
	if r.Lacking == nil {
		return nil
	}
	lacking, err := r.Lacking(ctx)
	if err != nil {
		return fmt.Errorf("ask for the bot's rights in %s: %w", r.Target, err)
	}
	if len(lacking) == 0 {
		return nil
	}
	return bot.UserErrorf("I can't post alerts here yet, so nothing was changed. Please grant me %s and try again.",
		strings.Join(lacking, ", "))
}

// about returns a filter in words: the articles it matches.
func about(filter string) bot.Text {
	if filter == "" {
		return bot.Plain("every new article")
	}
	return bot.Join(bot.Plain("new articles matching "), bot.Styled(filter, bot.Code))
}

func (h *Handler) alreadySubscribed(filter string) error {
	return &bot.UserError{Text: bot.Join(bot.Plain("This chat already gets "), about(filter),
		bot.Plain("; see /subscriptions."))}
}

// welcomeBack resumes a target that somebody has just subscribed: the bot is evidently there.
func (h *Handler) welcomeBack(ctx context.Context, t bot.Target) error {
	status, err := h.targetStatus(ctx, t)
	if err != nil {
		return err
	}
	if status.Suspended != "" {
		h.Presence(ctx, bot.Presence{Kind: bot.Back, Scope: t})
	}
	return nil
}
