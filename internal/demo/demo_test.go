package demo_test

import (
	"bufio"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/internal/demo"
)

const testTime = time.Minute

func newDemo(t *testing.T) *demo.Demo {
	t.Helper()
	d, err := demo.New(t.Context(), demo.Config{Every: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// request sends a request with headers given as "Name: value", and returns the status and the body.
func request(t *testing.T, method, url, body string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	status, _, answer := do(t, r)
	return status, answer
}

// get returns the header and the body of an address that must exist.
func get(t *testing.T, url string) (http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	status, header, body := do(t, r)
	if status != http.StatusOK {
		t.Fatalf("%s: got status %d", url, status)
	}
	return header, body
}

func do(t *testing.T, r *http.Request) (status int, header http.Header, body string) {
	t.Helper()
	resp, err := client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(answer)
}

func client() *http.Client { return &http.Client{Timeout: testTime} }

type feedItem struct {
	Title   string   `xml:"title"`
	Link    string   `xml:"link"`
	Dek     string   `xml:"description"`
	Authors []string `xml:"creator"`
	Tags    []string `xml:"category"`
	GUID    string   `xml:"guid"`
	Date    string   `xml:"pubDate"`
	Image   *struct {
		URL string `xml:"url,attr"`
	} `xml:"content"`
}

func readFeed(t *testing.T, d *demo.Demo) []feedItem {
	t.Helper()
	status, body := request(t, http.MethodGet, d.FeedURL(), "")
	if status != http.StatusOK {
		t.Fatalf("feed: got status %d", status)
	}
	var feed struct {
		Items []feedItem `xml:"channel>item"`
	}
	if err := xml.Unmarshal([]byte(body), &feed); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return feed.Items
}

func TestFeed_HasStoriesFromTheStartAndNewOnesFirst(t *testing.T) {
	d := newDemo(t)
	before := readFeed(t, d)
	if len(before) < 5 {
		t.Fatalf("got %d stories at the start, want a handful", len(before))
	}
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	if status, body := request(t, http.MethodPost, srv.URL+"/demo/publish", "{}"); status != http.StatusOK {
		t.Fatalf("publish: got %d %s", status, body)
	}
	after := readFeed(t, d)
	if diff := cmp.Diff(before, after[1:]); diff != "" {
		t.Errorf("older stories changed (-before +after):\n%s", diff)
	}
	for i, it := range after {
		date, err := time.Parse(time.RFC1123Z, it.Date)
		if it.Title == "" || it.Dek == "" || len(it.Authors) == 0 || len(it.Tags) == 0 || err != nil {
			t.Errorf("story %d lacks something: %+v (%v)", i, it, err)
		}
		if i == 0 && time.Since(date) > time.Minute {
			t.Errorf("the new story is dated %v", date)
		}
	}
}

func TestFeed_AnswersConditionally(t *testing.T) {
	d := newDemo(t)
	header, _ := get(t, d.FeedURL())
	status, body := request(t, http.MethodGet, d.FeedURL(), "", "If-None-Match: "+header.Get("ETag"))
	if status != http.StatusNotModified || body != "" {
		t.Errorf("got %d with %d bytes, want 304 without any", status, len(body))
	}
}

func TestFeed_PicturesAndStoriesCanBeSeen(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	pictures := 0
	for _, it := range readFeed(t, d) {
		slug := strings.TrimPrefix(it.Link, "https://newsroom.example/")
		status, body := request(t, http.MethodGet, srv.URL+"/demo/stories/"+slug, "")
		if status != http.StatusOK || !strings.Contains(body, "<h1>") {
			t.Errorf("%s: got status %d", it.Link, status)
		}
		if it.Image == nil {
			continue
		}
		pictures++
		status, body = request(t, http.MethodGet, it.Image.URL, "")
		if status != http.StatusOK || !strings.HasPrefix(body, "\x89PNG") {
			t.Errorf("%s: got status %d and %.10q", it.Image.URL, status, body)
		}
	}
	if pictures == 0 {
		t.Error("no story has a picture")
	}
	if status, _ := request(t, http.MethodGet, srv.URL+"/demo/pictures/../x.png", ""); status != http.StatusNotFound {
		t.Errorf("a wrong picture: got status %d, want 404", status)
	}
}

// stream reads the page's events.
type stream struct {
	t     *testing.T
	lines *bufio.Scanner
}

func openStream(t *testing.T, url string) *stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testTime)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/demo/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = resp.Body.Close()
	})
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("got content type %q", got)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	return &stream{t: t, lines: lines}
}

// next returns the data of the next event of a kind.
func (s *stream) next(kind string) map[string]any {
	s.t.Helper()
	name := ""
	for s.lines.Scan() {
		if v, ok := strings.CutPrefix(s.lines.Text(), "event: "); ok {
			name = v
		}
		data, ok := strings.CutPrefix(s.lines.Text(), "data: ")
		if !ok || name != kind {
			continue
		}
		var v map[string]any
		if err := json.Unmarshal([]byte(data), &v); err != nil {
			s.t.Fatal(err)
		}
		return v
	}
	s.t.Fatalf("the stream ended before an event %q: %v", kind, s.lines.Err())
	return nil
}

// dig walks down objects and lists.
func dig(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

func TestEvents_ListWhatIsThereThenWhatHappens(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	first := openStream(t, srv.URL)
	snap := first.next("snapshot")
	channel := dig(snap, "discord", "channels", 1, "id")
	chat, _ := dig(snap, "telegram", "chats", 0, "id").(float64)
	if dig(snap, "discord", "channels", 0, "name") != "alerts" || channel == nil || chat >= 0 {
		t.Fatalf("got snapshot %v", snap)
	}
	say := func(path, body string) {
		t.Helper()
		if status, answer := request(t, http.MethodPost, srv.URL+path, body); status != http.StatusOK {
			t.Fatalf("%s: got %d %s", path, status, answer)
		}
	}
	say("/demo/discord/say", fmt.Sprintf(`{"channel":%q,"line":"hello *there*"}`, channel))
	if got := dig(first.next("discord"), "message", "content"); got != "hello *there*" {
		t.Errorf("Discord event: got %v", got)
	}
	say("/demo/telegram/say", fmt.Sprintf(`{"chat":%.0f,"line":"/latest"}`, chat))
	event := first.next("telegram")
	if got := dig(event, "message", "entities", 0, "type"); got != "bot_command" {
		t.Errorf("Telegram event: got %v", event)
	}
	// The bot answers by the platforms' own protocols.
	bot := fmt.Sprintf("%s/bot%s/sendMessage", d.TelegramURL(), d.TelegramToken())
	status, body := request(t, http.MethodPost, bot, fmt.Sprintf(
		`{"chat_id":%.0f,"text":"<b>Headlines</b>","parse_mode":"HTML","reply_markup":{"inline_keyboard":[[{"text":"Older","callback_data":"x"}]]}}`, chat))
	if status != http.StatusOK {
		t.Fatalf("sendMessage: got %d %s", status, body)
	}
	if got := dig(first.next("telegram"), "message", "reply_markup", "inline_keyboard", 0, 0, "text"); got != "Older" {
		t.Errorf("keyboard: got %v", got)
	}
	post := fmt.Sprintf("%s/api/v10/channels/%s/messages", d.DiscordURL(), channel)
	status, body = request(t, http.MethodPost, post, `{"embeds":[{"title":"News","color":255}]}`, "Authorization: Bot "+d.DiscordToken())
	if status != http.StatusOK {
		t.Fatalf("create message: got %d %s", status, body)
	}
	if got := dig(first.next("discord"), "message", "embeds", 0, "title"); got != "News" {
		t.Errorf("embed: got %v", got)
	}
	second := openStream(t, srv.URL).next("snapshot")
	if got, _ := dig(second, "discord", "messages").([]any); len(got) != 2 {
		t.Errorf("a later page sees %d Discord messages, want 2", len(got))
	}
}

func TestEvents_EndWithTheDemo(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	s := openStream(t, srv.URL)
	s.next("snapshot")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for s.lines.Scan() {
	}
	if err := s.lines.Err(); errors.Is(err, context.DeadlineExceeded) {
		t.Error("the stream did not end")
	}
}

func TestPage_RefusesOtherWebsites(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	before := len(readFeed(t, d))
	for name, c := range map[string]struct {
		headers []string
		want    int
	}{
		"from its own page":       {[]string{"Sec-Fetch-Site: same-origin"}, http.StatusOK},
		"from another site":       {[]string{"Sec-Fetch-Site: cross-site"}, http.StatusForbidden},
		"from another port":       {[]string{"Sec-Fetch-Site: same-site"}, http.StatusForbidden},
		"with a foreign origin":   {[]string{"Origin: https://evil.example"}, http.StatusForbidden},
		"under a rebound name":    {[]string{"Host: evil.example"}, http.StatusForbidden},
		"as a form":               {[]string{"Content-Type: text/plain"}, http.StatusUnsupportedMediaType},
		"under localhost":         {[]string{"Host: localhost:8080"}, http.StatusOK},
		"under an IPv6 address":   {[]string{"Host: [::1]:8080"}, http.StatusOK},
		"under a similar address": {[]string{"Host: 127.0.0.1.evil.example"}, http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			got, body := request(t, http.MethodPost, srv.URL+"/demo/publish", "{}", c.headers...)
			if got != c.want {
				t.Errorf("got %d %s, want %d", got, body, c.want)
			}
		})
	}
	if got := len(readFeed(t, d)) - before; got != 3 {
		t.Errorf("%d stories were published, want 3", got)
	}
}

func TestPage_LoadsNothingFromElsewhere(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	header, body := get(t, srv.URL)
	policy := header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("got policy %q", policy)
	}
	if strings.Contains(body, "http://") || strings.Contains(body, "https://") {
		t.Errorf("the page names an address:\n%s", body)
	}
}

func TestPage_SaysWhatIsWrong(t *testing.T) {
	d := newDemo(t)
	srv := httptest.NewServer(d.Page())
	t.Cleanup(srv.Close)
	for name, c := range map[string]struct {
		path, body string
		status     int
		want       string
	}{
		"no such command": {"discord/say", `{"channel":"1","line":"/nope"}`, 422, "unknown command /nope"},
		"no such channel": {"discord/say", `{"channel":"1","line":"hi"}`, 422, "cannot be posted"},
		"no such message": {"discord/press", `{"message":"1","button":"x"}`, 422, "message 1"},
		"no such chat":    {"telegram/say", `{"chat":5,"line":"hi"}`, 422, "chat"},
		"no such button":  {"telegram/press", `{"chat":5,"message":1,"button":"x"}`, 422, "chat"},
		"no message":      {"telegram/press", `{"chat":5}`, 400, "no number"},
		"no such menu":    {"discord/use", `{"message":"1","line":"x"}`, 422, "message 1 has no menu"},
		"no such form":    {"discord/submit", `{"opened":"1"}`, 422, "no form"},
		"no JSON":         {"telegram/say", `{`, 400, "isn't an action in JSON"},
		"too long":        {"telegram/say", `{"line":"` + strings.Repeat("x", 70_000) + `"}`, 400, "isn't an action in JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := request(t, http.MethodPost, srv.URL+"/demo/"+c.path, c.body)
			if status != c.status || !strings.Contains(body, c.want) {
				t.Errorf("got %d %s, want %d with %q", status, body, c.status, c.want)
			}
		})
	}
}
