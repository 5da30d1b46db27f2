package poll

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
)

func TestRun_ReplicasFetchAFeedOneAtATime(t *testing.T) {
	t.Parallel()
	var fetching, most atomic.Int64
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		most.Store(max(most.Load(), fetching.Add(1)))
		<-time.After(20 * time.Millisecond) // in which the other would come
		fetching.Add(-1)
		fmt.Fprint(w, rssOf("A"))
	}))
	t.Cleanup(site.Close)
	sink := newMemory(bot.Source{Name: "tide", URL: site.URL})
	for range 2 {
		run(t, poller(t, sink, 100*time.Millisecond))
	}
	for range 10 {
		await(t, "fetch", sink.saved)
	}
	if n := most.Load(); n != 1 {
		t.Errorf("%d fetched at a time, want 1", n)
	}
}

func TestRun_ReplicasLeaveEachOtherTheFeedsThatTheyHave(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A"), "ETag", `"a"`), manyPaths(4)...)
	p, err := New(Config{Sink: s.sink, Network: Private, Now: s.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.fetcher.client.CloseIdleConnections)
	s.loop.every = lookEvery
	loops := []*loop{s.loop, newLoop(p)}
	pass := func(d time.Duration, loops []*loop) {
		for until := s.clock.now().Add(d); s.clock.now().Before(until); s.clock.set(s.clock.now().Add(500 * time.Millisecond)) {
			for _, l := range loops {
				for l.step(t.Context()); l.inFlight > 0; l.step(t.Context()) {
					l.finish(<-l.done)
				}
			}
		}
	}
	pass(2*interval, loops)
	s.sink.refused, s.requests = 0, nil
	pass(10*interval, loops)
	if n := len(s.requests); n < 36 || s.sink.refused > 4 {
		t.Errorf("%d requests, and %d tries in vain", n, s.sink.refused)
	}
	s.requests = nil
	pass(2*interval, loops[1:]) // the other is gone
	if n := len(s.requests); n < 4 {
		t.Errorf("%d requests by the one that is left", n)
	}
}

// What this process itself does to a feed isn't another's doing.
func TestRun_TakesNoneOfItsOwnForAnother(t *testing.T) {
	t.Parallel()
	s := newSite(t, Config{}, replies(200, rssOf("A"), "ETag", `"a"`), "a")
	s.sink.add(bot.Source{Name: "twin", URL: s.URL + "/a"})
	s.sink.locked = map[string]bool{"a": true}
	s.pass(time.Second)
	if s.sink.refused == 0 {
		t.Fatal("the feed was had while it was being written")
	}
	s.sink.locked = nil
	s.sink.refused = 0
	if n := len(s.pass(5 * interval)); n < 4 || s.sink.refused > 0 {
		t.Errorf("%d requests, and %d tries in vain", n, s.sink.refused)
	}
	if !s.loop.others.IsZero() || !s.loop.own.has("a") || !s.loop.own.has("twin") {
		t.Errorf("others seem to have been at its feeds at %v", s.loop.others)
	}
}
