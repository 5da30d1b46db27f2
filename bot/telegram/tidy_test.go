package telegram_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/telegram"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

func TestTidy_RemovesAnswersAndBareCommandsAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	h.Answer = func(_ context.Context, inv bot.Invocation) bot.Message {
		return bot.Message{Text: bot.Plain("answer to " + inv.Line), Tidy: true, Mistake: inv.Line == "mistake"}
	}
	w.run(t, w.newAdapter(t, telegram.Config{FadeAfter: 20 * time.Millisecond}), h)
	check(t, w.tg.SetMember(w.group.ID, w.tg.Bot().ID, sandboxtelegram.Administrator))
	for n, text := range []string{"/latest one", "/latest mistake", "/latest two\nand more", "/latest three"} {
		w.says(t, w.manager, w.group.ID, 0, text)
		asked(t, h, n+1)
	}
	want := "/latest mistake|/latest two\nand more"
	check(t, w.await(t.Context(), func() bool { return strings.Join(w.texts(w.group.ID), "|") == want }))

	wire := must(w.tg.AddChannel("Wire", w.manager.ID))(t)
	must(w.tg.Post(wire.ID, "Good morning"))(t)
	must(w.tg.Post(wire.ID, "/latest four"))(t)
	check(t, w.await(t.Context(), func() bool { return strings.Join(w.texts(wire.ID), "|") == "Good morning" }))
}
