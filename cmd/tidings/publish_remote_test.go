package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
)

// api is a bot's publish API that answers as configured.
type api struct {
	mu       sync.Mutex // guards what follows
	statuses []int      // of the next answers; 202 then
	keys     []string
	sizes    []int
	articles int
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	a.keys, a.sizes = append(a.keys, r.Header.Get("Idempotency-Key")), append(a.sizes, len(body))
	status := http.StatusAccepted
	if len(a.statuses) > 0 {
		status, a.statuses = a.statuses[0], a.statuses[1:]
	}
	if status == http.StatusAccepted {
		var list []json.RawMessage
		_ = json.Unmarshal(body, &list)
		a.articles += len(list)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]int{"added": len(list)})
		return
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"detail":"/0/title: is missing"}`)
}

func remoteFor(t *testing.T, a *api) *publisher {
	t.Helper()
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	p, err := newPublisher(s.URL+"/", "secret-token", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	p.pause = time.Microsecond
	return p
}

func TestPublisher_RepeatsUnderOneKey(t *testing.T) {
	a := &api{statuses: []int{http.StatusBadGateway, http.StatusServiceUnavailable}}
	got, err := remoteFor(t, a).publish(t.Context(), []bot.Article{{Title: "One"}})
	if err != nil || got.Added != 1 {
		t.Fatalf("published %+v, %v", got, err)
	}
	if len(a.keys) != 3 || a.keys[0] == "" || a.keys[0] != a.keys[1] || a.keys[1] != a.keys[2] {
		t.Errorf("keys %q, want one for three tries", a.keys)
	}
	if _, err := remoteFor(t, a).publish(t.Context(), []bot.Article{{Title: "One"}}); err != nil || a.keys[3] == a.keys[0] {
		t.Errorf("another call: keys %q, %v, want another key", a.keys, err)
	}
}

func TestPublisher_GivesUpOnWhatIsRefused(t *testing.T) {
	a := &api{statuses: []int{http.StatusBadRequest}}
	_, err := remoteFor(t, a).publish(t.Context(), []bot.Article{{Title: "One"}})
	if err == nil || !strings.Contains(err.Error(), "/0/title: is missing") || strings.Contains(err.Error(), "secret") || len(a.keys) != 1 {
		t.Errorf("error %v after %d tries, want the reason after one", err, len(a.keys))
	}
	a = &api{statuses: []int{500, 500, 500, 500, 500}}
	if _, err := remoteFor(t, a).publish(t.Context(), []bot.Article{{Title: "One"}}); err == nil || len(a.keys) != publishTries {
		t.Errorf("error %v after %d tries, want one after %d", err, len(a.keys), publishTries)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := remoteFor(t, &api{}).publish(ctx, []bot.Article{{Title: "One"}}); err == nil {
		t.Error("published after the end")
	}
}

func TestPublisher_SplitsWhatIsTooMuchForOneRequest(t *testing.T) {
	var list []bot.Article
	for range 100 {
		list = append(list, bot.Article{Title: "One", Summary: strings.Repeat("x", bot.MaxSummary)})
	}
	a := &api{}
	got, err := remoteFor(t, a).publish(t.Context(), list)
	if err != nil || got.Added != 100 || a.articles != 100 {
		t.Errorf("published %+v of %d, %v, want 100", got, a.articles, err)
	}
	for _, size := range a.sizes {
		if size > maxRequest {
			t.Errorf("a request of %d bytes, want %d at most", size, maxRequest)
		}
	}
}

func TestNewPublisher_NeedsAnAddressAndAToken(t *testing.T) {
	for _, tt := range []struct{ url, token string }{{"127.0.0.1:8080", "t"}, {"ftp://a", "t"}, {"http://a", ""}} {
		if _, err := newPublisher(tt.url, tt.token, time.UTC); err == nil {
			t.Errorf("%s with token %q was accepted", tt.url, tt.token)
		}
	}
}
