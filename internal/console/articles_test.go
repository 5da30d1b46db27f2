package console_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

// news puts n articles in the store, the newest first in time order, and returns their IDs, oldest first.
func (h *house) news(list ...bot.Article) []string {
	h.Helper()
	var ids []string
	for i, a := range list {
		a.Source, a.GUID = "wire", fmt.Sprint(a.Title, i)
		if a.Published.IsZero() {
			a.Published = time.Now().Add(time.Duration(i-len(list)) * time.Minute)
		}
		done, err := h.store.Publish(h.Context(), bot.Publication{Articles: []bot.Article{a}})
		h.must(err)
		ids = append(ids, strconv.FormatInt(done[0].ID, 10))
	}
	return ids
}

// works has the bot of a house send alerts until the test ends.
func (h *house) works() *house {
	h.Helper()
	ctx, stop := context.WithCancel(h.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.bot.Run(ctx) }()
	h.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			h.Error(err)
		}
	})
	return h
}

// eventually waits until a page says all of some words.
func (v *visitor) eventually(path string, words ...string) {
	v.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(wait)
	for {
		page := v.get(path).text
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(page, w) }) {
			return
		}
		select {
		case <-tick.C:
		case <-end:
			v.Fatalf("%s doesn't say %q: %s\n%s", path, words, textOf(page, "main"), v.log.String())
		}
	}
}

func TestArticles_AreFound(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	var list []bot.Article
	for i := range 60 {
		list = append(list, bot.Article{Title: fmt.Sprintf("Ferry %d <b>sails</b>", i), Summary: "To the islands.", URL: fmt.Sprintf("https://wire.example/%d", i)})
	}
	ids := h.news(append(list, bot.Article{Title: "Missile lands", Urgency: 1})...)
	v := (&visitor{house: h}).signIn()
	rows, path := 0, "/articles?q=ferry"
	for path != "" {
		r := v.get(path)
		rows += strings.Count(r.text, `<th scope="row">`)
		if strings.Contains(r.text, "<b>") || !strings.Contains(r.text, "<mark>Ferry</mark>") {
			t.Error("a title's markup is on the page, or what matched isn't marked")
		}
		path = next(r.text)
	}
	if rows != 60 {
		t.Errorf("the pages list %d articles, want 60", rows)
	}
	for query, want := range map[string]string{
		"?q=missile": "flash", "?q=nothing": "Nothing in the archive matches", "?q=%22": "This filter has a mistake: quotation mark is not closed",
		"?q=topic:x": "</strong> Did you mean tag:?</p>", "?q=(x": "</strong> Add the missing &#34;)&#34;.</p>",
		"?q=(": "<mark class=\"wrong\">", "?q=ferry+%3Cscript%3E": "Nothing in the archive", "": "Missile lands",
	} {
		if got := v.get("/articles" + query).text; !strings.Contains(got, want) || strings.Contains(got, "<script>") {
			t.Errorf("%q doesn't say %q: %s", query, want, textOf(got, "main"))
		}
	}
	for _, query := range []string{"?q=" + ids[3], "?q=https://wire.example/3"} {
		if r := v.get("/articles" + query); r.Header.Get("Location") != "/articles/"+ids[3] {
			t.Errorf("%s leads to %q", query, r.Header.Get("Location"))
		}
	}
	for _, id := range []string{"0", "x", "-1", "99999999999999999999", "4711"} {
		if r := v.get("/articles/" + id); r.StatusCode != http.StatusNotFound {
			t.Errorf("article %s: status %d", id, r.StatusCode)
		}
	}
}

func TestArticle_TellsItsWholeWay(t *testing.T) {
	t.Parallel()
	h := open(t, plan{}).works()
	h.subscribe(room("desk"), "missile")
	h.subscribe(room("annex"), "ferry")
	id := h.news(bot.Article{Title: "Missile lands", Summary: "Near the port.", URL: "https://wire.example/1", Authors: []string{"Ann Lee", "Bo"}})[0]
	v := (&visitor{house: h}).signIn()
	v.eventually("/articles/"+id, "paper:desk", "sent")
	if page := v.get("/articles/" + id).text; strings.Contains(page, "paper:annex") || !strings.Contains(page, "Ann Lee | Bo") {
		t.Errorf("the page says %s", textOf(page, "main"))
	}
	leads := func(from, start string) string { // to where a link goes that begins so
		t.Helper()
		_, after, _ := strings.Cut(v.get(from).text, `<a href="`+start)
		to, _, found := strings.Cut(after, `"`)
		if !found {
			t.Fatalf("%s has no link to %s…", from, start)
		}
		return start + html.UnescapeString(to)
	}
	chat := leads(leads("/articles/"+id, "/chats?"), "/chats/")
	if article := leads(chat, "/articles/"); !strings.Contains(v.get(article).text, "Near the port.") {
		t.Errorf("from an article to a chat that got it, and on to %s, which isn't the article's page", article)
	}
	for chat, want := range map[string]string{"paper:annex": "It wasn&#39;t posted here", "paper:desk": "Posted here", "paper:nowhere": "knows no chat"} {
		if got := v.get("/articles/" + id + "?chat=" + chat).text; !strings.Contains(got, want) {
			t.Errorf("why in %s: %s", chat, textOf(got, "main"))
		}
	}
}

func TestArticles_ArePublishedChangedAndWithdrawn(t *testing.T) {
	t.Parallel()
	h := open(t, plan{}).works()
	h.subscribe(room("desk"), "missile")
	v := (&visitor{house: h}).signIn()
	form := func(fields ...string) []string {
		return append(fields, "source", "desk", "summary", "Near the <port>.", "authors", "Ann Lee | Bo", "tags", "war, sea", "urgency", "3")
	}
	if r := v.post("/articles/new", form("title", "")...); r.StatusCode != http.StatusBadRequest || !strings.Contains(r.text, "The title is missing") || !strings.Contains(r.text, "Near the &lt;port&gt;.") {
		t.Errorf("without a title: status %d, %s", r.StatusCode, textOf(r.text, "main"))
	}
	for field, wrong := range map[string]string{"url": "javascript:alert(1)", "published": "yesterday", "embargo": "2099-01-01T00:00", "image": "data:x"} {
		if r := v.post("/articles/new", form("title", "Missile lands", field, wrong, "do", "publish")...); r.StatusCode != http.StatusBadRequest {
			t.Errorf("%s %q: status %d", field, wrong, r.StatusCode)
		}
	}
	r := v.post("/articles/new", form("title", "Missile lands", "do", "preview")...)
	if !strings.Contains(r.text, "URGENT: Missile lands") || !strings.Contains(r.text, "Ann Lee | Bo") || len(h.paper.Sent()) != 0 {
		t.Errorf("the preview: %s", textOf(r.text, "main"))
	}
	r = v.post("/articles/new", form("title", "Missile lands", "do", "publish")...)
	path := r.Header.Get("Location")
	if page := v.get(path).text; !strings.Contains(page, "Published: alerts go out") {
		t.Fatalf("published: %s", textOf(page, "main"))
	}
	v.eventually(path, "paper:desk", "sent")
	r = v.post("/articles/new", form("id", path[len("/articles/"):], "title", "Missile lands twice", "corrected", "yes", "do", "publish")...)
	if page := v.get(r.Header.Get("Location")).text; !strings.Contains(page, "Missile lands twice") || !strings.Contains(page, "corrected") || !strings.Contains(page, "It was changed") {
		t.Errorf("changed: %s", textOf(page, "main"))
	}
	if page := v.get(path + "/change").text; !strings.Contains(page, `value="Missile lands twice"`) || !strings.Contains(page, `value="Ann Lee | Bo"`) || !strings.Contains(page, `value="war, sea"`) {
		t.Errorf("the form to change it: %s", textOf(page, "main"))
	}
	if got := v.sends("/articles/withdraw", "article", path[len("/articles/"):], "back", path); !strings.Contains(got, "Withdrawn") {
		t.Errorf("withdrawing says %q", got)
	}
	if page := v.get(path).text; !strings.Contains(page, "withdrawn") || strings.Contains(page, "Withdraw it") {
		t.Errorf("withdrawn: %s", textOf(page, "main"))
	}
	if !strings.Contains(h.log.String(), "console action") {
		t.Error("the log doesn't say who did it")
	}
}

// A private article is found in its place alone, and nobody but its source changes it.
func TestArticles_OfAPlaceAreKeptApart(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	s := h.addSource(bot.Source{Name: "own", URL: "https://own.example/feed.xml", Place: "paper:desk"})
	first := []bot.Article{{Source: s.ID, GUID: "0", Title: "Before", Published: time.Now().Add(-time.Hour)}}
	_, err := h.store.PutFeed(t.Context(), s.ID, first)
	h.must(err)
	_, err = h.store.PutFeed(t.Context(), s.ID, append(first, bot.Article{Source: s.ID, GUID: "1", Title: "A secret ledger", Published: time.Now()}))
	h.must(err)
	v := (&visitor{house: h}).signIn()
	if page := v.get("/articles?q=ledger").text; strings.Contains(page, "A secret") {
		t.Error("a private article is among the public ones")
	}
	page := v.get("/articles?q=ledger&place=paper:desk").text
	at := strings.Index(page, `<a href="/articles/`)
	if at < 0 {
		t.Fatalf("a private article isn't found in its place: %s", textOf(page, "main"))
	}
	path, _, _ := strings.Cut(page[at+len(`<a href="`):], `"`)
	own := v.get(strings.ReplaceAll(path, "&amp;", "&"))
	if !strings.Contains(own.text, "only that source changes it") || strings.Contains(own.text, "/change") {
		t.Errorf("%s: %s", path, textOf(own.text, "main"))
	}
	bare, _, _ := strings.Cut(path, "?")
	if r := v.get(bare); r.StatusCode != http.StatusNotFound {
		t.Errorf("%s without its place: status %d", bare, r.StatusCode)
	}
	if r := v.post("/articles/withdraw", "article", bare[len("/articles/"):], "back", "/articles"); r.StatusCode != http.StatusNotFound {
		t.Errorf("withdrawing a private article: status %d", r.StatusCode)
	}
}

func TestLab_SaysWhatAFilterMatches(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	h.news(bot.Article{Title: "Two missiles <i>land</i>", URL: "https://wire.example/m"}, bot.Article{Title: "Missile sold"}, bot.Article{Title: "Ferry sails"}, bot.Article{Title: "Trader sanctioned"})
	v := (&visitor{house: h}).signIn()
	for query, wants := range map[string][]string{
		"":                  {"Type keywords"},
		"?q=missile":        {"matches 2 of the ", "<svg", "<mark>missiles</mark>", "/subscribe missile", "2 articles"},
		"?q=missile&days=7": {"the last 7 days", "matches 2"},
		"?q=sanction":       {"matches none", "sanctioned"},
		"?q=missile,ferry":  {"missile OR ferry"},
		"?q=(":              {"This filter has a mistake", "mark class=\"wrong\""},
		"?q=source:wi":      {`<option value="source:wire"`},
	} {
		page := v.get("/lab" + query).text
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s doesn't say %q: %s", query, want, textOf(page, "main"))
			}
		}
		if strings.Contains(page, "<i>") {
			t.Errorf("%s shows the markup of a title", query)
		}
	}
}
