package console_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/bottest"
	"tidings/bot/engine"
	"tidings/internal/console"
	"tidings/internal/feed"
	"tidings/internal/poll"
	"tidings/internal/store"
	"tidings/internal/web"
)

const (
	token    = "a-console-token-of-ours"
	operator = "paper:7"
	// wait bounds what a test waits for.
	wait = time.Minute
)

// house is a bot on a store of its own, with a console at a real address.
type house struct {
	testing.TB
	store    *store.Store
	paper    *bottest.Recorder
	bot      *engine.Engine
	sessions *console.Sessions
	history  *console.History
	url      string // of the listener, without a slash at the end
	stop     func() // ends the listener and waits for it
	log      logBook
	ahead    atomic.Int64 // nanoseconds by which the house's clock is ahead
}

// plan is what is special about a house.
type plan struct {
	publicURL string
	token     string   // "none" is none
	operators []string // nil is the one
	file      string   // of the database; empty is a new one
	everybody string
}

// open opens a house until the test ends.
func open(t testing.TB, p plan) *house {
	t.Helper()
	h := &house{TB: t}
	if p.token == "" {
		p.token = token
	}
	if p.operators == nil {
		p.operators = []string{operator}
	}
	if p.file == "" {
		p.file = t.TempDir() + "/tidings.db"
	}
	logger := slog.New(slog.NewTextHandler(&h.log, nil))
	var err error
	h.store, err = store.Open(t.Context(), store.Config{URL: "sqlite:" + p.file, Now: h.now})
	h.must(err)
	t.Cleanup(func() { _ = h.store.Close() })
	h.paper, h.history = bottest.NewRecorder("paper"), console.NewHistory(h.now)
	var server *web.Server
	h.sessions, err = console.NewSessions(console.SessionsConfig{
		Store: h.store, Token: strings.TrimPrefix(p.token, "none"), Operators: p.operators, PublicURL: p.publicURL,
		Addr: func() string { return server.Addr() }, Everybody: p.everybody, Logger: logger, Now: h.now,
	})
	h.must(err)
	feeds, err := poll.New(poll.Config{Sink: h.store, Network: poll.Private, Logger: logger, Now: h.now})
	h.must(err)
	h.bot, err = engine.New(engine.Config{
		Store: h.store, Feeds: feeds, Following: answer.Following{Feeds: feeds, ReadList: readList}, Adapters: []bot.Adapter{h.paper}, Operators: p.operators, Console: h.sessions, Logger: logger, Now: h.now,
	})
	h.must(err)
	pages, err := console.New(console.Config{
		Sessions: h.sessions, Store: h.store, Bot: h.bot, Platforms: []string{"paper"}, History: h.history, Setup: installation{h}, Outline: func(w io.Writer, sources []bot.Source) error { _, err := fmt.Fprint(w, len(sources)); return err }, Logger: logger, Now: h.now,
	})
	h.must(err)
	server, err = web.Listen(t.Context(), web.Config{
		Addr: "127.0.0.1:0", Store: h.store, Page: pages, PublicURL: p.publicURL, Metrics: web.NewMetrics(web.Build{Version: "v-secret"}), MetricsToken: token,
		Logger: logger,
	})
	h.must(err)
	h.url = "http://" + server.Addr()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	h.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(h.stop)
	return h
}

func (h *house) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// putArchive stores articles of which none is news.
func (h *house) putArchive(list []bot.Article) {
	h.Helper()
	in := h.store.Import(h.Context())
	h.must(in.Put(store.ImportedArchive, list))
	_, err := in.Close()
	h.must(err)
}

// visitor is a browser without a page: it keeps cookies by hand, as attackers can.
type visitor struct {
	*house
	host   string            // by which it calls the server; empty is the listener's own
	cookie string            // name=value
	header map[string]string // sent with everything
}

// reply is the answer to a request.
type reply struct {
	*http.Response
	text string
}

// cookie returns what a reply sets the named cookie to.
func (r *reply) cookie(name string) *http.Cookie {
	i := slices.IndexFunc(r.Cookies(), func(c *http.Cookie) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return r.Cookies()[i]
}

func (v *visitor) request(ctx context.Context, method, path string, body io.Reader) *http.Response {
	v.Helper()
	r, err := http.NewRequestWithContext(ctx, method, v.url+path, body)
	v.must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if v.host != "" {
		r.Host = v.host
	}
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	for name, value := range v.header {
		r.Header.Set(name, value)
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(r)
	v.must(err)
	return resp
}

// do makes a request and reads the answer.
func (v *visitor) do(method, path string, form url.Values) *reply {
	v.Helper()
	return v.send(method, path, strings.NewReader(form.Encode()))
}

// send makes a request with a body and reads the answer.
func (v *visitor) send(method, path string, body io.Reader) *reply {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.Context(), wait)
	defer cancel()
	resp := v.request(ctx, method, path, body)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	v.must(err)
	return &reply{resp, string(text)}
}

func (v *visitor) get(path string) *reply { v.Helper(); return v.do(http.MethodGet, path, nil) }

// post sends a form; the fields are pairs of name and value.
func (v *visitor) post(path string, fields ...string) *reply {
	v.Helper()
	form := url.Values{}
	for pair := range slices.Chunk(fields, 2) {
		form.Set(pair[0], pair[1])
	}
	return v.do(http.MethodPost, path, form)
}

// isIn reports whether the console knows the visitor.
func (v *visitor) isIn() bool {
	v.Helper()
	return v.get("/now").StatusCode == http.StatusOK
}

// signIn signs in by the token.
func (v *visitor) signIn() *visitor {
	v.Helper()
	r := v.post("/sign-in", "token", token)
	if r.StatusCode != http.StatusSeeOther || len(r.Cookies()) != 1 {
		v.Fatalf("signing in: status %d, cookies %v", r.StatusCode, r.Cookies())
	}
	c := r.Cookies()[0]
	v.cookie = c.Name + "=" + c.Value
	return v
}

// lines reads a stream line by line, until it ends.
func (v *visitor) lines(path string) (<-chan string, func()) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.Context(), wait)
	resp := v.request(ctx, http.MethodGet, path, nil) //nolint:bodyclose // it is, once it has been read
	lines := make(chan string)
	go func() {
		defer close(lines)
		defer resp.Body.Close()
		scan := bufio.NewScanner(resp.Body)
		for scan.Scan() {
			select {
			case lines <- scan.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines, cancel
}

// logBook keeps what is logged.
type logBook struct {
	mu   sync.Mutex // guards text
	text strings.Builder
}

// Write keeps a line.
func (l *logBook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// readList reads a list of feeds as the program does.
func readList(content []byte) ([]bot.FeedLink, bool) {
	list, err := feed.ParseOPML(content)
	if err != nil {
		return nil, false
	}
	var feeds []bot.FeedLink
	for _, f := range list.Feeds {
		feeds = append(feeds, bot.FeedLink{URL: f.URL, Title: f.Title})
	}
	return feeds, true
}

// site serves feeds, each at /NAME.xml, and returns its address.
func site(t testing.TB) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/"), ".xml")
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%s Ledger</title><item><title>A story of %s</title><guid>1</guid></item></channel></rss>`, name, name)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// addSource adds a source and returns it as it is stored.
func (h *house) addSource(s bot.Source) bot.Source {
	h.Helper()
	if s.Kind == "" {
		s.Kind = bot.FeedSource
	}
	h.must(h.store.AddSource(h.Context(), s))
	all, err := h.store.Sources(h.Context())
	h.must(err)
	i := slices.IndexFunc(all, func(other bot.Source) bool { return other.Name == s.Name && other.Place == s.Place })
	return all[i]
}

// sends posts a form and returns what the page that follows says of it.
func (v *visitor) sends(path string, fields ...string) string {
	v.Helper()
	r := v.post(path, fields...)
	if r.StatusCode != http.StatusSeeOther {
		v.Fatalf("%s: status %d: %s", path, r.StatusCode, textOf(r.text, "main"))
	}
	page := v.get(r.Header.Get("Location"))
	return textOf(page.text, `section class="answer`)
}

// uploads posts a form with a file, and returns what the page that follows says.
func (v *visitor) uploads(path, content string, fields ...string) string {
	v.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for pair := range slices.Chunk(fields, 2) {
		v.must(w.WriteField(pair[0], pair[1]))
	}
	part, err := w.CreateFormFile("file", "file")
	v.must(err)
	_, _ = io.WriteString(part, content)
	v.must(w.Close())
	v.header = map[string]string{"Content-Type": w.FormDataContentType()}
	r := v.send(http.MethodPost, path, &form)
	v.header = nil
	return textOf(v.get(r.Header.Get("Location")).text, `section class="answer`)
}

// textOf returns the text of an element in a page, to its end.
func textOf(page, begin string) string {
	_, rest, found := strings.Cut(page, "<"+begin)
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(begin, " ")
	inner, _, _ := strings.Cut(rest, "</"+name+">")
	_, inner, _ = strings.Cut(inner, ">")
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(inner, ""))), " ")
}
