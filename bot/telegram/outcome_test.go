package telegram_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/telegram"
	"tidings/internal/sandbox"
)

// failure sends a message and returns how that failed.
func failure(ctx context.Context, t *testing.T, a *telegram.Adapter, to bot.Target) *bot.SendError {
	t.Helper()
	_, err := a.Send(ctx, to, bot.Message{Text: bot.Plain("news")})
	se, ok := errors.AsType[*bot.SendError](err)
	if !ok {
		t.Fatalf("Send returned %v, want a *bot.SendError", err)
	}
	return se
}

func TestSend_SaysWhetherAMessageMayHaveArrived(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault sandbox.Fault
		want  bool // uncertain
	}{
		"never answered":          {sandbox.Fault{Kind: sandbox.FaultHang}, true},
		"cut off after the work":  {sandbox.Fault{Kind: sandbox.FaultResetAfter}, true},
		"a gateway's error page":  {sandbox.Fault{Status: 502, Body: "<html>Bad Gateway</html>"}, true},
		"a proxy's refusal":       {sandbox.Fault{Status: 413, Body: "<html>Too Large</html>"}, false},
		"Telegram's own fault":    {sandbox.Fault{Status: 500, Body: `{"ok":false,"error_code":500,"description":"Internal Server Error"}`}, false},
		"refused with an unknown": {sandbox.Fault{Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: CHAT_FORBIDDEN"}`}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.tg.Faults.Inject(c.fault)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if c.fault.Kind == sandbox.FaultHang { // the wait ends as soon as the request is on its way
				ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { cancel() }})
			}
			if se := failure(ctx, t, w.adapter, w.here()); se.Uncertain != c.want {
				t.Errorf("Send returned %+v, uncertain: %t; want %t", se, se.Uncertain, c.want)
			}
		})
	}
}

func TestSend_IsCertainThatARequestNeverLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	unreachable := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	se := failure(ctx, t, w.newAdapter(t, telegram.Config{Client: unreachable}), w.here())
	if se.Uncertain || !errors.Is(se, context.DeadlineExceeded) {
		t.Errorf("Send returned %+v, want the context's error, and certainty", se)
	}
}

func TestRun_AnswersNoOneTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, w.adapter, newHandler())
	w.inject(bottest.Fault{Kind: bottest.ResetAfter})
	must(w.answerTo(t.Context(), must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)))(t)
	must(w.answerTo(t.Context(), must(w.tg.Say(w.member.ID, w.group.ID, 0, "/help"))(t)))(t)
	if got := len(w.shown(w.here())); got != 2 {
		t.Errorf("%d answers are shown to two commands, of which one was cut off", got)
	}
}

func TestCanSend_AgreesWithSend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	topic := w.here()
	topic.Thread = "7"
	expect := func(to bot.Target, want string) {
		t.Helper()
		ok, reason, err := w.adapter.CanSend(t.Context(), to)
		if err != nil || ok != (want == "") || reason != want {
			t.Errorf("%v: %t, %q, %v; want the reason %q", to, ok, reason, err, want)
		}
	}
	expect(w.here(), "")
	expect(topic, "")
	check(t, w.tg.Kick(w.group.ID))
	expect(w.here(), "the bot was removed from the group")
	check(t, w.tg.Return(w.group.ID))
	expect(w.here(), "")
	check(t, w.tg.RestrictBot(w.group.ID))
	expect(w.here(), "the bot may not write in the group")
	expect(target(-100999), "the chat does not exist, or the bot was never in it")

	w.tg.Faults.Inject(sandbox.Fault{Status: 500, Body: `{"ok":false,"error_code":500,"description":"Internal Server Error"}`})
	_, _, err := w.adapter.CanSend(t.Context(), w.here())
	if se, ok := errors.AsType[*bot.SendError](err); !ok || se.Kind != bot.Transient {
		t.Errorf("in an outage CanSend returned %v", err)
	}
}

// roundTrip is a transport that calls a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSend_WaitsAsLongAsItsCallerDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var until time.Time
	var bounded bool
	a := w.newAdapter(t, telegram.Config{Client: &http.Client{
		Timeout: time.Second,
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			until, bounded = r.Context().Deadline()
			return nil, errors.New("no network")
		}),
	}})
	_ = failure(t.Context(), t, a, w.here())
	if bounded {
		t.Errorf("a send without a deadline ends at %v", until)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	_ = failure(ctx, t, a, w.here())
	if want, _ := ctx.Deadline(); !bounded || !until.Equal(want) {
		t.Errorf("a send ends at %v, want %v as its caller does", until, want)
	}
}
