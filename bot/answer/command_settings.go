package answer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/bot/plan"
)

// settingsCommand shows how a chat wants its alerts, and changes it.
func (h *Handler) settingsCommand() bot.Command {
	return bot.Command{
		Name: "settings", Aliases: []string{"set"}, Help: "How this chat wants its alerts: time zone, quiet hours, limit, shape …",
		Example: "settings quiet 22:00-07:00", Run: h.settings, Changes: true, Args: append(optionArgs(h.settingOptions()), otherChat()),
	}
}

// settings answers /settings: it shows them, or changes those that are given.
func (h *Handler) settings(ctx context.Context, r bot.Request) (bot.Message, error) {
	options := h.settingOptions()
	chosen := slices.DeleteFunc(given(options, &r), func(k *option[bot.Settings]) bool { return r.Args[k.name] == "" })
	if len(chosen) == 0 {
		return h.settingsView(ctx, r, nil)
	}
	if err := h.allow(ctx, &bot.Command{Name: "settings", Access: bot.Managers}, r.Invocation); err != nil {
		return bot.Message{}, err
	}
	if len(chosen) == 1 && r.Args[chosen[0].name] == askFor {
		r.Args["what"] = chosen[0].name
		return h.askSetting(ctx, r)
	}
	change, err := readOptions(ctx, &r, chosen)
	if fault, ok := errors.AsType[*bot.UserError](err); ok {
		return h.settingMistake(ctx, r, chosen[0], err, fault.Text)
	}
	if err != nil {
		return bot.Message{}, err
	}
	before, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	var guessed bot.Text
	set := bot.Settings{}
	if slices.ContainsFunc(chosen, func(k *option[bot.Settings]) bool { return k.name == "quiet" }) {
		set, guessed, err = h.changeTimes(ctx, &r, change)
	} else {
		set, err = h.changeSettings(ctx, &r, change)
	}
	if err != nil {
		return bot.Message{}, err
	}
	var done bot.Text
	for _, k := range chosen {
		done = joinLines(done, k.done(&set))
	}
	notes := newNotes(&before.Settings, &set, before.Subscriptions)
	return h.settingsDone(ctx, r, joinLines(done, joinLines(notes...), guessed))
}

// newNotes returns what people should know of settings that meet, unless it was so before they were changed.
func newNotes(before, set *bot.Settings, subs []bot.Subscription) []bot.Text {
	known := plan.Notes(before, subs)
	return slices.DeleteFunc(plan.Notes(set, subs), func(note bot.Text) bool {
		return slices.ContainsFunc(known, func(k bot.Text) bool { return k.String() == note.String() })
	})
}

// settingsDone says what was changed: above the settings if they were there before, else by itself.
func (h *Handler) settingsDone(ctx context.Context, r bot.Request, done bot.Text) (bot.Message, error) {
	if r.Pressed {
		return h.settingsView(ctx, r, done)
	}
	all, err := h.button(ctx, bot.Say("All settings"), bot.PlainButton, "settings", nil)
	return bot.Message{Text: done, Buttons: [][]bot.Button{{all}}}, err
}

// changeSettings changes the settings of the chat.
func (h *Handler) changeSettings(ctx context.Context, r *bot.Request, change func(*bot.Settings)) (bot.Settings, error) {
	set, err := h.store.ChangeSettings(ctx, r.Target, change)
	if err != nil {
		return set, fmt.Errorf("change the settings of %s: %w", r.Target, err)
	}
	return set, nil
}

// changeTimes is changeSettings for a change that speaks of times of the clock. The first time, the chat's time zone is guessed
// and kept, and guessed says so.
func (h *Handler) changeTimes(ctx context.Context, r *bot.Request, change func(*bot.Settings)) (set bot.Settings, guessed bot.Text, err error) {
	zone := ""
	set, err = h.changeSettings(ctx, r, func(s *bot.Settings) {
		zone = ""
		if change(s); s.Zone == "" {
			zone = h.guessZone(r.Invocation)
			s.Zone = zone
		}
	})
	if zone != "" {
		guessed = h.zoneGuessed(zone)
	}
	return set, guessed, err
}

// settingMistake asks again for what was written into a form, and otherwise fails as it did.
func (h *Handler) settingMistake(ctx context.Context, r bot.Request, k *option[bot.Settings], err error, fault bot.Text) (bot.Message, error) {
	choice, several := errors.AsType[*plan.ZoneChoice](err)
	if several {
		return h.offerZones(ctx, fault, choice.Choices)
	}
	if r.Args[filledIn] == "" {
		return bot.Message{}, err
	}
	form, err := optionForm(ctx, h, &r, k, nil, action{command: "settings"})
	if err != nil {
		return bot.Message{}, err
	}
	form.Text = bot.Join(fault, bot.Plain("\n"), k.hint)
	again, err := h.askAgain(ctx, fault, form, "ask", map[string]string{"what": k.name})
	again.Text = fault
	return again, err
}

// askSetting answers the button of a setting: it asks for its value.
func (h *Handler) askSetting(ctx context.Context, r bot.Request) (bot.Message, error) {
	if r.Args["number"] != "" {
		return h.askPreference(ctx, r)
	}
	k := optionNamed(h.settingOptions(), r.Args["what"])
	if k == nil {
		return bot.Message{}, staleButton()
	}
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	if k.name == "timezone" {
		k.offers = h.zoneOffers(r.Invocation)
	}
	return optionForm(ctx, h, &r, k, k.line(&rhythm.Settings), action{command: "settings"})
}

// settingsView shows all settings, below what was done to them. Managers get a button for each.
func (h *Handler) settingsView(ctx context.Context, r bot.Request, done bot.Text) (bot.Message, error) {
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	options := h.settingOptions()
	t := bot.Say("Settings of this chat").Styled(bot.Bold)
	if !done.Empty() {
		t = bot.Join(done, bot.Plain("\n\n"), t)
	}
	for i := range options {
		t = joinLines(t, options[i].line(&rhythm.Settings))
	}
	t = joinLines(t, h.pausedLine(&rhythm), mutedLine(rhythm.Mutes, h.now()))
	m := bot.Message{Text: t}
	manages, err := h.manages(ctx, r.Invocation)
	if err != nil || !manages {
		return m, err
	}
	_, tidier := h.adapters[r.Target.Platform].(bot.Tidier)
	for i := range options {
		if options[i].name == "tidy" && (!tidier || r.Direct) {
			continue
		}
		b, err := h.button(ctx, options[i].title, bot.PlainButton, "ask", map[string]string{"what": options[i].name})
		if err != nil {
			return bot.Message{}, err
		}
		m.Buttons = intoRows(m.Buttons, b)
	}
	return m, nil
}

// settingColumns is how many buttons of settings stand side by side.
const settingColumns = 3

// intoRows adds a button to the last row that has room.
func intoRows(rows [][]bot.Button, b bot.Button) [][]bot.Button {
	if n := len(rows); n > 0 && len(rows[n-1]) < settingColumns {
		rows[n-1] = append(rows[n-1], b)
		return rows
	}
	return append(rows, []bot.Button{b})
}

// joinLines joins the texts that there are, each on a line of its own.
func joinLines(list ...bot.Text) bot.Text {
	var t bot.Text
	for _, line := range list {
		switch {
		case line.Empty():
		case t.Empty():
			t = line
		default:
			t = bot.Join(t, bot.Plain("\n"), line)
		}
	}
	return t
}

// rhythmOf returns how a chat wants its alerts.
func (h *Handler) rhythmOf(ctx context.Context, t bot.Target) (bot.Rhythm, error) {
	rhythm, err := h.store.RhythmOf(ctx, t)
	if err != nil {
		return rhythm, fmt.Errorf("rhythm of %s: %w", t, err)
	}
	for i := range rhythm.Subscriptions {
		h.currentPause(&rhythm.Subscriptions[i].Preferences, h.zoneOf(&rhythm.Settings))
	}
	return rhythm, nil
}

// zoneOf returns the time zone of a chat.
func (h *Handler) zoneOf(s *bot.Settings) *time.Location { return h.planner.Zone(s) }
