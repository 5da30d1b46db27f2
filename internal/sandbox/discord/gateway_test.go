package discord

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestGateway_GreetsAndAcknowledges(t *testing.T) {
	p := newPlace(t, Config{HeartbeatInterval: 20 * time.Second})
	s := dial(t, p.base)
	if hello := s.next(); hello.Op != 10 || !strings.Contains(string(hello.Data), `"heartbeat_interval":20000`) {
		t.Errorf("hello = %+v", hello)
	}
	s.send(1, nil)
	if ack := s.next(); ack.Op != 11 {
		t.Errorf("after a heartbeat came op %d, want 11", ack.Op)
	}
	s.send(2, identify(intentGuilds))
	ready := s.next()
	var data struct {
		SessionID string           `json:"session_id"`
		Resume    string           `json:"resume_gateway_url"`
		Guilds    []map[string]any `json:"guilds"`
		User      map[string]any   `json:"user"`
	}
	if err := json.Unmarshal(ready.Data, &data); err != nil || ready.Type != "READY" || ready.Seq != 1 {
		t.Fatalf("after identify came %+v, %v", ready, err)
	}
	if data.User["id"] != p.ApplicationID() || len(data.Guilds) != 1 || data.Guilds[0]["unavailable"] != true {
		t.Errorf("READY = %s", ready.Data)
	}
	if data.SessionID == "" || !strings.HasPrefix(data.Resume, "ws://") {
		t.Errorf("READY = %s, want a session and where to resume it", ready.Data)
	}
	if g := s.next(); g.Type != "GUILD_CREATE" || g.field("name") != "Newsroom" {
		t.Errorf("after READY came %+v, want the guild", g)
	}
	if err := p.WaitReady(testContext(t)); err != nil {
		t.Error(err)
	}
	if c := p.Counters(); c.Connections != 1 || c.Identifies != 1 || c.Heartbeats != 1 {
		t.Errorf("counters = %+v", c)
	}
}

func TestGateway_ClosesWithTheCodeOfTheFault(t *testing.T) {
	p := newPlace(t, Config{})
	bad := identify(1)
	bad["token"] = "other"
	without := identify(1)
	delete(without, "intents")
	shard := identify(1)
	shard["shard"] = []int{2, 2}
	for name, tc := range map[string]struct {
		op   int
		data any
		want int
	}{
		"wrong token":        {2, bad, 4004},
		"no intents":         {2, without, 4013},
		"unknown intent":     {2, identify(1 << 30), 4013},
		"privileged intent":  {2, identify(intentContent), 4014},
		"invalid shard":      {2, shard, 4010},
		"unknown opcode":     {77, nil, 4001},
		"too early":          {3, nil, 4003},
		"identify of a text": {2, "hello", 4002},
		"too large":          {2, strings.Repeat("x", 5000), 4002},
		"resume wrong token": {6, map[string]any{"token": "other", "session_id": "x", "seq": 1}, 4004},
	} {
		t.Run(name, func(t *testing.T) {
			s := dial(t, p.base)
			s.send(tc.op, tc.data)
			if got := s.closeCode(); got != tc.want {
				t.Errorf("closed with %d, want %d", got, tc.want)
			}
		})
	}
	t.Run("identify twice", func(t *testing.T) {
		s, _ := connect(t, p.base, 1)
		s.send(2, identify(1))
		if got := s.closeCode(); got != 4005 {
			t.Errorf("closed with %d, want 4005", got)
		}
	})
	t.Run("broken JSON", func(t *testing.T) {
		s := dial(t, p.base)
		if err := s.ws.WriteMessage(websocket.TextMessage, []byte("{")); err != nil {
			t.Fatal(err)
		}
		if got := s.closeCode(); got != 4002 {
			t.Errorf("closed with %d, want 4002", got)
		}
	})
	for query, want := range map[string]int{"?v=6": 4012, "": 4012, "?v=10&encoding=etf": 4002} {
		s := dialURL(t, "ws"+strings.TrimPrefix(p.base, "http")+"/"+query)
		if got := s.closeCode(); got != want {
			t.Errorf("%q closed with %d, want %d", query, got, want)
		}
	}
}

func TestGateway_LimitsWhatAClientSends(t *testing.T) {
	p := newPlace(t, Config{})
	s := dial(t, p.base)
	for range gatewaySends + 1 {
		s.send(1, nil)
	}
	if got := s.closeCode(); got != 4008 {
		t.Errorf("closed with %d, want 4008", got)
	}
}

func TestGateway_ResumesAndReplays(t *testing.T) {
	p := newPlace(t, Config{})
	s, ready := connect(t, p.base, intentGuilds|intentMessages)
	guild := s.until("GUILD_CREATE")
	p.DropConnections()
	if got := s.closeCode(); got != -1 {
		t.Errorf("a dropped connection was closed with %d", got)
	}
	for _, text := range []string{"one", "two"} {
		p.bot.do("POST", p.messages(), map[string]any{"content": text}).want(t, 200, 0)
	}
	again := dialURL(t, ready.field("resume_gateway_url")+"/?v=10&encoding=json")
	again.next()
	again.send(6, map[string]any{"token": "Bot " + testToken, "session_id": ready.field("session_id"), "seq": guild.Seq})
	for i, want := range []string{"one", "two"} {
		f := again.next()
		if f.Type != "MESSAGE_CREATE" || f.field("content") != want || f.Seq != guild.Seq+int64(i)+1 {
			t.Errorf("replayed %+v, want %q", f, want)
		}
	}
	if f := again.next(); f.Type != "RESUMED" {
		t.Errorf("after the replay came %+v", f)
	}
	if c := p.Counters(); c.Identifies != 1 || c.Resumes != 1 {
		t.Errorf("counters = %+v", c)
	}
}

func TestGateway_RefusesToResumeWhatIsOver(t *testing.T) {
	for name, tc := range map[string]struct {
		end  func(p place, s socket, clock *clock)
		seq  int
		want int
	}{
		"closed by the client": {func(_ place, s socket, _ *clock) {
			_ = s.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""))
		}, 2, 9},
		"too long ago": {func(p place, _ socket, clock *clock) {
			p.DropConnections()
			_ = p.await(p.bot.t.Context(), func() bool { return len(p.gateway.conns) == 0 })
			clock.advance(time.Hour)
		}, 2, 9},
		"forgotten":     {func(p place, _ socket, _ *clock) { p.InvalidateSessions() }, 2, 9},
		"of the future": {func(p place, _ socket, _ *clock) { p.DropConnections() }, 99, -4007},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			p := newPlace(t, Config{Now: clock.Now})
			s, ready := connect(t, p.base, intentGuilds)
			s.until("GUILD_CREATE")
			tc.end(p, s, clock)
			if name == "forgotten" {
				if f := s.next(); f.Op != 9 || string(f.Data) != "false" {
					t.Errorf("after the session ended came %+v", f)
				}
			} else {
				s.closeCode()
			}
			again := dial(t, p.base)
			again.next()
			again.send(6, map[string]any{"token": testToken, "session_id": ready.field("session_id"), "seq": tc.seq})
			if tc.want < 0 {
				if got := again.closeCode(); got != -tc.want {
					t.Errorf("closed with %d, want %d", got, -tc.want)
				}
				return
			}
			if f := again.next(); f.Op != tc.want {
				t.Fatalf("resume answered with %+v, want op %d", f, tc.want)
			}
			again.send(2, identify(1))
			again.until("READY")
		})
	}
}

func TestGateway_MisbehavesOnDemand(t *testing.T) {
	p := newPlace(t, Config{})
	s, _ := connect(t, p.base, 0)
	p.Reconnect()
	if f := s.next(); f.Op != 7 {
		t.Errorf("after Reconnect came %+v, want op 7", f)
	}
	p.HoldAcks(1)
	s.send(1, nil)
	s.send(1, 1)
	if f := s.next(); f.Op != 11 {
		t.Errorf("after two heartbeats came %+v, want one ack", f)
	}
	p.CloseConnections(4004, "Authentication failed.")
	if got := s.closeCode(); got != 4004 {
		t.Errorf("closed with %d, want 4004", got)
	}
	p.HoldHello(1)
	silent := dial(t, p.base)
	silent.send(1, nil)
	if f := silent.next(); f.Op != 11 {
		t.Errorf("first frame is %+v, want the ack and no hello", f)
	}
	if f := dial(t, p.base).next(); f.Op != 10 {
		t.Errorf("the next connection got %+v, want hello", f)
	}
}

func TestGateway_ClosesWhenHeartbeatsStop(t *testing.T) {
	p := newPlace(t, Config{HeartbeatInterval: 50 * time.Millisecond})
	if got := dial(t, p.base).closeCode(); got != 4009 {
		t.Errorf("closed with %d, want 4009", got)
	}
	p = newPlace(t, Config{})
	s, _ := connect(t, p.base, 0)
	p.mu.Lock()
	p.cfg.HeartbeatGrace = 100 * time.Millisecond // from the next heartbeat on
	p.mu.Unlock()
	s.send(1, nil)
	if got := s.closeCode(); got != 4009 {
		t.Errorf("after a heartbeat, closed with %d, want 4009", got)
	}
}

func TestGateway_DistinguishesKicksFromOutages(t *testing.T) {
	p := newPlace(t, Config{})
	s, _ := connect(t, p.base, intentGuilds)
	s.until("GUILD_CREATE")
	p.GuildOutage(p.guild)
	if f := s.next(); f.Type != "GUILD_DELETE" || !strings.Contains(string(f.Data), `"unavailable":true`) {
		t.Errorf("outage = %+v %s", f, f.Data)
	}
	p.ReturnGuild(p.guild)
	if f := s.next(); f.Type != "GUILD_CREATE" || f.field("id") != p.guild {
		t.Errorf("return = %+v", f)
	}
	p.RemoveGuild(p.guild)
	if f := s.next(); f.Type != "GUILD_DELETE" || strings.Contains(string(f.Data), "unavailable") {
		t.Errorf("kick = %+v %s", f, f.Data)
	}
	if _, err := p.Command(testContext(t), p.ann, p.channel, "latest", nil); err == nil {
		t.Error("a command reached a bot that was removed")
	}
	p.ReturnGuild(p.guild)
	s.until("GUILD_CREATE")
	p.bot.do("POST", p.messages(), `{"content":"back"}`).want(t, 200, 0)
	extra := p.AddChannel(p.guild, "more")
	if f := s.next(); f.Type != "CHANNEL_CREATE" || f.field("id") != extra {
		t.Errorf("new channel = %+v", f)
	}
	p.DeleteChannel(extra)
	if f := s.next(); f.Type != "CHANNEL_DELETE" || f.field("id") != extra {
		t.Errorf("deleted channel = %+v", f)
	}
}

func TestGateway_SendsEachGuildToItsShard(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now})
	clock.advance(time.Millisecond)
	other := p.AddGuild("Desk")
	seen := map[string]int{}
	for shard := range 2 {
		s := dial(t, p.base)
		s.next()
		id := identify(intentGuilds)
		id["shard"] = []int{shard, 2}
		s.send(2, id)
		s.until("READY")
		seen[s.next().field("id")]++
	}
	if seen[p.guild] != 1 || seen[other] != 1 {
		t.Errorf("guilds seen by shards: %v, want each once", seen)
	}
}

func TestGateway_HidesTextWithoutTheIntent(t *testing.T) {
	p := newPlace(t, Config{})
	s, _ := connect(t, p.base, intentMessages|intentDirectMessages)
	p.Say(p.ann, p.channel, "private talk")
	if f := s.next(); f.Type != "MESSAGE_CREATE" || f.field("content") != "" || f.field("guild_id") != p.guild {
		t.Errorf("message = %+v %s", f, f.Data)
	}
	mention := "hi <@" + p.ApplicationID() + ">"
	p.Say(p.ann, p.channel, mention)
	if f := s.next(); f.field("content") != mention {
		t.Errorf("mention = %s", f.Data)
	}
	p.Say(p.ann, p.DirectChannel(p.ann), "hello bot")
	if f := s.next(); f.field("content") != "hello bot" {
		t.Errorf("direct message = %s", f.Data)
	}
}

func TestGateway_AnswersPlainRequestsWith404(t *testing.T) {
	p := newPlace(t, Config{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("status %d, want 404", resp.StatusCode)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	p := newPlace(t, Config{})
	s, _ := connect(t, p.base, 0)
	events := p.Watch(testContext(t))
	p.Close()
	if got := s.closeCode(); got != -1 {
		t.Errorf("the connection was closed with %d, want a cut", got)
	}
	if _, open := <-events; open {
		t.Error("a watch goes on after Close")
	}
	if _, open := <-p.Watch(testContext(t)); open {
		t.Error("a watch began after Close")
	}
	p.bot.do("GET", "/gateway", nil).want(t, 503, 0)
}
