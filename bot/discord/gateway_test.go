package discord

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

// heartbeat is short, so that a dead connection is noticed soon, and long enough for a busy machine: the
// stand-in forgets a session whose heartbeat is one interval late.
const heartbeat = time.Second

// gatewayWorld is a world whose connections are noticed to be dead after three heartbeats.
func gatewayWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, sandboxdiscord.Config{Unlimited: true, HeartbeatInterval: heartbeat})
	w.adapter.timings.idle = 3 * heartbeat
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

func help() *bottest.Handler {
	return &bottest.Handler{Table: []bot.Command{{Name: "help", Help: "What the bot can do"}}}
}

func TestGateway_ResumesAfterEveryKindOfLoss(t *testing.T) {
	for name, lose := range map[string]func(*world){
		"cut":        func(w *world) { w.DropConnections() },
		"op 7":       func(w *world) { w.Reconnect() },
		"close code": func(w *world) { w.CloseConnections(4000, "Unknown error.") },
		"zombie":     func(w *world) { w.HoldAcks(3) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := gatewayWorld(t)
			w.run(t, help())
			lose(w)
			eventually(t, "the session is resumed", func() bool { return w.Counters().Resumes == 1 })
			if n := w.Counters().Identifies; n != 1 {
				t.Errorf("the bot identified %d times, want once", n)
			}
			w.serves(t)
			if n := strings.Count(w.log.String(), "level=INFO msg=\"connection to discord ended"); n != 1 {
				t.Errorf("the log tells %d times of one loss:\n%s", n, w.log)
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

func TestGateway_LeavesASessionThatIsStuck(t *testing.T) {
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

func TestGateway_StopsIdentifyingWithoutEnd(t *testing.T) {
	t.Parallel()
	var writes atomic.Int64
	second := make(chan struct{})
	var connections atomic.Int64
	scriptedGateway(t, func(ws *websocket.Conn) {
		if connections.Add(1) == 2 {
			close(second)
		}
		hello(ws)
		for {
			if _, _, err := ws.ReadMessage(); err != nil {
				return
			}
			if connections.Load() == 1 {
				writes.Add(1)
			}
			if ws.WriteMessage(websocket.TextMessage, []byte(`{"op":9,"d":false}`)) != nil {
				return
			}
		}
	})
	select {
	case <-second:
	case <-within(t).Done():
		t.Fatal("the bot does not connect again")
	}
	if n := writes.Load(); n > writeBurst {
		t.Errorf("the bot identified %d times on one connection", n)
	}
}

func TestConn_LetsDiscordSetThePaceOfHeartbeats(t *testing.T) {
	near, far := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, far) }()
	c := &conn{Conn: near, idle: time.Minute, writes: rate.NewLimiter(0, writeBurst), done: make(chan struct{})}
	defer c.Close()
	for n := range 10 * writeBurst {
		if _, err := c.Write([]byte(`{"op":1,"d":1234567}`)); err != nil {
			t.Fatalf("heartbeat %d: %v", n, err)
		}
	}
	identify, n := make([]byte, 2*smallWrite), 0
	for ; n <= writeBurst; n++ {
		if _, err := c.Write(identify); err != nil {
			break
		}
	}
	if n != writeBurst || !c.stormy.Load() {
		t.Errorf("%d identifies went out, want %d and then none", n, writeBurst)
	}
}

func TestGateway_LeavesItToTheGatewayIfTheTokenCannotBeChecked(t *testing.T) {
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
		r := &run{applications: make(chan string, 1)}
		if err := r.sort(&link{up: make(chan struct{}, 1)}, "READY", []byte(ready)); err != nil {
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

// scriptedGateway runs an adapter against a Discord that takes any token and whose gateway does as
// told.
func scriptedGateway(t *testing.T, serve func(*websocket.Conn)) (*world, <-chan error) {
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
	w.adapter = w.newAdapter(t, secret, srv.URL)
	w.adapter.timings.open, w.adapter.timings.grace = 300*time.Millisecond, 100*time.Millisecond
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
	if n := strings.Count(w.log.String(), "out of reach"); n != 1 {
		t.Errorf("the log tells %d times of one outage:\n%s", n, w.log)
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
			t.Error("an outage was taken for a removal")
		}
	}
	w.RemoveGuild(w.guild)
	is(bot.Left, guild)
}
