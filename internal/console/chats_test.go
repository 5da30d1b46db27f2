package console_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tidings/bot"
)

// room is a chat.
func room(name string) bot.Target { return bot.Target{Platform: "paper", Chat: name} }

// subscribe subscribes a chat and returns the number of its page.
func (h *house) subscribe(at bot.Target, filter string) string {
	h.Helper()
	_, err := h.store.Subscribe(h.Context(), bot.Subscription{Target: at, Filter: filter})
	h.must(err)
	list, err := h.store.Targets(h.Context(), bot.TargetQuery{Chat: at.Chat, Limit: 1})
	h.must(err)
	return fmt.Sprint(list[0].ID)
}

// filtersOf returns the filters of a chat, joined.
func (h *house) filtersOf(at bot.Target) string {
	h.Helper()
	subs, err := h.store.SubscriptionsOf(h.Context(), at)
	h.must(err)
	var list []string
	for i := range subs {
		list = append(list, subs[i].Filter)
	}
	return strings.Join(list, "|")
}

// presses posts the form of a button of the last answer, and returns what the page that follows says.
func (v *visitor) presses(page, label string) string {
	v.Helper()
	form := regexp.MustCompile(`(?s)<form method="post" action="/press">(.{0,600}?)<button[^>]*>` + regexp.QuoteMeta(label) + `</button>`).FindStringSubmatch(page)
	if form == nil {
		v.Fatalf("there is no button %q in %s", label, textOf(page, `section class="answer`))
	}
	var fields []string
	for _, f := range regexp.MustCompile(`name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(form[1], -1) {
		fields = append(fields, f[1], strings.NewReplacer("&#34;", `"`, "&amp;", "&", "&#43;", "+").Replace(f[2]))
	}
	return v.sends("/press", fields...)
}

func TestChats_AreManaged(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	v := (&visitor{house: h}).signIn()
	id, other := h.subscribe(room("desk"), "missile"), h.subscribe(room("annex"), "parade")
	path := "/chats/" + id
	says := func(want, action string, fields ...string) {
		t.Helper()
		if got := v.sends(action, append(fields, "chat", id, "back", path)...); !strings.Contains(got, want) {
			t.Errorf("%s %v says %q, want %q", action, fields, got, want)
		}
	}
	says("Sent a test alert", "/chats/test")
	if sent := h.paper.Sent(); len(sent) != 1 || sent[0].To != room("desk") {
		t.Errorf("sent %+v", sent)
	}
	h.paper.Script(&bot.SendError{Kind: bot.TargetGone, Reason: "the bot was removed"})
	says("Not sent: the bot was removed", "/chats/test")
	says("Subscribed", "/chats/subscribe", "filter", "uranium")
	says("time zone is Asia/Seoul", "/chats/command", "line", " /settings timezone Asia/Seoul")
	says("no /frobnicate", "/chats/command", "line", "/frobnicate")
	says("has a mistake", "/chats/filter", "number", "2", "filter", `"`)
	says("plutonium", "/chats/filter", "number", "2", "filter", "plutonium")
	says("is number 2 of paper:annex", "/chats/move", "number", "2", "to", "paper:annex")
	if here, there := h.filtersOf(room("desk")), h.filtersOf(room("annex")); here != "missile" || there != "parade|plutonium" {
		t.Errorf("after the move: %q and %q", here, there)
	}
	if r := v.post("/chats/move", "chat", id, "number", "1", "to", "paper:nowhere", "back", path); r.StatusCode != http.StatusBadRequest {
		t.Errorf("moved to a chat that isn't known: status %d", r.StatusCode)
	}
	r := v.post("/chats/unsubscribe", "chat", id, "which", "1", "back", path)
	page := v.get(r.Header.Get("Location"))
	if got := v.presses(page.text, "Unsubscribe"); !strings.Contains(got, "Unsubscribed") || h.filtersOf(room("desk")) != "" {
		t.Errorf("unsubscribing says %q", got)
	}
	setup := v.post("/chats/export", "chat", other)
	if !strings.Contains(setup.Header.Get("Content-Disposition"), "tidings-setup.json") || !strings.Contains(setup.text, "plutonium") {
		t.Errorf("the setup: %v %q", setup.Header, setup.text)
	}
	v.uploads("/chats/import", setup.text, "chat", id, "back", path)
	if got := h.filtersOf(room("desk")); got != "parade|plutonium" {
		t.Errorf("after the import: %q", got)
	}
	_, err := h.store.Suspend(t.Context(), room("desk"), bot.Suspension{Reason: "the bot was removed"})
	h.must(err)
	if text := v.get(path).text; !strings.Contains(text, "the bot was removed") || !strings.Contains(text, "Resume") {
		t.Error("the page doesn't say that the chat is suspended, and why")
	}
	says("posted here again", "/chats/resume")
	r = v.post("/chats/forget", "chat", id, "back", "/chats")
	if got := v.presses(v.get(r.Header.Get("Location")).text, "Delete"); !strings.Contains(got, "Deleted") || v.get(path).StatusCode != http.StatusNotFound {
		t.Errorf("forgetting says %q", got)
	}
}

// The bot writes in private to whoever subscribed, so a subscription names nobody whom its platform doesn't know.
func TestChats_KnowWhoActsFromTheConsole(t *testing.T) {
	t.Parallel()
	h := open(t, plan{operators: []string{operator, "telegram:8"}})
	id := h.subscribe(room("desk"), "missile")
	for who, want := range map[string]string{operator: "7", "telegram:8": "", "": ""} {
		v := &visitor{house: h}
		if who == "" {
			v.signIn()
		} else {
			link, err := h.sessions.SignInLink(t.Context(), who)
			h.must(err)
			v.cookie = "tidings=" + v.post("/sign-in/link", "code", codeOf(t, link.URL)).cookie("tidings").Value
		}
		v.sends("/chats/subscribe", "chat", id, "filter", "word"+strings.TrimLeft(who, "apertlgm:"), "back", "/chats")
		subs, err := h.store.SubscriptionsOf(t.Context(), room("desk"))
		h.must(err)
		if got := subs[len(subs)-1].CreatedBy; len(subs) < 2 || got != want {
			t.Errorf("%q subscribes as %q, want %q", who, got, want)
		}
	}
}

func TestChats_PageByPage(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	for i := range 120 {
		h.subscribe(bot.Target{Platform: "paper", Chat: fmt.Sprintf("<i>%d", i)}, "")
	}
	_, err := h.store.Suspend(t.Context(), room("<i>7"), bot.Suspension{Reason: `<script>alert(1)</script>`})
	h.must(err)
	v := (&visitor{house: h}).signIn()
	path, rows := "/chats", 0
	for path != "" {
		r := v.get(path)
		rows += strings.Count(r.text, `<th scope="row">`)
		if strings.Contains(r.text, "<i>") || strings.Contains(r.text, "<script>") {
			t.Error("a page shows the markup of a name or a reason")
		}
		path = next(r.text)
	}
	if rows != 120 {
		t.Errorf("the pages list %d chats, want 120", rows)
	}
	for query, want := range map[string]int{"?q=paper:%3Ci%3E33": 1, "?q=%3Ci%3E33": 1, "?state=suspended": 1, "?platform=other": 0, "?q=none": 0, "?after=x": 50} {
		if got := strings.Count(v.get("/chats"+query).text, `<th scope="row">`); got != want {
			t.Errorf("%s lists %d chats, want %d", query, got, want)
		}
	}
	for _, id := range []string{"0", "9999", "x", "-1", "99999999999999999999"} {
		if r := v.get("/chats/" + id); r.StatusCode != http.StatusNotFound {
			t.Errorf("chat %s: status %d", id, r.StatusCode)
		}
	}
}

func TestChats_AreCalledByTheirNames(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	v := (&visitor{house: h}).signIn()
	id, _ := h.subscribe(room("desk"), "missile"), h.subscribe(room("annex"), "parade")
	h.must(h.store.NameTarget(t.Context(), room("desk"), `<b>News</b> & "more"`))
	for path, named := range map[string]bool{"/chats": true, "/chats?q=news": true, "/chats?q=desk": true, "/chats?q=annex": false, "/chats/" + id: true} {
		got := v.get(path).text
		if strings.Contains(got, "&lt;b&gt;News&lt;/b&gt; &amp; &#34;more&#34;</") != named || strings.Contains(got, "<b>News") {
			t.Errorf("%s doesn't name the chat %t as it is", path, named)
		}
		if !strings.HasSuffix(strings.TrimSpace(got), "</html>") {
			t.Errorf("%s breaks off", path)
		}
		if shown := strings.Contains(got, "paper:desk"); shown != named {
			t.Errorf("%s shows its ID: %t, want %t", path, shown, named)
		}
	}
}
