package discord

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/retry"
	"tidings/internal/sandbox"
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
	lost := func(in bot.Target) []bot.Presence {
		return []bot.Presence{{Kind: bot.Left, Scope: place("3"), Reason: "the thread was deleted", Thread: true, In: in}}
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
		{"THREAD_DELETE", `{"id":"3","guild_id":"1"}`, lost(bot.Target{})},
		{"THREAD_DELETE", `{"id":"3","guild_id":"1","parent_id":"2","type":11}`, lost(place("2"))},
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
		got, err := (&guilds{}).presences(shard{}, tt.event, []byte(tt.raw))
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s %s: %v (-want +got):\n%s", tt.event, tt.raw, err, diff)
		}
	}
}

// TestPresence_UsesTheRightsThatDiscordReports follows one guild: everyone may see and write, role 5, which the bot
// has, may not write in channel 3, and channel 4 is closed to the bot itself.
func TestPresence_UsesTheRightsThatDiscordReports(t *testing.T) {
	const guild = `{"id":"1","owner_id":"9","roles":[{"id":"1","permissions":"3072"},{"id":"5","permissions":"0"},{"id":"6","permissions":0}],
		"members":[{"user":{"id":"7"},"roles":["5"]}],
		"channels":[{"id":"2","type":0},{"id":"3","type":0,"permission_overwrites":[{"id":"5","type":0,"allow":"0","deny":"2048"}]},
			{"id":"4","type":0,"permission_overwrites":[{"id":"7","type":1,"allow":"0","deny":"1024"}]}],
		"threads":[{"id":"20","parent_id":"2","type":11},{"id":"21","parent_id":"2","type":11,"thread_metadata":{"locked":true}},
			{"id":"40","parent_id":"4","type":11}]}`
	g := &guilds{}
	g.begin(shard{}, &wireReady{User: wireUser{ID: "7"}, Guilds: []wireGuild{{ID: "1"}}})
	send := func(event, raw string) []bot.Presence {
		t.Helper()
		list, err := g.presences(shard{}, event, []byte(raw))
		if err != nil {
			t.Fatalf("%s %s: %v", event, raw, err)
		}
		return list
	}
	space := bot.Target{Platform: Platform, Space: "1"}
	arrival := send("GUILD_CREATE", guild)
	if want := []bot.Presence{{Kind: bot.Back, Scope: space, Known: true, Chats: []string{"2"}}}; !cmp.Equal(arrival, want) {
		t.Errorf("after the guild came the bot is %+v, want it back where it may post: %+v", arrival, want)
	}
	for _, quiet := range []struct{ event, raw string }{
		{"GUILD_ROLE_UPDATE", `{"guild_id":"1","role":{"id":"5","color":7,"permissions":"0"}}`},
		{"GUILD_ROLE_UPDATE", `{"guild_id":"1","role":{"id":"6","permissions":"8"}}`},
		{"GUILD_MEMBER_UPDATE", `{"guild_id":"1","user":{"id":"7"},"nick":"b","roles":["5"]}`},
		{"CHANNEL_UPDATE", `{"id":"3","guild_id":"1","type":0,"permission_overwrites":[{"id":"5","allow":"0","deny":"2048"}]}`},
	} {
		if list := send(quiet.event, quiet.raw); len(list) > 0 {
			t.Errorf("%s %s changes no right, and yet the bot is %+v", quiet.event, quiet.raw, list)
		}
	}
	for _, loud := range []struct{ event, raw string }{
		{"CHANNEL_UPDATE", `{"id":"3","guild_id":"1","type":0,"permission_overwrites":[]}`},
		{"GUILD_ROLE_UPDATE", `{"guild_id":"1","role":{"id":"5","permissions":"2048"}}`},
		{"GUILD_MEMBER_UPDATE", `{"guild_id":"1","user":{"id":"7"},"roles":["5","6"]}`},
	} {
		if list := send(loud.event, loud.raw); len(list) != 1 || list[0].Kind != bot.Back {
			t.Errorf("%s %s gives rights back, and yet the bot is %+v", loud.event, loud.raw, list)
		}
	}
	if list := send("CHANNEL_UPDATE", `{"id":"3","guild_id":"1","type":0,"permission_overwrites":[{"id":"7","allow":"0","deny":"1024"}]}`); len(list) != 1 {
		t.Errorf("the administrator role lets the bot in everywhere, and yet it is %+v", list)
	}
}

func TestPermissions_FollowDiscordsOrder(t *testing.T) {
	g := &guildRights{ID: "1", Owner: "9", Roles: []wireRole{{ID: "1", Permissions: viewChannel}, {ID: "5", Permissions: sendMessages}, {ID: "8", Permissions: administrator}}}
	for _, tt := range []struct {
		name, member string
		roles        []string
		overwrites   []overwrite
		want         bool
	}{
		{"the role allows", "7", []string{"5"}, nil, true},
		{"without the role", "7", nil, nil, false},
		{"everyone is denied, the role not", "7", []string{"5"}, []overwrite{{ID: "1", Deny: sendMessages}}, false},
		{"everyone is denied, the role allowed", "7", []string{"5"}, []overwrite{{ID: "1", Deny: sendMessages}, {ID: "5", Allow: sendMessages}}, true},
		{"one role denies, another allows", "7", []string{"5", "6"}, []overwrite{{ID: "5", Deny: sendMessages}, {ID: "6", Allow: sendMessages}}, true},
		{"the member is denied", "7", []string{"5"}, []overwrite{{ID: "5", Allow: sendMessages}, {ID: "7", Deny: sendMessages}}, false},
		{"an administrator", "7", []string{"8"}, []overwrite{{ID: "7", Deny: sendMessages | viewChannel}}, true},
		{"the owner", "9", nil, []overwrite{{ID: "1", Deny: sendMessages}}, true},
	} {
		if got := len(g.in(tt.overwrites, tt.member, tt.roles).toPost(&wireChannel{})) == 0; got != tt.want {
			t.Errorf("%s: may post is %t", tt.name, got)
		}
	}
}

func TestPresence_AnOutageOfAServerSuspendsNothing(t *testing.T) {
	w := unlimited(t)
	h := help()
	w.run(t, h)
	w.GuildOutage(w.guild)
	eventually(t, "the outage is known", func() bool { return w.adapter.guilds.isOut(w.guild) })
	for _, f := range []sandbox.Fault{
		{Status: 500}, {Status: 403, Body: `{"code":50001,"message":"Missing Access"}`}, {Status: 404, Body: `{"code":10003,"message":"Unknown Channel"}`},
	} {
		w.Faults.Inject(f)
		if e := w.sendError(t, w.here()); e.Kind != bot.Transient || !e.Outage {
			t.Errorf("in an outage %d means %+v, want the outage", f.Status, e)
		}
	}
	w.Faults.Clear()
	w.ReturnGuild(w.guild)
	eventually(t, "the outage is over", func() bool { return !w.adapter.guilds.isOut(w.guild) })
	w.Faults.Inject(sandbox.Fault{Status: 403, Body: `{"code":50001,"message":"Missing Access"}`})
	if e := w.sendError(t, w.here()); e.Kind != bot.TargetGone || e.Outage {
		t.Errorf("after the outage a refusal means %+v", e)
	}
}

func TestPresence_ReportsRestoredRights(t *testing.T) {
	w := unlimited(t)
	h := help()
	w.run(t, h)
	w.SetBotPermissions(w.channel, sandboxdiscord.ViewChannel)
	if se := w.sendError(t, w.here()); se.Kind != bot.TargetGone {
		t.Fatalf("a send without the right failed with kind %d", se.Kind)
	}
	returned := func() int {
		n := 0
		for _, p := range h.Presences() {
			if p.Kind == bot.Back && p.Scope == w.here() {
				n++
			}
		}
		return n
	}
	if n := returned(); n != 0 {
		t.Errorf("a right that was revoked is reported as a return, %d times", n)
	}
	w.SetBotPermissions(w.channel, sandboxdiscord.MemberDefault)
	eventually(t, "the return is reported", func() bool { return returned() == 1 })
}

// TestPresence_SpacesUncertainReturns: each return has the bot try what was suspended, and 10,000
// refused requests in ten minutes get it banned.
func TestPresence_SpacesUncertainReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		defer close(ended)
		a, err := New(Config{Token: testToken})
		if err != nil {
			t.Fatal(err)
		}
		r := &run{Adapter: a, handler: &bottest.Handler{}, presences: make(chan *bot.Presence, 1000), ended: ended}
		space := bot.Target{Platform: Platform, Space: "1"}
		reported := 0
		expose := func() {
			for len(r.presences) > 0 {
				r.report(t.Context(), <-r.presences)
				reported++
			}
		}
		for range 600 { // a change each second
			r.queuePresence(bot.Presence{Kind: bot.Back, Scope: space})
			expose()
			_ = retry.Sleep(t.Context(), time.Second)
		}
		if most := returnsInRow + 600/int(returnEvery.Seconds()) + 1; reported > most || reported < most-2 {
			t.Errorf("of 600 changes in ten minutes %d returns were reported, want about %d", reported, most)
		}
		before := reported
		_ = retry.Sleep(t.Context(), returnEvery)
		if expose(); reported != before+1 {
			t.Errorf("after the last change %d returns were reported, want the one that waited", reported-before)
		}
		for range 10 { // of these Discord said where the bot may post
			r.queuePresence(bot.Presence{Kind: bot.Back, Scope: space, Known: true})
			expose()
		}
		if reported != before+11 {
			t.Errorf("of 10 returns that are sure %d were reported", reported-before-1)
		}
	})
}

// Many events at a time report one right, and each return has the handler look for what was suspended.
func TestPresence_WaitsOnceHoweverManyEventsCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{})
	r := &run{Adapter: w.adapter, handler: &bottest.Handler{}, presences: make(chan *bot.Presence, 10)}
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
		r.report(t.Context(), <-r.presences)
	}
	r.queuePresence(bot.Presence{Kind: bot.Back, Scope: space})
	if n := len(r.presences); n != 1 {
		t.Errorf("%d changes wait, want the return that came after all were reported", n)
	}
}

// TestPresence_TellsAnArrivalFromTheGuildsThatASessionBeginsWith: those are not new, nor is one whose outage ends, and
// whatever Discord repeats is new once.
func TestPresence_TellsAnArrivalFromTheGuildsThatASessionBeginsWith(t *testing.T) {
	const old = `{"id":"1","name":"Old","owner_id":"9","roles":[],"members":[],"channels":[{"id":"11","type":0}]}`
	const added = `{"id":"2","name":"New","owner_id":"9","system_channel_id":"23","roles":[{"id":"2","permissions":"3072"}],
		"members":[{"user":{"id":"7"},"roles":[]}],"channels":[{"id":"20","type":4,"position":0},
		{"id":"21","type":0,"position":3},{"id":"22","type":0,"position":1},{"id":"23","type":0,"position":2}]}`
	g := &guilds{}
	ready := &wireReady{User: wireUser{ID: "7"}, Guilds: []wireGuild{{ID: "1"}}}
	g.begin(shard{}, ready)
	tell := func(event, raw string) *bot.Arrival {
		t.Helper()
		list, err := g.presences(shard{}, event, []byte(raw))
		if err != nil {
			t.Fatalf("%s %s: %v", event, raw, err)
		}
		if len(list) == 0 {
			return nil
		}
		return list[0].Arrival
	}
	greet := func(chat string) *bot.Arrival {
		return &bot.Arrival{
			Name: "New", By: "9", Greet: bot.Target{Platform: Platform, Space: "2", Chat: chat},
			Lacking: []string{"Embed Links", "Read Message History"},
		}
	}
	without := func(text string) string { return strings.Replace(added, text, `"x":0`, 1) }
	for _, step := range []struct {
		name, event, raw string
		want             *bot.Arrival
	}{
		{"there from the beginning", "GUILD_CREATE", old, nil},
		{"an outage", "GUILD_DELETE", `{"id":"1","unavailable":true}`, nil},
		{"the outage ends", "GUILD_CREATE", old, nil},
		{"added", "GUILD_CREATE", added, greet("23")},
		{"told again", "GUILD_CREATE", added, nil},
		{"removed", "GUILD_DELETE", `{"id":"2"}`, nil},
		{"added where nothing is welcomed", "GUILD_CREATE", without(`"system_channel_id":"23"`), greet("22")},
		{"removed again", "GUILD_DELETE", `{"id":"2"}`, nil},
		{
			"added where it may not write", "GUILD_CREATE", strings.Replace(added, "3072", "1024", 1),
			&bot.Arrival{Name: "New", By: "9", Lacking: []string{"View Channel", "Send Messages"}},
		},
	} {
		if diff := cmp.Diff(step.want, tell(step.event, step.raw)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
	ready.Guilds = append(ready.Guilds, wireGuild{ID: "3"})
	g.begin(shard{}, ready) // a new session knows what was joined meanwhile
	if at := tell("GUILD_CREATE", `{"id":"3","channels":[]}`); at != nil {
		t.Errorf("a guild that the session begins with is new: %+v", at)
	}
}
