package answer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/plan"
)

// pauseCommands hold alerts, and let them go.
func (h *Handler) pauseCommands() []bot.Command {
	return []bot.Command{
		{
			Name: "pause", Aliases: []string{"snooze"}, Help: "Hold alerts, of this chat or of one subscription; none is lost", Example: "pause until mon 08:00",
			Access: bot.Managers, Run: h.pause, Args: []bot.Arg{{
				Name: "until", Help: "For how long: 2h, tomorrow, until mon 08:00; left out, until /resume", Complete: h.completeUntil,
			}, named(h.numberArg()), otherChat()},
		},
		{
			Name: "resume", Aliases: []string{"unpause", "continue"}, Help: "End a pause; asks what to do with what waited", Example: "resume",
			Access: bot.Managers, Run: h.resume, Args: []bot.Arg{h.numberArg(), otherChat()},
		},
	}
}

func (h *Handler) completeUntil(ctx context.Context, inv bot.Invocation, typed string) ([]bot.Choice, error) {
	rhythm, err := h.rhythmOf(ctx, inv.Target)
	if err != nil {
		return nil, err
	}
	return suggestions(plan.CompleteUntil(typed, h.now(), h.zoneOf(&rhythm.Settings))), nil
}

// readPause reads how long a pause lasts.
func (h *Handler) readPause(ctx context.Context, r *bot.Request, value string) (bot.Pause, error) {
	now := h.now()
	if on, ok := onOff(value); value == "" || ok && on {
		return bot.Pause{Since: now}, nil
	}
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Pause{}, err
	}
	until, err := plan.ParseUntil(value, now, h.zoneOf(&rhythm.Settings))
	return bot.Pause{Since: now, Until: until}, err
}

// named returns an argument as one that is typed with its name.
func named(a bot.Arg) bot.Arg {
	a.Named = true
	return a
}

// takeNumber takes a subscription's number from the front of what was typed behind /pause, unless it belongs to a span: "2 3h"
// is of subscription 2, "2 hours" isn't.
func (h *Handler) takeNumber(ctx context.Context, r *bot.Request) error {
	word, rest := cutWord(r.Args["until"])
	if r.Options != nil || r.Args["number"] != "" || !isNumber(word) {
		return nil
	}
	if _, err := plan.ParseUntil(r.Args["until"], h.now(), time.UTC); err == nil {
		return nil
	}
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return err
	}
	number := strings.TrimPrefix(word, "#")
	if slices.ContainsFunc(subs, func(s bot.Subscription) bool { return strconv.Itoa(s.Number) == number }) {
		r.Args["number"], r.Args["until"] = number, rest
	}
	return nil
}

// pause answers /pause.
func (h *Handler) pause(ctx context.Context, r bot.Request) (bot.Message, error) {
	switch word := oneOf(r.Args["until"], "all", "everything", "off"); word {
	case "":
	case "off":
		return bot.Message{}, bot.UserErrorf("To end a pause: %s", code("/resume"))
	default:
		delete(r.Args, "until")
	}
	if err := h.takeNumber(ctx, &r); err != nil {
		return bot.Message{}, err
	}
	if r.Args["number"] != "" {
		r.Args["pause"] = "on"
		if until := r.Args["until"]; until != "" {
			r.Args["pause"] = until
		}
		delete(r.Args, "until")
		return h.subscription(ctx, r)
	}
	if err := h.anySubscription(ctx, r.Target); err != nil {
		return bot.Message{}, err
	}
	p, err := h.readPause(ctx, &r, r.Args["until"])
	if err != nil {
		return bot.Message{}, err
	}
	set, guessed, err := h.setPause(ctx, &r, p)
	if err != nil {
		return bot.Message{}, err
	}
	b, err := h.button(ctx, bot.Say("Resume"), bot.PrimaryButton, "resume", nil)
	return bot.Message{Text: joinLines(h.paused(&set), guessed), Buttons: [][]bot.Button{{b}}}, err
}

// setPause pauses the chat. A moment of the clock is read again if the time zone had to be guessed for it.
func (h *Handler) setPause(ctx context.Context, r *bot.Request, p bot.Pause) (set bot.Settings, guessed bot.Text, err error) {
	change := func(s *bot.Settings) { s.Paused = p }
	if !strings.Contains(r.Args["until"], ":") {
		set, err = h.changeSettings(ctx, r, change)
		return set, nil, err
	}
	if set, guessed, err = h.changeTimes(ctx, r, change); err != nil || guessed == nil {
		return set, guessed, err
	}
	if p, err = h.readPause(ctx, r, r.Args["until"]); err != nil {
		return set, guessed, err
	}
	set, err = h.changeSettings(ctx, r, change)
	return set, guessed, err
}

// anySubscription fails if a chat has no subscription.
func (h *Handler) anySubscription(ctx context.Context, t bot.Target) error {
	subs, err := h.subscriptionsOf(ctx, t)
	if err == nil && len(subs) == 0 {
		err = &bot.UserError{Text: noSubscriptions()}
	}
	return err
}

// paused says what a pause comes to.
func (h *Handler) paused(s *bot.Settings) bot.Text {
	zone := h.zoneOf(s)
	switch {
	case s.Paused.Until.IsZero() && s.NoFlash:
		return bot.Say("Alerts are paused. They wait until you resume; none is lost.")
	case s.Paused.Until.IsZero():
		return bot.Say("Alerts are paused. They wait until you resume; none is lost, and flashes come all the same.")
	case s.NoFlash:
		return bot.Say("Alerts are paused until %s. They arrive as one list then; none is lost.", byTheClock(s.Paused.Until, zone))
	}
	return bot.Say("Alerts are paused until %s. They arrive as one list then; none is lost, and flashes come all the same.",
		byTheClock(s.Paused.Until, zone))
}

// pausedLine says since when and until when the chat's alerts wait; nil if they don't.
func (h *Handler) pausedLine(rhythm *bot.Rhythm) bot.Text {
	p, zone := rhythm.Settings.Paused, h.zoneOf(&rhythm.Settings)
	switch {
	case !p.Holds(h.now()):
		return nil
	case p.Until.IsZero():
		return bot.Say("Paused since %s, until someone resumes", bot.Moment(p.Since, zone))
	}
	return bot.Say("Paused until %s", bot.Moment(p.Until, zone))
}

// resume answers /resume and the button that ends a suspension: alerts come again, and it asks what to do with what waited.
func (h *Handler) resume(ctx context.Context, r bot.Request) (bot.Message, error) {
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	if r.Number("number", 0) != 0 {
		return h.resumeOne(ctx, r)
	}
	status, err := h.targetStatus(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	now := h.now()
	var paused []bot.Subscription
	for _, s := range rhythm.Subscriptions {
		if s.Preferences.Paused.Holds(now) {
			paused = append(paused, s)
		}
	}
	switch whole := rhythm.Settings.Paused.Holds(now); {
	case status.Suspended != "":
		return h.endSuspension(ctx, r)
	case !whole && len(paused) == 0 && status.OnHold == 0:
		return bot.Message{Text: bot.Say("Nothing is paused here.")}, nil
	case !whole && len(paused) == 1 && status.OnHold == 0:
		return h.endPause(ctx, r, paused)
	case !whole && len(paused) > 1:
		return h.endPause(ctx, r, paused)
	}
	return h.endPause(ctx, r, nil)
}

// resumeOne ends the pause of one subscription.
func (h *Handler) resumeOne(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.numbered(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	if !s.Preferences.Paused.Holds(h.now()) {
		return bot.Message{Text: joinLines(bot.Say("This subscription isn't paused:"), subscriptionLine(s))}, nil
	}
	return h.endPause(ctx, r, []bot.Subscription{*s})
}

// endPause ends the pause of some subscriptions or, with none, of the whole chat. What waited for it is on hold first, so that
// somebody says what becomes of it.
func (h *Handler) endPause(ctx context.Context, r bot.Request, subs []bot.Subscription) (bot.Message, error) {
	if err := h.checkRights(ctx, r); err != nil {
		return bot.Message{}, err
	}
	if len(subs) == 0 {
		if _, err := h.store.HoldPaused(ctx, r.Target, 0); err != nil {
			return bot.Message{}, fmt.Errorf("hold what a pause held in %s: %w", r.Target, err)
		}
		if _, err := h.changeSettings(ctx, &r, func(s *bot.Settings) { s.Paused = bot.Pause{} }); err != nil {
			return bot.Message{}, err
		}
	}
	for _, s := range subs {
		if _, err := h.store.HoldPaused(ctx, r.Target, s.ID); err != nil {
			return bot.Message{}, fmt.Errorf("hold what a pause held in %s: %w", r.Target, err)
		}
		if _, err := h.store.ChangePreferences(ctx, s.ID, func(w *bot.Preferences) { w.Paused = bot.Pause{} }); err != nil {
			return bot.Message{}, fmt.Errorf("end the pause of subscription %d: %w", s.ID, err)
		}
	}
	if len(subs) == 1 {
		return h.resumed(ctx, r, bot.Say("Posted here again: %s", subscriptionLine(&bot.Subscription{Number: subs[0].Number, Filter: subs[0].Filter})))
	}
	return h.resumed(ctx, r, bot.Say("Alerts are posted here again."))
}

// endSuspension lets alerts be posted again where they weren't.
func (h *Handler) endSuspension(ctx context.Context, r bot.Request) (bot.Message, error) {
	if err := h.checkRights(ctx, r); err != nil {
		return bot.Message{}, err
	}
	if _, err := h.store.Resume(ctx, r.Target); err != nil {
		return bot.Message{}, fmt.Errorf("resume %s: %w", r.Target, err)
	}
	return h.resumed(ctx, r, bot.Say("Alerts are posted here again."))
}

// resumed says that alerts come again, and asks what to do with what waited.
func (h *Handler) resumed(ctx context.Context, r bot.Request, done bot.Text) (bot.Message, error) {
	status, err := h.targetStatus(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	m := bot.Message{Text: done}
	if n := status.OnHold; n > 0 {
		m.Text = bot.Join(m.Text, bot.Plain("\n"), bot.Count(n, "%d came in meanwhile. Post it now?", "%d came in meanwhile. Post them now?"))
		m.Buttons, err = h.catchUpButtons(ctx, n)
	}
	return m, err
}
