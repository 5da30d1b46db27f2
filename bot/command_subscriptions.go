package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// subscriptions answers /subscriptions.
func (h *handler) subscriptions(ctx context.Context, r Request) (Message, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return Message{}, err
	}
	if len(subs) == 0 {
		return Message{Text: noSubscriptions()}, nil
	}
	status, err := h.targetStatus(ctx, r.Target)
	if err != nil {
		return Message{}, err
	}
	m := Message{Text: Join(Plain("This chat gets:"), subscriptionLines(subs), h.standing(&status))}
	m.Buttons, err = h.standingButtons(ctx, &status)
	return m, err
}

func noSubscriptions() Text {
	return Join(Plain("This chat is not subscribed to anything. Type "), Styled("/subscribe", Code),
		Plain(" for every new article, or with keywords: "), Styled("/subscribe missile -drill", Code))
}

func subscriptionLine(s *Subscription) Text {
	t := Join(Styled(strconv.Itoa(s.Number)+".", Bold), Plain(" "), about(s.Filter))
	if s.Stories == Apart {
		t = Join(t, Plain(", stories apart"))
	}
	return t
}

// subscriptionLines returns a line for each, with the break before it.
func subscriptionLines(subs []Subscription) Text {
	var t Text
	for i := range subs {
		t = Join(t, Plain("\n"), subscriptionLine(&subs[i]))
	}
	return t
}

// unsubscribe answers /unsubscribe by asking first.
func (h *handler) unsubscribe(ctx context.Context, r Request) (Message, error) {
	subs, err := h.oneOrAll(ctx, r)
	if err != nil {
		return Message{}, err
	}
	return h.askToEnd(ctx, subs)
}

// oneOrAll returns the subscription of the chat whose number was typed, or all if none was: at least one.
func (h *handler) oneOrAll(ctx context.Context, r Request) ([]Subscription, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	number := r.number("number", 0)
	if number == 0 && len(subs) > 0 {
		return subs, nil
	}
	s, err := pick(subs, number)
	if err != nil {
		return nil, err
	}
	return []Subscription{*s}, nil
}

// numbered returns the subscription of the chat whose number was typed.
func (h *handler) numbered(ctx context.Context, r Request) (*Subscription, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	return pick(subs, r.number("number", 0))
}

// pick returns the subscription that people call by number.
func pick(subs []Subscription, number int) (*Subscription, error) {
	for i := range subs {
		if subs[i].Number == number {
			return &subs[i], nil
		}
	}
	if len(subs) == 0 {
		return nil, &UserError{Text: noSubscriptions()}
	}
	return nil, &UserError{Text: Join(Plain(fmt.Sprintf("There is no subscription %d here. There are:", number)),
		subscriptionLines(subs))}
}

// end answers the button that says yes. It ends what was asked about, whatever has come since.
func (h *handler) end(ctx context.Context, r Request) (Message, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return Message{}, err
	}
	asked := parseNumbers(r.Args["ids"])
	var ids []int64
	t := Plain("Ended:")
	for i := range subs {
		if slices.Contains(asked, subs[i].ID) {
			ids = append(ids, subs[i].ID)
			t = Join(t, Plain("\n"), subscriptionLine(&subs[i]))
		}
	}
	if len(ids) == 0 {
		return Message{Text: Plain("That has ended already.")}, nil
	}
	if err := h.store.Unsubscribe(ctx, ids...); err != nil {
		return Message{}, fmt.Errorf("unsubscribe: %w", err)
	}
	return Message{Text: t}, nil
}

// askToEnd returns the question whether to end the subscriptions.
func (h *handler) askToEnd(ctx context.Context, subs []Subscription) (Message, error) {
	question, yes := "Shall I end this subscription?", "End it"
	if len(subs) > 1 {
		question, yes = fmt.Sprintf("Shall I end the %d subscriptions of this chat?", len(subs)), "End all"
	}
	t := Join(Plain(question), subscriptionLines(subs))
	ids := make([]int64, len(subs))
	for i := range subs {
		ids[i] = subs[i].ID
	}
	if len(subs) > 1 {
		t = Join(t, Plain("\nTo end a single one, name its number: "),
			Styled("/unsubscribe "+strconv.Itoa(subs[0].Number), Code))
	}
	end, err := h.button(ctx, yes, DangerButton, "end", map[string]string{"ids": formatNumbers(ids)})
	if err != nil {
		return Message{}, err
	}
	keep, err := h.button(ctx, "Keep", PlainButton, "keep", nil)
	return Message{Text: t, Buttons: [][]Button{{end, keep}}}, err
}

// keep answers the button that leaves everything as it is.
func (h *handler) keep(context.Context, Request) (Message, error) {
	return Message{Text: Plain("Nothing was changed.")}, nil
}

// completeNumber suggests the subscriptions of the chat.
func (h *handler) completeNumber(ctx context.Context, inv Invocation, _ string) ([]Choice, error) {
	subs, err := h.subscriptionsOf(ctx, inv.Target)
	if err != nil {
		return nil, err
	}
	var choices []Choice
	for i := range subs {
		s := &subs[i]
		choices = append(choices, Choice{
			Label: fmt.Sprintf("%d. %s", s.Number, clip(about(s.Filter).String())),
			Value: strconv.Itoa(s.Number),
		})
	}
	return choices, nil
}
