package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/web"
)

const token = "open-sesame"

// anySource is the token that publishes for every source.
func anySource() []web.PublishToken { return []web.PublishToken{{Token: token}} }

// recordingStore is a store that keeps what it is handed and fails when it is set to.
type recordingStore struct {
	mu    sync.Mutex // guards everything below
	puts  [][]bot.Article
	keys  []string // and digests
	err   error
	onPut func() // called by Put first, if not nil
}

func (s *recordingStore) Ready(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *recordingStore) Stats(context.Context) (bot.Stats, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bot.Stats{
		Articles: 7, Sources: 2, Subscriptions: 3, Suspended: 1, Backlog: map[string]int64{"paper": 4},
		Failing: 5, OnHold: 6, Paused: 8, NewestArticle: time.Unix(1_800_000_000, 500_000_000),
	}, s.err
}

func (s *recordingStore) OldestPending(context.Context) (map[string]time.Time, error) {
	return map[string]time.Time{"paper": time.Now().Add(-time.Minute)}, nil
}

func (s *recordingStore) Size(context.Context) (bot.DatabaseSize, error) {
	return bot.DatabaseSize{Bytes: 1000, Reusable: 10, Volume: 5000, Free: 50}, nil
}

func (s *recordingStore) Publish(ctx context.Context, p bot.Publication) ([]bot.Published, error) {
	if s.onPut != nil {
		s.onPut()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.puts, s.keys = append(s.puts, p.Articles), append(s.keys, p.Key+" "+p.Digest)
	list := make([]bot.Published, len(p.Articles))
	for i := range list {
		list[i] = bot.Published{ID: int64(7 + i), Outcome: bot.Added}
	}
	return list, s.err
}

func (s *recordingStore) stored() [][]bot.Article {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.puts
}

// decode reads an article as the program does, in little.
func decode(data []byte) (bot.Article, []web.Fault) {
	var in struct{ Title, Source, Status string }
	if err := json.Unmarshal(data, &in); err != nil {
		return bot.Article{}, []web.Fault{{Detail: fmt.Sprintf("broken JSON: %v", err)}}
	}
	if in.Status == "odd" {
		return bot.Article{}, []web.Fault{{Field: "sta/tus", Detail: "may be live, corrected or withdrawn"}}
	}
	return bot.Article{Title: in.Title, Source: in.Source, Status: bot.Status(in.Status)}, nil
}

// serve runs a server until the test ends, or until stop is called.
func serve(t *testing.T, cfg web.Config) (url string, stop func()) {
	t.Helper()
	return serveAt(t, "127.0.0.1:0", cfg)
}

// serveAt is serve at an address of one's choice.
func serveAt(t *testing.T, addr string, cfg web.Config) (url string, stop func()) {
	t.Helper()
	cfg.Addr = addr
	s, err := web.Listen(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + s.Addr(), run(t, s)
}

// run runs a server until the test ends or stop is called, which waits for its end.
func run(t *testing.T, s *web.Server) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// send makes a request and returns the whole answer.
func send(t *testing.T, method, url, bearer, body string) (status int, header http.Header, answer string) {
	t.Helper()
	return sendWith(t, http.Header{}, method, url, bearer, body)
}

// sendWith is send with further headers.
func sendWith(
	t *testing.T, more http.Header, method, url, bearer, body string,
) (status int, header http.Header, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = more
	if bearer != "" {
		req.Header.Set("Authorization", bearer)
	}
	client := &http.Client{Timeout: time.Minute}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(data)
}

func TestServer_SurvivesAFailingStore(t *testing.T) {
	var log bytes.Buffer
	store := &recordingStore{}
	url, stop := serve(t, web.Config{Store: store, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, _, body := send(t, "GET", url+path, "", ""); status != http.StatusOK || body != "ok\n" {
			t.Errorf("%s answers %d %q", path, status, body)
		}
	}
	store.mu.Lock()
	store.err = errors.New("disk on fire")
	store.mu.Unlock()
	if status, _, _ := send(t, "GET", url+"/healthz", "", ""); status != http.StatusOK {
		t.Errorf("/healthz answers %d when the store fails, want 200", status)
	}
	status, _, body := send(t, "GET", url+"/readyz", "", "")
	if status != http.StatusServiceUnavailable || strings.Contains(body, "fire") {
		t.Errorf("/readyz answers %d %q, want 503 without what is inside", status, body)
	}
	stop()
	if !strings.Contains(log.String(), "disk on fire") {
		t.Errorf("the log does not say why: %s", &log)
	}
}

func TestServer_OffersOnlyWhatIsEnabled(t *testing.T) {
	url, _ := serve(t, web.Config{Store: &recordingStore{}, Decode: decode})
	for _, path := range []string{"GET /metrics", "POST /api/articles", "GET /", "POST /healthz"} {
		method, rest, _ := strings.Cut(path, " ")
		if status, _, _ := send(t, method, url+rest, "", ""); status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
			t.Errorf("%s answers %d", path, status)
		}
	}
	says := func(text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	}
	url, _ = serve(t, web.Config{Store: &recordingStore{}, Page: says("a page"), Mount: map[string]http.Handler{"/hub/": says("a hub")}})
	for path, want := range map[string]string{"/anything": "a page", "/hub/any": "a hub", "/healthz": "ok\n"} {
		if _, _, body := send(t, "GET", url+path, "", ""); body != want {
			t.Errorf("%s answers %q, want %q", path, body, want)
		}
	}
}

func TestServer_WaitsForNoBodyForever(t *testing.T) {
	url, _ := serve(t, web.Config{Store: &recordingStore{}, Tokens: anySource(), Decode: decode, BodyTimeout: 50 * time.Millisecond})
	for name, tt := range map[string]struct {
		request string
		want    int
	}{
		"of a stranger":   {"POST /api/articles HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n", http.StatusUnauthorized},
		"to nowhere":      {"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n", http.StatusNotFound},
		"without its end": {"POST /api/articles HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var d net.Dialer
			conn, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(time.Minute))
			if _, err := io.WriteString(conn, tt.request); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatalf("no answer: %v", err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != tt.want {
				t.Errorf("answered by %d, want %d", resp.StatusCode, tt.want)
			}
		})
	}
}

func TestListen_SaysThatTheAddressIsInUse(t *testing.T) {
	url, _ := serve(t, web.Config{Store: &recordingStore{}})
	addr := strings.TrimPrefix(url, "http://")
	_, err := web.Listen(t.Context(), web.Config{Addr: addr, Store: &recordingStore{}})
	if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), addr) {
		t.Errorf("Listen = %v, want an error that names %s and says that it is in use", err, addr)
	}
}

const (
	// stopBound is how long a stop may take on a machine that has much else to do.
	stopBound = 20 * time.Second
	// cutOff is after how long a stop cuts off what does not end by itself.
	cutOff = 2 * time.Second
)

func TestRun_EndsThoughAStreamIsOpen(t *testing.T) {
	for name, polite := range map[string]bool{"that ends with its context": true, "that never ends": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			over := make(chan struct{})
			stream := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_ = http.NewResponseController(w).Flush()
				if polite {
					<-r.Context().Done()
					return
				}
				<-over
			})
			url, stop := serve(t, web.Config{Store: &recordingStore{}, Page: stream})
			t.Cleanup(func() { close(over) })
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			start := time.Now()
			stop()
			if took := time.Since(start); took > stopBound || polite && took >= cutOff {
				t.Errorf("the stop took %v", took)
			}
		})
	}
}

func TestRun_FinishesAPublicationInHand(t *testing.T) {
	reached, release := make(chan struct{}), make(chan struct{})
	store := &recordingStore{onPut: func() { close(reached); <-release }}
	s, err := web.Listen(t.Context(), web.Config{Addr: "127.0.0.1:0", Store: store, Tokens: anySource(), Decode: decode})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	go func() {
		<-reached
		cancel()
		close(release)
	}()
	if status, _, body := send(t, "POST", "http://"+s.Addr()+"/api/articles", "Bearer "+token, `{"title":"One"}`); status != http.StatusAccepted {
		t.Errorf("the publication is answered by %d %s, want 202", status, body)
	}
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}
