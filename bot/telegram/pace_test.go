package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/telegram"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// turns is a [bot.Pacer] that lets everybody go at once and keeps what it hears.
type turns struct {
	mu    sync.Mutex // guards everything below
	asked []bot.Target
	kinds []bot.SendErrorKind // how the requests ended; -1 is well
}

func (p *turns) Reply(_ context.Context, to bot.Target) (func(error), error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, to)
	return func(err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		kind := bot.SendErrorKind(-1)
		if se, ok := errors.AsType[*bot.SendError](err); ok {
			kind = se.Kind
		}
		p.kinds = append(p.kinds, kind)
	}, nil
}

func (*turns) Remaining(bot.Target, int, time.Duration) {}

func TestPace_MakesAnswersWaitTheirTurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := &turns{}
	w.adapter.Pace(p)
	w.run(t, w.adapter, newHandler())
	w.inject(bottest.Fault{Kind: bottest.RateLimit, After: time.Second})
	m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
	must(w.answerTo(t.Context(), m))(t)
	must(w.adapter.Send(t.Context(), w.here(), bot.Message{Text: bot.Plain("alert")}))(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asked) != 2 || p.asked[0] != w.here() {
		t.Errorf("asked for a turn: %v, want twice for %v and not for the alert", p.asked, w.here())
	}
	if len(p.kinds) == 0 || p.kinds[0] != bot.RateLimited {
		t.Errorf("the requests ended with %v, want the first limited", p.kinds)
	}
}

func TestRateKey_IsTheChatOfATopic(t *testing.T) {
	a := &telegram.Adapter{}
	chat := bot.Target{Platform: telegram.Platform, Chat: "-100"}
	topic := chat
	topic.Thread = "7"
	if a.RateKey(topic) != chat || a.RateKey(chat) != chat {
		t.Errorf("the key of %v is %v, that of %v is %v", topic, a.RateKey(topic), chat, a.RateKey(chat))
	}
}

func TestNew_ShowsTheTokenInNoDump(t *testing.T) {
	w := newWorld(t)
	if dump := fmt.Sprintf("%+v %#v", w.adapter, w.adapter); strings.Contains(dump, sandboxtelegram.DefaultToken) {
		t.Errorf("the token stands in %s", dump)
	}
}
