package telegram_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/telegram"
	"tidings/internal/sandbox"
)

// texts returns what a chat shows.
func (w *world) texts(chat int64) []string {
	var list []string
	for _, m := range w.tg.Messages(chat) {
		if m.NewMembers == nil {
			list = append(list, m.Text)
		}
	}
	return list
}

func TestFade_DeletesTheBotsAnswersInChannelsAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wire := must(w.tg.AddChannel("Wire", w.manager.ID))(t)
	stop := w.run(t, w.newAdapter(t, telegram.Config{FadeAfter: time.Hour}), newHandler())
	w.after(t, must(w.tg.Post(wire.ID, "/latest one"))(t))
	check(t, stop())
	if got := strings.Join(w.texts(wire.ID), "|"); got != "/latest one|latest [one]" {
		t.Fatalf("the channel shows %q", got)
	}

	w.memory.expire() // while the bot was down, the hour went by
	w.tg.Faults.Inject(sandbox.Fault{Path: "/deleteMessage", Times: 1, Status: 500, Body: `{"ok":false,"error_code":500,"description":"Internal Server Error"}`})
	quick := w.newAdapter(t, telegram.Config{FadeAfter: 20 * time.Millisecond})
	h := newHandler()
	w.run(t, quick, h)
	check(t, w.await(t.Context(), func() bool { return len(w.texts(wire.ID)) == 1 }))
	must(w.tg.Post(wire.ID, "/latest two"))(t)
	asked(t, h, 1)
	check(t, w.await(t.Context(), func() bool { return strings.Join(w.texts(wire.ID), "|") == "/latest one|/latest two" }))
	alert := must(quick.Send(t.Context(), target(wire.ID), bot.Message{Text: bot.Plain("an alert")}))(t)
	must(w.tg.Post(wire.ID, "/latest three"))(t)
	check(t, w.await(t.Context(), func() bool { return strings.HasSuffix(strings.Join(w.texts(wire.ID), "|"), "an alert|/latest three") }))
	eventually(t, func() bool { return alert.MessageID != "" && len(w.memory.left()) == 0 })
}

func TestRun_AnswersPostsToTheirWriterAloneWhereTelegramTells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	h.Answer = func(ctx context.Context, inv bot.Invocation) bot.Message {
		manager, _ := inv.Manager(ctx)
		return bot.Message{Text: bot.Plain(strings.Join([]string{inv.Place, inv.Command, map[bool]string{true: "manages"}[manager]}, " "))}
	}
	w.run(t, w.adapter, h)
	wire := must(w.tg.AddChannel("Wire", w.manager.ID))(t)
	must(w.tg.Start(w.manager.ID, ""))(t)
	must(w.tg.PostAs(w.manager.ID, wire.ID, "/latest"))(t)
	check(t, w.await(t.Context(), func() bool { return w.mentions(w.manager.ID, "“Wire” latest manages") == 1 }))
	if got := w.texts(wire.ID); len(got) != 1 {
		t.Errorf("the channel shows %q", got)
	}
}
