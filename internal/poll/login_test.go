package poll

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
)

// keysSeen is a server that notes what header each path was asked with.
type keysSeen struct {
	*httptest.Server
	mu   sync.Mutex // guards keys
	keys []string
}

func newKeysSeen(t *testing.T, answer http.HandlerFunc) *keysSeen {
	t.Helper()
	k := &keysSeen{}
	k.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.mu.Lock()
		k.keys = append(k.keys, r.URL.Path+" "+r.Header.Get("X-Key")+r.Header.Get("Authorization"))
		k.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(k.Close)
	return k
}

func (k *keysSeen) seen() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return strings.Join(k.keys, ", ")
}

func TestPoll_LogsInAtTheFeedsOwnServerAlone(t *testing.T) {
	t.Parallel()
	other := newKeysSeen(t, replies(200, rssOf("A")))
	own := newKeysSeen(t, func(w http.ResponseWriter, r *http.Request) {
		to := map[string]string{"/start": "/there", "/there": other.URL + "/elsewhere"}[r.URL.Path]
		http.Redirect(w, r, to, http.StatusFound)
	})
	for line, want := range map[string]string{"X-Key: hunter2": "hunter2", "ann:hunter2": "Basic YW5uOmh1bnRlcjI="} {
		login, err := bot.ReadLogin(line)
		if err != nil {
			t.Fatal(err)
		}
		source := bot.Source{ID: "tide", Name: "tide", Kind: bot.FeedSource, URL: own.URL + "/start", HasLogin: true}
		sink := newMemory(source)
		sink.logins = map[string]bot.Login{"tide": login}
		p := poller(t, sink, time.Hour)
		state, err := p.poll(t.Context(), &source, nil)
		if err != nil || state.Error != "" {
			t.Fatalf("%v, %q", err, state.Error)
		}
		if got := own.seen(); !strings.HasSuffix(got, "/start "+want+", /there "+want) {
			t.Errorf("its own server saw %s", got)
		}
		// Where it has moved for good, too.
		source.Fetch.Memory.Address = other.URL + "/moved"
		if _, err := p.poll(t.Context(), &source, nil); err != nil {
			t.Fatal(err)
		}
		if got := other.seen(); !strings.HasSuffix(got, "/elsewhere , /moved ") || strings.Contains(got, "hunter2") {
			t.Errorf("another server saw %s", got)
		}
	}
}

func TestPoll_WithoutItsLoginAFeedIsNotAskedFor(t *testing.T) {
	t.Parallel()
	own := newKeysSeen(t, replies(200, rssOf("A")))
	source := bot.Source{ID: "tide", Name: "tide", Kind: bot.FeedSource, URL: own.URL, HasLogin: true}
	sink := newMemory(source)
	sink.lookErr = http.ErrAbortHandler
	state, err := poller(t, sink, time.Hour).poll(t.Context(), &source, nil)
	if err != nil || state.Error != "its login could not be read" || own.seen() != "" {
		t.Errorf("%v, %q, seen %q", err, state.Error, own.seen())
	}
}
