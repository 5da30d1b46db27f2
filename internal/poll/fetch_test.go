package poll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/internal/feed"
)

// poller returns a Poller over sink that may fetch from loopback.
func poller(t *testing.T, sink Sink, interval time.Duration) *Poller {
	t.Helper()
	p, err := New(Config{Sink: sink, Network: Private, Interval: interval, Agent: Agent{Name: "Tidings/1", Home: "https://e.example"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.fetcher.client.CloseIdleConnections)
	return p
}

// pollOnce fetches a source that has no twins.
func pollOnce(ctx context.Context, p *Poller, s bot.Source) (bot.FetchState, error) {
	return p.poll(ctx, &s, nil)
}

// check is Check without what it found.
func check(ctx context.Context, p *Poller, address string) error {
	_, err := p.Check(ctx, address)
	return err
}

// reply is what the test server answers, and what it expects to be asked.
type reply struct {
	name         string
	status       int
	etag, lm     string
	body         string
	wantTag      string // If-None-Match
	wantSince    string // If-Modified-Since
	wantArticles int64  // stored after it
	wantPuts     int
	wantError    string // kept in the state
}

func TestPoll_RemembersValidatorsByteForByte(t *testing.T) {
	t.Parallel()
	const march = "Tue, 05 Mar 2024 01:02:03 GMT"
	steps := []reply{
		{name: "first", status: 200, etag: `W/"a b"`, lm: march, body: rssOf("A"), wantArticles: 1, wantPuts: 1},
		{name: "same body, new tag", status: 200, etag: `"c"`, lm: march, body: rssOf("A"), wantTag: `W/"a b"`, wantSince: march, wantArticles: 1, wantPuts: 1},
		{name: "not modified, new date", status: 304, lm: "odd date", wantTag: `"c"`, wantSince: march, wantArticles: 1, wantPuts: 1},
		{name: "not modified", status: 304, wantTag: `"c"`, wantSince: "odd date", wantArticles: 1, wantPuts: 1},
		{name: "in trouble", status: 503, etag: `"no"`, wantTag: `"c"`, wantSince: "odd date", wantArticles: 1, wantPuts: 1, wantError: "the server is in trouble (503)"},
		{name: "web page", status: 200, etag: `"no"`, body: "<html></html>", wantTag: `"c"`, wantSince: "odd date", wantArticles: 1, wantPuts: 1, wantError: "the document is a web page, not a feed"},
		{name: "empty", status: 200, etag: `"no"`, wantTag: `"c"`, wantSince: "odd date", wantArticles: 1, wantPuts: 1, wantError: "the document is empty"},
		{name: "no items now", status: 200, etag: `"no"`, body: rssOf(), wantTag: `"c"`, wantSince: "odd date", wantArticles: 1, wantPuts: 1, wantError: "the feed had articles and now has none"},
		{name: "cut off", status: 200, etag: `"no"`, body: strings.TrimSuffix(rssOf("A", "B", "C"), "</title></item></channel></rss>"), wantTag: `"c"`, wantSince: "odd date", wantArticles: 2, wantPuts: 2},
		{name: "whole, no validators", status: 200, body: rssOf("A", "B", "C"), wantArticles: 3, wantPuts: 3},
		{name: "again", status: 200, body: rssOf("A", "B", "C"), wantArticles: 3, wantPuts: 3},
	}
	var step reply
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, want := range map[string]string{
			"If-None-Match": step.wantTag, "If-Modified-Since": step.wantSince, "Referer": "", "Cookie": "",
			"User-Agent": "Tidings/1 (+https://e.example)",
		} {
			if got := r.Header.Get(name); got != want || want == "" && r.Header[name] != nil {
				t.Errorf("%s: %s is %q, want %q", step.name, name, got, want)
			}
		}
		if step.etag != "" {
			w.Header().Set("ETag", step.etag)
		}
		if step.lm != "" {
			w.Header().Set("Last-Modified", step.lm)
		}
		w.WriteHeader(step.status)
		fmt.Fprint(w, step.body)
	}))
	defer server.Close()
	sink := newMemory(bot.Source{Name: "tide", URL: server.URL})
	p := poller(t, sink, time.Minute)
	for _, step = range steps {
		if _, err := pollOnce(t.Context(), p, sink.source("tide")); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		s := sink.source("tide")
		if s.Articles != step.wantArticles || sink.puts != step.wantPuts || s.Fetch.Error != step.wantError {
			t.Errorf("%s: %d articles, %d puts, error %q; want %d, %d, %q", step.name,
				s.Articles, sink.puts, s.Fetch.Error, step.wantArticles, step.wantPuts, step.wantError)
		}
		if s.Title != "Tide" || s.Fetch.LastTry.IsZero() || !s.Fetch.Next.After(s.Fetch.LastTry) {
			t.Errorf("%s: state %+v", step.name, s.Fetch)
		}
	}
}

func TestPoll_FetchesAgainWhatWasNotStored(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"a"`)
		if r.Header.Get("If-None-Match") == `"a"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, rssOf("A"))
	}))
	defer server.Close()
	sink := newMemory(bot.Source{Name: "tide", URL: server.URL})
	p := poller(t, sink, time.Minute)
	sink.failPut(errors.New("disk full at /secret/path"))
	for _, want := range []string{"the articles could not be stored", ""} {
		if _, err := pollOnce(t.Context(), p, sink.source("tide")); err != nil {
			t.Fatal(err)
		}
		if got := sink.source("tide").Fetch.Error; got != want {
			t.Errorf("error %q, want %q", got, want)
		}
		sink.failPut(nil)
	}
	if got := await(t, "article", sink.titles); got != "A" {
		t.Errorf("stored %q", got)
	}
}

func TestFetch_KeepsSecretsFromTheNextServer(t *testing.T) {
	t.Parallel()
	seen := make(chan http.Header, 1)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header
		w.Header().Set("ETag", `"other"`)
		fmt.Fprint(w, rssOf("A"))
	}))
	defer other.Close()
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, _, _ := r.BasicAuth(); user != "user" {
			t.Errorf("user %q", user)
		}
		http.Redirect(w, r, other.URL, http.StatusMovedPermanently)
	}))
	defer first.Close()
	p := poller(t, newMemory(), time.Minute)
	address := strings.Replace(first.URL, "http://", "http://user:password@", 1) + "/?token=secret"
	got, err := p.fetcher.fetch(t.Context(), address, login{}, &bot.FetchState{ETag: `"mine"`, LastModified: "date"})
	if err != nil {
		t.Fatal(err)
	}
	header := <-seen
	for _, name := range []string{"Referer", "Authorization", "If-None-Match", "If-Modified-Since"} {
		if header.Get(name) != "" {
			t.Errorf("the next server received %s %q", name, header.Get(name))
		}
	}
	if got.from != other.URL || len(got.document.Articles) != 1 {
		t.Errorf("tag %q is of %q; %d articles", got.etag, got.from, len(got.document.Articles))
	}
}

func TestFetch_FailsInPlainWordsWithoutTheAddress(t *testing.T) {
	t.Parallel()
	bomb := zipped(t, strings.Repeat(" ", 3*feed.MaxSize))
	mux := http.NewServeMux()
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/loop?token=secret", http.StatusFound)
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	mux.HandleFunc("/reset", func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
			t.Error(err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/lie", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		fmt.Fprint(w, rssOf("A"))
	})
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		fmt.Fprint(w, bomb)
	})
	mux.HandleFunc("/challenge", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cf-Mitigated", "challenge")
		w.WriteHeader(http.StatusForbidden)
	})
	for path, status := range map[string]int{"/403": 403, "/404": 404, "/410": 410, "/429": 429, "/204": 204, "/418": 418} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) })
	}
	server := httptest.NewServer(mux)
	defer server.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	secure := httptest.NewTLSServer(nil)
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	defer secure.Close()
	p := poller(t, newMemory(), time.Minute)
	for address, want := range map[string]string{
		server.URL + "/loop":      "the server redirects too often",
		server.URL + "/file":      "the server redirects to something that isn't a web address",
		server.URL + "/reset":     "the server broke off the connection",
		server.URL + "/lie":       "the answer is not compressed as it says",
		server.URL + "/bomb":      "the document is larger than 10 MiB",
		server.URL + "/challenge": "the server asks for proof that a person is reading (403)",
		server.URL + "/403":       "the server refuses access (403)",
		server.URL + "/404":       "the server has no such page (404)",
		server.URL + "/410":       "the feed was ended by its publisher (410)",
		server.URL + "/429":       "the server asks to come less often (429)",
		server.URL + "/204":       "the server sent nothing (204)",
		server.URL + "/418":       "the server answered in an unexpected way (418)",
		closed.URL:                "the server refuses the connection",
		secure.URL:                "the server's certificate is not valid",
		"http://nowhere.invalid/": "there is no server of that name",
		"ftp://e.example/":        "the address isn't an http or https address",
		"http://[::1":             "the address isn't an http or https address",
		"":                        "the address isn't an http or https address",
	} {
		err := check(t.Context(), p, strings.Replace(address, "://", "://user:password@", 1)+"?token=secret")
		if err == nil {
			t.Errorf("%s: no error", address)
			continue
		}
		if address == "http://nowhere.invalid/" && err.Error() == "the server's name could not be looked up" {
			continue // there is no resolver here
		}
		if err.Error() != want {
			t.Errorf("%s: %q, want %q", address, err, want)
		}
	}
}

func TestFetch_NeverLeavesHTTPS(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { t.Error("asked in the clear") }))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	defer secure.Close()
	client := secure.Client()
	p, err := New(Config{Sink: newMemory(), Client: client})
	if err != nil {
		t.Fatal(err)
	}
	if err := check(t.Context(), p, secure.URL); err == nil || err.Error() != "the server redirects from https to http" {
		t.Errorf("got %v", err)
	}
}

func TestFetch_StaysOutOfTheOperatorsNetwork(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { t.Error("was asked") }))
	defer server.Close()
	p, err := New(Config{Sink: newMemory()})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{
		server.URL, "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://localhost/",
		"http://10.0.0.1/", "http://169.254.169.254/latest/", "http://168.63.129.16/", "http://user@127.0.0.1/", "http://0.1.2.3/",
	} {
		err := check(t.Context(), p, address)
		if err == nil || !strings.HasPrefix(err.Error(), "the address is not public") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestFetch_GivesUpOnASlowServer(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/drip" {
			fmt.Fprint(w, "<rss>")
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
		}
		<-release
	}))
	defer server.Close()
	defer close(release)
	client := NewClient(Private)
	client.Timeout = 100 * time.Millisecond
	p, err := New(Config{Sink: newMemory(), Client: client})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/drip"} {
		if err := check(t.Context(), p, server.URL+path); err == nil || err.Error() != "the server did not answer in time" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFetch_DistinguishesAStopFromAFailure(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	sink := newMemory(bot.Source{Name: "tide", URL: server.URL})
	p := poller(t, sink, time.Minute)
	if _, err := pollOnce(ctx, p, sink.source("tide")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(bot.FetchState{}, sink.source("tide").Fetch); diff != "" {
		t.Errorf("a stop was recorded (-want +got):\n%s", diff)
	}
}

func TestCheck_ReturnsTitleAndCount(t *testing.T) {
	t.Parallel()
	body := zipped(t, rssOf("A", "B"))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != encodings {
			t.Errorf("Accept-Encoding %q", r.Header.Get("Accept-Encoding"))
		}
		w.Header().Set("Content-Encoding", "gzip")
		fmt.Fprint(w, body)
	}))
	defer server.Close()
	got, err := poller(t, newMemory(), time.Minute).Check(t.Context(), server.URL)
	if want := (bot.FeedCheck{URL: server.URL, Title: "Tide", Articles: 2, Newest: "A"}); err != nil || !cmp.Equal(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}
