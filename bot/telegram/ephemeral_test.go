package telegram_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// newWhispering returns a world that knows ephemeral messages, whose menus are set, and the handler that is asked.
func newWhispering(t *testing.T, now func() time.Time, answer func(bot.Invocation) bot.Message) *world {
	t.Helper()
	w := newWorldOf(t, sandboxtelegram.Config{Unlimited: true, Ephemeral: true, Now: now})
	h := newHandler()
	if answer != nil {
		h.Answer = func(_ context.Context, inv bot.Invocation) bot.Message { return answer(inv) }
	}
	w.run(t, w.adapter, h)
	must(w.menu(t.Context()))(t)
	return w
}

// whispered waits for what is whispered to a person in the group, and returns the text of the bot's n-th message.
func (w *world) whispered(t *testing.T, who sandboxtelegram.User, is func([]sandboxtelegram.Message) bool) []sandboxtelegram.Message {
	t.Helper()
	var bots []sandboxtelegram.Message
	err := w.await(t.Context(), func() bool {
		bots = nil
		for _, m := range w.tg.Ephemeral(who.ID, w.group.ID) {
			if m.Receiver != nil {
				bots = append(bots, m)
			}
		}
		return is(bots)
	})
	if err != nil {
		t.Fatalf("%v: %+v\n%s", err, bots, w.log)
	}
	return bots
}

func TestRun_WhispersToReadersInGroups(t *testing.T) {
	t.Parallel()
	w := newWhispering(t, nil, nil)
	asked := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest moon"))(t)
	if asked.ID != 0 || asked.EphemeralID == 0 {
		t.Fatalf("a reader's command is for all to see: %+v", asked)
	}
	got := w.whispered(t, w.member, func(all []sandboxtelegram.Message) bool { return len(all) == 1 })
	if got[0].Text != "latest [moon]" {
		t.Errorf("the answer reads %q", got[0].Text)
	}
	must(w.answerTo(t.Context(), must(w.tg.Say(w.manager.ID, w.group.ID, 0, "/subscribe missile"))(t)))(t)
	if got := len(w.shown(w.here())); got != 1 {
		t.Errorf("%d answers are for all to see, want the manager's alone", got)
	}
}

func TestRun_TurnsPagesOfAWhisper(t *testing.T) {
	t.Parallel()
	w := newWhispering(t, nil, func(inv bot.Invocation) bot.Message {
		return bot.Message{Text: bot.Plain("page" + inv.Data), Buttons: [][]bot.Button{{{Label: "Next", Data: inv.Data + "+"}}}}
	})
	must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	first := w.whispered(t, w.member, func(all []sandboxtelegram.Message) bool { return len(all) == 1 })[0]
	for _, page := range []string{"+", "++"} {
		must(w.tg.PressEphemeral(t.Context(), w.member.ID, w.group.ID, first.EphemeralID, page))(t)
		w.whispered(t, w.member, func(all []sandboxtelegram.Message) bool { return len(all) == 1 && all[0].Text == "page"+page })
	}
	if got := len(w.shown(w.here())); got != 0 {
		t.Errorf("%d answers are for all to see, want none", got)
	}
	for _, r := range w.tg.Requests() {
		if r.Method == "editMessageText" {
			t.Errorf("message %s is edited", r.Params["message_id"])
		}
	}
}

func TestRun_AnswersInPrivateWhenAWhisperComesTooLate(t *testing.T) {
	t.Parallel()
	var late atomic.Int64
	w := newWhispering(t, func() time.Time { return time.Now().Add(time.Duration(late.Load())) }, func(inv bot.Invocation) bot.Message {
		if inv.Line == "slowly" {
			late.Store(int64(20 * time.Second))
		}
		return bot.Message{Text: bot.Plain("here is " + inv.Line)}
	})
	w.after(t, must(w.tg.Start(w.member.ID, ""))(t))
	must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest slowly"))(t)
	if err := w.await(t.Context(), func() bool { return w.mentions(w.member.ID, "here is slowly") == 1 }); err != nil {
		t.Errorf("no answer in private: %v\n%s", err, w.log)
	}
	if got := len(w.shown(w.here())); got != 0 {
		t.Errorf("%d answers are for all to see, want none", got)
	}
}

func TestRun_AsksForNothingInAWhisper(t *testing.T) {
	t.Parallel()
	w := newWhispering(t, nil, func(bot.Invocation) bot.Message {
		return bot.Message{Form: &bot.Form{Title: bot.Plain("Words"), Label: bot.Plain("Words"), Data: "form"}}
	})
	must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	got := w.whispered(t, w.member, func(all []sandboxtelegram.Message) bool { return len(all) == 1 })[0]
	if !strings.Contains(got.Text, "private chat") || len(w.shown(w.here())) != 0 {
		t.Errorf("the answer reads %q, and %d are for all to see", got.Text, len(w.shown(w.here())))
	}
}

func TestRun_ReadsCaptionsAndNoForwardedCommands(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	handler := newHandler()
	h.run(t, h.adapter, handler)
	must(h.menu(t.Context()))(t)
	for i, c := range []struct{ chat, kind, content string }{
		{"group", "supergroup", `"caption":"/latest caption"`},
		{"group", "supergroup", `"caption":"a picture"`},
		{"group", "supergroup", `"text":"/latest forwarded","forward_origin":{"type":"user"}`},
		{"private", "private", `"caption":"/latest private"`},
		{"private", "private", `"caption":"a picture"`},
		{"private", "private", `"text":"/latest forwarded in private","forward_origin":{"type":"user"}`},
	} {
		chat := h.group.ID
		if c.chat == "private" {
			chat = h.member.ID
		}
		body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":%d,"from":{"id":%d,"first_name":"Bob"},`+
			`"chat":{"id":%d,"type":%q},%s}}`, i+1, i+1, time.Now().Unix(), h.member.ID, chat, c.kind, c.content)
		if got := h.deliver(t, hookSecret, strings.NewReader(body)); got != 200 {
			t.Fatalf("the webhook answers %d", got)
		}
	}
	lines := map[string]bool{}
	for _, inv := range asked(t, handler, 3) {
		lines[inv.Line] = true
	}
	want := map[string]bool{"caption": true, "private": true, "forwarded in private": true}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}
