package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

// postedWorld is a world whose Discord posts interactions to the adapter.
type postedWorld struct {
	*world
	key     ed25519.PrivateKey
	hook    string
	serving atomic.Pointer[Adapter] // where posts go
}

func newPostedWorld(t *testing.T) *postedWorld {
	t.Helper()
	key := ed25519.NewKeyFromSeed([]byte("thirty-two bytes of a known seed"))
	w := &postedWorld{world: newWorld(t, sandboxdiscord.Config{Unlimited: true, Key: key}), key: key}
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.serving.Load().ServeHTTP(rw, r)
	}))
	t.Cleanup(srv.Close)
	w.hook = srv.URL + InteractionsPath
	w.adapter = w.newAdapter(t, testToken, w.url)
	public, err := parseKey(w.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	w.adapter.endpoint.key, w.adapter.endpoint.url = public, w.hook
	w.serving.Store(w.adapter)
	return w
}

// another returns the adapter of another process.
func (w *postedWorld) another(t *testing.T) *Adapter {
	t.Helper()
	a := w.newAdapter(t, testToken, w.url)
	a.endpoint.key, a.endpoint.url = w.adapter.endpoint.key, w.hook
	return a
}

// serve runs the adapter until the test ends, and waits until Discord posts interactions.
func (w *postedWorld) serve(t *testing.T, h bot.Handler) {
	t.Helper()
	w.start(t, h)
	if err := w.WaitEndpoint(within(t)); err != nil {
		t.Fatalf("Discord knows no endpoint: %v\n%s", err, w.log)
	}
	if err := w.WaitCommands(within(t), h.Commands()[0].Name); err != nil {
		t.Fatalf("no commands: %v\n%s", err, w.log)
	}
}

// post posts a body that was signed at a time with a key, and returns the status.
func (w *postedWorld) post(t *testing.T, key ed25519.PrivateKey, at time.Time, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.hook, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	req.Header.Set("X-Signature-Timestamp", stamp)
	req.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(key, []byte(stamp+body))))
	return status(t, req)
}

// status makes a request and returns the status of the answer.
func status(t *testing.T, req *http.Request) int {
	t.Helper()
	client := http.Client{Timeout: 20 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestAdapter_ServesOverHTTPAsByTheGateway(t *testing.T) {
	bottest.AdapterRun(t, func(t *testing.T) bottest.Fixture {
		w := newPostedWorld(t)
		f := w.fixture(t)
		menu := f.Menu
		f.Menu = func(ctx context.Context) ([]string, error) {
			if err := w.WaitEndpoint(ctx); err != nil {
				return nil, err
			}
			return menu(ctx)
		}
		t.Cleanup(func() {
			for _, r := range w.Requests() {
				if strings.HasSuffix(r.Path, "/callback") {
					t.Errorf("an interaction was answered by a request of its own: %s", r.Path)
				}
			}
		})
		return f
	})
}

func TestEndpoint_RejectsUnsignedRequests(t *testing.T) {
	t.Parallel()
	w := newPostedWorld(t)
	h := help()
	w.serve(t, h)
	_, other, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	body := func(id int) string {
		return fmt.Sprintf(`{"id":"%d","type":2,"token":"t","channel_id":"1","user":{"id":"7"},"data":{"name":"help"}}`, id)
	}
	now := time.Now()
	for i, tt := range []struct {
		what string
		key  ed25519.PrivateKey
		at   time.Time
		body string
		want int
	}{
		{"a good one", w.key, now, body(1), http.StatusOK},
		{"the same again", w.key, now, body(1), http.StatusUnauthorized},
		{"the same with a new time", w.key, now.Add(time.Second), body(1), http.StatusUnauthorized},
		{"another key", other, now, body(2), http.StatusUnauthorized},
		{"too old", w.key, now.Add(-maxAge - 2*time.Second), body(3), http.StatusUnauthorized},
		{"too new", w.key, now.Add(maxAhead + time.Minute), body(4), http.StatusUnauthorized},
		{"old enough", w.key, now.Add(-maxAge + 30*time.Second), body(5), http.StatusOK},
		{"too large", w.key, now, strings.Repeat(" ", maxInteraction) + body(6), http.StatusRequestEntityTooLarge},
		{"no JSON", w.key, now, "hello", http.StatusBadRequest},
		{"a ping", w.key, now, `{"id":"9","type":1}`, http.StatusOK},
		{"a forged ping", other, now, `{"id":"9","type":1}`, http.StatusUnauthorized},
	} {
		if got := w.post(t, tt.key, tt.at, tt.body); got != tt.want {
			t.Errorf("%d: %s is answered %d, want %d", i, tt.what, got, tt.want)
		}
	}
	if n := len(h.Invocations()); n != 2 {
		t.Errorf("the handler was asked %d times, want twice", n)
	}
	unsigned, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.hook, strings.NewReader(body(8)))
	if err != nil {
		t.Fatal(err)
	}
	unsigned.Header.Set("X-Signature-Ed25519", "zz")
	if got := status(t, unsigned); got != http.StatusUnauthorized {
		t.Errorf("without a signature the answer is %d, want 401", got)
	}
}

func TestEndpoint_SkipsWhatAnotherProcessHasClaimed(t *testing.T) {
	t.Parallel()
	w := newPostedWorld(t)
	h := help()
	w.serve(t, h)
	w.adapter = w.another(t)
	const asked = `{"id":"1","type":2,"token":"t","user":{"id":"7"},"data":{"name":"help"}}`
	if got := w.post(t, w.key, time.Now(), asked); got != http.StatusOK {
		t.Fatalf("answered %d", got)
	}
	w.serving.Store(w.adapter)
	w.start(t, h)
	eventually(t, "the other process serves", func() bool { return w.adapter.serving.Load() != nil })
	if got := w.post(t, w.key, time.Now(), asked); got != http.StatusUnauthorized {
		t.Errorf("when it comes again, to another process, it is answered %d, want 401", got)
	}
	if n := len(h.Invocations()); n != 1 {
		t.Errorf("the handler was asked %d times, want once", n)
	}
}

func TestEndpoint_SuggestsOverHTTP(t *testing.T) {
	t.Parallel()
	w := newPostedWorld(t)
	w.serve(t, &bottest.Handler{Table: completer(), Suggest: func(_ context.Context, _ bot.Invocation, arg string) []bot.Choice {
		return []bot.Choice{{Label: arg, Value: "1"}}
	}})
	got, err := w.Autocomplete(within(t), w.member, w.channel, "unsubscribe",
		[]sandboxdiscord.Option{{Name: "name", Value: "x", Focused: true}})
	if err != nil || len(got) != 1 || got[0].Name != "name" {
		t.Errorf("suggested are %v, %v\n%s", got, err, w.log)
	}
}

func TestEndpoint_ServesWithoutGateway(t *testing.T) {
	t.Parallel()
	w := newPostedWorld(t)
	w.adapter.withoutGateway = true
	h := help()
	w.serve(t, h)
	w.serves(t)
	p, err := h.WaitPresence(within(t), func(p bot.Presence) bool { return p.Kind == bot.Back })
	if err != nil || p.Scope != w.here() {
		t.Errorf("after a command the bot is back in %v, %v, want %v", p.Scope, err, w.here())
	}
	if n := w.Counters().Connections; n != 0 {
		t.Errorf("there were %d gateway connections, want none", n)
	}
	if finding, err := w.adapter.Inspect(within(t)); err != nil || finding != "commands come over HTTP" {
		t.Errorf("Inspect: %q, %v", finding, err)
	}
	w.adapter.endpoint.key, _ = parseKey(strings.Repeat("ab", ed25519.PublicKeySize))
	if _, err := w.adapter.Inspect(within(t)); err == nil || !strings.Contains(err.Error(), "another application's") {
		t.Errorf("with another key Inspect returned %v", err)
	}
}

func TestEndpoint_IsGivenBackWithoutAPublicKey(t *testing.T) {
	t.Parallel()
	w := newPostedWorld(t)
	stop, _ := w.start(t, help())
	if err := w.WaitEndpoint(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	w.adapter = w.newAdapter(t, testToken, w.url)
	w.run(t, help())
	eventually(t, "interactions come by the gateway again", func() bool { return w.Endpoint() == "" })
	w.serves(t)
}

func TestEndpoint_IsRefusedByDiscordWithTheWrongKey(t *testing.T) {
	t.Parallel()
	w := newPostedWorld(t)
	w.adapter.endpoint.key, _ = parseKey(strings.Repeat("ab", ed25519.PublicKeySize))
	w.run(t, help())
	eventually(t, "the log says why", func() bool { return strings.Contains(w.log.String(), "could not be verified") })
	w.serves(t) // by the gateway
}

func TestFollow_WaitsUntilDiscordHasReadThePromise(t *testing.T) {
	t.Parallel()
	w := newPostedWorld(t)
	h := help()
	h.Answer = func(ctx context.Context, _ bot.Invocation) bot.Message {
		eventuallyDeferred(ctx, w.world)
		return bot.Message{Text: bot.Plain("done")}
	}
	w.serve(t, h)
	w.Faults.Inject(sandbox.Fault{
		Path: "/@original", Kind: sandbox.FaultStatus, Status: 404, Body: `{"code":10015,"message":"Unknown Webhook"}`,
	})
	ctx := within(t)
	it, err := w.Command(ctx, w.member, w.channel, "help", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.commands <- it
	if m, err := it.Reply(ctx); err != nil || m.Content != "done" {
		t.Errorf("the answer is %q, %v\n%s", m.Content, err, w.log)
	}
}

func TestNew_ChecksThePublicKey(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"x", "abcd", strings.Repeat("a", 63), strings.Repeat("g", 64), strings.Repeat("a", 66)} {
		if _, err := New(Config{Token: testToken, PublicKey: key, Inbox: &memoryInbox{}}); err == nil {
			t.Errorf("the key %q is accepted", key)
		}
	}
	if _, err := New(Config{Token: testToken, WithoutGateway: true}); err == nil {
		t.Error("without gateway and key there would be no commands")
	}
	if _, err := New(Config{Token: testToken, PublicKey: strings.Repeat("ab", ed25519.PublicKeySize)}); err == nil {
		t.Error("without an inbox posts could be repeated")
	}
}

func TestMultiListener_NeedsAnInbox(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		inbox Inbox
		want  bool
	}{
		"without": {nil, false}, "with": {&memoryInbox{}, true},
	} {
		a, err := New(Config{Token: testToken, Inbox: tt.inbox})
		if err != nil || a.MultiListener() != tt.want {
			t.Errorf("%s an inbox: %v, want several listeners: %t", name, err, tt.want)
		}
	}
}

// FuzzServeHTTP: whatever Discord signs, nothing panics, and what it did not sign reaches nobody.
func FuzzServeHTTP(f *testing.F) {
	key := ed25519.NewKeyFromSeed([]byte("thirty-two bytes of a known seed"))
	a, err := New(Config{Token: testToken, PublicKey: hex.EncodeToString(key.Public().(ed25519.PublicKey)), Inbox: &memoryInbox{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(`{"type":1}`, "1700000000", "00")
	f.Add(`{"type":2,"data":{"options":[{"value":{}}]}}`, "-1", "")
	f.Add(`[]`, "x", "zz")
	f.Fuzz(func(t *testing.T, body, stamp, signature string) {
		forged := httptest.NewRequestWithContext(t.Context(), http.MethodPost, InteractionsPath, strings.NewReader(body))
		forged.Header.Set("X-Signature-Timestamp", stamp)
		forged.Header.Set("X-Signature-Ed25519", signature)
		rec := httptest.NewRecorder()
		if a.ServeHTTP(rec, forged); rec.Code != http.StatusUnauthorized {
			t.Errorf("what nobody signed is answered %d", rec.Code)
		}
		now := strconv.FormatInt(time.Now().Unix(), 10)
		signed := httptest.NewRequestWithContext(t.Context(), http.MethodPost, InteractionsPath, strings.NewReader(body))
		signed.Header.Set("X-Signature-Timestamp", now)
		signed.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(key, []byte(now+body))))
		rec = httptest.NewRecorder()
		a.ServeHTTP(rec, signed)
		if rec.Code == http.StatusOK && !json.Valid(rec.Body.Bytes()) {
			t.Errorf("a good answer is %q", rec.Body)
		}
	})
}

// TestEndpoint_EndsWhenTheTokenIsRevoked: without a gateway only requests show it.
func TestEndpoint_EndsWhenTheTokenIsRevoked(t *testing.T) {
	t.Parallel()
	w := newPostedWorld(t)
	w.adapter.withoutGateway = true
	_, ended := w.start(t, help())
	if err := w.WaitEndpoint(within(t)); err != nil {
		t.Fatal(err)
	}
	w.ResetToken("another")
	if e := w.sendError(t, w.here()); e.Kind != bot.Transient {
		t.Errorf("Send failed with %+v", e)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, bot.ErrUnauthorized) {
			t.Errorf("Run returned %v, want ErrUnauthorized", err)
		}
	case <-within(t).Done():
		t.Fatalf("Run goes on:\n%s", w.log)
	}
}
