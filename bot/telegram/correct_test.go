package telegram_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func TestRun_LetsACommandThatFailedBeCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	plain := h.Answer
	h.Answer = func(ctx context.Context, inv bot.Invocation) bot.Message {
		m := plain(ctx, inv)
		m.Mistake = inv.Line == "wrong"
		return m
	}
	w.run(t, w.adapter, h)
	must(w.menu(t.Context()))(t)
	say := func(text string) int { return must(w.tg.Say(w.member.ID, w.group.ID, 0, text))(t).ID }
	amend := func(message int, text string) { check(t, w.tg.Amend(w.member.ID, w.group.ID, message, text)) }

	wrong := say("/latest wrong")
	asked(t, h, 1)
	must(w.answerTo(t.Context(), w.tg.Messages(w.group.ID)[wrong-1]))(t)
	typo := say("/ltest")
	amend(wrong, "/latest right")
	asked(t, h, 2)
	amend(typo, "/latest typo")
	asked(t, h, 3)
	amend(wrong, "/latest twice") // it has been carried out
	amend(say("talk"), "/latest talk")
	say("/latest last")
	want := []string{"latest [wrong]", "latest [right]", "latest [typo]", "latest [last]"}
	if diff := cmp.Diff(want, invoked(t, h, 4)); diff != "" {
		t.Errorf("invocations (-want +got):\n%s", diff)
	}
}
