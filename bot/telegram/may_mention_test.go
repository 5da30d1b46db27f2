package telegram_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"tidings/bot"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

func TestMayMention_IsOfPeopleWhoAreThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	h.Answer = func(ctx context.Context, inv bot.Invocation) bot.Message {
		if len(inv.Mentioned) == 0 {
			return bot.Message{Text: bot.Plain("nobody")}
		}
		err := inv.MayMention(ctx, inv.Mentioned[0])
		if fault := (*bot.UserError)(nil); errors.As(err, &fault) {
			return bot.Message{Text: bot.Plain("no: " + fault.Error())}
		} else if err != nil {
			return bot.Message{Text: bot.Plain("broken: " + err.Error())}
		}
		return bot.Message{Text: bot.Plain("yes: " + inv.Mentioned[0].Name)}
	}
	w.run(t, w.adapter, h)
	stranger := w.tg.AddUser(sandboxtelegram.User{FirstName: "Cho"})
	said := w.says(t, w.member, w.group.ID, 0, "Hello")
	for name, tt := range map[string]struct {
		m    sandboxtelegram.Message
		want string
	}{
		"no one":     {w.says(t, w.manager, w.group.ID, 0, "/latest mention:@ann"), "nobody"},
		"by reply":   {w.says(t, w.manager, w.group.ID, said.ID, "/latest"), "yes: Bob"},
		"by name":    {must(w.tg.SayTo(w.manager.ID, w.group.ID, w.member.ID, "/latest Bob"))(t), "yes: Bob"},
		"a stranger": {must(w.tg.SayTo(w.manager.ID, w.group.ID, stranger.ID, "/latest Cho"))(t), "no: I can mention only people who"},
	} {
		answer := must(w.answerTo(t.Context(), tt.m))(t)
		if !strings.HasPrefix(answer.Text, tt.want) {
			t.Errorf("%s: answered %q, want %q", name, answer.Text, tt.want)
		}
	}
}

func TestForm_OffersOptionsInPlaceOfTheButtonsMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	h.Answer = func(_ context.Context, inv bot.Invocation) bot.Message {
		switch {
		case inv.Data == "ask":
			return bot.Message{Text: bot.Plain("Now: off"), Buttons: [][]bot.Button{{{Label: "Back", Data: "back"}}}, Form: &bot.Form{
				Title: bot.Plain("Quiet hours"), Pick: bot.Plain("Hours"), Label: bot.Plain("Or other hours"), Max: 50, Data: "set?",
				Options: []bot.Button{{Label: "Off", Data: "set?v=off"}, {Label: "At night", Data: "set?v=night"}},
			}}
		case inv.Data != "":
			return bot.Message{Text: bot.Plain(inv.Data + " " + inv.Line)}
		}
		return bot.Message{Text: bot.Plain("settings"), Buttons: [][]bot.Button{{{Label: "Quiet hours", Data: "ask"}}}}
	}
	w.run(t, w.adapter, h)
	list := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/latest")))(t)
	press := func(data string) sandboxtelegram.Message {
		t.Helper()
		must(w.tg.Press(t.Context(), w.manager.ID, w.group.ID, list.ID, data))(t)
		for {
			for _, m := range w.tg.Messages(w.group.ID) {
				if m.ID == list.ID && m.Text != list.Text {
					list = m
					return m
				}
			}
			if t.Context().Err() != nil {
				t.Fatal("the message stays as it is")
			}
		}
	}
	asked := press("ask")
	if asked.Text != "Quiet hours\nNow: off\n\nPick one, or reply to this message with your own." || len(asked.Keyboard.Rows) != 2 || asked.Keyboard.Rows[0][1].Text != "At night" {
		t.Fatalf("the question is %q with %+v", asked.Text, asked.Keyboard)
	}
	answer := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, asked.ID, "noon to two")))(t)
	if answer.Text != "set? noon to two" {
		t.Errorf("in writing it was answered %q", answer.Text)
	}
	if got := press("set?v=night"); got.Text != "set?v=night" {
		t.Errorf("the option was answered %q", got.Text)
	}
}
