package discord

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

// queue is a [bot.Pacer] that lets everybody go at once and keeps what it hears.
type queue struct {
	mu        sync.Mutex // guards everything below
	asked     []bot.Target
	ended     []error
	remaining map[bot.Target][]int
	reset     time.Duration // the longest that Remaining reported
}

func (p *queue) Reply(_ context.Context, to bot.Target) (func(error), error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, to)
	return func(err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.ended = append(p.ended, err)
	}, nil
}

func (p *queue) Remaining(to bot.Target, left int, reset time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.remaining == nil {
		p.remaining = map[bot.Target][]int{}
	}
	p.remaining[to] = append(p.remaining[to], left)
	p.reset = max(p.reset, reset)
}

func TestPace_ReportsTheRemainingRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{})
	p := &queue{}
	w.adapter.Pace(p)
	for range 5 {
		if _, err := w.adapter.Send(within(t), w.here(), bot.Message{Text: bot.Plain("x")}); err != nil {
			t.Fatal(err)
		}
	}
	here := w.adapter.RateKey(w.here())
	if got, want := p.remaining[here], []int{4, 3, 2, 1, 0}; !slices.Equal(got, want) {
		t.Errorf("reported were %v, want that of %v are left %v", p.remaining, here, want)
	}
	if p.reset <= 0 || p.reset > messageWindow {
		t.Errorf("the limit is reset after %v", p.reset)
	}
	if len(p.asked) > 0 {
		t.Errorf("alerts asked for a turn of their own: %v", p.asked)
	}
}

func TestPace_KeepsEditLimitsApartFromMessageLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{})
	receipt, err := w.adapter.Send(within(t), w.here(), bot.Message{Text: bot.Plain("x")})
	if err != nil {
		t.Fatal(err)
	}
	p := &queue{}
	w.adapter.Pace(p)
	for range 5 {
		if err := w.adapter.Edit(within(t), w.here(), receipt, bot.Message{Text: bot.Plain("y")}); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.remaining[w.adapter.RateKey(w.here())]; !slices.Equal(got, []int{0}) {
		t.Errorf("reported was %v, want only the end of the window", got)
	}
}

func TestPace_LetsOtherRequestsWaitTheirTurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{})
	p := &queue{}
	w.adapter.Pace(p)
	if _, err := w.adapter.Identify(within(t)); err != nil {
		t.Fatal(err)
	}
	w.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, RetryAfter: time.Minute, Global: true})
	_, _ = w.adapter.Identify(within(t))
	if len(p.asked) != 2 || p.asked[0] != (bot.Target{Platform: Platform}) {
		t.Errorf("asked for a turn: %v, want twice for the whole bot", p.asked)
	}
	if len(p.ended) != 2 || p.ended[0] != nil || sendKind(p.ended[1]) != bot.RateLimited {
		t.Errorf("they ended with %v, want the second limited", p.ended)
	}
}

func TestPace_LetsAnswersToInteractionsGoAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{})
	p := &queue{}
	w.adapter.Pace(p)
	err := w.adapter.rest.call(within(t), http.MethodPost, "/interactions/1/token/callback", response{Type: respondMessage}, nil)
	if err == nil || len(p.asked) > 0 {
		t.Errorf("it ended with %v and asked for the turns %v, want a refusal and none", err, p.asked)
	}
}

func TestRateKey_CountsEachThreadAsAChannel(t *testing.T) {
	a := &Adapter{}
	chat := bot.Target{Platform: Platform, Space: "1", Chat: "2"}
	thread := chat
	thread.Thread = "3"
	if a.RateKey(chat) != channelTarget("2") || a.RateKey(thread) != channelTarget("3") {
		t.Errorf("%v shares with %v, %v with %v", chat, a.RateKey(chat), thread, a.RateKey(thread))
	}
}

func sendKind(err error) bot.SendErrorKind {
	if e, ok := errors.AsType[*bot.SendError](err); ok {
		return e.Kind
	}
	return bot.Transient
}
