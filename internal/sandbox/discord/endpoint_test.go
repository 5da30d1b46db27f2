package discord

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// endpoint answers interactions as a bot would: signed ones with what the test says.
func endpoint(t *testing.T, p place, answer func(kind int, body []byte) string) string {
	t.Helper()
	key, err := hex.DecodeString(p.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		signature, _ := hex.DecodeString(r.Header.Get("X-Signature-Ed25519"))
		if !ed25519.Verify(key, append([]byte(r.Header.Get("X-Signature-Timestamp")), body...), signature) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var it struct {
			Type int `json:"type"`
		}
		_ = json.Unmarshal(body, &it)
		_, _ = io.WriteString(w, answer(it.Type, body))
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestEndpoint_PostsInteractionsToWhatPassesTheProbe(t *testing.T) {
	p := newPlace(t, Config{})
	p.bot.do("PUT", "/applications/"+p.ApplicationID()+"/commands", `[{"name":"help","description":"x"}]`).want(t, 200, 0)
	good := endpoint(t, p, func(kind int, _ []byte) string {
		if kind == 1 {
			return `{"type":1}`
		}
		return `{"type":4,"data":{"content":"over HTTP"}}`
	})
	p.bot.do("PATCH", "/applications/@me", map[string]any{"interactions_endpoint_url": good}).want(t, 200, 0)
	if p.Endpoint() != good {
		t.Errorf("interactions go to %q", p.Endpoint())
	}
	it, err := p.Command(testContext(t), p.ann, p.channel, "help", nil)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := it.Reply(testContext(t)); err != nil || m.Content != "over HTTP" {
		t.Errorf("the answer is %q, %v", m.Content, err)
	}
	p.bot.do("PATCH", "/applications/@me", `{"interactions_endpoint_url":null}`).want(t, 200, 0)
	if p.Endpoint() != "" {
		t.Errorf("interactions still go to %q", p.Endpoint())
	}
}

func TestEndpoint_RefusesWhatDoesNotCheckSignatures(t *testing.T) {
	p := newPlace(t, Config{})
	careless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"type":1}`)
	}))
	defer careless.Close()
	silent := endpoint(t, p, func(int, []byte) string { return `{}` })
	for _, address := range []string{careless.URL, silent, "http://127.0.0.1:1", "nowhere"} {
		p.bot.do("PATCH", "/applications/@me", map[string]any{"interactions_endpoint_url": address}).want(t, 400, 50035)
	}
	if p.Endpoint() != "" {
		t.Errorf("interactions go to %q", p.Endpoint())
	}
}

func TestShards_MustKeepToTheirBucketAndSize(t *testing.T) {
	clock := newClock()
	p := newPlace(t, Config{Now: clock.Now, MaxConcurrency: 2, GuildsPerShard: 1})
	identify := func(id, count int) socket {
		s := dial(t, p.base)
		s.next()
		data := identify(1)
		data["shard"] = []int{id, count}
		s.send(2, data)
		return s
	}
	for shard := range 2 { // each of a bucket of its own
		if f := identify(shard, 4).next(); f.Type != "READY" {
			t.Errorf("shard %d got %+v", shard, f)
		}
	}
	if f := identify(2, 4).next(); f.Op != 9 {
		t.Errorf("a shard of a bucket that was just used got %+v, want op 9", f)
	}
	clock.advance(identifyWindow)
	if f := identify(2, 4).next(); f.Type != "READY" {
		t.Errorf("after the window the shard got %+v", f)
	}
	p.AddGuild("Second")
	clock.advance(identifyWindow)
	if got := identify(0, 1).closeCode(); got != 4011 {
		t.Errorf("one shard with too many guilds is closed with %d, want 4011", got)
	}
}
