package discord

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/sandbox"
)

func TestREST_RefusesWhatIsNotAProperRequest(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	bot := http.Header{"Authorization": {"Bot " + testToken}}
	typed := func(kind string) http.Header {
		return http.Header{"Authorization": bot["Authorization"], "Content-Type": {kind}}
	}
	for name, tc := range map[string]struct {
		method, path, body string
		header             http.Header
		status, code       int
		text               string
	}{
		"no token":     {"GET", "/users/@me", "", http.Header{}, 401, 0, "401: Unauthorized"},
		"wrong token":  {"GET", "/gateway", "", http.Header{"Authorization": {"Bot x"}}, 401, 0, "401: Unauthorized"},
		"bearer":       {"GET", "/gateway", "", http.Header{"Authorization": {testToken}}, 401, 0, "401"},
		"unknown path": {"GET", "/nothing", "", bot, 404, 0, "404: Not Found"},
		"wrong method": {"PUT", "/users/@me", "", bot, 405, 0, "405: Method Not Allowed"},
		"bad id":       {"GET", "/channels/abc", "", bot, 400, 50035, `Value \"abc\" is not snowflake.`},
		"no type":      {"POST", p.messages(), "{}", bot, 400, 0, "_misc"},
		"wrong type":   {"POST", p.messages(), "{}", typed("text/plain"), 400, 0, "Content-Type"},
		"broken JSON":  {"POST", p.messages(), `{"content"`, typed("application/json"), 400, 50109, "invalid JSON"},
		"two values":   {"POST", p.messages(), `{} {}`, typed("application/json"), 400, 50109, "invalid JSON"},
		"bad UTF-8":    {"POST", p.messages(), "{\"content\":\"\xff\"}", typed("application/json"), 400, 50109, "JSON"},
		"not a dict":   {"POST", p.messages(), `[]`, typed("application/json"), 400, 50035, "DICT_TYPE_CONVERT"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := p.bot.raw(tc.method, tc.path, tc.body, tc.header)
			if err != nil {
				t.Fatal(err)
			}
			a.want(t, tc.status, tc.code)
			if !strings.Contains(a.text, tc.text) {
				t.Errorf("body = %s, want %s in it", a.text, tc.text)
			}
		})
	}
}

func TestREST_KnowsItsVersions(t *testing.T) {
	p := newPlace(t, Config{})
	for version, want := range map[string]int{"v9": 200, "v10": 200, "v6": 400, "v": 400} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+"/api/"+version+"/users/@me", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bot "+testToken)
		resp, err := client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s answers %d, want %d", version, resp.StatusCode, want)
		}
	}
}

func TestREST_DescribesTheBotAndItsPlaces(t *testing.T) {
	p := newPlace(t, Config{BotName: "Courier"})
	if me := p.bot.do("GET", "/users/@me", nil); me.body["username"] != "Courier" || me.body["bot"] != true {
		t.Errorf("users/@me = %s", me.text)
	}
	for _, path := range []string{"/applications/@me", "/oauth2/applications/@me"} {
		if app := p.bot.do("GET", path, nil); app.id() != p.ApplicationID() {
			t.Errorf("%s = %s", path, app.text)
		}
	}
	want := "ws" + strings.TrimPrefix(p.base, "http")
	for _, path := range []string{"/gateway", "/gateway/bot"} {
		if g := p.bot.do("GET", path, nil); g.body["url"] != want {
			t.Errorf("%s = %s, want url %s", path, g.text, want)
		}
	}
	if g := p.bot.do("GET", "/guilds/"+p.guild, nil); g.body["name"] != "Newsroom" {
		t.Errorf("guild = %s", g.text)
	}
	if c := p.bot.do("GET", "/channels/"+p.channel, nil); c.body["guild_id"] != p.guild || c.body["name"] != "alerts" {
		t.Errorf("channel = %s", c.text)
	}
	if u := p.bot.do("GET", "/users/"+p.ann, nil); u.body["username"] != "ann" {
		t.Errorf("user = %s", u.text)
	}
	p.bot.do("GET", "/users/99", nil).want(t, 404, 10013)
	p.bot.do("POST", "/channels/"+p.channel+"/typing", nil).want(t, 204, 0)
	p.bot.do("GET", p.messages()+"?limit=101", nil).want(t, 400, 50035)
	p.RemoveGuild(p.guild)
	p.bot.do("GET", "/guilds/"+p.guild, nil).want(t, 404, 10004)
	p.bot.do("GET", "/channels/"+p.channel, nil).want(t, 403, 50001)
}

func TestMessages_PostReadEditDelete(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now})
	a := p.bot.do("POST", p.messages(), map[string]any{"content": " news ", "nonce": 7})
	if a.status != 200 || a.body["content"] != "news" || a.body["nonce"] != "7" {
		t.Fatalf("create = %d %s", a.status, a.text)
	}
	path := p.messages() + "/" + a.id()
	clock.advance(time.Minute)
	p.bot.do("PATCH", path, map[string]any{"embeds": []any{map[string]any{"title": "More"}}}).want(t, 200, 0)
	m, ok := p.Message(a.id())
	if !ok || m.Content != "news" || len(m.Embeds) != 1 || m.Edits != 1 || m.Edited.Sub(m.Posted) != time.Minute {
		t.Errorf("edited message = %+v", m)
	}
	p.bot.do("PATCH", path, map[string]any{"content": "", "embeds": nil}).want(t, 400, 50006)
	if got := p.bot.do("GET", path, nil); got.body["content"] != "news" || got.body["edited_timestamp"] == nil {
		t.Errorf("get = %s", got.text)
	}
	if list := p.bot.do("GET", p.messages()+"?limit=1", nil); !strings.Contains(list.text, a.id()) {
		t.Errorf("list = %s", list.text)
	}
	if del := p.bot.do("DELETE", path, nil); del.status != 204 {
		t.Errorf("delete = %d", del.status)
	}
	p.bot.do("GET", path, nil).want(t, 404, 10008)
	if left := p.Messages(p.channel); len(left) != 0 {
		t.Errorf("messages left: %+v", left)
	}
}

func TestMessages_NeedAccessAndPermission(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	text := map[string]any{"content": "x"}
	embed := map[string]any{"embeds": []any{map[string]any{"title": "x"}}}
	said := p.Say(p.ann, p.channel, "mine")
	for name, tc := range map[string]struct {
		bits         int64
		body         any
		status, code int
	}{
		"nothing":       {0, text, 403, 50001},
		"view only":     {ViewChannel, text, 403, 50013},
		"no embeds":     {ViewChannel | SendMessages, embed, 403, 50013},
		"enough":        {ViewChannel | SendMessages, text, 200, 0},
		"administrator": {Administrator, embed, 200, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p.SetBotPermissions(p.channel, tc.bits)
			p.bot.do("POST", p.messages(), tc.body).want(t, tc.status, tc.code)
		})
	}
	p.SetBotPermissions(p.channel, MemberDefault)
	p.bot.do("PATCH", p.messages()+"/"+said, text).want(t, 403, 50005)
	p.bot.do("DELETE", p.messages()+"/"+said, nil).want(t, 403, 50013)
	p.bot.do("POST", "/channels/99/messages", text).want(t, 404, 10003)
	p.DeleteChannel(p.channel)
	p.bot.do("POST", p.messages(), text).want(t, 404, 10003)
}

func TestMessages_GoToThreadsAndPeople(t *testing.T) {
	p := newPlace(t, Config{})
	thread := p.AddThread(p.channel, "today")
	p.bot.do("POST", "/channels/"+thread+"/messages", map[string]any{"content": "x"}).want(t, 200, 0)
	if c := p.bot.do("GET", "/channels/"+thread, nil); c.body["parent_id"] != p.channel {
		t.Errorf("thread = %s", c.text)
	}
	p.SetBotPermissions(p.channel, ViewChannel)
	p.bot.do("POST", "/channels/"+thread+"/messages", map[string]any{"content": "x"}).want(t, 403, 50013)
	direct := p.bot.do("POST", "/users/@me/channels", map[string]any{"recipient_id": p.ann})
	if direct.id() == "" || direct.id() != p.DirectChannel(p.ann) {
		t.Fatalf("direct channel = %s, want %s", direct.text, p.DirectChannel(p.ann))
	}
	path := "/channels/" + direct.id() + "/messages"
	p.bot.do("POST", path, map[string]any{"content": "x"}).want(t, 200, 0)
	p.RefuseDirect(p.ann)
	p.bot.do("POST", path, map[string]any{"content": "x"}).want(t, 403, 50007)
	p.bot.do("POST", "/users/@me/channels", map[string]any{"recipient_id": "99"}).want(t, 400, 50033)
}

func TestMessages_EnforcedNonceReturnsTheFirst(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now})
	body := map[string]any{"content": "once", "nonce": "alert-1", "enforce_nonce": true}
	first := p.bot.do("POST", p.messages(), body)
	again := p.bot.do("POST", p.messages(), body)
	if first.status != 200 || first.id() != again.id() || len(p.Messages(p.channel)) != 1 {
		t.Errorf("ids %q and %q, %d messages; want one message", first.id(), again.id(), len(p.Messages(p.channel)))
	}
	delete(body, "enforce_nonce")
	if loose := p.bot.do("POST", p.messages(), body); loose.id() == first.id() {
		t.Error("a nonce that is not enforced returned an old message")
	}
	clock.advance(time.Hour)
	body["enforce_nonce"] = true
	if late := p.bot.do("POST", p.messages(), body); late.id() == first.id() {
		t.Error("a nonce was enforced for an hour")
	}
}

func TestMessages_RecordWhomTheyPing(t *testing.T) {
	p := newPlace(t, Config{Unlimited: true})
	text := "@everyone @here <@" + p.ann + "> <@!" + p.ann + "> <@&42>"
	all := Pings{Everyone: true, Here: true, Users: []string{p.ann}, Roles: []string{"42"}}
	for name, tc := range map[string]struct {
		allowed any
		want    Pings
	}{
		"absent":   {nil, all},
		"nothing":  {map[string]any{"parse": []string{}}, Pings{}},
		"null":     {map[string]any{"parse": nil}, Pings{}},
		"everyone": {map[string]any{"parse": []string{"everyone"}}, Pings{Everyone: true, Here: true}},
		"one role": {map[string]any{"parse": []string{}, "roles": []string{"42"}}, Pings{Roles: []string{"42"}}},
		"other":    {map[string]any{"users": []string{"43"}}, Pings{}},
	} {
		t.Run(name, func(t *testing.T) {
			a := p.bot.do("POST", p.messages(), map[string]any{"content": text, "allowed_mentions": tc.allowed})
			m, _ := p.Message(a.id())
			if diff := cmp.Diff(tc.want, m.Pings); diff != "" || m.Pings.Any() != tc.want.Any() {
				t.Errorf("pings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMessages_AcceptUploads(t *testing.T) {
	p := newPlace(t, Config{})
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("payload_json", `{"content":"with a file"}`)
	part, err := form.CreateFormFile("files[0]", "list.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte("one"))
	_ = form.Close()
	a, err := p.bot.raw("POST", p.messages(), body.String(), http.Header{
		"Authorization": {"Bot " + testToken}, "Content-Type": {form.FormDataContentType()},
	})
	if err != nil {
		t.Fatal(err)
	}
	m, _ := p.Message(a.id())
	if a.status != 200 || m.Content != "with a file" || !slices.Equal(m.Files, []string{"list.txt"}) {
		t.Errorf("upload = %d %s, message %+v", a.status, a.text, m)
	}
}

func TestFaults_AreShownOnce(t *testing.T) {
	p := newPlace(t, Config{})
	text := map[string]any{"content": "x"}
	p.Faults.Inject(sandbox.Fault{Status: 502, Body: "<html>", Path: "/messages"})
	p.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, RetryAfter: 1500 * time.Millisecond})
	p.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, Global: true})
	if a := p.bot.do("POST", p.messages(), text); a.status != 502 || a.text != "<html>" {
		t.Errorf("first = %d %s, want the fault", a.status, a.text)
	}
	local := p.bot.do("POST", p.messages(), text)
	if local.status != 429 || local.body["retry_after"] != 1.5 || local.header.Get("X-RateLimit-Reset-After") != "1.500" {
		t.Errorf("second = %d %s %v", local.status, local.text, local.header)
	}
	global := p.bot.do("POST", p.messages(), text)
	if global.body["global"] != true || global.header.Get("X-RateLimit-Reset-After") != "" || global.header.Get("Retry-After") != "1" {
		t.Errorf("third = %d %s %v", global.status, global.text, global.header)
	}
	p.bot.do("POST", p.messages(), text).want(t, 200, 0)
	if c := p.Counters(); c.RateLimited != 2 || c.Requests != 4 {
		t.Errorf("counters = %+v, want 2 limited of 4", c)
	}
}

func TestFaults_CutBeforeOrAfterTheEffect(t *testing.T) {
	p := newPlace(t, Config{})
	for kind, want := range map[sandbox.FaultKind]int{sandbox.FaultResetBefore: 0, sandbox.FaultResetAfter: 1} {
		before := len(p.Messages(p.channel))
		p.Faults.Inject(sandbox.Fault{Kind: kind})
		_, err := p.bot.raw("POST", p.messages(), `{"content":"x"}`, http.Header{
			"Authorization": {"Bot " + testToken}, "Content-Type": {"application/json"},
		})
		if err == nil {
			t.Errorf("fault %d: got an answer", kind)
		}
		if got := len(p.Messages(p.channel)) - before; got != want {
			t.Errorf("fault %d left %d messages, want %d", kind, got, want)
		}
	}
}

func TestFaults_HangEndsWithTheStandIn(t *testing.T) {
	p := newPlace(t, Config{})
	p.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultHang})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = p.bot.raw("POST", p.messages(), `{}`, http.Header{"Authorization": {"Bot " + testToken}})
	}()
	ctx := testContext(t)
	if err := p.await(ctx, func() bool { return p.inflight == 1 }); err != nil {
		t.Fatal(err)
	}
	p.Close()
	select {
	case <-ended:
	case <-ctx.Done():
		t.Fatal("the request hangs on after Close")
	}
}

func TestRequests_AreALedger(t *testing.T) {
	p := newPlace(t, Config{KeepRequests: 2})
	p.bot.do("GET", "/gateway", nil)
	p.bot.do("POST", p.messages(), `{"content":"x"}`)
	p.bot.do("GET", "/channels/99", nil)
	got := p.Requests()
	if len(got) != 2 || got[0].Method != http.MethodPost || string(got[0].Body) != `{"content":"x"}` || got[0].Status != 200 {
		t.Errorf("ledger = %+v, want the newest two", got)
	}
	if got[1].Path != "/api/v10/channels/99" || got[1].Status != 404 {
		t.Errorf("last = %+v", got[1])
	}
}
