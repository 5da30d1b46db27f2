package telegram

import (
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

func TestLeases_DropUpdatesWhoseLeaseHasExpired(t *testing.T) {
	now := time.Now()
	var l leases
	l.add([]bot.Update{{ID: 1}}, now)
	if !l.owns(1, now) || l.owns(1, now.Add(leaseTime)) || l.owns(2, now) {
		t.Error("an update is not owned for exactly the time of its lease")
	}
	if ids := l.ids(now.Add(leaseTime)); len(ids) != 0 {
		t.Errorf("owned after the lease: %v", ids)
	}
}

func TestRights_CacheARefusalForLess(t *testing.T) {
	now := time.Now()
	r := newRights(func() time.Time { return now })
	manager, reader := memberKey{chat: 1, user: 1}, memberKey{chat: 1, user: 2}
	r.remember(manager, true)
	r.remember(reader, false)
	now = now.Add(readerFor)
	if _, known := r.recall(reader); known {
		t.Error("a new administrator is still refused")
	}
	if may, known := r.recall(manager); !may || !known {
		t.Error("a manager is asked about again")
	}
	now = now.Add(managerFor)
	if _, known := r.recall(manager); known {
		t.Error("a former manager still counts as one")
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
