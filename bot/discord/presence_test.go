package discord

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/bottest"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func TestPresence_SaysWhatAnEventMeans(t *testing.T) {
	place := func(chat string) bot.Target { return bot.Target{Platform: Platform, Space: "1", Chat: chat} }
	back := func(scopes ...bot.Target) (list []bot.Presence) {
		for _, s := range scopes {
			list = append(list, bot.Presence{Kind: bot.Back, Scope: s})
		}
		return list
	}
	left := func(scope bot.Target, reason string) []bot.Presence {
		return []bot.Presence{{Kind: bot.Left, Scope: scope, Reason: reason}}
	}
	for _, tt := range []struct {
		event, raw string
		want       []bot.Presence
	}{
		{"GUILD_CREATE", `{"id":"1"}`, back(place(""))},
		{"GUILD_CREATE", `{"id":"1","unavailable":true}`, nil},
		{"GUILD_DELETE", `{"id":"1"}`, left(place(""), "the bot was removed from the server")},
		{"GUILD_DELETE", `{"id":"1","unavailable":true}`, nil},
		{"CHANNEL_DELETE", `{"id":"2","guild_id":"1"}`, left(place("2"), "the channel was deleted")},
		{"THREAD_DELETE", `{"id":"3","guild_id":"1"}`, left(place("3"), "the thread was deleted")},
		{"CHANNEL_UPDATE", `{"id":"2","guild_id":"1","permission_overwrites":[]}`, back(place("2"))},
		{"THREAD_UPDATE", `{"id":"3","guild_id":"1","thread_metadata":{"archived":false,"locked":false}}`, back(place("3"))},
		{"THREAD_UPDATE", `{"id":"3","guild_id":"1","thread_metadata":{"archived":true,"locked":true}}`, nil},
		{"THREAD_LIST_SYNC", `{"guild_id":"1","threads":[{"id":"3"},{"id":"4"}]}`, back(place("3"), place("4"))},
		{"GUILD_ROLE_UPDATE", `{"guild_id":"1","role":{"id":"5"}}`, back(place(""))},
		{"GUILD_MEMBER_UPDATE", `{"guild_id":"1","user":{"id":"6"},"roles":[]}`, back(place(""))},
		{"GUILD_ROLE_UPDATE", `{}`, nil},
		{"CHANNEL_UPDATE", `{}`, nil},
		{"MESSAGE_CREATE", `{"id":"9","guild_id":"1"}`, nil},
	} {
		got, err := readPresences(tt.event, []byte(tt.raw))
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s %s: %v (-want +got):\n%s", tt.event, tt.raw, err, diff)
		}
	}
}

func TestPresence_TellsOfRightsThatCameBack(t *testing.T) {
	w := unlimited(t)
	h := help()
	w.run(t, h)
	w.SetBotPermissions(w.channel, sandboxdiscord.ViewChannel)
	if se := w.sendError(t, w.here()); se.Kind != bot.TargetGone {
		t.Fatalf("a send without the right failed with kind %d", se.Kind)
	}
	told := func() int {
		n := 0
		for _, p := range h.Presences() {
			if p.Kind == bot.Back && p.Scope == w.here() {
				n++
			}
		}
		return n
	}
	eventually(t, "the change is told", func() bool { return told() == 1 })
	w.SetBotPermissions(w.channel, sandboxdiscord.MemberDefault)
	eventually(t, "the return is told", func() bool { return told() == 2 })
}

// Many events at a time tell of one right, and each return has the handler look for what was suspended.
func TestPresence_WaitsOnceHoweverOftenItIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{})
	r := &run{Adapter: w.adapter, handler: &bottest.Handler{}, presences: make(chan bot.Presence, 10)}
	space := bot.Target{Platform: Platform, Space: "1"}
	for range 3 {
		r.queuePresence(bot.Presence{Kind: bot.Back, Scope: space})
	}
	if n := len(r.presences); n != 1 {
		t.Fatalf("%d returns wait, want one", n)
	}
	r.queuePresence(bot.Presence{Kind: bot.Left, Scope: space})
	r.queuePresence(bot.Presence{Kind: bot.Back, Scope: space})
	if n := len(r.presences); n != 3 {
		t.Errorf("%d changes wait, want a return after the removal too", n)
	}
	for len(r.presences) > 0 {
		r.tell(t.Context(), <-r.presences)
	}
	r.queuePresence(bot.Presence{Kind: bot.Back, Scope: space})
	if n := len(r.presences); n != 1 {
		t.Errorf("%d changes wait, want the return that came after all were told", n)
	}
}
