package telegram_test

import (
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/telegram"
)

func TestPlatformTime_IsTelegramsWhateverTheClockHereSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.newAdapter(t, telegram.Config{Now: func() time.Time { return time.Now().Add(-time.Hour) }})
	if now, ok := a.PlatformTime(); ok {
		t.Errorf("before any answer the platform's time is %v", now)
	}
	must(a.Send(t.Context(), w.here(), bot.Message{Text: bot.Plain("x")}))(t)
	now, ok := a.PlatformTime()
	if off := time.Since(now); !ok || off < -time.Second || off > patience {
		t.Errorf("the platform's time is %v off, known: %t", off, ok)
	}
}

func TestRun_AnswersWhateverTheClockSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var off atomic.Int64
	now := func() time.Time { return time.Now().Round(0).Add(time.Duration(off.Load())) }
	stop := w.run(t, w.newAdapter(t, telegram.Config{Now: now}), newHandler())
	ask := func() {
		t.Helper()
		must(w.answerTo(t.Context(), must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)))(t)
	}
	ask()
	for _, step := range []time.Duration{-time.Hour, time.Hour, -24 * time.Hour, 24 * time.Hour} {
		off.Store(int64(step))
		ask()
	}
	check(t, stop())
	off.Store(-int64(time.Hour))
	w.run(t, w.newAdapter(t, telegram.Config{Now: now}), newHandler())
	ask()
}
