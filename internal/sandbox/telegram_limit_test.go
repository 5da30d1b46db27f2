package sandbox

import (
	"fmt"
	"testing"
	"time"
)

func TestTelegramLimit_OneMessageASecondInAChatAfterABurst(t *testing.T) {
	b := startedTelegramBench(t, TelegramConfig{})
	send := map[string]any{"chat_id": b.ann.ID, "text": "x"}
	for range tgChatBurst {
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

func TestTelegramLimit_TwentyMessagesAMinuteInAGroup(t *testing.T) {
	b := startedTelegramBench(t, TelegramConfig{})
	group, err := b.AddGroup("Desk", b.ann.ID)
	b.noError(err)
	for chat, want := range map[int64]int{b.ann.ID: 0, group.ID: 40} {
		send := map[string]any{"chat_id": chat, "text": "x"}
		for range tgGroupRate {
			b.must(nil, "sendMessage", send)
			b.pass(time.Second)
		}
		r := b.call("sendMessage", send)
		if r.Parameters.RetryAfter != want {
			t.Errorf("chat %d: retry after %d, want %d", chat, r.Parameters.RetryAfter, want)
		}
	}
	b.pass(tgGroupFrame)
	b.must(nil, "sendMessage", map[string]any{"chat_id": group.ID, "text": "x"})
}

func TestTelegramLimit_ThirtyMessagesASecondForTheBot(t *testing.T) {
	b := newTelegramBench(t, TelegramConfig{})
	for i := range tgBotRate + 1 {
		u := b.AddUser(TelegramUser{FirstName: fmt.Sprint("User ", i)})
		_, err := b.Start(u.ID, "")
		b.noError(err)
		send := map[string]any{"chat_id": u.ID, "text": "x"}
		if i < tgBotRate {
			b.must(nil, "sendMessage", send)
		} else {
			b.refused(429, "Too Many Requests: retry after 1", "sendMessage", send)
		}
	}
}

func TestTelegramLimit_RefusedCallsAreFree(t *testing.T) {
	b := startedTelegramBench(t, TelegramConfig{})
	for range tgChatBurst + 1 {
		b.refused(400, "Bad Request: message text is empty", "sendMessage", map[string]any{"chat_id": b.ann.ID})
	}
	b.must(nil, "sendMessage", map[string]any{"chat_id": b.ann.ID, "text": "x"})
}

func TestTelegramLimit_CanBeSwitchedOff(t *testing.T) {
	b := startedTelegramBench(t, TelegramConfig{Unlimited: true})
	for range 2 * tgBotRate {
		b.must(nil, "sendMessage", map[string]any{"chat_id": b.ann.ID, "text": "x"})
	}
}
