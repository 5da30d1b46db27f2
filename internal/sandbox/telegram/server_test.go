package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
	"github.com/google/go-cmp/cmp"

	"tidings/internal/sandbox"
)

// bench is a stand-in behind a real socket, with a person and a clock that stands until it is moved.
type bench struct {
	*StandIn
	t      *testing.T
	server *httptest.Server
	ann    User

	mu  sync.Mutex // guards now
	now time.Time
}

// reply is the envelope as a client sees it.
type reply struct {
	Status      int             `json:"-"`
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// gotUpdate is an update as a client sees it.
type gotUpdate struct {
	ID       int      `json:"update_id"`
	Message  *Message `json:"message"`
	Post     *Message `json:"channel_post"`
	Callback *struct {
		ID      string   `json:"id"`
		From    User     `json:"from"`
		Message *Message `json:"message"`
		Data    string   `json:"data"`
	} `json:"callback_query"`
	BotMember *struct {
		Chat Chat  `json:"chat"`
		From *User `json:"from"`
		Old  struct {
			Status Status `json:"status"`
		} `json:"old_chat_member"`
		New struct {
			Status Status `json:"status"`
		} `json:"new_chat_member"`
	} `json:"my_chat_member"`
	Member *struct {
		Chat Chat `json:"chat"`
	} `json:"chat_member"`
}

func newBench(t *testing.T, cfg Config) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	cfg.Now = func() time.Time {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.now
	}
	b.StandIn = New(cfg)
	b.server = httptest.NewServer(b.StandIn)
	t.Cleanup(func() {
		b.Close()
		b.server.Close()
	})
	b.ann = b.AddUser(User{FirstName: "Ann", Username: "ann"})
	return b
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *bench) url(method string) string {
	return b.server.URL + "/bot" + DefaultToken + "/" + method
}

// call makes a JSON request the way a strict client would.
func (b *bench) call(method string, params map[string]any) reply {
	b.t.Helper()
	return b.callWithin(b.t.Context(), method, params)
}

func (b *bench) callWithin(ctx context.Context, method string, params map[string]any) reply {
	b.t.Helper()
	body, err := json.Marshal(params)
	if err != nil {
		b.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url(method), bytes.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return b.do(req)
}

func (b *bench) do(req *http.Request) reply {
	b.t.Helper()
	resp, err := b.server.Client().Do(req)
	if err != nil {
		b.t.Fatalf("%s: %v", req.URL.Path, err)
	}
	defer resp.Body.Close()
	r := reply{Status: resp.StatusCode}
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil {
		b.t.Fatalf("%s: %v", req.URL.Path, err)
	}
	return r
}

// must makes a request that has to succeed, and decodes its result into v unless that is nil.
func (b *bench) must(v any, method string, params map[string]any) {
	b.t.Helper()
	r := b.call(method, params)
	if !r.OK {
		b.t.Fatalf("%s %v: %d %s", method, params, r.Code, r.Description)
	}
	if v != nil {
		if err := json.Unmarshal(r.Result, v); err != nil {
			b.t.Fatalf("%s: %v in %s", method, err, r.Result)
		}
	}
}

// refused makes a request that has to fail with these words.
func (b *bench) refused(code int, words, method string, params map[string]any) reply {
	b.t.Helper()
	r := b.call(method, params)
	if r.OK || r.Status != code || r.Code != code || r.Description != words {
		b.t.Errorf("%s %v: got %d/%d %q, want %d %q", method, params, r.Status, r.Code, r.Description, code, words)
	}
	return r
}

// updates returns what is pending and confirms it.
func (b *bench) updates() []gotUpdate {
	b.t.Helper()
	var list []gotUpdate
	b.must(&list, "getUpdates", nil)
	if n := len(list); n > 0 {
		b.must(nil, "getUpdates", map[string]any{"offset": list[n-1].ID + 1})
	}
	return list
}

// started is a bench whose person has opened the private chat.
func startedBench(t *testing.T, cfg Config) *bench {
	t.Helper()
	b := newBench(t, cfg)
	if _, err := b.Start(b.ann.ID, ""); err != nil {
		t.Fatal(err)
	}
	b.updates()
	return b
}

// noError fails the test on an error of the stand-in's Go API.
func (b *bench) noError(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestPersonWritesAndBotAnswers(t *testing.T) {
	b := newBench(t, Config{})
	said, err := b.Say(b.ann.ID, b.ann.ID, 0, "/latest north korea 3")
	b.noError(err)
	list := b.updates()
	if len(list) != 1 || list[0].Message == nil {
		t.Fatalf("got %+v, want one message", list)
	}
	got := *list[0].Message
	if diff := cmp.Diff(said, got); diff != "" {
		t.Errorf("the update is not what was said (-said +got):\n%s", diff)
	}
	if want := []Entity{{Type: "bot_command", Length: 7}}; !cmp.Equal(want, got.Entities) {
		t.Errorf("entities: got %+v, want %+v", got.Entities, want)
	}
	var sent Message
	b.must(&sent, "sendMessage", map[string]any{
		"chat_id": got.Chat.ID, "text": "<b>Moon</b> &amp; sun", "parse_mode": "HTML",
		"reply_parameters": map[string]any{"message_id": got.ID},
	})
	if sent.Text != "Moon & sun" || sent.ReplyTo == nil || sent.ReplyTo.ID != said.ID || *sent.From != b.Bot() {
		t.Errorf("got %+v", sent)
	}
	if all := b.Messages(b.ann.ID); len(all) != 2 || all[1].Text != sent.Text {
		t.Errorf("the chat shows %v", all)
	}
}

func TestAcceptsParametersAndMethodsInEveryForm(t *testing.T) {
	b := startedBench(t, Config{})
	values := url.Values{"chat_id": {"5100000001"}, "text": {"hi"}, "reply_markup": {`{"inline_keyboard":[]}`}}
	form := func() (*http.Request, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url("sendMessage"), strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r, err
	}
	parts := func() (*http.Request, error) {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for name, list := range values {
			_ = w.WriteField(name, list[0])
		}
		_ = w.Close()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url("sendmessage"), &body)
		r.Header.Set("Content-Type", w.FormDataContentType())
		return r, err
	}
	for name, request := range map[string]func() (*http.Request, error){
		"form": form, "multipart": parts,
		"query": func() (*http.Request, error) {
			return http.NewRequestWithContext(t.Context(), http.MethodGet, b.url("SENDMESSAGE")+"?"+values.Encode(), nil)
		},
		"json": func() (*http.Request, error) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url("sendMessage"),
				strings.NewReader(`{"chat_id":5100000001,"text":"hi","reply_markup":{"inline_keyboard":[]}}`))
			r.Header.Set("Content-Type", "application/json; charset=utf-8")
			return r, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := request()
			b.noError(err)
			if reply := b.do(r); !reply.OK {
				t.Errorf("got %d %s", reply.Code, reply.Description)
			}
			b.pass(time.Minute)
		})
	}
	log := b.Requests()
	last := log[len(log)-1]
	if last.Method != "sendMessage" || last.Status != 200 || last.Params["chat_id"] != "5100000001" ||
		last.Params["reply_markup"] != `{"inline_keyboard":[]}` {
		t.Errorf("log: %+v", last)
	}
}

func TestRefusesWrongTokenMethodAndBody(t *testing.T) {
	b := newBench(t, Config{})
	b.refused(404, "Not Found", "sendNothing", nil)
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, b.server.URL+"/bot1:wrong/getMe", nil)
	if got := b.do(r); got.Code != 401 || got.Description != "Unauthorized" {
		t.Errorf("wrong token: %+v", got)
	}
	r, _ = http.NewRequestWithContext(t.Context(), http.MethodGet, b.server.URL+"/elsewhere", nil)
	if got := b.do(r); got.Code != 404 {
		t.Errorf("wrong path: %+v", got)
	}
	r, _ = http.NewRequestWithContext(t.Context(), http.MethodPost, b.url("getMe"), strings.NewReader("{"))
	r.Header.Set("Content-Type", "application/json")
	if got := b.do(r); got.Code != 400 {
		t.Errorf("broken JSON: %+v", got)
	}
	if got, want := b.Stats(), (Stats{Requests: 4, Refused: 4}); got != want {
		t.Errorf("stats: got %+v, want %+v", got, want)
	}
}

func TestWorksWithTheLibrary(t *testing.T) {
	b := startedBench(t, Config{})
	client := &tgbotapi.BotAPI{Token: DefaultToken, Client: b.server.Client()}
	client.SetAPIEndpoint(b.server.URL + "/bot%s/%s")
	resp, err := client.MakeRequest("getMe", nil)
	b.noError(err)
	var me tgbotapi.User
	if err := json.Unmarshal(resp.Result, &me); err != nil || !me.IsBot || me.UserName != "tidings_bot" {
		t.Errorf("getMe: %+v, %v", me, err)
	}
	_, err = b.Say(b.ann.ID, b.ann.ID, 0, "/help now")
	b.noError(err)
	resp, err = client.MakeRequest("getUpdates", tgbotapi.Params{"timeout": "5"})
	b.noError(err)
	var updates []tgbotapi.Update
	if err := json.Unmarshal(resp.Result, &updates); err != nil || len(updates) != 1 {
		t.Fatalf("updates: %+v, %v", updates, err)
	}
	if m := updates[0].Message; m.Command() != "help" || m.CommandArguments() != "now" || m.From.ID != b.ann.ID {
		t.Errorf("message: %+v", m)
	}
	_, err = client.MakeRequest("sendMessage", tgbotapi.Params{"chat_id": "42", "text": "hi"})
	var refusal *tgbotapi.Error
	if !errors.As(err, &refusal) || refusal.Code != 400 || refusal.Message != "Bad Request: chat not found" {
		t.Errorf("sendMessage: %v", err)
	}
}

func TestShowsFaults(t *testing.T) {
	b := startedBench(t, Config{})
	send := map[string]any{"chat_id": b.ann.ID, "text": "hi"}
	path := "/sendMessage"

	b.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, Path: path, RetryAfter: 2500 * time.Millisecond})
	if r := b.refused(429, "Too Many Requests: retry after 3", "sendMessage", send); r.Parameters.RetryAfter != 3 {
		t.Errorf("retry_after: %d", r.Parameters.RetryAfter)
	}
	for _, kind := range []sandbox.FaultKind{sandbox.FaultResetBefore, sandbox.FaultResetAfter} {
		before := len(b.Messages(b.ann.ID))
		b.Faults.Inject(sandbox.Fault{Kind: kind, Path: path})
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url("sendMessage"),
			strings.NewReader(`{"chat_id":5100000001,"text":"x"}`))
		b.noError(err)
		req.Header.Set("Content-Type", "application/json")
		resp, err := b.server.Client().Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
			t.Errorf("fault %d: %v", kind, err)
		}
		if grew := len(b.Messages(b.ann.ID)) > before; grew != (kind == sandbox.FaultResetAfter) {
			t.Errorf("fault %d: message sent: %t", kind, grew)
		}
	}
	if got := b.Stats().Limited; got != 1 {
		t.Errorf("limited: got %d, want 1", got)
	}
}

func TestHangEndsWithClientAndWithClose(t *testing.T) {
	b := newBench(t, Config{})
	b.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultHang, Times: 2})
	ctx, cancel := context.WithCancel(t.Context())
	hang := func(ctx context.Context) <-chan error {
		var once sync.Once
		done, written := make(chan error, 1), make(chan struct{})
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
			WroteRequest: func(httptrace.WroteRequestInfo) { once.Do(func() { close(written) }) },
		})
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url("getMe"), strings.NewReader("a=b"))
		b.noError(err)
		go func() {
			resp, err := b.server.Client().Do(req)
			if err == nil {
				err = resp.Body.Close()
			}
			done <- err
		}()
		<-written
		return done
	}
	first := hang(ctx)
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("first: %v", err)
	}
	second := hang(t.Context())
	b.Close()
	select {
	case err := <-second:
		if err == nil {
			t.Error("the second request was answered")
		}
	case <-time.After(10 * time.Second):
		t.Error("the second request hangs although the stand-in is closed")
	}
}
