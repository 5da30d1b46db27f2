package answer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"tidings/bot"
	"tidings/bot/plan"
)

// subscriptionCommand shows one subscription, and changes how its alerts come.
func (h *Handler) subscriptionCommand() bot.Command {
	return bot.Command{
		Name: "subscription", Help: "How one subscription's alerts come: when, sound, mention, level, shape …",
		Example: "subscription 2 when daily 08:00", Run: h.subscription, Changes: true,
		Args: append([]bot.Arg{h.numberArg()}, append(optionArgs(h.preferenceOptions()), otherChat())...),
	}
}

// subscription answers /subscription.
func (h *Handler) subscription(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.theSubscription(ctx, &r)
	if s == nil || err != nil {
		if err != nil {
			return bot.Message{}, err
		}
		return h.subscriptions(ctx, r)
	}
	chosen := slices.DeleteFunc(given(h.preferenceOptions(), &r), func(k *option[bot.Subscription]) bool { return r.Args[k.name] == "" })
	if len(chosen) == 0 {
		return h.open(ctx, r)
	}
	if err := h.allow(ctx, &bot.Command{Name: "subscription", Access: bot.Managers}, r.Invocation); err != nil {
		return bot.Message{}, err
	}
	if len(chosen) == 1 && r.Args[chosen[0].name] == askFor {
		r.Args["what"] = chosen[0].name
		return h.askPreference(ctx, r)
	}
	change, err := readOptions(ctx, &r, chosen)
	if err != nil {
		return h.preferenceMistake(ctx, r, chosen[0], err)
	}
	guessed, err := h.changeSubscription(ctx, &r, s, change)
	if err != nil {
		return bot.Message{}, err
	}
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	var done bot.Text
	for _, k := range chosen {
		done = joinLines(done, k.done(s))
	}
	if slices.ContainsFunc(chosen, func(k *option[bot.Subscription]) bool { return k.decidesWhen }) {
		done = joinLines(done, h.firstDigest(&rhythm, s))
	}
	notes := joinLines(plan.Notes(&rhythm.Settings, []bot.Subscription{*s})...)
	done = joinLines(subscriptionLine(s), done, notes, guessed)
	back, err := h.button(ctx, bot.Say("Subscription %s", strconv.Itoa(s.Number)), bot.PlainButton, "open", map[string]string{"number": strconv.Itoa(s.Number)})
	return bot.Message{Text: done, Buttons: [][]bot.Button{{back}}}, err
}

// theSubscription returns the subscription that a request names, or the only one of the chat; nil if that isn't clear. It puts
// its number into the request.
func (h *Handler) theSubscription(ctx context.Context, r *bot.Request) (*bot.Subscription, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	number := r.Number("number", 0)
	switch {
	case number == 0 && len(subs) == 1:
		number = subs[0].Number
	case number == 0 && len(subs) > 0 && len(given(h.preferenceOptions(), r)) > 0:
		return nil, bot.UserErrorf("Which one? Give its number, as in %s. There are:%s", code("/subscription 2 when daily 08:00"), subscriptionLines(subs))
	case number == 0 && len(subs) > 0:
		return nil, nil //nolint:nilnil // see above
	}
	s, err := pick(subs, number)
	if err == nil {
		r.Args["number"] = strconv.Itoa(s.Number)
	}
	return s, err
}

// changeSubscription changes a subscription, and s with it. Where a time of the clock is set for the first time in the chat, the
// time zone is guessed and kept, and guessed says so.
func (h *Handler) changeSubscription(ctx context.Context, r *bot.Request, s *bot.Subscription, change func(*bot.Subscription)) (guessed bot.Text, err error) {
	before := *s
	change(s)
	if s.Filter != before.Filter {
		err := h.store.SetFilter(ctx, s.ID, s.Filter)
		if errors.Is(err, bot.ErrExists) {
			return nil, h.alreadySubscribed(s.Filter)
		}
		if err != nil {
			return nil, fmt.Errorf("set the filter of subscription %d: %w", s.ID, err)
		}
	}
	if s.Stories != before.Stories {
		if err := h.store.SetStories(ctx, s.ID, s.Stories); err != nil {
			return nil, fmt.Errorf("set stories of subscription %d: %w", s.ID, err)
		}
	}
	if isByTheClock(s.Preferences.When) && s.Preferences.When != before.Preferences.When {
		if _, guessed, err = h.changeTimes(ctx, r, func(*bot.Settings) {}); err != nil {
			return nil, err
		}
	}
	s.Preferences, err = h.store.ChangePreferences(ctx, s.ID, func(w *bot.Preferences) {
		now := bot.Subscription{Preferences: *w}
		change(&now)
		*w = now.Preferences
	})
	if errors.Is(err, bot.ErrNotFound) {
		return nil, bot.UserErrorf("Subscription %s has just been ended.", strconv.Itoa(s.Number))
	}
	if err != nil {
		return nil, fmt.Errorf("change subscription %d: %w", s.ID, err)
	}
	return guessed, nil
}

// askPreference answers the button of one of a subscription's preferences: it asks for its value.
func (h *Handler) askPreference(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.numbered(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	k := optionNamed(h.preferenceOptions(), r.Args["what"])
	if k == nil {
		return bot.Message{}, staleButton()
	}
	return optionForm(ctx, h, &r, k, bot.Join(subscriptionLine(s)), action{"subscription", map[string]string{"number": strconv.Itoa(s.Number)}})
}

// preferenceMistake asks again for what was written into a form, and otherwise fails as it did.
func (h *Handler) preferenceMistake(ctx context.Context, r bot.Request, k *option[bot.Subscription], err error) (bot.Message, error) {
	fault, ok := errors.AsType[*bot.UserError](err)
	if !ok || r.Args[filledIn] == "" {
		return bot.Message{}, err
	}
	args := map[string]string{"number": r.Args["number"]}
	form, err := optionForm(ctx, h, &r, k, nil, action{"subscription", args})
	if err != nil {
		return bot.Message{}, err
	}
	args["what"] = k.name
	return h.askAgain(ctx, fault.Text, form, "ask", args)
}
