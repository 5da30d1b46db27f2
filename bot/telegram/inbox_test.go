package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/telegram"
	"tidings/internal/sandbox"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

func TestRun_ConfirmsUpdatesOnlyOnceTheyAreStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	h.Answer = func(context.Context, bot.Invocation) bot.Message {
		return bot.Message{Text: bot.Plain(fmt.Sprint(len(w.memory.left())))}
	}
	w.memory.setRefuse(errors.New("disk full"))
	stop := w.run(t, w.adapter, h)
	m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	for !strings.Contains(w.log.String(), "disk full") {
		must(w.tg.Say(w.member.ID, w.group.ID, 0, "talk"))(t) // lets time pass without waiting for it
	}
	if got := w.tg.Pending(); got == 0 {
		t.Error("the update was confirmed although it could not be stored")
	}
	w.memory.setRefuse(nil)
	if got := must(w.answerTo(t.Context(), m))(t); got.Text != "1" {
		t.Errorf("when the handler was asked, %s updates were stored, want the one", got.Text)
	}
	check(t, stop())
}

func TestRun_AnswersOnceWhatWasReceivedBeforeACrash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.crash(t, "/latest crash")
	h := newHandler()
	stop := w.run(t, w.adapter, h)
	if got := must(w.answerTo(t.Context(), m))(t); got.Text != "latest [crash]" {
		t.Errorf("the answer reads %q", got.Text)
	}
	check(t, stop())
	w.run(t, w.adapter, h)
	again := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/help"))(t)
	must(w.answerTo(t.Context(), again))(t)
	if got := len(w.shown(w.here())); got != 2 {
		t.Errorf("after two more starts %d answers are shown, want one to each command", got)
	}
}

// crash lets a run receive a command and end before it has been answered.
func (w *world) crash(t *testing.T, text string) sandboxtelegram.Message {
	t.Helper()
	h := newHandler()
	h.Answer = func(ctx context.Context, _ bot.Invocation) bot.Message {
		<-ctx.Done()
		return bot.Message{Text: bot.Plain("never sent")}
	}
	stop := w.run(t, w.adapter, h)
	m := must(w.tg.Say(w.member.ID, w.group.ID, 0, text))(t)
	asked(t, h, 1)
	check(t, stop())
	if got := len(w.shown(w.here())); got != 0 {
		t.Fatalf("%d answers are shown, want none yet", got)
	}
	if left := w.memory.left(); len(left) != 1 {
		t.Fatalf("%d updates are left, want the command", len(left))
	}
	return m
}

func TestRun_DropsStaleCommandsOfAnEarlierRun(t *testing.T) {
	t.Parallel()
	var age atomic.Int64
	age.Store(int64(time.Hour))
	w := newWorldOf(t, sandboxtelegram.Config{Unlimited: true, Now: func() time.Time {
		return time.Now().Add(-time.Duration(age.Load()))
	}})
	w.crash(t, "/latest old")
	age.Store(0)
	h := newHandler()
	w.run(t, w.adapter, h)
	must(w.answerTo(t.Context(), must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest new"))(t)))(t)
	if all := h.Invocations(); len(all) != 1 || all[0].Line != "new" {
		t.Errorf("the handler got %+v, want only the new command", all)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for !strings.Contains(w.log.String(), "too old") {
		if ctx.Err() != nil {
			t.Fatalf("the log does not mention the dropped command:\n%s", w.log)
		}
		must(w.tg.Say(w.member.ID, w.group.ID, 0, "talk"))(t) // lets time pass without waiting for it
	}
}

func TestRun_SurvivesUpdatesItDoesNotUnderstand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := "telegram:" + strconv.FormatInt(w.tg.Bot().ID, 10)
	must(w.memory.Receive(t.Context(), box, []bot.Update{
		{ID: 1, Body: []byte(`{"update_id":1}`)},
		{ID: 2, Body: []byte(`{"update_id":2,"message":{}}`)},
		{ID: 3, Body: []byte(`{"update_id":3,"message":"text"}`)},
		{ID: 4, Body: []byte(`{"update_id":4,"callback_query":{"id":"1","from":{"id":1}}}`)},
		{ID: 5, Body: []byte(`{"update_id":5,"callback_query":{"id":"1"}}`)},
		{ID: 6, Body: []byte(`not JSON`)},
	}, 7, 0))(t) // far below what Telegram sends next
	w.run(t, w.adapter, newHandler())
	m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	must(w.answerTo(t.Context(), m))(t)
}

func TestRun_KeepsTheUpdatesOfBotsApart(t *testing.T) {
	t.Parallel()
	first := newWorld(t)
	stop := first.run(t, first.adapter, newHandler())
	for range 20 { // so that the first bot's offset is far ahead of the second's
		must(first.answerTo(t.Context(), must(first.tg.Say(first.member.ID, first.group.ID, 0, "/latest"))(t)))(t)
	}
	must(first.answerTo(t.Context(), must(first.tg.Say(first.member.ID, first.group.ID, 0, "/help"))(t)))(t)
	check(t, stop())

	token := "7000000002:another-bot-another-bot-another-bot"
	second := newWorldOf(t, sandboxtelegram.Config{Unlimited: true, Token: token})
	a := second.newAdapter(t, telegram.Config{Token: token, Inbox: first.memory})
	second.run(t, a, newHandler())
	m := must(second.tg.Say(second.member.ID, second.group.ID, 0, "/latest"))(t)
	must(second.answerTo(t.Context(), m))(t)
}

func TestRun_SaysOnceThatAnotherProgramPolls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tg.Faults.Inject(sandbox.Fault{
		Path: "/getUpdates", Status: 409,
		Body: `{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}`,
	})
	w.run(t, w.adapter, newHandler())
	m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	must(w.answerTo(t.Context(), m))(t)
	if got := strings.Count(w.log.String(), "another program receives"); got != 1 {
		t.Errorf("the log mentions the other program %d times, want once:\n%s", got, w.log)
	}
}

func TestRun_RemovesAWebhookThatBlocksPolling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tg.Faults.Inject(sandbox.Fault{
		Path: "/getUpdates", Status: 409,
		Body: `{"ok":false,"error_code":409,"description":"Conflict: can't use getUpdates method while webhook is active"}`,
	})
	h := newHandler()
	stop := w.run(t, w.adapter, h)
	must(w.menu(t.Context()))(t)
	must(w.answerTo(t.Context(), must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)))(t)
	check(t, stop())
	for _, r := range w.tg.Requests() {
		if r.Method == "deleteWebhook" {
			return
		}
	}
	t.Error("the webhook was not removed")
}

func TestRun_EndsWhenTheTokenIsRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tg.Faults.Inject(sandbox.Fault{
		Path: "/getUpdates", Status: 401, Body: `{"ok":false,"error_code":401,"description":"Unauthorized"}`,
	})
	err := w.adapter.Run(t.Context(), newHandler())
	if !errors.Is(err, bot.ErrUnauthorized) {
		t.Errorf("Run returned %v, want ErrUnauthorized", err)
	}
}
