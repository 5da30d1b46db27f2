package console_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
)

// request keeps a chat's request for a feed, as the bot does when it asks its operators.
func (h *house) request(address, title string) {
	h.Helper()
	query := url.Values{"url": {address}, "title": {title}, "platform": {"paper"}, "chat": {"desk"}, "space": {""}, "thread": {""}, "filter": {"missile"}, "user": {"9"}}.Encode()
	h.must(h.store.SetState(h.Context(), answer.ButtonState+"request/"+bot.KeyOf(query), query))
}

func TestNow_ShowsWhatAsksForADecision(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	h.request(site(t)+"/harbor.xml?key=hush", "Harbor <b>Ledger")
	h.addSource(bot.Source{Name: "broken", URL: "https://example.com/", Fetch: bot.FetchState{Failures: 2, Error: "answers 500"}})
	h.subscribe(room("annex"), "")
	_, err := h.store.Suspend(t.Context(), room("annex"), bot.Suspension{Reason: "the bot was removed"})
	h.must(err)
	v := (&visitor{house: h}).signIn()
	page := v.get("/now").text
	for _, want := range []string{"paper:desk", "Harbor &lt;b&gt;Ledger", "answers 500", "the bot was removed"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	shown := textOf(page, "main")
	if strings.Contains(shown, "hush") {
		t.Error("the page shows a key")
	}
	if said := v.presses(page, "Approve"); !strings.Contains(said, "Approved") {
		t.Errorf("approving says %q", said)
	}
	if subs := h.filtersOf(room("desk")); !strings.Contains(subs, "missile") {
		t.Errorf("the chat has %q", subs)
	}
	if page := v.get("/now").text; strings.Contains(page, "Approve") {
		t.Error("what was approved still asks for a decision")
	}
}

func TestNow_TellsWhenItMoves(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	v := (&visitor{house: h}).signIn()
	lines, cancel := v.lines("/now/events")
	defer cancel()
	<-lines
	h.history.Settled("paper", "sent", time.Millisecond, time.Second)
	for line := range lines {
		if line == "event: changed" {
			break
		}
	}
	if page := v.get("/now").text; !strings.Contains(page, "1 alert") {
		t.Error("the page doesn't show the alert")
	}
}

// Something happens after the page was rendered and before its stream begins.
func TestNow_MissesNothingBeforeItsStreamBegins(t *testing.T) {
	t.Parallel()
	h := open(t, plan{})
	v := (&visitor{house: h}).signIn()
	_, after, _ := strings.Cut(v.get("/now").text, `data-events="`)
	stream, _, _ := strings.Cut(after, `"`)
	h.history.Settled("paper", "sent", time.Millisecond, time.Second)
	lines, cancel := v.lines(stream)
	defer cancel()
	for line := range lines {
		if line == "event: changed" {
			return
		}
	}
	t.Errorf("the stream %q ended without telling that the page says something else", stream)
}
