package telegram

import (
	"fmt"
	"testing"
	"time"
)

func TestLimit_OneMessageASecondInAChatAfterABurst(t *testing.T) {
	b := startedBench(t, Config{})
	send := map[string]any{"chat_id": b.ann.ID, "text": "x"}
	for range chatBurst {
		b.must(nil, "sendMessage", send)
	}
	b.refused(429, "Too Many Requests: retry after 1", "sendMessage", send)
	// An edit counts like a message.
	b.refused(429, "Too Many Requests: retry after 1", "editMessageText",
		map[string]any{"chat_id": b.ann.ID, "message_id": 2, "text": "y"})
	b.pass(time.Second)
	b.must(nil, "sendMessage", send)
	b.refused(429, "Too Many Requests: retry after 1", "sendMessage", send)
	if got := b.Stats().Limited; got != 3 {
		t.Errorf("limited: got %d, want 3", got)
	}
}

func TestLimit_TwentyMessagesAMinuteInAGroup(t *testing.T) {
	b := startedBench(t, Config{})
	group, err := b.AddGroup("Desk", b.ann.ID)
	b.noError(err)
	for chat, want := range map[int64]int{b.ann.ID: 0, group.ID: 40} {
		send := map[string]any{"chat_id": chat, "text": "x"}
		for range groupRate {
			b.must(nil, "sendMessage", send)
			b.pass(time.Second)
		}
		r := b.call("sendMessage", send)
		if r.Parameters.RetryAfter != want {
			t.Errorf("chat %d: retry after %d, want %d", chat, r.Parameters.RetryAfter, want)
		}
	}
	b.pass(groupFrame)
	b.must(nil, "sendMessage", map[string]any{"chat_id": group.ID, "text": "x"})
}

func TestLimit_ThirtyMessagesASecondForTheBot(t *testing.T) {
	b := newBench(t, Config{})
	for i := range botRate + 1 {
		u := b.AddUser(User{FirstName: fmt.Sprint("User ", i)})
		_, err := b.Start(u.ID, "")
		b.noError(err)
		send := map[string]any{"chat_id": u.ID, "text": "x"}
		if i < botRate {
			b.must(nil, "sendMessage", send)
		} else {
			b.refused(429, "Too Many Requests: retry after 1", "sendMessage", send)
		}
	}
}

func TestLimit_RefusedCallsAreFree(t *testing.T) {
	b := startedBench(t, Config{})
	for range chatBurst + 1 {
		b.refused(400, "Bad Request: message text is empty", "sendMessage", map[string]any{"chat_id": b.ann.ID})
	}
	b.must(nil, "sendMessage", map[string]any{"chat_id": b.ann.ID, "text": "x"})
}

func TestLimit_CanBeSwitchedOff(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	for range 2 * botRate {
		b.must(nil, "sendMessage", map[string]any{"chat_id": b.ann.ID, "text": "x"})
	}
}
