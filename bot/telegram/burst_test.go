package telegram_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// runStuck serves a handler that is stuck, until the test ends, on whatever is asked in the group.
func (w *world) runStuck(t *testing.T) *bottest.Handler {
	t.Helper()
	h := newHandler()
	plain, free := h.Answer, make(chan struct{})
	h.Answer = func(ctx context.Context, inv bot.Invocation) bot.Message {
		if inv.Target.Chat == w.here().Chat {
			select {
			case <-free:
			case <-ctx.Done():
			}
		}
		return plain(ctx, inv)
	}
	w.run(t, w.adapter, h)
	t.Cleanup(func() { close(free) })
	return h
}

// waiting counts the updates in the inbox that contain some words.
func (w *world) waiting(words string) int {
	n := 0
	for _, u := range w.memory.left() {
		if strings.Contains(string(u.Body), words) {
			n++
		}
	}
	return n
}

// byBoth runs a test with an adapter that polls, and with one that is served by a webhook.
func byBoth(t *testing.T, test func(t *testing.T, w *world, size int)) {
	t.Run("polls", func(t *testing.T) {
		t.Parallel()
		test(t, newWorldOf(t, stopped()), 1500)
	})
	t.Run("webhook", func(t *testing.T) { // by which the stand-in delivers one update at a time
		t.Parallel()
		test(t, newHookedOf(t, stopped()).world, 200)
	})
}

// stopped configures a stand-in to which no press is ever too old.
func stopped() sandboxtelegram.Config {
	now := time.Now()
	return sandboxtelegram.Config{Unlimited: true, Now: func() time.Time { return now }}
}

// mentions counts the messages of a chat that contain some words.
func (w *world) mentions(chat int64, words string) int {
	n := 0
	for _, m := range w.tg.Messages(chat) {
		if w.isBots(m) && strings.Contains(m.Text, words) {
			n++
		}
	}
	return n
}

func TestRun_AnswersOthersDuringABurstOfCommands(t *testing.T) {
	byBoth(t, func(t *testing.T, w *world, size int) {
		h := w.runStuck(t)
		w.after(t, must(w.tg.Start(w.member.ID, ""))(t))
		for range size {
			must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
		}
		w.after(t, must(w.tg.Start(w.manager.ID, ""))(t))
		must(w.adapter.Send(t.Context(), w.here(), bot.Message{Text: bot.Plain("alert")}))(t)
		warned := func() bool { return w.mentions(w.member.ID, "“Newsroom”: You're asking faster") == 1 }
		if err := w.await(t.Context(), warned); err != nil {
			t.Errorf("the sender of the burst was not warned: %v\n%s", err, w.log)
		}
		if got := len(h.Invocations()); got > 3 {
			t.Errorf("the handler was called %d times, want one command of the burst in progress and two answers", got)
		}
		if got := w.waiting("/latest"); got != 20 {
			t.Errorf("%d commands of the burst wait, want 20", got)
		}
	})
}

func TestRun_AcknowledgesEveryPressOfABurst(t *testing.T) {
	byBoth(t, func(t *testing.T, w *world, size int) {
		h := w.runStuck(t)
		receipt := must(w.adapter.Send(t.Context(), w.here(), bot.Message{
			Text: bot.Plain("Headlines"), Buttons: [][]bot.Button{{{Label: "Next", Data: "next"}}},
		}))(t)
		var presses sync.WaitGroup
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		press := func(who sandboxtelegram.User) {
			if _, err := w.tg.Press(ctx, who.ID, w.group.ID, number(t, receipt.MessageID), "next"); err != nil {
				t.Errorf("a press was not acknowledged: %v", err)
			}
		}
		for range size {
			presses.Go(func() { press(w.member) })
		}
		presses.Go(func() { press(w.manager) })
		presses.Wait() // while the handler is stuck on the first
		if got := len(h.Invocations()); got != 1 {
			t.Errorf("the handler was asked %d times, want once while it is stuck", got)
		}
		if got := w.waiting(`"data":"next"`); got != 2 {
			t.Errorf("%d presses wait, want one of each person", got)
		}
	})
}

func TestRun_ApologizesInAnOverloadedChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.runStuck(t)
	for _, name := range []string{"Cat", "Dan", "Eve"} {
		who := w.tg.AddUser(sandboxtelegram.User{FirstName: name})
		check(t, w.tg.SetMember(w.group.ID, who.ID, sandboxtelegram.Member))
		for range 20 {
			must(w.tg.Say(who.ID, w.group.ID, 0, "/latest"))(t)
		}
	}
	w.after(t, must(w.tg.Start(w.member.ID, ""))(t))
	for range 2 {
		must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	}
	if err := w.await(t.Context(), func() bool { return w.mentions(w.member.ID, "Too much is going on") > 0 }); err != nil {
		t.Fatalf("the person was not warned: %v\n%s", err, w.log)
	}
	must(w.tg.Say(w.manager.ID, w.group.ID, 0, "/latest"))(t) // has not started the bot, and reads it in the group
	must(w.tg.Say(w.manager.ID, w.group.ID, 0, "/latest"))(t)
	if err := w.await(t.Context(), func() bool { return w.mentions(w.group.ID, "Too much is going on") > 0 }); err != nil {
		t.Fatalf("the group was not warned: %v\n%s", err, w.log)
	}
	w.after(t, must(w.tg.Say(w.member.ID, w.member.ID, 0, "/help"))(t))
	if private, public := w.mentions(w.member.ID, "Too much"), w.mentions(w.group.ID, "Too much"); private != 1 || public != 1 {
		t.Errorf("warned %d times in private and %d times in the group, want once each", private, public)
	}
}

func TestRun_IgnoresConversation(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, sandboxtelegram.Config{Unlimited: true, ReadsAll: true})
	h := w.runStuck(t)
	must(w.tg.Say(w.manager.ID, w.group.ID, 0, "/latest"))(t)
	asked(t, h, 1)
	for range 500 {
		must(w.tg.Say(w.member.ID, w.group.ID, 0, "just talk"))(t)
	}
	must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	w.after(t, must(w.tg.Start(w.member.ID, ""))(t))
	if commands, talk := w.waiting("/latest"), w.waiting("just talk"); commands != 2 || talk != 0 {
		t.Errorf("%d commands and %d lines of talk are kept, want the two commands", commands, talk)
	}
	if strings.Contains(w.log.String(), "too many requests") {
		t.Errorf("talk counts as a burst:\n%s", w.log)
	}
}
