package store

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/pgtest"
)

// tripCounter stands before a server and counts how often somebody asks it and then waits.
type tripCounter struct {
	server string
	trips  atomic.Int64
}

// countTrips returns an address of a server by which its clients' trips are counted.
func countTrips(t *testing.T, server *pgtest.Server) (string, *tripCounter) {
	t.Helper()
	c := &tripCounter{server: server.Addr()}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go c.serve(t, client)
		}
	}()
	u, err := url.Parse(server.Schema(t))
	if err != nil {
		t.Fatal(err)
	}
	u.Host = l.Addr().String()
	return u.String(), c
}

// serve hands on what a client and the server say. A trip begins with what the client says after the server.
func (c *tripCounter) serve(t *testing.T, client net.Conn) {
	server, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", c.server)
	if err != nil {
		_ = client.Close()
		return
	}
	var answered atomic.Bool
	go func() {
		_, _ = io.Copy(noting{client, func() { answered.Store(true) }}, server)
		_ = client.Close()
	}()
	_, _ = io.Copy(noting{server, func() {
		if answered.Swap(false) {
			c.trips.Add(1)
		}
	}}, client)
	_ = server.Close()
}

// noting calls note before each write.
type noting struct {
	io.Writer
	note func()
}

func (n noting) Write(b []byte) (int, error) {
	n.note()
	return n.Writer.Write(b)
}

// TestEnqueue_TakesFewTripsToTheServer counts what lies between an article that another process stored and the claim of an alert.
func TestEnqueue_TakesFewTripsToTheServer(t *testing.T) {
	t.Parallel()
	address, counter := countTrips(t, pgtest.Shared(t))
	s := open(t, Config{URL: address})
	sub, err := s.Subscribe(t.Context(), bot.Subscription{Target: bot.Target{Platform: "test", Chat: "chat"}})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := s.Claim(t.Context(), "test", 10, time.Minute); err != nil || len(list) != 0 {
		t.Fatalf("claimed %v, %v, want none", list, err)
	}
	const most, times, warm = 4, 10, 3
	trips := int64(0)
	for i := range warm + times {
		if _, err := s.Put(t.Context(), []bot.Article{story(fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
		waiting := &standingClaim{platform: "test", n: 10, lease: time.Minute, served: make(chan []bot.Delivery, 1)}
		s.standing.leave(waiting)
		before := counter.trips.Load()
		news, err := s.News(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		last := news.Entries[len(news.Entries)-1]
		if _, err := s.Enqueue(t.Context(), news.Cursor, last.Seq, []bot.Match{{Article: last.Article.ID, Subscription: sub.ID}}); err != nil {
			t.Fatal(err)
		}
		list := <-waiting.served
		if i >= warm { // what is said once in a connection
			trips += counter.trips.Load() - before
		}
		if len(list) != 1 {
			t.Fatalf("claimed %v, want one", list)
		}
		if err := s.Settle(t.Context(), &list[0], bot.Outcome{State: bot.Sent}); err != nil {
			t.Fatal(err)
		}
	}
	// The process may say something of its own meanwhile.
	if trips > most*times+times/2 {
		t.Errorf("%d trips in %d times, want %d each", trips, times, most)
	}
}

func TestPut_TakesFewTripsToTheServer(t *testing.T) {
	t.Parallel()
	address, counter := countTrips(t, pgtest.Shared(t))
	s := open(t, Config{URL: address})
	feed := bot.Source{Name: "feed", Kind: bot.FeedSource, URL: "https://wire.example/feed"}
	if err := s.AddSource(t.Context(), feed); err != nil {
		t.Fatal(err)
	}
	news := newNewsroom(time.Now().Add(-time.Hour))
	page := news.articles(10)
	for name, test := range map[string]struct {
		most int64
		put  func() (bot.IngestResult, error)
	}{
		"one article": {2, func() (bot.IngestResult, error) { return s.Put(t.Context(), news.articles(1)) }},
		"a document of a feed": {3, func() (bot.IngestResult, error) {
			page = append(page[1:], news.article())
			return s.PutFeed(t.Context(), feed.Name, page)
		}},
	} {
		const times = 10
		for range 3 { // what is said once in a connection, or a source's life
			if _, err := test.put(); err != nil {
				t.Fatal(err)
			}
		}
		before := counter.trips.Load()
		for range times {
			if r, err := test.put(); err != nil || r.Added != 1 {
				t.Fatalf("%s: added %d, %v", name, r.Added, err)
			}
		}
		// The process may say something of its own meanwhile.
		if n := counter.trips.Load() - before; n > times*test.most+times/2 {
			t.Errorf("%s takes %d trips in %d times, want %d each", name, n, times, test.most)
		}
	}
}

// A claim of many chats for which alerts wait that may be too old asks as often as one of one chat.
func TestClaim_TakesAsManyTripsForManyLateChats(t *testing.T) {
	t.Parallel()
	address, counter := countTrips(t, pgtest.Shared(t))
	c := &clock{at: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)}
	s := open(t, Config{URL: address, Now: c.now})
	var subs []bot.Subscription
	for i := range 17 {
		sub, err := s.Subscribe(t.Context(), bot.Subscription{Target: bot.Target{Platform: "test", Chat: fmt.Sprint(i)}})
		if err != nil {
			t.Fatal(err)
		}
		subs = append(subs, sub)
	}
	claim := func(n int) int64 {
		t.Helper()
		before := counter.trips.Load()
		list, err := s.Claim(t.Context(), "test", n, time.Minute)
		if err != nil || len(list) != n {
			t.Fatalf("claimed %d, %v, want %d", len(list), err, n)
		}
		trips := counter.trips.Load() - before
		for i := range list {
			if err := s.Settle(t.Context(), &list[i], bot.Outcome{State: bot.Sent}); err != nil {
				t.Fatal(err)
			}
		}
		return trips
	}
	fewest := map[int]int64{}
	for i := range 4 { // the first say what is said once in a connection
		if _, err := s.Put(t.Context(), []bot.Article{story(fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
		news, err := s.News(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		e := news.Entries[0]
		var matches []bot.Match
		for _, sub := range subs {
			matches = append(matches, bot.Match{Article: e.Article.ID, Subscription: sub.ID})
		}
		if _, err := s.Enqueue(t.Context(), news.Cursor, e.Seq, matches); err != nil {
			t.Fatal(err)
		}
		c.advance(3 * time.Hour)
		for _, n := range []int{1, 16} {
			if trips := claim(n); fewest[n] == 0 || trips < fewest[n] {
				fewest[n] = trips
			}
		}
	}
	if fewest[16] > fewest[1] {
		t.Errorf("a claim of 16 late chats takes %d trips, of one %d", fewest[16], fewest[1])
	}
}
