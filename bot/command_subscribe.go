package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// manyAlerts is how many alerts a day a chat is asked about before it gets them.
const manyAlerts = 20

// subscribe answers /subscribe. A filter that would cause many alerts is shown with what it costs first.
func (h *handler) subscribe(ctx context.Context, r Request) (Message, error) {
	f, err := parseFilter(r.Args["filter"])
	if fault, ok := errors.AsType[*UserError](err); ok && r.Pressed {
		return h.askAgain(ctx, fault.Text, "narrow", r.Args["filter"])
	}
	if err != nil {
		return Message{}, err
	}
	if err := h.checkRights(ctx, r); err != nil {
		return Message{}, err
	}
	t, err := h.try(ctx, f, BacktestDays, 0)
	if err != nil {
		return Message{}, err
	}
	if t.perDay() > manyAlerts {
		return h.askToSubscribe(ctx, &t)
	}
	return h.subscribeNow(ctx, r)
}

// askToSubscribe shows what a filter would cost, and asks.
func (h *handler) askToSubscribe(ctx context.Context, t *Backtest) (Message, error) {
	text := t.filter.String()
	m := Message{Text: Join(t.Summary(), doubts(t.filter), t.Bars(), Plain("\n\nShall I post that many here?"))}
	args := map[string]string{"filter": text}
	yes, err := h.button(ctx, "Subscribe anyway", PrimaryButton, "subscribenow", args)
	if err != nil {
		return Message{}, err
	}
	narrow, err := h.button(ctx, "Narrow it", PlainButton, "narrow", args)
	if err != nil {
		return Message{}, err
	}
	no, err := h.button(ctx, "Cancel", PlainButton, "keep", nil)
	m.Buttons = [][]Button{{yes, narrow, no}}
	return m, err
}

// askAgain says what is wrong with a filter that was written into a form, and offers to mend it.
func (h *handler) askAgain(ctx context.Context, fault Text, command, text string) (Message, error) {
	again, err := h.button(ctx, "Edit again", PlainButton, command, map[string]string{"filter": text})
	if err != nil {
		return Message{}, err
	}
	no, err := h.button(ctx, "Cancel", PlainButton, "keep", nil)
	return Message{Text: fault, Buttons: [][]Button{{again, no}}}, err
}

// narrow answers the button that asks for another filter to subscribe to.
func (h *handler) narrow(ctx context.Context, r Request) (Message, error) {
	return h.filterForm(ctx, "Subscribe", r.Args["filter"], "subscribe", nil)
}

// subscribeNow subscribes without asking.
func (h *handler) subscribeNow(ctx context.Context, r Request) (Message, error) {
	f, err := parseFilter(r.Args["filter"])
	if err != nil {
		return Message{}, err
	}
	if err := h.checkRights(ctx, r); err != nil {
		return Message{}, err
	}
	s, err := h.store.Subscribe(ctx, Subscription{Target: r.Target, Filter: f.String(), CreatedBy: r.User.ID})
	if errors.Is(err, ErrExists) {
		return Message{}, h.alreadySubscribed(f.String())
	}
	if err != nil {
		return Message{}, fmt.Errorf("subscribe %s: %w", r.Target, err)
	}
	a, err := h.newest(ctx, f)
	if err != nil {
		return Message{}, err
	}
	t := Join(Plain(fmt.Sprintf("Subscribed (number %d): ", s.Number)), about(s.Filter),
		Plain(" will be posted here from now on. Nothing old will be posted."), doubts(f))
	if a == nil {
		t = Join(t, Plain("\n\nNo stored article matches it yet."))
	} else {
		t = Join(t, Plain("\n\nThe newest article it would have sent:\n"), h.headline(a, nil))
	}
	return Message{Text: t}, h.welcomeBack(ctx, r.Target)
}

// checkRights refuses if the bot may not post alerts where the request came from.
func (h *handler) checkRights(ctx context.Context, r Request) error {
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
	return UserErrorf("I cannot post alerts here yet. Nothing was changed. Please grant me: %s. Then try again.",
		strings.Join(lacking, ", "))
}

// about returns a filter in words: the articles it takes.
func about(filter string) Text {
	if filter == "" {
		return Plain("every new article")
	}
	return Join(Plain("new articles that match "), Styled(filter, Code))
}

func (h *handler) alreadySubscribed(filter string) error {
	return &UserError{Text: Join(Plain("This chat already gets "), about(filter),
		Plain(". /subscriptions shows all it is subscribed to."))}
}

// welcomeBack resumes a target that somebody has just subscribed: the bot is evidently there.
func (h *handler) welcomeBack(ctx context.Context, t Target) error {
	status, err := h.targetStatus(ctx, t)
	if err != nil {
		return err
	}
	if status.Suspended != "" {
		h.Presence(ctx, Presence{Kind: Back, Scope: t})
	}
	return nil
}
