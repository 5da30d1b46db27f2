package poll

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // One of the methods.
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
)

// memo is a HubState in memory.
type memo struct {
	mu     sync.Mutex // guards values
	values map[string]string
}

func (m *memo) State(_ context.Context, key string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.values[key], nil
}

func (m *memo) States(_ context.Context, prefix string) (map[string]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	values := maps.Clone(m.values)
	maps.DeleteFunc(values, func(key, _ string) bool { return !strings.HasPrefix(key, prefix) })
	return values, nil
}

func (m *memo) SetState(_ context.Context, key, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[key] = value
	return nil
}

// exchange is a site whose feed names a hub, the hub, and the bot's callbacks, all over sockets.
type exchange struct {
	*site
	hub       *httptest.Server
	hubs      *Hubs
	config    HubsConfig
	state     *memo
	callbacks *httptest.Server
	answers   int // status of the hub
	forms     []url.Values
	topic     string
}

// newExchange returns an exchange after the first fetch, when the hub has been asked. A hub over plain
// HTTP gets no secret.
func newExchange(t *testing.T, secure bool) *exchange {
	t.Helper()
	x := &exchange{answers: http.StatusAccepted}
	x.hub = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
			t.Errorf("the hub gets %s: %v", r.Method, err)
		}
		x.forms = append(x.forms, r.PostForm)
		w.WriteHeader(x.answers)
	}))
	client := NewClient(Private)
	if secure {
		x.hub.StartTLS()
		client.Transport.(*http.Transport).TLSClientConfig = x.hub.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	} else {
		x.hub.Start()
	}
	t.Cleanup(x.hub.Close)
	x.callbacks = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { x.hubs.ServeHTTP(w, r) }))
	t.Cleanup(x.callbacks.Close)
	stopped := &clock{at: monday()}
	var err error
	x.state = &memo{values: map[string]string{}}
	x.config = HubsConfig{State: x.state, PublicURL: x.callbacks.URL + "/", Client: client, Now: stopped.now}
	if x.hubs, err = NewHubs(x.config); err != nil {
		t.Fatal(err)
	}
	x.site = newSite(t, Config{Hubs: x.hubs}, nil, "f")
	x.hubs.now = x.clock.now
	x.topic = "https://canonical.example/f"
	x.say(replies(200, rssOf("A"), "Link", fmt.Sprintf(`<%s>; rel="hub", <%s>; rel=self`, x.hub.URL, x.topic)))
	x.once()
	x.tend()
	return x
}

// again begins anew with what the stores know.
func (x *exchange) again(t *testing.T) {
	t.Helper()
	x.config.Now = x.clock.now
	var err error
	if x.hubs, err = NewHubs(x.config); err != nil {
		t.Fatal(err)
	}
	x.restart(Config{Sink: x.sink, Network: Private, Now: x.clock.now, Hubs: x.hubs})
	x.hubs.loadLeases(t.Context())
}

// tend does what the hubs' own loop does.
func (x *exchange) tend() {
	for {
		select {
		case o := <-x.hubs.offers:
			x.hubs.offered(x.Context(), o)
		case source := <-x.hubs.unfollowed:
			x.hubs.endLease(x.Context(), source)
		case one := <-x.hubs.pushes:
			x.hubs.bytes -= len(one.body)
			if one.body == nil {
				x.poller.requestFetch(x.Context(), one.source)
			} else {
				x.poller.pushed(x.Context(), &one)
			}
		default:
			x.hubs.unfollowGone(x.Context(), x.poller)
			x.hubs.renewDue(x.Context(), x.poller)
			return
		}
	}
}

// form returns the last request that the hub got.
func (x *exchange) form() url.Values {
	x.Helper()
	if len(x.forms) == 0 {
		x.Fatal("the hub was not asked")
	}
	return x.forms[len(x.forms)-1]
}

// verify does as a hub does to verify a request, and returns the answer.
func (x *exchange) verify(callback string, query map[string]string) (status int, body string) {
	x.Helper()
	q := url.Values{}
	for k, v := range query {
		q.Set("hub."+k, v)
	}
	req, err := http.NewRequestWithContext(x.Context(), http.MethodGet, callback+"?"+q.Encode(), nil)
	if err != nil {
		x.Fatal(err)
	}
	resp, err := x.callbacks.Client().Do(req)
	if err != nil {
		x.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		x.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// subscribe verifies the last request as it should be, and returns it.
func (x *exchange) subscribe(lease time.Duration) url.Values {
	x.Helper()
	form := x.form()
	status, body := x.verify(form.Get("hub.callback"), map[string]string{
		"mode": "subscribe", "topic": form.Get("hub.topic"), "challenge": "c h<a>", "lease_seconds": fmt.Sprint(int(lease / time.Second)),
	})
	if status != 200 || body != "c h<a>" {
		x.Fatalf("verified with %d, %q", status, body)
	}
	return form
}

// push delivers a body to a callback.
func (x *exchange) push(callback, signature string, body io.Reader) int {
	x.Helper()
	req, err := http.NewRequestWithContext(x.Context(), http.MethodPost, callback, body)
	if err != nil {
		x.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/rss+xml")
	if signature != "" {
		req.Header.Set("X-Hub-Signature", signature)
	}
	resp, err := x.callbacks.Client().Do(req)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func sign(method string, h func() hash.Hash, secret, body string) string {
	mac := hmac.New(h, []byte(secret))
	_, _ = io.WriteString(mac, body)
	return method + "=" + hex.EncodeToString(mac.Sum(nil))
}

func (x *exchange) articles() int64 { return x.sink.source("f").Articles }

func TestHubs_SubscribeToTheAdvertisedTopicWithASecretCallback(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.form()
	callback, secret := form.Get("hub.callback"), form.Get("hub.secret")
	if form.Get("hub.mode") != "subscribe" || form.Get("hub.topic") != x.topic || form.Get("hub.lease_seconds") != "864000" {
		t.Errorf("asked for %v", form)
	}
	if !strings.HasPrefix(callback, x.callbacks.URL+"/websub/f/") || len(callback) < len(x.callbacks.URL)+len("/websub/f/")+2*tokenBytes {
		t.Errorf("callback %s", callback)
	}
	if len(secret) < 32 || len(secret) >= 200 {
		t.Errorf("secret of %d bytes", len(secret))
	}
	if form := newExchange(t, false).form(); form.Has("hub.secret") {
		t.Error("a secret was sent in the clear")
	}
}

func TestHubs_VerifyOnlyWhatIsPending(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	callback := x.form().Get("hub.callback")
	right := func(change ...string) map[string]string {
		q := map[string]string{"mode": "subscribe", "topic": x.topic, "challenge": "abc", "lease_seconds": "3600"}
		for i := 0; i < len(change); i += 2 {
			q[change[i]] = change[i+1]
		}
		return q
	}
	for name, tt := range map[string]struct {
		callback string
		query    map[string]string
	}{
		"other topic":    {callback, right("topic", "https://evil.example/")},
		"other mode":     {callback, right("mode", "unsubscribe")},
		"no mode":        {callback, right("mode", "")},
		"no challenge":   {callback, right("challenge", "")},
		"other token":    {callback[:len(callback)-1] + "x", right()},
		"other source":   {strings.Replace(callback, "/f/", "/g/", 1), right()},
		"no such place":  {x.callbacks.URL + "/websub/f", right()},
		"long challenge": {callback, right("challenge", strings.Repeat("a", maxChallenge+1))},
	} {
		if status, body := x.verify(tt.callback, tt.query); status != 404 || strings.Contains(body, "abc") {
			t.Errorf("%s: %d, %q; want 404", name, status, body)
		}
	}
	x.subscribe(time.Hour)
	if status, _ := x.verify(callback, right()); status != 404 {
		t.Errorf("a challenge that nobody waits for: %d, want 404", status)
	}
}

func TestHubs_AcceptEverySignatureMethod(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.subscribe(time.Hour)
	callback, secret := form.Get("hub.callback"), form.Get("hub.secret")
	n := int64(1)
	for method, h := range map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "SHA512": sha512.New} {
		body := rssOf("by " + method)
		if got := x.push(callback, sign(method, h, secret, body), strings.NewReader(body)); got != 202 {
			t.Errorf("%s: %d", method, got)
		}
		x.tend()
		if n++; x.articles() != n {
			t.Errorf("%s: %d articles, want %d", method, x.articles(), n)
		}
	}
	body := rssOf("forged")
	for name, signature := range map[string]string{
		"other secret": sign("sha256", sha256.New, "guess", body), "other body": sign("sha256", sha256.New, secret, body+" "),
		"weak method": sign("md5", sha256.New, secret, body), "wrong method": sign("sha1", sha256.New, secret, body), "none": "", "garbage": "sha256=zz",
	} {
		if got := x.push(callback, signature, strings.NewReader(body)); got != 202 {
			t.Errorf("%s: %d, want an answer like any other", name, got)
		}
		x.tend()
		if x.articles() != n {
			t.Fatalf("%s: a forged article was accepted", name)
		}
	}
	again := rssOf("by sha1")
	x.push(callback, sign("sha1", sha1.New, secret, again), strings.NewReader(again))
	x.tend()
	if x.articles() != n {
		t.Error("a replay was accepted as news")
	}
}

func TestHubs_APushWithdrawsWhatItSaysWasDeleted(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.subscribe(time.Hour)
	x.sink.add(bot.Source{Name: "twin", URL: x.URL + "/f", Added: x.clock.now()})
	keys := []string{"f urn:gone", "twin urn:gone"}
	for _, key := range keys {
		source, guid, _ := strings.Cut(key, " ")
		x.sink.articles[key] = bot.Article{Source: source, GUID: guid, Title: guid}
	}
	body := fmt.Sprintf(graveyard, "")
	if got := x.push(form.Get("hub.callback"), sign("sha256", sha256.New, form.Get("hub.secret"), body), strings.NewReader(body)); got != 202 {
		t.Fatalf("answered %d", got)
	}
	x.tend()
	for _, key := range keys {
		if got := x.sink.articles[key].Status; got != bot.Withdrawn {
			t.Errorf("%s is %q, want withdrawn", key, got)
		}
	}
}

func TestHubs_WithoutASecretAPushIsOnlyAHint(t *testing.T) {
	t.Parallel()
	x := newExchange(t, false)
	form := x.subscribe(time.Hour)
	if got := x.push(form.Get("hub.callback"), "", strings.NewReader(rssOf("who says so"))); got != 202 {
		t.Errorf("answered %d", got)
	}
	x.tend()
	if r := x.pass(2 * time.Second); len(r) != 1 || x.articles() != 1 {
		t.Errorf("%d requests, %d articles; want the feed to be asked, and the push not to be believed", len(r), x.articles())
	}
}

func TestHubs_PollingBecomesTheBackup(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.subscribe(10 * 24 * time.Hour)
	if n := len(x.pass(time.Hour)); n < 11 {
		t.Errorf("%d polls in an hour though the hub has delivered nothing yet", n)
	}
	body := rssOf("B", "A")
	x.push(form.Get("hub.callback"), sign("sha256", sha256.New, form.Get("hub.secret"), body), strings.NewReader(body))
	x.tend()
	x.pass(interval)
	if n := len(x.pass(24 * time.Hour)); n != 4 {
		t.Errorf("%d polls in a day, want one each six hours", n)
	}
	x.say(replies(200, rssOf("C", "B", "A"))) // and the hub says nothing
	x.pass(6 * time.Hour)
	if n := len(x.pass(time.Hour)); n < 11 {
		t.Errorf("%d polls in an hour though the hub has missed something", n)
	}
}

func TestHubs_LargeAndSlowBodiesEnd(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.subscribe(time.Hour)
	if got := x.push(form.Get("hub.callback"), "sha1=00", io.LimitReader(endless{}, 20<<20)); got != 413 && got != 0 {
		t.Errorf("20 MB: %d", got)
	}
	x.hubs.bodyTimeout = 50 * time.Millisecond
	r, w := io.Pipe()
	defer w.Close()
	if got := x.push(form.Get("hub.callback"), "sha1=00", r); got != 400 && got != 0 {
		t.Errorf("a body that does not end: %d", got)
	}
	if len(x.hubs.pushes) != 0 {
		t.Error("something was queued")
	}
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}

func TestHubs_HandleAThousandPushes(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	form := x.subscribe(time.Hour)
	start := time.Now()
	const n = 1000
	for i := range n {
		body := rssOf(fmt.Sprintf("story %d", i))
		if got := x.push(form.Get("hub.callback"), sign("sha256", sha256.New, form.Get("hub.secret"), body), strings.NewReader(body)); got != 202 {
			t.Fatalf("push %d: %d", i, got)
		}
	}
	t.Logf("%d pushes took %v", n, time.Since(start))
	x.tend()
	if x.articles() != n+1 {
		t.Errorf("%d articles, want %d", x.articles(), n+1)
	}
}

func TestHubs_RunsByItself(t *testing.T) {
	t.Parallel()
	x := newExchange(t, true)
	p, err := New(Config{Sink: x.sink, Network: Private, Hubs: x.hubs, Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	x.sink.add(bot.Source{Name: "f", URL: x.URL + "/f", Fetch: bot.FetchState{LastTry: time.Now(), Next: time.Now().Add(time.Hour)}})
	x.hubs.now = time.Now
	form := x.subscribe(time.Hour)
	run(t, p)
	await(t, "first article", x.sink.titles)
	x.sink.add(bot.Source{Name: "other", URL: x.URL + "/other"})
	p.Poke()
	for await(t, "fetch", x.sink.saved) != "other" { // the loop knows its feeds
	}
	body := rssOf("pushed")
	x.push(form.Get("hub.callback"), sign("sha256", sha256.New, form.Get("hub.secret"), body), strings.NewReader(body))
	for await(t, "pushed article", x.sink.titles) != "pushed" {
	}
}
