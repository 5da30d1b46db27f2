package answer

import (
	"context"
	"fmt"
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
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	m := bot.Message{Text: bot.Join(bot.Say("This chat gets:"), subscriptionLines(subs), standing(&status, h.zoneOf(&rhythm.Settings)))}
	if m.Buttons, err = h.standingButtons(ctx, &status); err != nil {
		return bot.Message{}, err
	}
	rows, err := h.openButtons(ctx, subs)
	m.Buttons = append(m.Buttons, rows...)
	return m, err
}

func noSubscriptions() bot.Text {
	return bot.Say("This chat has no subscriptions. Type %s for every new article, or with keywords: %s",
		bot.Styled("/subscribe", bot.Code), bot.Styled("/subscribe missile -drill", bot.Code))
}

func subscriptionLine(s *bot.Subscription) bot.Text {
	gets := about(s.Filter)
	for _, words := range preferences(s) {
		gets = bot.Join(gets, bot.Plain(" · "), words)
	}
	return bot.Join(bot.Styled(strconv.Itoa(s.Number)+".", bot.Bold), bot.Plain(" "), gets)
}

// subscriptionLines returns a line for each, with the break before it.
func subscriptionLines(subs []bot.Subscription) bot.Text {
	var t bot.Text
	for i := range subs {
		t = bot.Join(t, bot.Plain("\n"), subscriptionLine(&subs[i]))
	}
	return t
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
	return nil, &bot.UserError{Text: bot.Join(bot.Say("There's no subscription %s here. There are:", strconv.Itoa(number)), subscriptionLines(subs))}
}

// keep answers the button that leaves everything as it is.
func (h *Handler) keep(context.Context, bot.Request) (bot.Message, error) {
	return bot.Message{Text: bot.Say("Nothing changed.")}, nil
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
			Label: fmt.Sprintf("%d. %s", s.Number, clip(about(s.Filter).String())), Words: bot.Join(bot.Plain(strconv.Itoa(s.Number)+". "), about(clip(s.Filter))),
			Value: strconv.Itoa(s.Number),
		})
	}
	return choices, nil
}
