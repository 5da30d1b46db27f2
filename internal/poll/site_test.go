package poll

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"tidings/bot"
)

// clock is a clock that a test moves on.
type clock struct {
	mu sync.Mutex // guards at
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// asked is a request that a site got.
type asked struct {
	at     time.Time
	path   string
	header http.Header
}

// site is a world of servers and one client under a clock that stands still while anything is under
// way: days take no time. What it serves is answer's to say.
type site struct {
	*testing.T
	*httptest.Server
	clock   *clock
	sink    *memory
	poller  *Poller
	loop    *loop
	notices []string // to operators

	mu       sync.Mutex // guards what follows
	answer   http.HandlerFunc
	requests []asked
}

// monday is when tests begin: the hour is past, and nobody skips it.
func monday() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }

// newSite returns a site with a client that follows the feeds at paths, named after them.
func newSite(t *testing.T, c Config, answer http.HandlerFunc, paths ...string) *site {
	t.Helper()
	s := &site{T: t, clock: &clock{at: monday()}, sink: newMemory(), answer: answer}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	for _, path := range paths {
		s.sink.add(bot.Source{Name: path, URL: s.URL + "/" + path})
	}
	c.Sink, c.Network, c.Now, c.Notify = s.sink, Private, s.clock.now, func(text bot.Text) { s.notices = append(s.notices, text.String()) }
	s.restart(c)
	return s
}

// manyPaths returns n paths, each of a feed of its own.
func manyPaths(n int) []string {
	paths := make([]string, n)
	for i := range paths {
		paths[i] = fmt.Sprintf("f%02d", i)
	}
	return paths
}

// restart begins anew with what the store knows.
func (s *site) restart(c Config) {
	s.Helper()
	var err error
	if s.poller, err = New(c); err != nil {
		s.Fatal(err)
	}
	s.poller.schedule.random = func() float64 { return 0 }
	s.loop = newLoop(s.poller)
	s.loop.every = 2 * time.Minute
	s.Cleanup(s.poller.fetcher.client.CloseIdleConnections)
}

// everywhere serves the site at every loopback address of this machine too, each of which is a host of
// its own, and returns the port.
func (s *site) everywhere() (port string) {
	s.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(s.Context(), "tcp4", "0.0.0.0:0")
	if err != nil {
		s.Fatal(err)
	}
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: time.Minute}}
	server.Start()
	s.Cleanup(server.Close)
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, asked{s.clock.now(), r.URL.Path, r.Header.Clone()})
	answer := s.answer
	s.mu.Unlock()
	answer(w, r)
}

// say changes what the site answers.
func (s *site) say(answer http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// took returns the requests since the last call.
func (s *site) took() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests
	s.requests = nil
	return r
}

// mostAtOnce is how often fetches may bring about others while the clock stands, which is more than any test needs.
const mostAtOnce = 1000

// pass lets time pass and returns the requests that were made meanwhile.
func (s *site) pass(d time.Duration) []asked {
	s.Helper()
	until := s.clock.now().Add(d)
	for atOnce := 0; ; atOnce++ {
		if atOnce > mostAtOnce {
			s.Fatal("fetches go on while the clock stands")
		}
		s.hear()
		next := s.loop.step(s.Context())
		wasInFlight := s.loop.inFlight > 0
		for s.loop.inFlight > 0 {
			select {
			case r := <-s.loop.done:
				s.loop.finish(r)
			case <-time.After(patience):
				s.Fatal("a fetch does not end")
			}
		}
		if wasInFlight {
			continue
		}
		at := s.clock.now().Add(max(next, time.Millisecond))
		if at.After(until) {
			s.clock.set(until)
			return s.took()
		}
		s.clock.set(at)
		atOnce = 0
	}
}

// hear does what others asked of the loop.
func (s *site) hear() {
	for {
		select {
		case name := <-s.poller.fetchNow:
			s.loop.fetchNow(s.Context(), name)
		default:
			return
		}
	}
}

// once lets one fetch happen and returns it.
func (s *site) once() asked {
	s.Helper()
	r := s.pass(2 * time.Second)
	if len(r) != 1 {
		s.Fatalf("%d requests, want one: %+v", len(r), r)
	}
	return r[0]
}

// wait returns how long nobody asked, up to a bound.
func (s *site) wait(most time.Duration) time.Duration {
	s.Helper()
	start := s.clock.now()
	for s.clock.now().Sub(start) < most {
		if r := s.pass(10 * time.Second); len(r) > 0 {
			return r[0].at.Sub(start)
		}
	}
	return most
}

func (s *site) state(name string) bot.FetchState {
	src := s.sink.source(name)
	return src.Fetch
}

// expect compares headers; what is wanted empty must not be there at all.
func (a asked) expect(t *testing.T, want map[string]string) {
	t.Helper()
	for name, value := range want {
		got, sent := a.header[http.CanonicalHeaderKey(name)]
		if value == "" && sent || value != "" && !slices.Equal(got, []string{value}) {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

// replies returns a handler that answers with headers, given as name and value in turn, and a body.
func replies(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}
