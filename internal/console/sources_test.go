package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tidings/bot"
)

func TestSources_AreManaged(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	feeds := site(t)
	v := (&visitor{house: h}).signIn()
	own := h.addSource(bot.Source{Name: "own", Place: "paper:room", URL: feeds + "/own.xml?key=hush"})
	says := func(want, path string, fields ...string) {
		t.Helper()
		if got := v.sends(path, append(fields, "back", "/sources")...); !strings.Contains(got, want) {
			t.Errorf("%s %v says %q, want %q", path, fields, got, want)
		}
	}
	source := func(id string) bot.Source {
		t.Helper()
		s, err := h.store.Source(t.Context(), id)
		h.must(err)
		return s
	}
	says("Following harbor Ledger", "/sources/add", "url", feeds+"/harbor.xml")
	says("already followed", "/sources/add", "url", feeds+"/harbor.xml")
	const id = "harbor-ledger"
	says("is paused", "/sources/pause", "source", id)
	if source(id).Paused.IsZero() {
		t.Error("it isn't paused")
	}
	says("fetched again", "/sources/resume", "source", id)
	says("Fetching", "/sources/refresh", "source", id)
	says("At most 15m pass", "/sources/interval", "source", id, "interval", "15m")
	says("isn't an interval", "/sources/interval", "source", id, "interval", "often")
	says("new address", "/sources/move", "source", id, "url", feeds+"/port.xml")
	says("logs in from now on", "/sources/login", "source", id, "login", "ann:hush-hush")
	login, err := h.store.Login(t.Context(), id)
	h.must(err)
	if login.Header != "Authorization" {
		t.Errorf("the login is %q", login.Header)
	}
	says("is forgotten", "/sources/login", "source", id, "login", "")
	says("is harbor from now on", "/sources/rename", "source", id, "new", "harbor")
	says("for this place alone", "/sources/unshare", "source", "harbor", "place", "paper:room")
	says("is public from now on", "/sources/share", "source", own.ID)
	says("No longer following own", "/sources/remove", "source", "own")
	says("no sources", "/sources/remove", "source", "nobody")
	log := h.log.String()
	for _, want := range []string{`by="console token" command="sources pause"`, `button="sourcelogin?name=harbor-ledger"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	if strings.Contains(log, "hush") {
		t.Error("the log has a secret")
	}
}

func TestSources_PageByPage(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	for i := range 120 {
		s := bot.Source{Name: fmt.Sprintf("s%03d", i), URL: fmt.Sprintf("https://example.com/%d?key=hush", i), Title: `<b>Title</b> & "more"`}
		if i == 77 {
			s.Fetch = bot.FetchState{Failures: 3, Error: "answers 404", Memory: bot.FetchMemory{Advice: "Look for its new address."}}
		}
		h.addSource(s)
	}
	v := (&visitor{house: h}).signIn()
	path, rows := "/sources", 0
	for page := 0; path != ""; page++ {
		r := v.get(path)
		rows += strings.Count(r.text, `<th scope="row">`)
		if page == 0 && (!strings.Contains(r.text, "s077") || !strings.Contains(r.text, "answers 404. Look for its new address")) {
			t.Error("what fails doesn't come first, or without advice")
		}
		if strings.Contains(r.text, "hush") || strings.Contains(r.text, "<b>Title") {
			t.Error("a page shows a key or the markup of a title")
		}
		path = next(r.text)
	}
	if rows != 120 {
		t.Errorf("the pages list %d sources, want 120", rows)
	}
	for query, want := range map[string]int{"?q=S01": 10, "?state=failing": 1, "?state=paused": 0, "?q=nothing": 0, "?after=gone": 50} {
		if got := strings.Count(v.get("/sources"+query).text, `<th scope="row">`); got != want {
			t.Errorf("%s lists %d sources, want %d", query, got, want)
		}
	}
	one := v.get("/sources/s077")
	if one.StatusCode != http.StatusOK || !strings.Contains(one.text, "https://example.com/77</code>") || strings.Contains(one.text, "hush") {
		t.Errorf("the page of one: status %d", one.StatusCode)
	}
	if r := v.get("/sources/nobody"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a source that isn't there: status %d", r.StatusCode)
	}
}

// next returns the address of the next page of a list.
func next(page string) string {
	before, _, found := strings.Cut(page, `" rel="next"`)
	if !found {
		return ""
	}
	return strings.ReplaceAll(before[strings.LastIndex(before, `"`)+1:], "&amp;", "&")
}

func TestSources_ComeAndGoAsLists(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	feeds := site(t)
	v := (&visitor{house: h}).signIn()
	opml := fmt.Sprintf(`<opml version="2.0"><body><outline type="rss" text="A" xmlUrl="%s/a.xml"/><outline type="rss" text="B" xmlUrl="%[1]s/b.xml"/></body></opml>`, feeds)
	if said := v.uploads("/sources/import", opml, "back", "/sources"); !strings.Contains(said, "Following 2 feeds from now on: a Ledger, b Ledger") {
		t.Errorf("the list: %q", said)
	}
	if r := v.get("/sources.opml"); r.text != "2" || !strings.Contains(r.Header.Get("Content-Disposition"), `filename=tidings-feeds.opml`) {
		t.Errorf("the list as a file: %q, %v", r.text, r.Header)
	}
	if r := v.do(http.MethodPost, "/sources/import", url.Values{"back": {"/sources"}}); r.StatusCode != http.StatusBadRequest {
		t.Errorf("no file: status %d", r.StatusCode)
	}
}
