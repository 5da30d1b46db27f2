package poll

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
)

// run starts Run and returns a function that stops it and waits.
func run(t *testing.T, p *Poller) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

// newsroom serves a feed that can be added to.
type newsroom struct {
	*httptest.Server
	body     atomic.Value
	requests atomic.Int64
}

func newNewsroom(t *testing.T, titles ...string) *newsroom {
	t.Helper()
	n := &newsroom{}
	n.publish(titles...)
	n.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n.requests.Add(1)
		fmt.Fprint(w, n.body.Load().(string))
	}))
	t.Cleanup(n.Close)
	return n
}

func (n *newsroom) publish(titles ...string) { n.body.Store(rssOf(titles...)) }

func TestRun_SeesNewsWithinASecond(t *testing.T) {
	t.Parallel()
	site := newNewsroom(t, "A")
	sink := newMemory(bot.Source{Name: "tide", URL: site.URL}, bot.Source{Name: "desk", Kind: bot.ImportSource, URL: "http://127.0.0.1:1/"})
	run(t, poller(t, sink, time.Second))
	if got := await(t, "first article", sink.titles); got != "A" {
		t.Fatalf("got %q", got)
	}
	site.publish("B", "A")
	start := time.Now()
	if got := await(t, "new article", sink.titles); got != "B" {
		t.Fatalf("got %q", got)
	}
	if took := time.Since(start); took > 20*time.Second { // one, and what a machine adds that has other work to do
		t.Errorf("took %v", took)
	}
	if s := sink.source("desk"); !s.Fetch.LastTry.IsZero() {
		t.Errorf("a source that isn't a feed was fetched: %+v", s.Fetch)
	}
}

func TestRun_LeavesPausedFeedsAlone(t *testing.T) {
	t.Parallel()
	paused, other := newNewsroom(t, "A"), newNewsroom(t, "B")
	sink := newMemory(bot.Source{Name: "paused", URL: paused.URL, Paused: time.Now()}, bot.Source{Name: "tide", URL: other.URL})
	run(t, poller(t, sink, 20*time.Millisecond))
	for range 5 { // turns of the loop
		await(t, "fetch of the other", sink.saved)
	}
	if n := paused.requests.Load(); n != 0 {
		t.Fatalf("%d requests while it is paused", n)
	}
	resumed := sink.source("paused")
	resumed.Paused = time.Time{}
	sink.add(resumed)
	for await(t, "its fetch", sink.saved) != "paused" {
	}
}

func TestRun_HangingFeedsDelayNoOther(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	sink := newMemory()
	for i := range 6 {
		hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
		defer hanging.Close()
		sink.add(bot.Source{Name: fmt.Sprintf("a%d", i), URL: hanging.URL})
	}
	defer close(release)
	site := newNewsroom(t, "A")
	sink.add(bot.Source{Name: "tide", URL: site.URL})
	defer run(t, poller(t, sink, 20*time.Millisecond))()
	await(t, "first article", sink.titles)
	site.publish("B", "A")
	await(t, "second article", sink.titles)
}

func TestRun_TwoFetchesPerHost(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		<-release
		fmt.Fprint(w, rssOf(r.URL.Path))
	}))
	defer server.Close()
	site := newNewsroom(t, "A")
	sink := newMemory(bot.Source{Name: "other", URL: site.URL})
	for i := range 4 {
		sink.add(bot.Source{Name: fmt.Sprintf("s%d", i), URL: fmt.Sprintf("%s/%d", server.URL, i)})
	}
	run(t, poller(t, sink, time.Millisecond))
	for range 10 { // each a turn of the loop
		await(t, "fetch from the other host", sink.saved)
	}
	if got := asked.Load(); got > perHost {
		t.Errorf("%d fetches at once from one host", got)
	}
	close(release)
	for seen := map[string]bool{}; len(seen) < 5; {
		seen[await(t, "fetch of each", sink.saved)] = true
	}
}

func TestRun_FollowsSourcesThatComeAndGo(t *testing.T) {
	t.Parallel()
	one, two := newNewsroom(t, "A"), newNewsroom(t, "B")
	sink := newMemory(bot.Source{Name: "one", URL: one.URL})
	p := poller(t, sink, 10*time.Millisecond)
	run(t, p)
	await(t, "article of the first", sink.titles)
	sink.add(bot.Source{Name: "two", URL: two.URL})
	p.Poke()
	if got := await(t, "article of the second", sink.titles); got != "B" {
		t.Errorf("got %q", got)
	}
	sink.remove("one")
	p.Poke()
	for range 100 { // fetches of the second go on; one of the first may have been under way
		await(t, "fetch", sink.saved)
	}
	before := one.requests.Load()
	for range 20 {
		await(t, "fetch", sink.saved)
	}
	if after := one.requests.Load(); after != before {
		t.Errorf("%d requests to a source that was removed", after-before)
	}
}

func TestRun_NoticesSourcesOfOtherProcesses(t *testing.T) {
	t.Parallel()
	site := newNewsroom(t, "A")
	sink := newMemory()
	run(t, poller(t, sink, time.Hour))
	sink.add(bot.Source{Name: "tide", URL: site.URL})
	await(t, "article", sink.titles)
}

func TestRun_RestartCostsNoRequest(t *testing.T) {
	t.Parallel()
	site := newNewsroom(t, "A")
	sink := newMemory(bot.Source{Name: "tide", URL: site.URL})
	stop := run(t, poller(t, sink, time.Hour))
	await(t, "fetch", sink.saved)
	stop()
	for range 5 {
		other := newNewsroom(t, "B") // due at once: when it was read, the loop has looked at both
		sink.add(bot.Source{Name: "other", URL: other.URL})
		stop := run(t, poller(t, sink, time.Hour))
		for await(t, "fetch", sink.saved) != "other" {
		}
		stop()
		sink.remove("other")
	}
	if got := site.requests.Load(); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
}

func TestRun_AFailingStoreCausesNoBurst(t *testing.T) {
	t.Parallel()
	site := newNewsroom(t, "A")
	sink := newMemory(bot.Source{Name: "tide", URL: site.URL})
	sink.saveErr = errors.New("disk full")
	p := poller(t, sink, time.Hour)
	run(t, p)
	await(t, "fetch", sink.saved)
	other := newNewsroom(t, "B")
	sink.add(bot.Source{Name: "other", URL: other.URL})
	p.Poke()
	for await(t, "fetch", sink.saved) != "other" {
	}
	if got := site.requests.Load(); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
}

func TestRun_StopsFetchesUnderWay(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- "asked"
		<-r.Context().Done()
	}))
	defer server.Close()
	sink := newMemory(bot.Source{Name: "tide", URL: server.URL})
	stop := run(t, poller(t, sink, time.Hour))
	await(t, "request", asked)
	stop()
	if s := sink.source("tide"); s.Fetch.Failures != 0 {
		t.Errorf("a stop counts as a failure: %+v", s.Fetch)
	}
}

func TestRun_ReportsToTheObserver(t *testing.T) {
	t.Parallel()
	site := newNewsroom(t, "A")
	sink := newMemory(bot.Source{Name: "tide", URL: site.URL})
	polls := make(chan Poll, 100)
	p, err := New(Config{Sink: sink, Network: Private, Interval: time.Millisecond, Observe: func(p Poll) {
		select {
		case polls <- p:
		default:
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	run(t, p)
	if got := <-polls; got.Outcome != Fresh || got.Put.Added != 1 || got.Source != "tide" {
		t.Errorf("first %+v", got)
	}
	if got := <-polls; got.Outcome != Unchanged {
		t.Errorf("second %+v", got)
	}
}

func TestNew_RefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{{}, {Sink: newMemory(), Interval: -1}} {
		if _, err := New(c); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
}

// graveyard is a feed that shows one entry and deletes others.
const graveyard = `<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
	<title>Graveyard</title><id>urn:feed</id>
	%s
	<at:deleted-entry ref="urn:gone" when="2026-01-02T03:04:05Z"/>
	<at:deleted-entry ref="urn:back" when="2026-01-02T03:04:05Z"/>
</feed>`

func TestPoll_WithdrawsWhatTheFeedDeleted(t *testing.T) {
	t.Parallel()
	const back = `<entry><id>urn:back</id><title>Back again</title></entry>`
	for name, entries := range map[string]string{"beside others": back, "alone": ""} {
		t.Run(name, func(t *testing.T) {
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprintf(w, graveyard, entries)
			}))
			t.Cleanup(site.Close)
			source := bot.Source{ID: "yard", Name: "yard", Kind: bot.FeedSource, URL: site.URL, Articles: 2}
			sink := newMemory(source)
			for _, guid := range []string{"urn:gone", "urn:back"} {
				sink.articles["yard "+guid] = bot.Article{Source: "yard", GUID: guid, Title: guid}
			}
			p, err := New(Config{Sink: sink, Network: Private})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.poll(t.Context(), &source, nil); err != nil {
				t.Fatal(err)
			}
			if got := sink.articles["yard urn:gone"].Status; got != bot.Withdrawn {
				t.Errorf("the deleted entry is %q, want withdrawn", got)
			}
			if got := sink.articles["yard urn:back"].Status; (got == bot.Withdrawn) != (entries == "") {
				t.Errorf("the entry that is shown too is %q", got)
			}
		})
	}
}
