package answer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"tidings/bot"
	"tidings/bot/filter"
)

// manyAlerts is how many alerts a day a chat is asked about before it gets them.
const manyAlerts = 20

// subscribe answers /subscribe. What can't be meant, and a filter that would cause many alerts, is asked about first.
func (h *Handler) subscribe(ctx context.Context, r bot.Request) (bot.Message, error) {
	takeTrailingWhen(&r)
	if err := h.checkPreferences(ctx, &r); err != nil {
		return bot.Message{}, err
	}
	if addresses, rest := addressesIn(r.Args["filter"]); len(addresses) > 0 && typed(&r) {
		return h.subscribeToAddresses(ctx, r, addresses, rest)
	}
	u, err := h.understand(ctx, &r)
	if fault, ok := errors.AsType[*bot.UserError](err); ok && r.Pressed {
		form, err := h.narrow(ctx, r)
		if err != nil {
			return bot.Message{}, err
		}
		return h.askAgain(ctx, fault.Text, form, "narrow", withPreferences(&r, map[string]string{"filter": r.Args["filter"]}))
	}
	if err != nil {
		return bot.Message{}, err
	}
	if m, asks, err := h.askWhatIsMeant(ctx, r, &u); asks || err != nil {
		return m, err
	}
	return h.subscribeTo(ctx, r, u)
}

// subscribeTo subscribes to a filter, or shows what it would cost first.
func (h *Handler) subscribeTo(ctx context.Context, r bot.Request, u understood) (bot.Message, error) {
	if err := h.checkRights(ctx, r); err != nil {
		return bot.Message{}, err
	}
	t, err := h.try(ctx, r.Target.Place(), u.Filter, BacktestDays, 0)
	if err != nil {
		return bot.Message{}, err
	}
	if t.perDay() > manyAlerts && r.Args["when"] == "" { // a digest is one message, however long
		return h.askToSubscribe(ctx, &r, &t, &u)
	}
	return h.addSubscription(ctx, r, u)
}

// askWhatIsMeant asks, instead of subscribing, about a filter that no article can match as things are, or that speaks of
// another place. It reports whether it does.
func (h *Handler) askWhatIsMeant(ctx context.Context, r bot.Request, u *understood) (m bot.Message, asks bool, err error) {
	args := withPreferences(&r, map[string]string{"filter": u.String()})
	if len(u.readings) > 0 && u.readings[0].Habit == filter.Place {
		m.Text = bot.Join(anotherPlace(&r, clip(u.readings[0].Typed)), bot.Plain(" "), bot.Say("Get %s here?", about(u.String())))
		m.Buttons, err = h.yesOrCancel(ctx, bot.Say("Subscribe here"), "subscribe", args)
		return m, true, err
	}
	if !typed(&r) {
		return m, false, nil
	}
	if m, asks, err = h.askAboutMention(ctx, &r); asks || err != nil {
		return m, asks, err
	}
	missing, err := h.unknownValues(ctx, r.Target.Place(), u.Filter)
	if err != nil || len(missing) == 0 {
		return m, false, err
	}
	var rest remarks
	for i := range missing {
		if i > 0 {
			m.Text = bot.Join(m.Text, bot.Plain("\n"))
		}
		m.Text = bot.Join(m.Text, missing[i].missing())
		if meant := missing[i].meant(u.Filter); meant != "" {
			if err := h.otherwise(ctx, &rest, bot.Plain(short(meant)), meant, action{command: "subscribe", args: withPreferences(&r, nil)}); err != nil {
				return m, true, err
			}
		}
	}
	m.Buttons, err = h.yesOrCancel(ctx, bot.Say("Subscribe anyway"), "subscribe", args)
	m.Buttons = append(rest.buttons, m.Buttons...)
	return m, true, err
}

// anotherPlace says how to subscribe another place than the one in which a command is used.
func anotherPlace(r *bot.Request, place string) bot.Text {
	if r.Options == nil {
		return bot.Say("Alerts are posted where /subscribe is typed, so for “%s” type it there.", place)
	}
	return bot.Say("Alerts are posted where /subscribe is used. For “%s”, pick it as %s of /subscribe.", place,
		bot.Styled(otherChat().Name+":", bot.Code))
}

// askAboutMention asks what to look for, if somebody typed a mention and nothing else.
func (h *Handler) askAboutMention(ctx context.Context, r *bot.Request) (m bot.Message, asks bool, err error) {
	list := filter.Readings(r.Args["filter"])
	if len(list) == 0 || list[0].Habit != filter.Mention || list[0].Filter != "" {
		return m, false, nil
	}
	m.Text = bot.Say("“%s” is a mention, and a filter is made of words. What should I look for?", clip(list[0].Typed))
	var choices remarks
	for i := range slices.Backward(list) {
		name := label(&list[i])
		if list[i].Filter == "" {
			name = bot.Say("Every article")
		}
		if err := h.otherwise(ctx, &choices, name, list[i].Filter, action{command: "subscribe", args: withPreferences(r, nil)}); err != nil {
			return m, true, err
		}
	}
	no, err := h.button(ctx, bot.Say("Cancel"), bot.PlainButton, "keep", nil)
	m.Buttons = append(choices.buttons, []bot.Button{no})
	return m, true, err
}

// yesOrCancel returns a button that runs a command, and one that doesn't.
func (h *Handler) yesOrCancel(ctx context.Context, label bot.Text, command string, args map[string]string) ([][]bot.Button, error) {
	yes, err := h.button(ctx, label, bot.PlainButton, command, args)
	if err != nil {
		return nil, err
	}
	no, err := h.button(ctx, bot.Say("Cancel"), bot.PlainButton, "keep", nil)
	return [][]bot.Button{{yes, no}}, err
}

// askToSubscribe shows what a filter would cost, and asks.
func (h *Handler) askToSubscribe(ctx context.Context, r *bot.Request, t *Backtest, u *understood) (bot.Message, error) {
	text := t.filter.String()
	more, err := h.readingRemark(ctx, u, action{command: "subscribe", args: withPreferences(r, nil)})
	if err != nil {
		return bot.Message{}, err
	}
	m := bot.Message{Text: bot.Join(t.Summary(), more.text, t.Bars(), bot.Plain("\n\n"), t.warning(), bot.Say("Subscribe anyway?"))}
	args := withPreferences(r, map[string]string{"filter": text})
	yes, err := h.button(ctx, bot.Say("Subscribe anyway"), bot.PrimaryButton, "subscribenow", args)
	if err != nil {
		return bot.Message{}, err
	}
	narrow, err := h.button(ctx, bot.Say("Narrow it"), bot.PlainButton, "narrow", args)
	if err != nil {
		return bot.Message{}, err
	}
	no, err := h.button(ctx, bot.Say("Cancel"), bot.PlainButton, "keep", nil)
	m.Buttons = append([][]bot.Button{{yes, narrow, no}}, more.buttons...)
	return m, err
}

// askAgain says what is wrong with what was written into a form, and asks for it once more: the command opens the form where
// that can't be done at once.
func (h *Handler) askAgain(ctx context.Context, fault bot.Text, form bot.Message, command string, args map[string]string) (bot.Message, error) {
	again, err := h.button(ctx, bot.Say("Edit again"), bot.PlainButton, command, args)
	if err != nil {
		return bot.Message{}, err
	}
	no, err := h.button(ctx, bot.Say("Cancel"), bot.PlainButton, "keep", nil)
	return bot.Message{Text: fault, Form: form.Form, Mistake: true, Buttons: [][]bot.Button{{again, no}}}, err
}

// narrow answers the button that asks for another filter to subscribe to.
func (h *Handler) narrow(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.filterForm(ctx, bot.Say("Subscribe"), r.Args["filter"], "subscribe", withPreferences(&r, nil))
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
	return h.addSubscription(ctx, r, understood{Filter: f})
}

// addSubscription subscribes, and says what comes of it.
func (h *Handler) addSubscription(ctx context.Context, r bot.Request, u understood) (bot.Message, error) {
	s := bot.Subscription{Target: r.Target, Filter: u.String(), CreatedBy: r.User.ID}
	guessed, err := h.takePreferences(ctx, &r, &s)
	if err != nil {
		return bot.Message{}, err
	}
	s, err = h.store.Subscribe(ctx, s)
	if errors.Is(err, bot.ErrExists) {
		return bot.Message{}, h.alreadyWith(ctx, &r, u.Filter)
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("subscribe %s: %w", r.Target, err)
	}
	a, err := h.newest(ctx, r.Target.Place(), u.Filter)
	if err != nil {
		return bot.Message{}, err
	}
	matched := 0
	if a != nil {
		matched++
	}
	more, err := h.remark(ctx, r.Target.Place(), &u, matched, action{"filter set", map[string]string{"number": strconv.Itoa(s.Number)}})
	if err != nil {
		return bot.Message{}, err
	}
	if err := h.remarkOnWhen(ctx, &more, &s); err != nil {
		return bot.Message{}, err
	}
	done, err := h.subscribed(ctx, &s, howPosted(h.venueOf(ctx, r.Invocation)))
	if err != nil {
		return bot.Message{}, err
	}
	t := bot.Join(joinLines(done, guessed), more.text, bot.Plain("\n\n"))
	if a == nil {
		t = bot.Join(t, bot.Say("Nothing in the archive matches yet."))
	} else {
		t = bot.Join(t, bot.Say("The latest match:"), bot.Plain("\n"), h.headline(a, nil))
	}
	if err := h.noteLanguage(ctx, &r.Invocation, r.Target); err != nil {
		return bot.Message{}, err
	}
	return bot.Message{Text: t, Buttons: more.buttons}, h.welcomeBack(ctx, r.Target)
}

// remarkOnWhen says that a schedule at the end of a filter is looked for as words, with a button for what is probably meant.
func (h *Handler) remarkOnWhen(ctx context.Context, m *remarks, s *bot.Subscription) error {
	rest, when := scheduleAtEnd(s.Filter)
	if when == "" || s.Preferences.When != "" {
		return nil
	}
	meant := rest + " when:" + when
	m.text = bot.Join(m.text, bot.Plain("\n"), bot.Say("“%s” is read as a word here. Did you mean %s?", clip(when), code(clip(meant))))
	b, err := h.button(ctx, bot.Plain(short(meant)), bot.PlainButton, "subscription", map[string]string{
		"number": strconv.Itoa(s.Number), "filter": rest, "when": when,
	})
	m.buttons = append(m.buttons, []bot.Button{b})
	return err
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
		bot.And(bot.Knowns(lacking)...))
}

// about returns a filter in words: the articles it matches.
func about(filter string) bot.Text {
	if filter == "" {
		return bot.Say("every new article")
	}
	return bot.Say("new articles matching %s", bot.Styled(filter, bot.Code))
}

func (h *Handler) alreadySubscribed(filter string) error {
	return &bot.UserError{Text: alreadyGets(filter)}
}

func alreadyGets(filter string) bot.Text {
	return bot.Say("This chat already gets %s; see /subscriptions.", about(filter))
}

// alreadyWith is alreadySubscribed for a request that may want the alerts to come in another way: it says how to change that.
func (h *Handler) alreadyWith(ctx context.Context, r *bot.Request, f *filter.Filter) error {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return err
	}
	options := []string{"when", "sound", "level", "shape", "stories"}
	given := slices.IndexFunc(options, func(name string) bool { return r.Args[name] != "" })
	same := slices.IndexFunc(subs, func(s bot.Subscription) bool {
		old, err := filter.Parse(s.Filter)
		return err == nil && old.Key() == f.Key()
	})
	if given < 0 || same < 0 {
		return h.alreadySubscribed(f.String())
	}
	typed := fmt.Sprintf("/subscription %d %s %s", subs[same].Number, options[given], clip(r.Args[options[given]]))
	return &bot.UserError{Text: joinLines(alreadyGets(f.String()), bot.Say("Like this: %s", code(typed)))}
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
