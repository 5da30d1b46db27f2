package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"tidings/internal/sandbox"
)

const text = `{"content":"Missile over Japan"}`

// channelPath is where messages of a channel are posted.
func channelPath(id string) string { return "/channels/" + id + "/messages" }

func TestOutage_OfOnePlaceWhileTheOthersWork(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	sibling := p.AddChannel(p.guild, "sibling")
	thread := p.AddThread(p.channel, "thread")
	abroad := p.AddChannel(p.AddGuild("Abroad"), "abroad")
	for name, tc := range map[string]struct {
		place string
		down  []string
	}{
		"a channel, with its threads": {p.channel, []string{p.channel, thread}},
		"a server":                    {p.guild, []string{p.channel, thread, sibling}},
		"a thread":                    {thread, []string{thread}},
	} {
		t.Run(name, func(t *testing.T) {
			lift := p.Faults.Inject(Outage().In(tc.place))
			for _, id := range []string{p.channel, thread, sibling, abroad} {
				want := http.StatusOK
				if slices.Contains(tc.down, id) {
					want = http.StatusInternalServerError
				}
				for method, path := range map[string]string{"POST": channelPath(id), "GET": "/channels/" + id} {
					if a := p.bot.do(method, path, text); a.status != want {
						t.Errorf("%s %s is answered %d %s, want %d", method, path, a.status, a.text, want)
					}
				}
			}
			lift()
			p.bot.do("POST", channelPath(tc.down[0]), text).want(t, 200, 0)
		})
	}
}

func TestOutage_OfAServerCoversItsCommands(t *testing.T) {
	p := newPlace(t, Config{})
	p.register(t, `[{"name":"latest","description":"x"}]`)
	p.Faults.Inject(Outage().In(p.guild))
	it, err := p.Command(testContext(t), p.ann, p.channel, "latest", nil)
	if err != nil {
		t.Fatal(err)
	}
	p.bot.do("POST", "/interactions/"+it.ID()+"/"+it.token+"/callback", `{"type":5}`).want(t, 500, 0)
	p.Faults.Clear()
	p.bot.do("POST", "/interactions/"+it.ID()+"/"+it.token+"/callback", `{"type":5}`).want(t, 204, 0)
	p.Faults.Inject(Outage().In(p.channel))
	p.bot.do("PATCH", "/webhooks/"+p.ApplicationID()+"/"+it.token+"/messages/@original", text).want(t, 500, 0)
	if got := p.bot.do("GET", "/guilds/"+p.guild, nil); got.status != 200 {
		t.Errorf("the server is answered %d during an outage of a channel", got.status)
	}
}

func TestRefuse_InDiscordsWordsForAPlaceOrAText(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	other := p.AddChannel(p.guild, "other")
	p.Faults.Inject(Refuse(400, 50024, "Cannot execute action on this channel type").In(p.channel).Always())
	p.Faults.Inject(RefuseField("URL_TYPE_INVALID_URL", "Not a well formed URL.", "embeds", "0", "url").About("Missile").Always())
	a := p.bot.do("POST", p.messages(), `{"content":"x"}`)
	a.want(t, 400, 50024)
	if a.body["message"] != "Cannot execute action on this channel type" || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("refused by %s with %v", a.text, a.header)
	}
	p.bot.do("POST", channelPath(other), `{"content":"x"}`).want(t, 200, 0)
	field := p.bot.do("POST", channelPath(other), `{"embeds":[{"title":"Missile","url":"https://example.org/"}]}`)
	field.want(t, 400, 50035)
	if got := faultCodes(field.body["errors"], ""); !slices.Equal(got, []string{"embeds.0.url:URL_TYPE_INVALID_URL"}) {
		t.Errorf("refused for %q", got)
	}
}

func TestLoseChannel_ShowsOnlyOnRequest(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	s, _ := connect(t, p.base, intentGuilds)
	s.until("GUILD_CREATE")
	p.LoseChannel(p.channel)
	p.bot.do("POST", p.messages(), text).want(t, 404, 10003)
	p.bot.do("GET", "/channels/"+p.channel, nil).want(t, 404, 10003)
	extra := p.AddChannel(p.guild, "extra")
	if f := s.next(); f.Type != "CHANNEL_CREATE" || f.field("id") != extra {
		t.Errorf("a channel was lost with the event %+v", f)
	}
}

func TestGuildOutage_EndsWithoutTheChannelsDeletedMeanwhile(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	kept := p.AddChannel(p.guild, "kept")
	s, _ := connect(t, p.base, intentGuilds)
	s.until("GUILD_CREATE")
	p.GuildOutage(p.guild)
	if f := s.next(); f.Type != "GUILD_DELETE" || !strings.Contains(string(f.Data), `"unavailable":true`) {
		t.Errorf("an outage is reported as %+v", f)
	}
	p.DeleteChannel(p.channel)
	p.ReturnGuild(p.guild)
	f := s.next()
	if f.Type != "GUILD_CREATE" || strings.Contains(string(f.Data), p.channel) || !strings.Contains(string(f.Data), kept) {
		t.Errorf("the server returned as %+v", f)
	}
}

func TestResetToken_RefusesTheOldOne(t *testing.T) {
	p := newPlace(t, Config{})
	s, ready := connect(t, p.base, 0)
	p.ResetToken("another")
	if got := s.closeCode(); got != 4004 {
		t.Errorf("closed with %d, want 4004", got)
	}
	p.bot.do("GET", "/users/@me", nil).want(t, 401, 0)
	for op, data := range map[int]any{
		2: identify(0),
		6: map[string]any{"token": testToken, "session_id": ready.field("session_id"), "seq": 1},
	} {
		again := dial(t, p.base)
		again.send(op, data)
		if got := again.closeCode(); got != 4004 {
			t.Errorf("op %d with the old token closed with %d, want 4004", op, got)
		}
	}
	a, err := p.bot.raw("GET", "/users/@me", "", http.Header{"Authorization": {"Bot another"}})
	if err != nil || a.status != 200 {
		t.Errorf("the new token is answered %d, %v", a.status, err)
	}
}

func TestGoOffline_ResetsEverything(t *testing.T) {
	p := newPlace(t, Config{})
	s, _ := connect(t, p.base, 0)
	if err := p.WaitReady(testContext(t)); err != nil {
		t.Fatal(err)
	}
	p.GoOffline()
	if err := p.await(testContext(t), func() bool { return len(p.gateway.conns) == 0 }); err != nil {
		t.Errorf("connections to the gateway go on: %v", err)
	}
	if got := s.closeCode(); got != -1 {
		t.Errorf("the gateway closed with %d, want a reset", got)
	}
	auth := http.Header{"Authorization": {"Bot " + testToken}}
	if a, err := p.bot.raw("GET", "/users/@me", "", auth); err == nil {
		t.Errorf("offline, a request is answered %d", a.status)
	}
	ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(p.base, "http")+"/?v=10", nil)
	if err == nil {
		_ = resp.Body.Close()
		_ = ws.Close()
		t.Error("offline, the gateway accepts a connection")
	}
	p.GoOnline()
	p.bot.do("GET", "/users/@me", nil).want(t, 200, 0)
	connect(t, p.base, 0)
}

func TestLate_ShowsAMessageBeforeItsAnswer(t *testing.T) {
	p := newPlace(t, Config{})
	const late = 100 * time.Millisecond
	p.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultLate, Delay: late}.In(p.channel))
	a := p.bot.do("POST", p.messages(), text)
	a.want(t, 200, 0)
	if m, _ := p.Message(a.id()); time.Since(m.Posted) < late {
		t.Errorf("answered %v after the message was shown", time.Since(m.Posted))
	}
}

func TestHold_ShowsAMessageLateEvenIfItsSenderHangsUp(t *testing.T) {
	p := newPlace(t, Config{})
	const hold = 200 * time.Millisecond
	p.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultHold, Delay: hold})
	begun := time.Now()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.base+"/api/v10"+p.messages(), strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {"Bot " + testToken}, "Content-Type": {"application/json"}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if resp, err := client().Do(r); err == nil {
			_ = resp.Body.Close()
		}
	}()
	if err := p.await(testContext(t), func() bool {
		return p.inflight == 1 || len(p.world.channels[p.channel].messages) > 0 // or the moment has passed, on a busy machine
	}); err != nil {
		t.Fatal(err)
	}
	cancel()
	<-ended
	list, err := p.WaitMessages(testContext(t), p.channel, 1)
	if err != nil || list[0].Posted.Sub(begun) < hold {
		t.Errorf("after %v came %v, %v", time.Since(begun), list, err)
	}
}

func TestHangAfter_ShowsAMessageAndNeverAnswers(t *testing.T) {
	p := newPlace(t, Config{})
	p.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultHangAfter})
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _ = p.bot.raw("POST", p.messages(), text, http.Header{
			"Authorization": {"Bot " + testToken}, "Content-Type": {"application/json"},
		})
	}()
	if _, err := p.WaitMessages(testContext(t), p.channel, 1); err != nil {
		t.Fatal(err)
	}
	select {
	case <-answered:
		t.Error("the request was answered")
	default:
	}
	p.Close()
	<-answered
}

func TestSkew_MovesTheDateAndWhatDependsOnIt(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now, NonceLife: 2 * time.Minute, Unlimited: true})
	post := func() answer {
		return p.bot.do("POST", p.messages(), `{"content":"x","nonce":"1","enforce_nonce":true}`)
	}
	first := post()
	if got := first.header.Get("Date"); got != clock.Now().Format(http.TimeFormat) {
		t.Errorf("Date = %q, want the stand-in's clock", got)
	}
	p.SetSkew(2 * time.Minute)
	second := post()
	if got := second.header.Get("Date"); got != clock.Now().Add(2*time.Minute).Format(http.TimeFormat) {
		t.Errorf("Date = %q, want it two minutes ahead", got)
	}
	if second.id() != first.id() {
		t.Error("a nonce was forgotten within its life")
	}
	p.SetSkew(2*time.Minute + time.Second)
	if third := post(); third.id() == first.id() {
		t.Error("a nonce was remembered beyond its life")
	}
}

func TestCommands_ComeByTheThousand(t *testing.T) {
	p := newPlace(t, Config{})
	p.register(t, `[{"name":"latest","description":"x"}]`)
	s, _ := connect(t, p.base, intentGuilds)
	s.until("GUILD_CREATE")
	const n = 1500
	for i := range n {
		if _, err := p.Command(testContext(t), p.ann, p.channel, "latest", nil); err != nil {
			t.Fatalf("command %d: %v", i, err)
		}
	}
	for range n {
		s.until("INTERACTION_CREATE")
	}
}

func ExampleRefuse() {
	fmt.Println(strings.TrimSpace(Refuse(400, 160006, "Maximum number of active threads has been reached").Body))
	// Output: {"message":"Maximum number of active threads has been reached","code":160006}
}
