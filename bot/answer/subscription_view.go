package answer

import (
	"context"
	"strconv"

	"tidings/bot"
	"tidings/bot/filter"
)

const (
	// fewOpen is how many subscriptions have a row each, with their filters on the buttons; others share rows.
	fewOpen  = 4
	openWide = 5
	// maxOpen bounds how many can be opened by a button: what the smaller platform has room for, with a row to spare.
	maxOpen = 20
)

// openButtons returns a button for each subscription that opens it.
func (h *Handler) openButtons(ctx context.Context, subs []bot.Subscription) ([][]bot.Button, error) {
	var rows [][]bot.Button
	wide := openWide
	if len(subs) <= fewOpen {
		wide = 1
	}
	for i := range subs[:min(len(subs), maxOpen)] {
		s := &subs[i]
		number := strconv.Itoa(s.Number)
		name := bot.Plain(number)
		if wide == 1 {
			name = bot.Join(bot.Plain(number+". "), filterName(s.Filter))
		}
		b, err := h.button(ctx, name, bot.PlainButton, "open", map[string]string{"number": number})
		if err != nil {
			return nil, err
		}
		if i%wide == 0 {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], b)
	}
	return rows, nil
}

// filterName returns a filter as a button shows it.
func filterName(text string) bot.Text {
	if text == "" {
		return bot.Say("every article")
	}
	return bot.Plain(short(text))
}

// open answers the button of one subscription: what it sends, and what can be done about it.
func (h *Handler) open(ctx context.Context, r bot.Request) (bot.Message, error) {
	s, err := h.numbered(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	since := bot.Moment(s.Created, h.zoneOf(&rhythm.Settings))
	m := bot.Message{Text: bot.Join(subscriptionLine(s), bot.Plain("\n"), bot.Say("Posted in this chat since %s.", since))}
	if f, err := filter.Parse(s.Filter); err == nil { // else a newer program saved it
		t, err := h.try(ctx, r.Target.Place(), f, BacktestDays, 1)
		if err != nil {
			return bot.Message{}, err
		}
		m.Text = bot.Join(m.Text, bot.Plain("\n"), t.Summary(), h.samples(&t))
	}
	m.Buttons, err = h.viewButtons(ctx, &r, s)
	return m, err
}

// viewButtons returns what whoever asks can do about a subscription.
func (h *Handler) viewButtons(ctx context.Context, r *bot.Request, s *bot.Subscription) ([][]bot.Button, error) {
	manages, err := h.manages(ctx, r.Invocation)
	if err != nil {
		return nil, err
	}
	number := strconv.Itoa(s.Number)
	var rows [][]bot.Button
	for _, k := range h.preferenceOptions() {
		if !manages || k.name == "filter" {
			continue
		}
		b, err := h.button(ctx, k.title, bot.PlainButton, "ask", map[string]string{"number": number, "what": k.name})
		if err != nil {
			return nil, err
		}
		rows = intoRows(rows, b)
	}
	for _, b := range []struct {
		label    bot.Text
		style    bot.ButtonStyle
		command  string
		args     map[string]string
		managers bool
	}{
		{bot.Say("Edit filter"), bot.PlainButton, "filter edit", map[string]string{"number": number}, true},
		{bot.Say("Unsubscribe"), bot.DangerButton, "unsubscribe", map[string]string{"which": number}, true},
		{bot.Say("‹ All"), bot.PlainButton, "subscriptions", nil, false},
	} {
		if b.managers && !manages {
			continue
		}
		button, err := h.button(ctx, b.label, b.style, b.command, b.args)
		if err != nil {
			return nil, err
		}
		rows = intoRows(rows, button)
	}
	return rows, nil
}
