package telegram_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"tidings/bot/bottest"
	"tidings/bot/telegram"
	"tidings/internal/sandbox"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

const hookSecret = "the-secret-that-Telegram-was-given"

// hooked is a world whose adapter is served by a webhook.
type hooked struct {
	*world
	hook    string // the address of the webhook
	handler atomic.Pointer[telegram.Adapter]
}

func newHooked(t *testing.T) *hooked {
	t.Helper()
	return newHookedOf(t, sandboxtelegram.Config{Unlimited: true})
}

func newHookedOf(t *testing.T, cfg sandboxtelegram.Config) *hooked {
	t.Helper()
	h := &hooked{world: newWorldOf(t, cfg)}
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		h.handler.Load().ServeHTTP(rw, r)
	}))
	t.Cleanup(srv.Close)
	h.hook = srv.URL + telegram.WebhookPath
	h.adapter = h.byWebhook(t, telegram.Config{WebhookSecret: hookSecret})
	return h
}

// byWebhook returns an adapter that gets the updates of the webhook from now on.
func (h *hooked) byWebhook(t *testing.T, cfg telegram.Config) *telegram.Adapter {
	t.Helper()
	cfg.WebhookURL = h.hook
	a := h.newAdapter(t, cfg)
	h.handler.Store(a)
	return a
}

// deliver posts an update as Telegram does, and returns the status of the answer.
func (h *hooked) deliver(t *testing.T, secret string, body io.Reader) int {
	t.Helper()
	req := must(http.NewRequestWithContext(t.Context(), http.MethodPost, h.hook, body))(t)
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	return status(t, req)
}

// status makes a request and returns the status of the answer.
func status(t *testing.T, req *http.Request) int {
	t.Helper()
	client := http.Client{Timeout: patience}
	resp, err := client.Do(req)
	check(t, err)
	check(t, resp.Body.Close())
	return resp.StatusCode
}

// calls counts the calls of a method.
func (w *world) calls(method string) int {
	n := 0
	for _, r := range w.tg.Requests() {
		if r.Method == method {
			n++
		}
	}
	return n
}

func TestAdapter_ServesByWebhookAsByPolls(t *testing.T) {
	bottest.AdapterRun(t, func(t *testing.T) bottest.Fixture {
		h := newHooked(t)
		f := h.fixture(t)
		t.Cleanup(func() {
			if n := h.calls("getUpdates"); n > 0 {
				t.Errorf("the bot polled %d times beside its webhook", n)
			}
			if strings.Contains(h.log.String(), hookSecret) {
				t.Errorf("the log contains the webhook's secret:\n%s", h.log)
			}
		})
		return f
	})
}

func TestWebhook_RejectsRequestsWithoutTheSecret(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	handler := newHandler()
	h.run(t, h.adapter, handler)
	update := `{"update_id":5,"message":{"message_id":1,"text":"/help","chat":{"id":1,"type":"private"},"from":{"id":1}}}`
	for name, tt := range map[string]struct {
		secret, body string
		want         int
	}{
		"no secret":    {"", update, http.StatusUnauthorized},
		"wrong secret": {hookSecret + "x", update, http.StatusUnauthorized},
		"too large":    {hookSecret, `{"update_id":5,"x":"` + strings.Repeat("x", 2<<20) + `"}`, http.StatusRequestEntityTooLarge},
		"no JSON":      {hookSecret, `update_id=5`, http.StatusBadRequest},
		"no update":    {hookSecret, `{"message":{}}`, http.StatusBadRequest},
	} {
		if got := h.deliver(t, tt.secret, strings.NewReader(tt.body)); got != tt.want {
			t.Errorf("%s is answered %d, want %d", name, got, tt.want)
		}
	}
	req := must(http.NewRequestWithContext(t.Context(), http.MethodGet, h.hook, nil))(t)
	if got := status(t, req); got != http.StatusMethodNotAllowed {
		t.Errorf("GET is answered %d, want 405", got)
	}
	if left := h.memory.left(); len(left) != 0 || len(handler.Invocations()) != 0 {
		t.Errorf("stored are %d updates and %d were handled, want none", len(left), len(handler.Invocations()))
	}
}

func TestWebhook_ConfirmsOnlyWhatIsStoredAndHandlesItOnce(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	handler := newHandler()
	h.run(t, h.adapter, handler)
	body := `{"update_id":5,"message":{"message_id":1,"text":"/latest again","date":` + strconv.FormatInt(1<<40, 10) +
		`,"chat":{"id":` + strconv.FormatInt(h.group.ID, 10) + `,"type":"supergroup"},"from":{"id":` + strconv.FormatInt(h.member.ID, 10) + `}}}`
	h.memory.setRefuse(errors.New("disk full"))
	if got := h.deliver(t, hookSecret, strings.NewReader(body)); got != http.StatusServiceUnavailable {
		t.Errorf("an update that cannot be stored is answered %d, want 503", got)
	}
	h.memory.setRefuse(nil)
	for range 3 {
		if got := h.deliver(t, hookSecret, strings.NewReader(body)); got != http.StatusOK {
			t.Errorf("an update is answered %d, want 200", got)
		}
	}
	m := must(h.tg.Say(h.member.ID, h.group.ID, 0, "/help"))(t) // behind them, in the same chat
	must(h.answerTo(t.Context(), m))(t)
	if all := handler.Invocations(); len(all) != 2 || all[0].Line != "again" {
		t.Errorf("handled were %+v, want the update that came three times once", all)
	}
}

func TestWebhook_LosesNothingBetweenTwoRuns(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	begun := h.crash(t, "/latest begun")
	between := must(h.tg.Say(h.member.ID, h.group.ID, 0, "/latest between"))(t)
	for h.tg.Pending() > 0 && t.Context().Err() == nil {
		runtime.Gosched() // until it has been delivered, though nothing runs
	}
	if n := len(h.memory.left()); n != 2 {
		t.Errorf("between two runs %d updates wait, want both", n)
	}
	h.run(t, h.byWebhook(t, telegram.Config{WebhookSecret: hookSecret}), newHandler())
	for _, m := range []sandboxtelegram.Message{begun, between} {
		must(h.answerTo(t.Context(), m))(t)
	}
	if got := len(h.shown(h.here())); got != 2 {
		t.Errorf("%d answers are shown, want one to each command", got)
	}
}

func TestWebhook_HandlesWhatAnotherProcessReceived(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	stop := h.run(t, h.adapter, newHandler())
	must(h.answerTo(t.Context(), must(h.tg.Say(h.member.ID, h.group.ID, 0, "/help"))(t)))(t)
	h.byWebhook(t, telegram.Config{WebhookSecret: hookSecret}) // which accepts updates and does not run
	m := must(h.tg.Say(h.member.ID, h.group.ID, 0, "/latest"))(t)
	must(h.answerTo(t.Context(), m))(t)
	check(t, stop())
}

func TestWebhook_IsSetOnlyWhenItDiffers(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	serve := func(a *telegram.Adapter) {
		t.Helper()
		stop := h.run(t, a, newHandler())
		must(h.answerTo(t.Context(), must(h.tg.Say(h.member.ID, h.group.ID, 0, "/help"))(t)))(t)
		check(t, stop())
	}
	serve(h.adapter)
	serve(h.adapter)
	if n := h.calls("setWebhook"); n != 1 {
		t.Errorf("the webhook was set %d times in two runs, want once", n)
	}
	if got, err := h.adapter.Inspect(t.Context()); err != nil || got != "the webhook is set" {
		t.Errorf("Inspect: %q, %v", got, err)
	}
	a := h.byWebhook(t, telegram.Config{WebhookSecret: "another-secret"})
	stop := h.run(t, a, newHandler())
	check(t, h.await(t.Context(), func() bool {
		_, _ = h.tg.Say(h.member.ID, h.group.ID, 0, "talk") // lets time pass without waiting for it
		return h.calls("setWebhook") == 2
	}))
	check(t, stop())

	polls := h.newAdapter(t, telegram.Config{})
	if got, err := polls.Inspect(t.Context()); err != nil || !strings.Contains(got, "is removed") {
		t.Errorf("Inspect of a bot that polls: %q, %v", got, err)
	}
	m := must(h.tg.Say(h.member.ID, h.group.ID, 0, "/latest"))(t)
	h.run(t, polls, newHandler())
	must(h.answerTo(t.Context(), m))(t)
}

func TestWebhook_ReportsWhyTelegramRefusesIt(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	const reason = "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
	h.tg.Faults.Inject(sandbox.Fault{Path: "/setWebhook", Status: 400, Body: `{"ok":false,"error_code":400,"description":"` + reason + `"}`})
	h.run(t, h.adapter, newHandler())
	must(h.answerTo(t.Context(), must(h.tg.Say(h.member.ID, h.group.ID, 0, "/help"))(t)))(t)
	if !strings.Contains(h.log.String(), reason) {
		t.Errorf("the log does not give the reason:\n%s", h.log)
	}
}

func TestInspect_GivesTheReasonOfADeliveryThatFails(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	srv := httptest.NewServer(scripted{"getWebhookInfo": says(200, `{"ok":true,"result":{"url":"`+h.hook+
		`","pending_update_count":3,"last_error_date":1,"last_error_message":"SSL error {error:0A000086}"}}`)})
	t.Cleanup(srv.Close)
	a := h.newAdapter(t, telegram.Config{APIURL: srv.URL, WebhookURL: h.hook, WebhookSecret: hookSecret})
	if _, err := a.Inspect(t.Context()); err == nil || !strings.Contains(err.Error(), "3 updates wait: SSL error") {
		t.Errorf("Inspect returned %v, want the reason", err)
	}
}

func TestShared_IsWhatAnyProcessMayRun(t *testing.T) {
	t.Parallel()
	h := newHooked(t)
	if !h.adapter.MultiListener() || h.newAdapter(t, telegram.Config{}).MultiListener() {
		t.Error("any process may receive what a webhook brings, and only one may poll")
	}
}

func TestNew_RefusesAWebhookWithoutASecret(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"", "with space", strings.Repeat("x", 257), "ümlaut"} {
		_, err := telegram.New(telegram.Config{
			Token: sandboxtelegram.DefaultToken, APIURL: "http://127.0.0.1:1", State: newMemory(), Inbox: newMemory(),
			WebhookURL: "https://bot.example", WebhookSecret: secret,
		})
		if err == nil || secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("secret %q: %v, want an error that does not reveal it", secret, err)
		}
	}
}
