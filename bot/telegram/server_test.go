package telegram_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/telegram"
	"tidings/internal/sandbox"
)

// scripted is a Bot API server that knows only what a test gives it, and answers 404 to the rest.
type scripted map[string]http.HandlerFunc

// ServeHTTP answers a method by its name.
func (s scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if answer, ok := s[path.Base(r.URL.Path)]; ok {
		answer(w, r)
		return
	}
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprint(w, `{"ok":false,"error_code":404,"description":"Not Found: method not found"}`)
}

// says is an answer that is always the same.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// adapterFor returns an adapter that is connected to a server.
func (w *world) adapterFor(t *testing.T, server http.Handler) *telegram.Adapter {
	t.Helper()
	srv := httptest.NewServer(server)
	t.Cleanup(srv.Close)
	return w.newAdapter(t, telegram.Config{APIURL: srv.URL})
}

func TestSend_CountsEverySuccessAsSent(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]bot.Receipt{
		`true`:                              {Chat: "5"},
		`{}`:                                {Chat: "5"},
		`null`:                              {Chat: "5"},
		`{"message_id":7}`:                  {Chat: "5", MessageID: "7"},
		`{"message_id":7,"chat":{"id":-6}}`: {Chat: "-6", MessageID: "7"},
	} {
		a := newWorld(t).adapterFor(t, scripted{"sendMessage": says(200, `{"ok":true,"result":`+result+`}`)})
		got, err := a.Send(t.Context(), target(5), bot.Message{Text: bot.Plain("x")})
		if err != nil || got != want {
			t.Errorf("after the result %s Send returned %+v and %v, want %+v: it would be sent twice", result, got, err, want)
		}
	}
}

func TestSend_FindsTheCodeOfARefusalInTheStatus(t *testing.T) {
	t.Parallel()
	a := newWorld(t).adapterFor(t, scripted{
		"sendMessage": says(403, `{"ok":false,"description":"Forbidden: bot was blocked by the user"}`),
	})
	_, err := a.Send(t.Context(), target(5), bot.Message{Text: bot.Plain("x")})
	if se, ok := errors.AsType[*bot.SendError](err); !ok || se.Kind != bot.TargetGone {
		t.Errorf("Send returned %v, want that the target is gone", err)
	}
}

func TestRun_ServesWithoutMenus(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"unknown method": {Status: 404, Body: `{"ok":false,"error_code":404,"description":"Not Found: method not found"}`},
		"forbidden":      {Status: 403, Body: `{"ok":false,"error_code":403,"description":"Forbidden"}`},
		"not answered":   {Status: 501, Body: `<html>`},
		"hangs":          {Kind: sandbox.FaultHang},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			fault.Path, fault.Times = "/setMyCommands", -1
			w.tg.Faults.Inject(fault)
			stop := w.run(t, w.adapter, newHandler())
			m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/latest"))(t)
			must(w.answerTo(t.Context(), m))(t)
			check(t, stop())
		})
	}
}

func TestRun_EndsForATokenThatNeverWas(t *testing.T) {
	t.Parallel()
	a := newWorld(t).adapterFor(t, scripted{})
	if err := a.Run(t.Context(), newHandler()); !errors.Is(err, bot.ErrUnauthorized) {
		t.Errorf("Run returned %v, want ErrUnauthorized", err)
	}
}

func TestRun_GoesEasyOnServersThatDoNotWait(t *testing.T) {
	t.Parallel()
	const polls = 5
	var mu sync.Mutex
	var began []time.Time
	enough := make(chan struct{})
	w := newWorld(t)
	a := w.adapterFor(t, scripted{
		"getMe":         says(200, `{"ok":true,"result":{"id":1}}`),
		"setMyCommands": says(200, `{"ok":true,"result":true}`),
		"getUpdates": func(rw http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(rw, `{"ok":true,"result":[]}`)
			mu.Lock()
			defer mu.Unlock()
			if began = append(began, time.Now()); len(began) == polls {
				close(enough)
			}
		},
	})
	w.run(t, a, newHandler())
	select {
	case <-enough:
	case <-time.After(patience):
		t.Fatal("the bot does not poll")
	}
	mu.Lock()
	defer mu.Unlock()
	if took := began[polls-1].Sub(began[0]); took < (polls-1)*200*time.Millisecond {
		t.Errorf("%d polls that brought nothing took %v", polls, took)
	}
}

// TestRun_FollowsUpdateIDsThatRestart: Telegram gives updates any number after a quiet week, and an
// offset that is higher confirms nothing.
func TestRun_FollowsUpdateIDsThatRestart(t *testing.T) {
	t.Parallel()
	offsets := make(chan string, 10)
	w := newWorld(t)
	box := "telegram:" + strconv.FormatInt(w.tg.Bot().ID, 10)
	must(w.memory.Receive(t.Context(), box, nil, 5000, 0))(t)
	a := w.adapterFor(t, scripted{
		"getMe":         says(200, `{"ok":true,"result":{"id":1}}`),
		"setMyCommands": says(200, `{"ok":true,"result":true}`),
		"sendMessage":   says(200, `{"ok":true,"result":{}}`),
		"getUpdates": func(rw http.ResponseWriter, r *http.Request) {
			var updates []json.RawMessage
			select {
			case offsets <- r.FormValue("offset"):
				if r.FormValue("offset") == "5000" {
					updates = []json.RawMessage{[]byte(`{"update_id":40,"message":{"text":"/help","chat":{"id":1,"type":"private"}}}`)}
				}
			case <-r.Context().Done():
			}
			_ = json.NewEncoder(rw).Encode(map[string]any{"ok": true, "result": updates})
		},
	})
	h := newHandler()
	w.run(t, a, h)
	asked(t, h, 1)
	if first, second := <-offsets, <-offsets; first != "5000" || second != "41" {
		t.Errorf("the bot polls from %s and then from %s, want 5000 and 41", first, second)
	}
}
