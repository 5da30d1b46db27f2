package discord

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

// sendError sends a short text and returns how that failed.
func (w *world) sendError(t *testing.T, to bot.Target) *bot.SendError {
	t.Helper()
	_, err := w.adapter.Send(within(t), to, bot.Message{Text: bot.Plain("hello")})
	var se *bot.SendError
	if !errors.As(err, &se) {
		t.Fatalf("Send returned %v, want a SendError", err)
	}
	return se
}

func TestSend_AllowsNoMentionInAnyPayload(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{Unlimited: true})
	release := make(chan struct{})
	h := &bottest.Handler{
		Table: []bot.Command{{Name: "latest", Help: "Headlines"}, {Name: "help", Help: "Help"}},
		Answer: func(ctx context.Context, inv bot.Invocation) bot.Message {
			if inv.Command == "help" || inv.Data == "slow" || inv.Data == "slow notice" {
				select {
				case <-release:
				case <-ctx.Done():
				}
			}
			return bot.Message{
				Text: bot.Plain("@everyone <@1>"), Notice: strings.Contains(inv.Data, "notice"),
				Buttons: [][]bot.Button{{
					{Label: "a", Data: "a"}, {Label: "b", Data: "notice"}, {Label: "c", Data: "slow"}, {Label: "d", Data: "slow notice"},
				}},
			}
		},
	}
	w.run(t, h)
	ctx := within(t)
	if _, err := w.adapter.Send(ctx, w.here(), bot.Message{Text: bot.Plain("@everyone"), Key: "k"}); err != nil {
		t.Fatal(err)
	}
	it, err := w.Command(ctx, w.member, w.channel, "latest", nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := it.Reply(ctx)
	if err != nil {
		t.Fatal(err)
	}
	slow, err := w.Command(ctx, w.member, w.channel, "help", nil)
	if err != nil {
		t.Fatal(err)
	}
	pressed := []*sandboxdiscord.Interaction{slow}
	for _, data := range []string{"a", "notice", "slow", "slow notice"} {
		it, err := w.Press(ctx, w.member, m.ID, data)
		if err != nil {
			t.Fatal(err)
		}
		pressed = append(pressed, it)
	}
	for _, it := range pressed {
		if _, _, err := it.Acknowledged(ctx); err != nil {
			t.Fatal(err)
		}
	}
	close(release)
	eventually(t, "everything is answered", func() bool { return len(w.posted()) == 10 })
	for _, body := range w.posted() {
		noMentionIn(t, body)
	}
}

// noMentionIn tests that a payload with something to read says that it mentions nobody.
func noMentionIn(t *testing.T, body []byte) {
	t.Helper()
	var p struct {
		Data    json.RawMessage `json:"data"`
		Content *string         `json:"content"`
		Allowed json.RawMessage `json:"allowed_mentions"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatal(err)
	}
	if p.Data != nil {
		noMentionIn(t, p.Data)
	}
	if (p.Content != nil || p.Allowed != nil) && string(p.Allowed) != `{"parse":[]}` {
		t.Errorf("a payload allows mentions: %s", body)
	}
	if strings.Contains(string(body), "null") {
		t.Errorf("a payload has a null: %s", body)
	}
}

func TestSend_IsRepeatedWithoutDoubling(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{Unlimited: true})
	m := bot.Message{Text: bot.Plain("once"), Key: "0123456789abcdefABCDEF"}
	for range 3 {
		w.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultResetAfter, Path: "/messages"})
		if _, err := w.adapter.Send(within(t), w.here(), m); err == nil {
			t.Fatal("a send whose answer was lost succeeded")
		}
	}
	if _, err := w.adapter.Send(within(t), w.here(), m); err != nil {
		t.Fatal(err)
	}
	if n := len(w.Messages(w.channel)); n != 1 {
		t.Errorf("%d messages are shown, want 1", n)
	}
}

func TestSend_CountsEverySuccessAsPosted(t *testing.T) {
	for _, answer := range []struct {
		status   int
		body, id string
	}{
		{200, `{"id":"5"}`, "5"},
		{201, `{}`, ""},
		{200, `{"id":5}`, ""},
		{204, ``, ""},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(answer.status)
			_, _ = io.WriteString(w, answer.body)
		}))
		w := &world{log: &bottest.Log{}}
		receipt, err := w.newAdapter(t, testToken, srv.URL).Send(t.Context(),
			bot.Target{Platform: Platform, Chat: "1"}, bot.Message{Text: bot.Plain("x")})
		if err != nil || receipt.MessageID != answer.id {
			t.Errorf("after %+v Send returned %+v and %v: it would be sent twice", answer, receipt, err)
		}
		srv.Close()
	}
}

// TestSend_BridgesTheSlipBetweenTheCallersWindowAndDiscords: a caller that keeps to the limits begins its
// windows when requests leave, and Discord ends them when they have arrived.
func TestSend_BridgesTheSlipBetweenTheCallersWindowAndDiscords(t *testing.T) {
	for _, tt := range []struct {
		reset time.Duration
		limit bool
	}{
		{50 * time.Millisecond, false},
		{10 * time.Second, true},
	} {
		var requests atomic.Int64
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset-After", strconv.FormatFloat(tt.reset.Seconds(), 'f', 3, 64))
			_, _ = io.WriteString(w, `{"id":"5"}`)
		}))
		a := (&world{log: &bottest.Log{}}).newAdapter(t, testToken, srv.URL)
		send := func() error {
			_, err := a.Send(within(t), bot.Target{Platform: Platform, Chat: "1"}, bot.Message{Text: bot.Plain("x")})
			return err
		}
		if err := send(); err != nil {
			t.Fatal(err)
		}
		err, want := send(), int64(2)
		if tt.limit {
			want = 1
		}
		if se, ok := errors.AsType[*bot.SendError](err); tt.limit != (ok && se.Kind == bot.RateLimited) {
			t.Errorf("with %v to wait the second send returned %v", tt.reset, err)
		}
		if n := requests.Load(); n != want {
			t.Errorf("with %v to wait %d requests were made, want %d", tt.reset, n, want)
		}
		srv.Close()
	}
}

func TestSend_DoesNotCountAProxysPageAsPosted(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<html>Please log in</html>")
	}))
	defer srv.Close()
	w := &world{log: &bottest.Log{}}
	w.adapter = w.newAdapter(t, testToken, srv.URL)
	if e := w.sendError(t, bot.Target{Platform: Platform, Chat: "1"}); e.Kind != bot.Transient {
		t.Errorf("Send fails with %v, want a transient failure", e)
	}
}

func TestSend_KeepsAGlobalLimitForTheWholeBot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{Unlimited: true})
	other := bot.Target{Platform: Platform, Space: w.guild, Chat: w.AddChannel(w.guild, "other")}
	w.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, Path: "/messages", RetryAfter: time.Minute, Global: true})
	for _, to := range []bot.Target{w.here(), other, w.here()} {
		if e := w.sendError(t, to); e.Kind != bot.RateLimited || !e.Global || e.After > time.Minute || e.After < 50*time.Second {
			t.Errorf("sending to %v failed with %+v, want a global pause of a minute", to, e)
		}
	}
	if n := w.Counters().Requests; n != 1 {
		t.Errorf("%d requests were made, want 1: the others were known to be refused", n)
	}
}

func TestSend_KeepsAChannelsLimitForThatChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{})
	other := bot.Target{Platform: Platform, Space: w.guild, Chat: w.AddChannel(w.guild, "other")}
	for range 5 {
		if _, err := w.adapter.Send(within(t), w.here(), bot.Message{Text: bot.Plain("x")}); err != nil {
			t.Fatal(err)
		}
	}
	if e := w.sendError(t, w.here()); e.Kind != bot.RateLimited || e.Global || e.After <= 0 || e.After > 5*time.Second {
		t.Errorf("the sixth message failed with %+v, want a pause of the channel", e)
	}
	if _, err := w.adapter.Send(within(t), other, bot.Message{Text: bot.Plain("x")}); err != nil {
		t.Errorf("another channel has to wait too: %v", err)
	}
	if n := w.Counters().RateLimited; n != 0 {
		t.Errorf("Discord refused %d requests, want none", n)
	}
}

func TestSend_SaysWhatARefusalMeans(t *testing.T) {
	t.Parallel()
	const page = "<html>error 1015</html>"
	tests := []struct {
		name   string
		status int
		body   string
		kind   bot.SendErrorKind
		reason string
	}{
		{"unknown channel", 404, `{"code":10003,"message":"Unknown Channel"}`, bot.TargetGone, "deleted"},
		{"missing access", 403, `{"code":50001,"message":"Missing Access"}`, bot.TargetGone, "removed"},
		{"missing permissions", 403, `{"code":50013,"message":"Missing Permissions"}`, bot.TargetGone, "may not post"},
		{"closed to messages", 403, `{"code":50007,"message":"Cannot send"}`, bot.TargetGone, "no messages"},
		{"stranger", 403, `{"code":50278,"message":"No mutual guilds"}`, bot.TargetGone, "no messages"},
		{"unknown server", 404, `{"code":10004,"message":"Unknown Guild"}`, bot.TargetGone, "no longer in the server"},
		{"channel without text", 400, `{"code":50008,"message":"Cannot send"}`, bot.TargetGone, "kind of channel"},
		{"verification", 403, `{"code":50009,"message":"Too high"}`, bot.TargetGone, "verification"},
		{"archived thread", 400, `{"code":50083,"message":"Thread is archived"}`, bot.TargetGone, "locked"},
		{"locked thread", 400, `{"code":160005,"message":"Thread is locked"}`, bot.TargetGone, "locked"},
		{"slow mode", 403, `{"code":20016,"message":"Slowmode"}`, bot.Transient, "pause"},
		{"write limit", 403, `{"code":20028,"message":"Write rate limit"}`, bot.Transient, "pause"},
		{"another refusal", 403, `{"code":99999,"message":"Not today"}`, bot.TargetGone, "Not today"},
		{"cloudflare", 403, page, bot.Transient, "trouble"},
		{"cloudflare limit", 429, page, bot.RateLimited, "pause"},
		{"server error", 503, page, bot.Transient, "trouble"},
		{"bad gateway", 502, page, bot.Transient, "trouble"},
		{"unauthorized", 401, `{"code":0,"message":"401: Unauthorized"}`, bot.Transient, "token"},
		{"unknown path", 404, `{"code":0,"message":"404: Not Found"}`, bot.Transient, "trouble"},
		{
			"faulty field", 400,
			`{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"title":{"_errors":[{"code":"X","message":"Too long."}]}}}}}`,
			bot.Unsendable, "embeds.0.title",
		},
	}
	for _, tt := range tests {
		w := newWorld(t, sandboxdiscord.Config{Unlimited: true})
		w.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: tt.status, Body: tt.body, Times: 2})
		e := w.sendError(t, w.here())
		if e.Kind != tt.kind || !strings.Contains(e.Reason, tt.reason) || strings.Contains(e.Error(), "html") {
			t.Errorf("%s: %d %q (%v), want kind %d with %q", tt.name, e.Kind, e.Reason, e, tt.kind, tt.reason)
		}
	}
}

func TestSend_OmitsARefusedPicture(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{Unlimited: true})
	card := &bot.Card{Title: bot.Plain("news"), URL: "http://localhost/story", Image: "https://no-dot/x.jpg"}
	if _, err := w.adapter.Send(within(t), w.here(), bot.Message{Card: card}); err != nil {
		t.Fatalf("Send: %v", err)
	}
	m := w.Messages(w.channel)
	if len(m) != 1 || m[0].Embeds[0].Title != "news" || m[0].Embeds[0].URL != "" || m[0].Embeds[0].Image != nil {
		t.Errorf("shown are %+v, want the news without picture and address", m)
	}
}

func TestSend_StopsFarBelowABan(t *testing.T) {
	now := time.Unix(0, 0)
	l := newLimits(func() time.Time { return now })
	for range maxInvalid {
		if err := l.admit(route{}); err != nil {
			t.Fatalf("too early: %v", err)
		}
		now = now.Add(time.Millisecond)
		_ = teach(l, route{}, 401, nil, "")
	}
	if err := l.admit(route{}); err == nil || !err.Global {
		t.Errorf("after %d refusals a request is admitted", maxInvalid)
	}
	now = now.Add(invalidWindow)
	if err := l.admit(route{}); err != nil {
		t.Errorf("ten minutes later: %v", err)
	}
}
