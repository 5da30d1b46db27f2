package telegram

import (
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

func TestHeld_LetsGoOfWhatTheLeaseHasEndedFor(t *testing.T) {
	now := time.Now()
	var h held
	h.add([]bot.Update{{ID: 1}}, now.Add(lease))
	if !h.has(1, now) || h.has(1, now.Add(lease)) || h.has(2, now) {
		t.Error("an update is not held for just as long as its lease")
	}
	if ids := h.ids(now.Add(lease)); len(ids) != 0 {
		t.Errorf("held after the lease: %v", ids)
	}
}

func TestRights_ForgetARefusalSooner(t *testing.T) {
	now := time.Now()
	r := newRights(func() time.Time { return now })
	manager, reader := standing{chat: 1, user: 1}, standing{chat: 1, user: 2}
	r.remember(manager, verdict{manager: true})
	r.remember(reader, verdict{})
	now = now.Add(unknownFor)
	if _, known := r.recall(reader); known {
		t.Error("who was just made an administrator is still refused")
	}
	if may, known := r.recall(manager); !may || !known {
		t.Error("a manager is asked about again")
	}
	now = now.Add(knownFor)
	if _, known := r.recall(manager); known {
		t.Error("who was a manager counts as one for ever")
	}
}

func TestAnonymous_IsWhoWritesInTheNameOfThisGroup(t *testing.T) {
	hidden, group, other := &tgbotapi.User{ID: anonymousAdmin}, &tgbotapi.Chat{ID: -1}, &tgbotapi.Chat{ID: -2}
	for _, c := range []struct {
		name string
		m    message
		want bool
	}{
		{"in this group's name", message{From: hidden, SenderChat: group, Chat: group}, true},
		{"in another's name", message{From: hidden, SenderChat: other, Chat: group}, false},
		{"in nobody's name", message{From: hidden, Chat: group}, false},
		{"in a channel's name", message{From: &tgbotapi.User{ID: 136817688}, SenderChat: group, Chat: group}, false},
	} {
		if got := c.m.isAnonymous(); got != c.want {
			t.Errorf("%s: %t, want %t", c.name, got, c.want)
		}
	}
}
