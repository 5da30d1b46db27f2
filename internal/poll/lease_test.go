package poll

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

func TestHubs_RenewWithANewCallback(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	first := x.subscribe(time.Hour)
	x.pass(40 * time.Minute)
	if x.tend(); len(x.forms) != 1 {
		t.Errorf("asked again too early")
	}
	x.pass(10 * time.Minute)
	x.tend()
	second := x.form()
	if len(x.forms) != 2 || second.Get("hub.callback") == first.Get("hub.callback") || second.Get("hub.secret") == first.Get("hub.secret") {
		t.Fatalf("%d requests, the last %v", len(x.forms), second)
	}
	deliver := func(form url.Values, title string) int {
		body := rssOf(title)
		status := x.push(form.Get("hub.callback"), sign("sha256", sha256.New, form.Get("hub.secret"), body), strings.NewReader(body))
		x.tend()
		return status
	}
	if got := deliver(first, "before"); got != 202 || x.articles() != 2 {
		t.Errorf("the old callback answers %d until the new one is verified", got)
	}
	x.subscribe(time.Hour)
	if got := deliver(first, "after"); got != 404 {
		t.Errorf("the old callback answers %d afterward", got)
	}
	if deliver(second, "new"); x.articles() != 3 {
		t.Errorf("%d articles, want 3", x.articles())
	}
}

func TestHubs_AnEndedLeaseBringsPollingBack(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.subscribe(10 * time.Hour)
	body := rssOf("B", "A")
	signature := sign("sha256", sha256.New, form.Get("hub.secret"), body)
	x.push(form.Get("hub.callback"), signature, strings.NewReader(body))
	x.tend()
	x.answers = http.StatusInternalServerError // the hub is gone
	x.pass(9 * time.Hour)
	x.tend()
	x.pass(2 * time.Hour)
	if got := x.push(form.Get("hub.callback"), signature, strings.NewReader(body)); got != http.StatusGone {
		t.Errorf("a push after the end is answered with %d", got)
	}
	x.tend()
	if n := len(x.pass(time.Hour)); n < 11 {
		t.Errorf("%d polls in an hour, want as many as without a hub", n)
	}
}

func TestHubs_ADeniedSubscriptionIsNotRetriedSoon(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.form()
	if status, _ := x.verify(form.Get("hub.callback"), map[string]string{"mode": "denied", "topic": "https://other.example/", "reason": "no"}); status != 404 {
		t.Errorf("a denial of something else: %d", status)
	}
	if status, _ := x.verify(form.Get("hub.callback"), map[string]string{"mode": "denied", "topic": x.topic, "reason": "no"}); status != 200 {
		t.Errorf("denied: %d", status)
	}
	for range 24 {
		x.pass(time.Hour)
		x.tend()
	}
	if len(x.forms) != 1 {
		t.Errorf("asked %d times on the day of a denial", len(x.forms))
	}
}

func TestHubs_ARemovedFeedIsUnsubscribed(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.subscribe(time.Hour)
	callback := form.Get("hub.callback")
	x.sink.remove("f")
	x.pass(10 * time.Minute)
	x.tend()
	stop := x.form()
	if len(x.forms) != 2 || stop.Get("hub.mode") != "unsubscribe" || stop.Get("hub.topic") != x.topic || stop.Get("hub.callback") != callback {
		t.Fatalf("%d requests, the last %v", len(x.forms), stop)
	}
	if got := x.push(callback, "sha1=00", strings.NewReader(rssOf("B"))); got != http.StatusGone {
		t.Errorf("a push afterward is answered with %d", got)
	}
	query := map[string]string{"mode": "unsubscribe", "topic": "https://other.example/", "challenge": "c"}
	if status, _ := x.verify(callback, query); status != 404 {
		t.Errorf("the end of something else: %d", status)
	}
	query["topic"] = x.topic
	if status, body := x.verify(callback, query); status != 200 || body != "c" {
		t.Errorf("verified with %d, %q", status, body)
	}
	if status, _ := x.verify(callback, query); status != 404 {
		t.Errorf("verified twice: %d", status)
	}
	if kept := x.state.values[bot.LeaseKey("f")]; kept != "" {
		t.Errorf("still kept: %s", kept)
	}
	x.sink.add(bot.Source{Name: "f", URL: x.URL + "/f"})
	x.pass(10 * time.Minute)
	if x.tend(); x.form().Get("hub.mode") != "subscribe" {
		t.Error("the hub is not asked when the feed is back")
	}
}

func TestHubs_AFeedRemovedUnnoticedIsUnsubscribedAtTheNextPush(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.subscribe(10 * time.Hour)
	x.sink.remove("f")
	x.again(t)
	body := rssOf("B")
	push := func() {
		x.push(form.Get("hub.callback"), sign("sha256", sha256.New, form.Get("hub.secret"), body), strings.NewReader(body))
		x.tend()
		x.tend()
	}
	x.hubs.forget("f") // and so another process has the lease
	if push(); x.form().Get("hub.mode") != "unsubscribe" || x.articles() != 0 {
		t.Errorf("%d requests, the last %v; %d articles", len(x.forms), x.form(), x.articles())
	}
}

func TestHubs_AnotherHubTakesOverFromTheFirst(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	first := x.subscribe(10 * time.Hour)
	x.say(replies(200, rssOf("A", "B"), "Link", fmt.Sprintf(`<%s>; rel="hub", <%s>; rel=self`, x.hub.URL, "https://moved.example/f")))
	x.pass(interval)
	x.tend()
	if len(x.forms) != 3 || x.forms[1].Get("hub.mode") != "unsubscribe" || x.forms[1].Get("hub.callback") != first.Get("hub.callback") {
		t.Fatalf("asked %v", x.forms)
	}
	if x.form().Get("hub.mode") != "subscribe" || x.form().Get("hub.topic") != "https://moved.example/f" {
		t.Errorf("asked for %v", x.form())
	}
	x.subscribe(time.Hour)
	query := map[string]string{"mode": "unsubscribe", "topic": x.topic, "challenge": "c"}
	if status, _ := x.verify(first.Get("hub.callback"), query); status != 200 {
		t.Errorf("the end of the first is verified with %d", status)
	}
}

func TestHubs_ALeaseOutlivesARestart(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.subscribe(10 * time.Hour)
	x.again(t)
	if !x.hubs.delivers("f") {
		t.Error("a restart forgets the lease")
	}
	x.pass(interval)
	if x.tend(); len(x.forms) != 1 {
		t.Errorf("a restart asked the hub again: %v", x.forms[1:])
	}
	body := rssOf("B", "A")
	if got := x.push(form.Get("hub.callback"), sign("sha256", sha256.New, form.Get("hub.secret"), body), strings.NewReader(body)); got != 202 {
		t.Errorf("a push after it is answered with %d", got)
	}
	if x.tend(); x.articles() != 2 {
		t.Errorf("%d articles, want 2", x.articles())
	}
	x.pass(interval)
	if n := len(x.pass(5 * time.Hour)); n != 0 {
		t.Errorf("%d polls in five hours though the hub delivers", n)
	}
	x.pass(4 * time.Hour)
	if x.tend(); len(x.forms) != 2 || x.form().Get("hub.mode") != "subscribe" {
		t.Errorf("the lease is not renewed: %v", x.forms[1:])
	}
}

func TestHubs_ARemovedFeedStaysAway(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.subscribe(time.Hour)
	x.sink.remove("f")
	x.pass(10 * time.Minute)
	body := rssOf("B")
	puts := x.sink.puts
	x.push(form.Get("hub.callback"), sign("sha256", sha256.New, form.Get("hub.secret"), body), strings.NewReader(body))
	if x.tend(); x.sink.puts != puts {
		t.Error("a push brought back a feed that was removed")
	}
}
