package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"testing"
	"time"

	"tidings/internal/sandbox"
)

// group returns a group of ann's that the bot is a member of.
func (b *bench) group(title string) int64 {
	b.t.Helper()
	chat, err := b.AddSupergroup(title, b.ann.ID)
	b.noError(err)
	b.updates()
	return chat.ID
}

// sent is a message as a call sends it.
func sent(chat int64, text string) map[string]any {
	return map[string]any{"chat_id": chat, "text": text}
}

// try makes a call that may fail on the way.
func (b *bench) try(ctx context.Context, method string, params map[string]any) (reply, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return reply{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url(method), bytes.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := b.server.Client().Do(r)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	a := reply{Status: resp.StatusCode}
	return a, json.NewDecoder(resp.Body).Decode(&a)
}

func TestOutage_OfOneChatWhileTheOthersWork(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	group := b.group("Newsroom")
	lift := b.Faults.Inject(Outage().In(Place(group)))
	for method, params := range map[string]map[string]any{"sendMessage": sent(group, "x"), "getChat": {"chat_id": group}} {
		b.refused(500, "Internal Server Error", method, params)
	}
	b.must(nil, "sendMessage", sent(b.ann.ID, "x"))
	b.must(nil, "getMe", nil)
	lift()
	b.must(nil, "sendMessage", sent(group, "x"))
}

func TestRefuse_InTelegramsWordsForAChatOrAText(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	group := b.group("Newsroom")
	words := "Bad Request: ALLOW_PAYMENT_REQUIRED_1"
	b.Faults.Inject(Refuse(400, words).To("/send").In(Place(group)).Always())
	b.Faults.Inject(Refuse(400, "Bad Request: TOPIC_ID_INVALID").About("Missile").Always())
	b.refused(400, words, "sendMessage", sent(group, "x"))
	b.refused(400, words, "sendPhoto", map[string]any{"chat_id": group, "photo": "https://example.org/a.png"})
	b.must(nil, "getChat", map[string]any{"chat_id": group})
	b.must(nil, "sendMessage", sent(b.ann.ID, "x"))
	b.refused(400, "Bad Request: TOPIC_ID_INVALID", "sendMessage", sent(b.ann.ID, "Missile over Japan"))
	b.refused(400, "Bad Request: TOPIC_ID_INVALID", "sendPhoto",
		map[string]any{"chat_id": b.ann.ID, "photo": "https://example.org/a.png", "caption": "Missile"})
}

func TestResetToken_RefusesTheOldOneAlsoInAPoll(t *testing.T) {
	b := startedBench(t, Config{})
	polled := b.poll(map[string]any{"timeout": 30})
	b.ResetToken("7000000001:another")
	if a := <-polled; a.Code != 401 || a.Description != "Unauthorized" {
		t.Errorf("the poll ended with %d %s", a.Code, a.Description)
	}
	b.refused(401, "Unauthorized", "getMe", nil)
	b.ResetToken(DefaultToken)
	b.must(nil, "getMe", nil)
}

func TestGoOffline_ResetsCallsAndPolls(t *testing.T) {
	b := startedBench(t, Config{})
	polled := make(chan error, 1)
	go func() {
		_, err := b.try(t.Context(), "getUpdates", map[string]any{"timeout": 30})
		polled <- err
	}()
	for b.pollWaits() == nil {
		runtime.Gosched()
	}
	b.GoOffline()
	if err := <-polled; err == nil {
		t.Error("a poll over a cut link was answered")
	}
	if _, err := b.try(t.Context(), "getMe", nil); err == nil {
		t.Error("offline, a call is answered")
	}
	b.GoOnline()
	b.must(nil, "getMe", nil)
}

func TestLate_ShowsAMessageBeforeItsAnswer(t *testing.T) {
	b := startedBench(t, Config{})
	const late = 100 * time.Millisecond
	fault := sandbox.Fault{Kind: sandbox.FaultLate, Delay: late}.To("/sendMessage")
	b.Faults.Inject(fault)
	begun := time.Now()
	b.must(nil, "sendMessage", sent(b.ann.ID, "x"))
	if took := time.Since(begun); took < late {
		t.Errorf("answered after %v, want %v", took, late)
	}
	fault.Delay = time.Hour
	b.Faults.Inject(fault)
	events := b.Watch(t.Context())
	ctx, giveUp := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := b.try(ctx, "sendMessage", sent(b.ann.ID, "y"))
		ended <- err
	}()
	if e := <-events; e.Kind != Sent || e.Message.Text != "y" {
		t.Errorf("before the answer came %+v", e)
	}
	giveUp()
	if err := <-ended; err == nil {
		t.Error("the call was answered an hour early")
	}
}

func TestSlowMode_DelaysAMessageUntilItsTurn(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	group := b.group("Newsroom")
	const mode = time.Second
	b.noError(b.SetSlowMode(group, mode))
	var full struct {
		SlowMode int `json:"slow_mode_delay"`
	}
	if b.must(&full, "getChat", map[string]any{"chat_id": group}); full.SlowMode != 1 {
		t.Errorf("getChat says %d s", full.SlowMode)
	}
	begun := time.Now()
	b.must(nil, "sendMessage", sent(group, "first"))
	next := func() time.Time {
		b.StandIn.mu.Lock()
		defer b.StandIn.mu.Unlock()
		return b.StandIn.chats[group].nextSlow
	}
	turn := next()
	ctx, giveUp := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = b.try(ctx, "sendMessage", sent(group, "second"))
	}()
	for next().Equal(turn) {
		runtime.Gosched()
	}
	b.must(nil, "sendMessage", sent(b.ann.ID, "elsewhere"))
	giveUp()
	<-ended
	b.must(nil, "sendMessage", sent(group, "third"))
	if took := time.Since(begun); took < 2*mode {
		t.Errorf("the third message was shown after %v, want %v", took, 2*mode)
	}
	var texts []string
	for _, m := range b.Messages(group) {
		texts = append(texts, m.Text)
	}
	if got := fmt.Sprint(texts); got != "[ first second third]" {
		t.Errorf("the group shows %s", got)
	}
}

func TestSkew_MovesTheDate(t *testing.T) {
	b := startedBench(t, Config{})
	date := func() time.Time {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url("getMe"), nil)
		b.noError(err)
		resp, err := b.server.Client().Do(r)
		b.noError(err)
		defer resp.Body.Close()
		at, err := http.ParseTime(resp.Header.Get("Date"))
		b.noError(err)
		return at
	}
	before := date()
	if !before.Equal(b.cfg.Now()) {
		t.Errorf("the answer is dated %v, want the stand-in's clock", before)
	}
	b.SetSkew(-time.Hour)
	if got := date(); !got.Equal(before.Add(-time.Hour)) {
		t.Errorf("the answer is dated %v, want an hour before %v", got, before)
	}
}

func TestTaps_ComeByTheThousandAndExpire(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true, CallbackLife: 5 * time.Second})
	var m Message
	b.must(&m, "sendMessage", map[string]any{
		"chat_id": b.ann.ID, "text": "x", "reply_markup": map[string]any{
			"inline_keyboard": [][]map[string]any{{{"text": "More", "callback_data": "more"}}},
		},
	})
	const n = 1200
	var last Tapped
	for range n {
		var err error
		last, err = b.Tap(b.ann.ID, b.ann.ID, m.ID, "more")
		b.noError(err)
	}
	var ids []string
	for len(ids) < n {
		for _, u := range b.updates() {
			ids = append(ids, u.Callback.ID)
		}
	}
	old := "Bad Request: query is too old and response timeout expired or query ID is invalid"
	b.must(nil, "answerCallbackQuery", map[string]any{"callback_query_id": ids[n-1], "text": "done"})
	if answer, err := last.Answer(t.Context()); err != nil || answer.Text != "done" {
		t.Errorf("the last tap is answered %+v, %v", answer, err)
	}
	b.refused(400, old, "answerCallbackQuery", map[string]any{"callback_query_id": ids[n-1]})
	b.pass(5*time.Second + 1)
	b.refused(400, old, "answerCallbackQuery", map[string]any{"callback_query_id": ids[0]})
}

func TestCommands_ComeByTheThousand(t *testing.T) {
	b := startedBench(t, Config{})
	const n = 1500
	for range n {
		_, err := b.Say(b.ann.ID, b.ann.ID, 0, "/latest")
		b.noError(err)
	}
	if got := b.Pending(); got != n {
		t.Errorf("%d commands are waiting, want %d", got, n)
	}
}
