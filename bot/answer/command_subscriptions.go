package answer

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"tidings/bot"
)

// subscriptions answers /subscriptions.
func (h *Handler) subscriptions(ctx context.Context, r bot.Request) (bot.Message, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	if len(subs) == 0 {
		return bot.Message{Text: noSubscriptions()}, nil
	}
	status, err := h.targetStatus(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	m := bot.Message{Text: bot.Join(bot.Plain("This chat gets:"), subscriptionLines(subs), h.standing(&status))}
	m.Buttons, err = h.standingButtons(ctx, &status)
	return m, err
}

func noSubscriptions() bot.Text {
	return bot.Join(bot.Plain("This chat has no subscriptions. Type "), bot.Styled("/subscribe", bot.Code),
		bot.Plain(" for every new article, or with keywords: "), bot.Styled("/subscribe missile -drill", bot.Code))
}

func subscriptionLine(s *bot.Subscription) bot.Text {
	t := bot.Join(bot.Styled(strconv.Itoa(s.Number)+".", bot.Bold), bot.Plain(" "), about(s.Filter))
	if s.Stories == bot.Apart {
		t = bot.Join(t, bot.Plain(", every article of a story"))
	}
	return t
}

// subscriptionLines returns a line for each, with the break before it.
func subscriptionLines(subs []bot.Subscription) bot.Text {
	var t bot.Text
	for i := range subs {
		t = bot.Join(t, bot.Plain("\n"), subscriptionLine(&subs[i]))
	}
	return t
}

// unsubscribe answers /unsubscribe by asking first.
func (h *Handler) unsubscribe(ctx context.Context, r bot.Request) (bot.Message, error) {
	subs, err := h.oneOrAll(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	return h.askToEnd(ctx, subs)
}

// oneOrAll returns the subscription of the chat whose number was typed, or all if none was: at least one.
func (h *Handler) oneOrAll(ctx context.Context, r bot.Request) ([]bot.Subscription, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	number := r.Number("number", 0)
	if number == 0 && len(subs) > 0 {
		return subs, nil
	}
	s, err := pick(subs, number)
	if err != nil {
		return nil, err
	}
	return []bot.Subscription{*s}, nil
}

// numbered returns the subscription of the chat whose number was typed.
func (h *Handler) numbered(ctx context.Context, r bot.Request) (*bot.Subscription, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	return pick(subs, r.Number("number", 0))
}

// pick returns the subscription that people call by number.
func pick(subs []bot.Subscription, number int) (*bot.Subscription, error) {
	for i := range subs {
		if subs[i].Number == number {
			return &subs[i], nil
		}
	}
	if len(subs) == 0 {
		return nil, &bot.UserError{Text: noSubscriptions()}
	}
	return nil, &bot.UserError{Text: bot.Join(bot.Plain(fmt.Sprintf("There's no subscription %d here. There are:", number)),
		subscriptionLines(subs))}
}

// end answers the button that says yes. It ends what was asked about, whatever has come since.
func (h *Handler) end(ctx context.Context, r bot.Request) (bot.Message, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	asked := parseNumbers(r.Args["ids"])
	var ids []int64
	t := bot.Plain("Ended:")
	for i := range subs {
		if slices.Contains(asked, subs[i].ID) {
			ids = append(ids, subs[i].ID)
			t = bot.Join(t, bot.Plain("\n"), subscriptionLine(&subs[i]))
		}
	}
	if len(ids) == 0 {
		return bot.Message{Text: bot.Plain("Already unsubscribed.")}, nil
	}
	if err := h.store.Unsubscribe(ctx, ids...); err != nil {
		return bot.Message{}, fmt.Errorf("unsubscribe: %w", err)
	}
	return bot.Message{Text: t}, nil
}

// askToEnd returns the question whether to end the subscriptions.
func (h *Handler) askToEnd(ctx context.Context, subs []bot.Subscription) (bot.Message, error) {
	question, yes := "Unsubscribe from this?", "Unsubscribe"
	if len(subs) > 1 {
		question, yes = fmt.Sprintf("Unsubscribe from all %d?", len(subs)), "Unsubscribe from all"
	}
	t := bot.Join(bot.Plain(question), subscriptionLines(subs))
	ids := make([]int64, len(subs))
	for i := range subs {
		ids[i] = subs[i].ID
	}
	if len(subs) > 1 {
		t = bot.Join(t, bot.Plain("\nTo end just one, give its number: "),
			bot.Styled("/unsubscribe "+strconv.Itoa(subs[0].Number), bot.Code))
	}
	end, err := h.button(ctx, yes, bot.DangerButton, "end", map[string]string{"ids": formatNumbers(ids)})
	if err != nil {
		return bot.Message{}, err
	}
	keep, err := h.button(ctx, "Keep", bot.PlainButton, "keep", nil)
	return bot.Message{Text: t, Buttons: [][]bot.Button{{end, keep}}}, err
}

// keep answers the button that leaves everything as it is.
func (h *Handler) keep(context.Context, bot.Request) (bot.Message, error) {
	return bot.Message{Text: bot.Plain("Nothing changed.")}, nil
}

// completeNumber suggests the subscriptions of the chat.
func (h *Handler) completeNumber(ctx context.Context, inv bot.Invocation, _ string) ([]bot.Choice, error) {
	subs, err := h.subscriptionsOf(ctx, inv.Target)
	if err != nil {
		return nil, err
	}
	var choices []bot.Choice
	for i := range subs {
		s := &subs[i]
		choices = append(choices, bot.Choice{
			Label: fmt.Sprintf("%d. %s", s.Number, clip(about(s.Filter).String())),
			Value: strconv.Itoa(s.Number),
		})
	}
	return choices, nil
}
