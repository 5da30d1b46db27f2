package telegram_test

import (
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
