package discord

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

// heartbeat is short, so that a dead connection is noticed soon.
const heartbeat = time.Second

// gatewayWorld is a world whose connections are noticed to be dead after a heartbeat or two. Its gateway is patient: a busy machine
// is not to cost a session.
func gatewayWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, sandboxdiscord.Config{Unlimited: true, HeartbeatInterval: heartbeat, HeartbeatGrace: time.Minute})
	w.adapter.timings.open = 3 * heartbeat
	return w
}

// serves tests that the bot still answers.
func (w *world) serves(t *testing.T) {
	t.Helper()
	ctx := within(t)
	it, err := w.Command(ctx, w.member, w.channel, "help", nil)
	if err != nil {
		t.Fatalf("/help: %v", err)
	}
	if m, err := it.Reply(ctx); err != nil || m.Content != "ok" {
		t.Fatalf("/help is answered %q, %v\n%s", m.Content, err, w.log)
	}
}

// servesAgain asks until the bot answers: what it has read before may have kept it for longer than Discord waits.
func (w *world) servesAgain(t *testing.T) {
	t.Helper()
	ctx := within(t)
	for {
		it, err := w.Command(ctx, w.member, w.channel, "help", nil)
		if err != nil {
			t.Fatalf("/help: %v", err)
		}
		m, err := it.Reply(ctx)
		if err == nil && m.Content == "ok" {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("/help is answered %q, %v\n%s", m.Content, err, w.log)
		}
	}
}

func help() *bottest.Handler {
	return &bottest.Handler{Table: []bot.Command{{Name: "help", Help: "What the bot can do"}}}
}

func TestGateway_ResumesAfterEveryKindOfLoss(t *testing.T) {
	for name, lose := range map[string]func(*world){
		"cut":        func(w *world) { w.DropConnections() },
		"op 7":       func(w *world) { w.Reconnect() },
		"close code": func(w *world) { w.CloseConnections(4000, "Unknown error.") },
		"zombie":     func(w *world) { w.HoldAcks(1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, sandboxdiscord.Config{Unlimited: true}) // whose heartbeats are so rare that nothing else is lost
			if name == "zombie" {
				w = gatewayWorld(t)
			}
			w.run(t, help())
			lose(w)
			eventually(t, "the session is resumed", func() bool { return w.Counters().Resumes == 1 })
			if n := w.Counters().Identifies; n != 1 {
				t.Errorf("the bot identified %d times, want once", n)
			}
			w.serves(t)
			if n := strings.Count(w.log.String(), "level=INFO msg=\"discord connection lost"); n != 1 {
				t.Errorf("the log mentions one loss %d times:\n%s", n, w.log)
			}
		})
	}
}

func TestGateway_SurvivesAnInvalidSession(t *testing.T) {
	t.Parallel()
	w := gatewayWorld(t)
	w.run(t, help())
	w.InvalidateSessions()
	eventually(t, "a new session begins", func() bool { return w.Counters().Identifies == 2 })
	w.serves(t)
}

func TestGateway_SurvivesSilenceInsteadOfHello(t *testing.T) {
	t.Parallel()
	w := gatewayWorld(t)
	w.HoldHello(2)
	w.run(t, help())
	w.serves(t)
	if n := w.Counters().Connections; n != 3 {
		t.Errorf("there were %d connections, want 3", n)
	}
}

func TestGateway_GivesUpAFatalCloseCode(t *testing.T) {
	t.Parallel()
	var connections atomic.Int64
	w, ended := scriptedGateway(t, func(ws *websocket.Conn) {
		connections.Add(1)
		hello(ws)
		_, _, _ = ws.ReadMessage() // the identify
		_ = ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4013, "Invalid intent(s)."))
		_, _, _ = ws.ReadMessage() // the goodbye
	})
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "4013") || errors.Is(err, bot.ErrUnauthorized) {
			t.Errorf("Run returned %v, want the close code", err)
		}
	case <-within(t).Done():
		t.Fatalf("Run goes on:\n%s", w.log)
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("there were %d connections, want 1", n)
	}
}

func TestGateway_DropsAStuckSession(t *testing.T) {
	t.Parallel()
	second := make(chan struct{})
	var connections atomic.Int64
	scriptedGateway(t, func(ws *websocket.Conn) {
		hello(ws)
		switch connections.Add(1) {
		case 1:
			_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"op":7,"d":null}`)) // before READY
		case 2:
			close(second)
		}
		_, _, _ = ws.ReadMessage()
		_, _, _ = ws.ReadMessage()
	})
	select {
	case <-second:
	case <-within(t).Done():
		t.Fatal("the bot does not connect again")
	}
}

// TestGateway_IdentifiesEverMoreSlowlyWhileItIsRefused: Discord resets the token of a bot that identifies more than
// 1000 times a day.
func TestGateway_IdentifiesEverMoreSlowlyWhileItIsRefused(t *testing.T) {
	t.Parallel()
	const first, tries = 20 * time.Millisecond, 5
	at := make(chan time.Time, tries)
	w, _ := scriptedGateway(t, func(ws *websocket.Conn) {
		hello(ws)
		for n := 0; ; n++ {
			_, text, err := ws.ReadMessage()
			if err != nil {
				return
			}
			if n > 0 {
				t.Errorf("after its session was called invalid the bot sends %s on the same connection", text)
			}
			select {
			case at <- time.Now():
			default:
			}
			_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"op":9,"d":false}`))
		}
	}, func(a *Adapter) { a.timings.refusedMin, a.timings.refusedMax = first, time.Minute })
	var last time.Time
	for n, least := 0, time.Duration(0); n < tries; n, least = n+1, max(first*3/4, 2*least) {
		select {
		case now := <-at:
			if gap := now.Sub(last); n > 0 && gap < least {
				t.Errorf("identify %d came %v after the one before, want at least %v", n+1, gap, least)
			}
			last = now
		case <-within(t).Done():
			t.Fatalf("the bot gave up after %d refusals:\n%s", n, w.log)
		}
	}
}

func TestGateway_AcceptsAnyHelloAndSkipsNonsense(t *testing.T) {
	for _, greeting := range []string{
		`{"op":10,"d":{"heartbeat_interval":0}}`, `{"op":10,"d":{"heartbeat_interval":-5}}`, `{"op":10,"d":{}}`, `{"op":10,"d":null}`,
		`{"op":10}`, `{"op":10,"d":{"heartbeat_interval":"soon"}}`, `{"op":10,"d":{"heartbeat_interval":1e300}}`,
	} {
		t.Run(greeting, func(t *testing.T) {
			t.Parallel()
			ready := make(chan struct{})
			w, _ := scriptedGateway(t, func(ws *websocket.Conn) {
				send := func(texts ...string) {
					for _, text := range texts {
						_ = ws.WriteMessage(websocket.TextMessage, []byte(text))
					}
				}
				send(`null`, `[]`, `7`, `{"op":null}`, `{`, greeting)
				_, _, _ = ws.ReadMessage() // the identify
				send(`null`, `{"op":0}`, `{"op":0,"t":null,"d":null,"s":null}`, `{"op":0,"t":"READY","d":null}`,
					`{"op":0,"t":"INTERACTION_CREATE","d":null}`, `{"op":0,"t":"GUILD_CREATE"}`, `{"op":99,"d":{}}`, `{"op":1}`)
				_ = ws.WriteMessage(websocket.BinaryMessage, []byte{1, 2, 3})
				if _, beat, err := ws.ReadMessage(); err == nil && string(bytes.TrimSpace(beat)) == `{"op":1,"d":null}` {
					close(ready)
				}
				_, _, _ = ws.ReadMessage()
			})
			select {
			case <-ready:
			case <-within(t).Done():
				t.Fatalf("the bot does not go on:\n%s", w.log)
			}
			if log := w.log.String(); strings.Contains(log, "panic") || strings.Contains(log, "unreachable") {
				t.Errorf("the log has\n%s", log)
			}
		})
	}
}

func TestGateway_EndsAConnectionWhoseFramesAreTooLong(t *testing.T) {
	t.Parallel()
	var connections atomic.Int64
	second := make(chan struct{})
	w, _ := scriptedGateway(t, func(ws *websocket.Conn) {
		hello(ws)
		_, _, _ = ws.ReadMessage()
		if connections.Add(1) == 2 {
			close(second)
			_, _, _ = ws.ReadMessage()
			return
		}
		_ = ws.WriteMessage(websocket.TextMessage, bytes.Repeat([]byte(" "), maxFrame+1))
		_, _, _ = ws.ReadMessage()
	})
	select {
	case <-second:
	case <-within(t).Done():
		t.Fatalf("the bot does not connect again:\n%s", w.log)
	}
}

// TestGateway_GoesOnThroughItsWorstDay has the stand-in do what Discord-compatible servers do. It has the processor for
// itself: its frames are large, and its heartbeats come often.
func TestGateway_GoesOnThroughItsWorstDay(t *testing.T) {
	w := gatewayWorld(t)
	w.run(t, help())
	before := w.Counters().Identifies
	for _, event := range []string{"READY", "RESUMED", "GUILD_CREATE", "GUILD_DELETE", "INTERACTION_CREATE", "CHANNEL_UPDATE", ""} {
		w.SendNull(event)
	}
	w.SendFrame(`null`)
	w.SendFrame(`{"op":0,"t":"GUILD_CREATE","s":1,"d":{"id":"1","channels":[` + strings.Repeat("{},", maxObjects) + `{}]}}`)
	w.SendBomb(64 << 20)
	w.servesAgain(t)
	if n := w.Counters().Identifies; n > before+1 { // the race detector's slowness can cost a heartbeat
		t.Errorf("the bot identified %d times more", n-before)
	}
	w.SetGreeting(`null`, `{"op":10,"d":{"heartbeat_interval":0}}`)
	w.RefuseIdentifies(3)
	w.InvalidateSessions()
	eventually(t, "the refusals are over", func() bool { return w.Counters().Identifies > before })
	w.servesAgain(t)
	if log := w.log.String(); strings.Contains(log, "panic") {
		t.Errorf("the log has\n%s", log)
	}
}

func TestHeartbeat_IsDiscordsToSetWithinReason(t *testing.T) {
	for milliseconds, want := range map[float64]time.Duration{
		41250: 41250 * time.Millisecond, 1000: time.Second, 100: 100 * time.Millisecond,
		0: usualHeartbeat, -1: usualHeartbeat, 1: usualHeartbeat, 1e300: usualHeartbeat, math.NaN(): usualHeartbeat,
	} {
		if got := heartbeatOf(milliseconds); got != want {
			t.Errorf("a hello of %v ms means %v, want %v", milliseconds, got, want)
		}
	}
}

func TestGateway_ConnectsIfTheTokenCannotBeChecked(t *testing.T) {
	t.Parallel()
	w := gatewayWorld(t)
	w.Faults.Inject(sandbox.Fault{
		Kind: sandbox.FaultStatus, Status: 404, Body: `{"message":"404: Not Found","code":0}`, Path: "/users/@me", Times: -1,
	})
	w.run(t, help())
	w.serves(t)
}

func TestReady_NamesTheApplicationOneWayOrTheOther(t *testing.T) {
	for ready, want := range map[string]string{
		`{"application":{"id":"1"},"user":{"id":"2"}}`: "1",
		`{"user":{"id":"2"}}`:                          "2",
	} {
		r := &run{Adapter: &Adapter{}, applications: make(chan string, 1)}
		if err := r.sort(shard{}, "READY", []byte(ready)); err != nil {
			t.Fatal(err)
		}
		if got := <-r.applications; got != want {
			t.Errorf("after %s commands are for application %q, want %q", ready, got, want)
		}
	}
}

func hello(ws *websocket.Conn) {
	_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"op":10,"d":{"heartbeat_interval":40000}}`))
}

// scriptedGateway runs an adapter, which may be set up before, against a Discord that accepts any token and whose
// gateway is scripted.
func scriptedGateway(t *testing.T, serve func(*websocket.Conn), set ...func(*Adapter)) (*world, <-chan error) {
	t.Helper()
	mux := http.NewServeMux()
	srv := httptest.NewServer(mux)
	mux.HandleFunc("GET /api/v10/users/@me", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"id":"1"}`) })
	mux.HandleFunc("GET /api/v10/gateway", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"url":%q}`, "ws"+strings.TrimPrefix(srv.URL, "http"))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
		ws, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = ws.Close() }()
		serve(ws)
	})
	w := &world{url: srv.URL, log: &bottest.Log{}, state: &memoryState{}, inbox: &memoryInbox{}}
	t.Cleanup(srv.CloseClientConnections)
	w.adapter = w.newAdapter(t, testToken, srv.URL)
	w.adapter.timings.open = 300 * time.Millisecond
	for _, f := range set {
		f(w.adapter)
	}
	_, ended := w.start(t, help())
	return w, ended
}

func TestGateway_EndsWhenTheTokenIsRevoked(t *testing.T) {
	t.Parallel()
	w := gatewayWorld(t)
	_, ended := w.start(t, help())
	if err := w.WaitCommands(within(t), "help"); err != nil {
		t.Fatal(err)
	}
	w.Faults.Inject(sandbox.Fault{
		Kind: sandbox.FaultStatus, Status: 401, Body: `{"message":"401: Unauthorized","code":0}`, Path: "/users/@me", Times: -1,
	})
	w.CloseConnections(4004, "Authentication failed.")
	select {
	case err := <-ended:
		if !errors.Is(err, bot.ErrUnauthorized) {
			t.Errorf("Run returned %v, want ErrUnauthorized", err)
		}
	case <-within(t).Done():
		t.Fatalf("Run goes on:\n%s", w.log)
	}
}

func TestGateway_WaitsForAnOutageToEnd(t *testing.T) {
	t.Parallel()
	w := gatewayWorld(t)
	w.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultResetBefore, Times: 5})
	w.run(t, help())
	w.serves(t)
	if n := strings.Count(w.log.String(), "unreachable"); n != 1 {
		t.Errorf("the log mentions one outage %d times:\n%s", n, w.log)
	}
}

func TestPresence_FollowsGuildsAndChannels(t *testing.T) {
	t.Parallel()
	w := gatewayWorld(t)
	h := help()
	w.run(t, h)
	thread := w.AddThread(w.channel, "a thread")
	is := func(kind bot.PresenceKind, scope bot.Target) {
		t.Helper()
		p, err := h.WaitPresence(within(t), func(p bot.Presence) bool { return p.Kind == kind && p.Scope == scope })
		if err != nil || kind == bot.Left && p.Reason == "" {
			t.Fatalf("presence %d of %v: %+v, %v", kind, scope, p, err)
		}
	}
	guild := bot.Target{Platform: Platform, Space: w.guild}
	is(bot.Back, guild)
	w.DeleteChannel(thread)
	is(bot.Left, bot.Target{Platform: Platform, Space: w.guild, Chat: thread})
	w.DeleteChannel(w.channel)
	is(bot.Left, w.here())
	w.GuildOutage(w.guild)
	w.ReturnGuild(w.guild)
	other := w.AddGuild("Another")
	is(bot.Back, bot.Target{Platform: Platform, Space: other})
	for _, p := range h.Presences() {
		if p.Kind == bot.Left && p.Scope == guild {
			t.Error("an outage was mistaken for a removal")
		}
	}
	w.RemoveGuild(w.guild)
	is(bot.Left, guild)
}
