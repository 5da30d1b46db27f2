package telegram

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
)

// poll starts a long poll and returns when it waits at the stand-in.
func (b *bench) poll(params map[string]any) <-chan reply {
	b.t.Helper()
	before := b.pollWaits()
	done := make(chan reply, 1)
	go func() { done <- b.call("getUpdates", params) }()
	for b.pollWaits() == before {
		runtime.Gosched()
		select {
		case r := <-done:
			b.t.Fatalf("the poll was answered at once: %+v", r)
		default:
		}
	}
	return done
}

// pollWaits identifies the poll that waits; nil is none.
func (b *bench) pollWaits() chan struct{} {
	b.StandIn.mu.Lock()
	defer b.StandIn.mu.Unlock()
	return b.StandIn.updates.poll
}

func TestUpdates_StayUntilConfirmed(t *testing.T) {
	b := newBench(t, Config{})
	for _, text := range []string{"a", "b", "c"} {
		_, err := b.Say(b.ann.ID, b.ann.ID, 0, text)
		b.noError(err)
	}
	texts := func(params map[string]any) string {
		var list []gotUpdate
		b.must(&list, "getUpdates", params)
		s := ""
		for _, u := range list {
			s += u.Message.Text
		}
		return s
	}
	for _, step := range []struct {
		params map[string]any
		want   string
	}{
		{nil, "abc"},
		{map[string]any{"limit": 2}, "ab"},
		{map[string]any{"offset": firstUpdate + 1, "limit": 1}, "b"},
		{nil, "bc"},
		{map[string]any{"offset": -1}, "c"},
		{nil, "c"},
		{map[string]any{"offset": firstUpdate + 3}, ""},
	} {
		if got := texts(step.params); got != step.want {
			t.Errorf("%v: got %q, want %q", step.params, got, step.want)
		}
	}
	if b.Pending() != 0 {
		t.Errorf("%d pending", b.Pending())
	}
}

func TestUpdates_WakeAWaitingPoll(t *testing.T) {
	b := newBench(t, Config{})
	done := b.poll(map[string]any{"timeout": 50})
	_, err := b.Say(b.ann.ID, b.ann.ID, 0, "hi")
	b.noError(err)
	var list []gotUpdate
	if err := json.Unmarshal((<-done).Result, &list); err != nil || len(list) != 1 || list[0].ID != firstUpdate {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestUpdates_OlderOfTwoPollsIsEnded(t *testing.T) {
	b := newBench(t, Config{})
	older := b.poll(map[string]any{"timeout": 50})
	newer := b.poll(map[string]any{"timeout": 50})
	const want = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
	if r := <-older; r.Code != 409 || r.Description != want {
		t.Errorf("older: %+v", r)
	}
	b.Close()
	if r := <-newer; !r.OK || string(r.Result) != "[]" {
		t.Errorf("newer: %+v", r)
	}
}

func TestUpdates_AllowedKindsAreRemembered(t *testing.T) {
	b := newBench(t, Config{})
	b.must(nil, "getUpdates", map[string]any{"allowed_updates": []string{"message", "chat_member"}})
	group, err := b.AddGroup("Desk", b.ann.ID)
	b.noError(err)
	bob := b.AddUser(User{FirstName: "Bob"})
	b.noError(b.SetMember(group.ID, b.Bot().ID, Administrator))
	b.noError(b.SetMember(group.ID, bob.ID, Member))
	got := b.updates()
	if len(got) != 2 || got[0].Message == nil || got[1].Member == nil {
		t.Errorf("got %+v, want the service message and the new member", got)
	}
	b.refused(400, "Bad Request: can't parse allowed updates JSON object", "getUpdates", map[string]any{"allowed_updates": "x"})
}

func TestWebhook_RepeatsUpdatesInOrderUntilAccepted(t *testing.T) {
	b := newBench(t, Config{})
	waiting := b.poll(map[string]any{"timeout": 50})
	type post struct{ secret, body string }
	posts := make(chan post, 10)
	status := make(chan int, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		posts <- post{r.Header.Get("X-Telegram-Bot-Api-Secret-Token"), string(body)}
		w.WriteHeader(<-status)
	}))
	defer hook.Close()
	b.must(nil, "setWebhook", map[string]any{"url": hook.URL, "secret_token": "s-3"})
	if r := <-waiting; r.Code != 409 || r.Description != "Conflict: terminated by setWebhook request" {
		t.Errorf("waiting poll: %+v", r)
	}
	b.refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "+
		"webhook first", "getUpdates", nil)

	status <- 500
	status <- 200
	_, err := b.Say(b.ann.ID, b.ann.ID, 0, "hi")
	b.noError(err)
	first, second := <-posts, <-posts
	if first != second || first.secret != "s-3" {
		t.Errorf("got %+v, then %+v", first, second)
	}
	var info struct {
		URL   string `json:"url"`
		Error string `json:"last_error_message"`
	}
	b.must(&info, "getWebhookInfo", nil)
	if info.URL != hook.URL || info.Error != "Wrong response from the webhook: 500 Internal Server Error" {
		t.Errorf("info: %+v", info)
	}
	b.must(nil, "deleteWebhook", nil)
	b.must(nil, "getUpdates", nil)
	b.must(nil, "deleteWebhook", nil)
}

func TestWebhook_RefusesBadAddressAndSecret(t *testing.T) {
	b := newBench(t, Config{})
	b.refused(400, "Bad Request: invalid webhook URL specified", "setWebhook", map[string]any{"url": "nowhere"})
	b.refused(400, "Bad Request: secret token contains unallowed characters", "setWebhook",
		map[string]any{"url": "https://a.example/", "secret_token": "a b"})
}
