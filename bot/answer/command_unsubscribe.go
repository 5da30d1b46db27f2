package answer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tidings/bot"
	"tidings/bot/filter"
)

// unsubscribe answers /unsubscribe by asking first.
func (h *Handler) unsubscribe(ctx context.Context, r bot.Request) (bot.Message, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	chosen, err := h.chosen(ctx, subs, r.Args["which"])
	if err != nil {
		return bot.Message{}, err
	}
	return h.askToEnd(ctx, chosen, len(subs))
}

// chosen returns the subscriptions that somebody means: all, by their numbers, by their filters, or by the address of what
// they are for.
func (h *Handler) chosen(ctx context.Context, subs []bot.Subscription, which string) ([]bot.Subscription, error) {
	if len(subs) == 0 {
		return nil, &bot.UserError{Text: noSubscriptions()}
	}
	if which == "" {
		return subs, nil
	}
	if numbers := numbersIn(which); numbers != nil {
		return pickAll(subs, numbers)
	}
	if addresses, _ := addressesIn(which); len(addresses) > 0 {
		return h.fedFrom(ctx, subs[0].Target.Place(), subs, addresses)
	}
	if list := withFilter(subs, which); len(list) > 0 {
		return list, nil
	}
	readings := filter.Readings(which)
	for i := range readings {
		if readings[i].Habit == filter.Everything {
			return subs, nil
		}
		if list := withFilter(subs, readings[i].Filter); len(list) > 0 {
			return list, nil
		}
	}
	if list := mentioning(subs, which); len(list) > 0 {
		return list, nil
	}
	return nil, notAmong(subs, bot.Say("No subscription here is for “%s”. There are:", clip(which)))
}

// notAmong returns an error that lists what there is.
func notAmong(subs []bot.Subscription, wrong bot.Text) error {
	return &bot.UserError{Text: bot.Join(wrong, subscriptionLines(subs))}
}

// numbersIn returns the numbers that a text consists of, or nil if there is anything else in it.
func numbersIn(text string) []int {
	var list []int
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" ,;\t\n", r) }) {
		if strings.EqualFold(word, "and") && list != nil {
			continue
		}
		word = bareNumber(word)
		n, err := strconv.Atoi(strings.TrimPrefix(word, "#"))
		if err != nil || !isNumber(word) {
			return nil
		}
		list = append(list, n)
	}
	return list
}

// pickAll returns the subscriptions that people call by the numbers.
func pickAll(subs []bot.Subscription, numbers []int) ([]bot.Subscription, error) {
	var list []bot.Subscription
	for _, n := range numbers {
		s, err := pick(subs, n)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(list, func(other bot.Subscription) bool { return other.ID == s.ID }) {
			list = append(list, *s)
		}
	}
	return list, nil
}

// withFilter returns the subscriptions with a filter, however it is written.
func withFilter(subs []bot.Subscription, text string) []bot.Subscription {
	f, err := filter.Parse(text)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(subs), func(s bot.Subscription) bool {
		own, err := filter.Parse(s.Filter)
		return err != nil || own.Key() != f.Key()
	})
}

// mentioning returns the subscriptions in whose filters a text stands.
func mentioning(subs []bot.Subscription, text string) []bot.Subscription {
	text = filter.Fold(text)
	return slices.DeleteFunc(slices.Clone(subs), func(s bot.Subscription) bool {
		return !strings.Contains(filter.Fold(s.Filter), text)
	})
}

// fedFrom returns the subscriptions that need articles of the sources at addresses.
func (h *Handler) fedFrom(ctx context.Context, p bot.Place, subs []bot.Subscription, addresses []string) ([]bot.Subscription, error) {
	names, _, err := h.sourcesAt(ctx, p, addresses)
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(slices.Clone(subs), func(s bot.Subscription) bool {
		if strings.Contains(s.Filter, addresses[0]) {
			return false
		}
		f, err := filter.Parse(s.Filter)
		return err != nil || !slices.ContainsFunc(f.Named(), func(n filter.Named) bool {
			return n.Field == filter.Source && slices.Contains(names, filter.Fold(n.Value))
		})
	})
	if len(list) == 0 {
		return nil, notAmong(subs, bot.Say("No subscription here is for %s. There are:", clip(strings.Join(addresses, ", "))))
	}
	return list, nil
}

// end answers the button that says yes. It ends what was asked about, whatever has come since.
func (h *Handler) end(ctx context.Context, r bot.Request) (bot.Message, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	asked := parseNumbers(r.Args["ids"])
	var ids []int64
	t := bot.Say("Unsubscribed:")
	for i := range subs {
		if slices.Contains(asked, subs[i].ID) {
			ids = append(ids, subs[i].ID)
			t = bot.Join(t, bot.Plain("\n"), subscriptionLine(&subs[i]))
		}
	}
	if len(ids) == 0 {
		return bot.Message{Text: bot.Say("Already unsubscribed.")}, nil
	}
	if err := h.store.Unsubscribe(ctx, ids...); err != nil {
		return bot.Message{}, fmt.Errorf("unsubscribe: %w", err)
	}
	return bot.Message{Text: t}, nil
}

// askToEnd returns the question whether to end some of the subscriptions that there are.
func (h *Handler) askToEnd(ctx context.Context, subs []bot.Subscription, all int) (bot.Message, error) {
	question, yes := bot.Say("Unsubscribe from this?"), bot.Say("Unsubscribe")
	switch {
	case len(subs) > 1 && len(subs) == all:
		question, yes = bot.Say("Unsubscribe from all %d?", len(subs)), bot.Say("Unsubscribe from all")
	case len(subs) > 1:
		question = bot.Say("Unsubscribe from these %d?", len(subs))
	}
	t := bot.Join(question, subscriptionLines(subs))
	ids := make([]int64, len(subs))
	for i := range subs {
		ids[i] = subs[i].ID
	}
	if len(subs) > 1 {
		t = bot.Join(t, bot.Plain("\n"), bot.Say("To end just one, give its number: %s",
			bot.Styled("/unsubscribe "+strconv.Itoa(subs[0].Number), bot.Code)))
	}
	end, err := h.button(ctx, yes, bot.DangerButton, "end", map[string]string{"ids": formatNumbers(ids)})
	if err != nil {
		return bot.Message{}, err
	}
	keep, err := h.button(ctx, bot.Say("Keep"), bot.PlainButton, "keep", nil)
	return bot.Message{Text: t, Buttons: [][]bot.Button{{end, keep}}}, err
}
