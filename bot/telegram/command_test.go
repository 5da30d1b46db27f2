package telegram_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// newHandler answers everything with what it was asked.
func newHandler() *bottest.Handler {
	return &bottest.Handler{
		Table: []bot.Command{
			{Name: "latest", Aliases: []string{"search"}, Help: "Recent headlines"},
			{Name: "subscribe", Aliases: []string{"sub"}, Help: "Alerts here", Access: bot.Managers},
			{Name: "help", Help: "What the bot can do"},
			{Name: "sources", Help: "Where articles come from", Sub: []bot.Command{
				{Name: "add", Help: "Add one", Access: bot.Operators},
			}},
		},
		Answer: func(_ context.Context, inv bot.Invocation) bot.Message {
			return bot.Message{Text: bot.Plain(fmt.Sprintf("%s [%s]", inv.Command, inv.Line))}
		},
	}
}

func TestRun_AnswersInGroupsOnlyWhatIsMeantForTheBot(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, sandboxtelegram.Config{Unlimited: true, ReadsAll: true})
	h := newHandler()
	w.run(t, w.adapter, h)
	for _, text := range []string{
		"hello", "latest", "/other", "/latest@another_bot", "/latest@another_bot kim", "see /latest", "/latest/x", "/", "//latest",
		"/latest moon", "/LATEST@Tidings_Bot yoon", "/Search  two  words ", "/sub title:kim\n-drill", "/other@tidings_bot x",
	} {
		must(w.tg.Say(w.member.ID, w.group.ID, 0, text))(t)
	}
	got := invoked(t, h, 5)
	want := []string{"latest [moon]", "latest [yoon]", "search [two  words]", "sub [title:kim\n-drill]", "other [x]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("invocations (-want +got):\n%s", diff)
	}
}

func TestRun_AnswersEverythingInPrivateChats(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	w.run(t, w.adapter, h)
	must(w.tg.Start(w.member.ID, "payload"))(t)
	for _, text := range []string{"/latest", "what can you do?", "/nonsense 1", "/latest@another_bot", "/usr/bin", "https://example.com/feed missile"} {
		must(w.tg.Say(w.member.ID, w.member.ID, 0, text))(t)
	}
	got := invoked(t, h, 6)
	want := []string{"start [payload]", "latest []", "start []", "nonsense [1]", "start []", "subscribe [https://example.com/feed missile]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("invocations (-want +got):\n%s", diff)
	}
	inv := h.Invocations()[0]
	if manager, err := inv.Manager(t.Context()); !inv.Direct || !manager || err != nil {
		t.Errorf("in a private chat Direct is %v and Manager %v (%v), want both true", inv.Direct, manager, err)
	}
}

// invoked waits for the n-th invocation, and for what may wrongly follow it by one more command.
func invoked(t *testing.T, h *bottest.Handler, n int) []string {
	t.Helper()
	var out []string
	for _, inv := range asked(t, h, n) {
		out = append(out, fmt.Sprintf("%s [%s]", inv.Command, inv.Line))
	}
	return out
}

func TestRun_OffersEachScopeWhatItsPeopleMayDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run(t, w.adapter, newHandler())
	must(w.menu(t.Context()))(t)
	for scope, want := range map[string][]string{
		"all_private_chats":       {"latest", "subscribe", "help"},
		"all_group_chats":         {"latest", "help"},
		"all_chat_administrators": {"latest", "subscribe", "help"},
	} {
		var got []string
		for _, c := range w.tg.Commands(sandboxtelegram.Scope{Type: scope}, "") {
			got = append(got, c.Command)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: offers %q, want %q", scope, got, want)
		}
	}
}

func TestRun_PublishesCommandsOnlyWhenTheyChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	key := fmt.Sprintf("telegram.commands.%d", w.tg.Bot().ID)
	published := func(kept func(string) bool) int {
		stop := w.run(t, w.adapter, h)
		m := must(w.tg.Say(w.member.ID, w.group.ID, 0, "/help"))(t)
		must(w.answerTo(t.Context(), m))(t)
		check(t, w.memory.awaitState(t.Context(), key, kept))
		check(t, stop())
		n := 0
		for _, r := range w.tg.Requests() {
			if r.Method == "setMyCommands" {
				n++
			}
		}
		return n
	}
	some := func(hash string) bool { return hash != "" }
	if got := published(some); got != 3 {
		t.Errorf("the first run sets %d menus, want 3", got)
	}
	first := must(w.memory.State(t.Context(), key))(t)
	if got := published(some); got != 3 {
		t.Errorf("the second run sets %d menus, want none", got-3)
	}
	h.Table[0].Help = "The newest headlines"
	if got := published(func(hash string) bool { return hash != first }); got != 6 {
		t.Errorf("after a change %d menus are set, want 3", got-3)
	}
}

func TestRun_KnowsManagers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	w.run(t, w.adapter, h)
	other := must(w.tg.AddChannel("Elsewhere", w.member.ID))(t)
	deputy := w.tg.AddUser(sandboxtelegram.User{FirstName: "Cho"})
	check(t, w.tg.SetMember(w.group.ID, deputy.ID, sandboxtelegram.Administrator))
	for i, c := range []struct {
		name string
		say  func() (sandboxtelegram.Message, error)
		want bool
	}{
		{"the creator", func() (sandboxtelegram.Message, error) { return w.tg.Say(w.manager.ID, w.group.ID, 0, "/latest") }, true},
		{"an administrator", func() (sandboxtelegram.Message, error) { return w.tg.Say(deputy.ID, w.group.ID, 0, "/latest") }, true},
		{"a member", func() (sandboxtelegram.Message, error) { return w.tg.Say(w.member.ID, w.group.ID, 0, "/latest") }, false},
		{"an anonymous administrator", func() (sandboxtelegram.Message, error) {
			return w.tg.SayAnonymous(w.group.ID, 0, "/latest")
		}, true},
		{"another channel", func() (sandboxtelegram.Message, error) {
			return w.tg.SayAsChannel(other.ID, w.group.ID, 0, "/latest")
		}, false},
	} {
		must(c.say())(t)
		all := asked(t, h, i+1)
		got, manager := false, all[i].Manager
		if manager != nil {
			got = must(manager(t.Context()))(t)
		}
		if got != c.want {
			t.Errorf("%s: Manager is %v, want %v", c.name, got, c.want)
		}
	}
}

func TestRun_FindsManagersWithoutBeingAllowedToAskForOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	w.run(t, w.adapter, h)
	w.tg.Faults.Inject(sandbox.Fault{
		Path: "/getChatMember", Times: 1, Status: 400,
		Body: `{"ok":false,"error_code":400,"description":"Bad Request: member list is inaccessible"}`,
	})
	must(w.tg.Say(w.manager.ID, w.group.ID, 0, "/latest"))(t)
	inv := asked(t, h, 1)[0]
	if got := must(inv.Manager(t.Context()))(t); !got {
		t.Error("the creator is not seen as a manager")
	}
	asked := len(w.tg.Requests())
	must(inv.Manager(t.Context()))(t)
	for _, r := range w.tg.Requests()[asked:] {
		if strings.HasPrefix(r.Method, "getChat") {
			t.Errorf("the second question about the same person calls %s", r.Method)
		}
	}
}

func TestRun_NamesTheRightsItLacks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := newHandler()
	w.run(t, w.adapter, h)
	newsroom := must(w.tg.AddChannel("Channel", w.manager.ID))(t)
	must(w.tg.Say(w.manager.ID, w.group.ID, 0, "/latest"))(t)
	asked(t, h, 1)
	must(w.tg.Post(newsroom.ID, "/latest"))(t)
	all := asked(t, h, 2)
	check(t, w.tg.RestrictBot(w.group.ID))
	check(t, w.tg.RestrictBot(newsroom.ID))
	for i, want := range []string{"Send Messages", "Post Messages"} {
		if got := must(all[i].Lacking(t.Context()))(t); !slices.Equal(got, []string{want}) {
			t.Errorf("in %s the bot lacks %q, want %q", all[i].Target, got, want)
		}
	}
	w.tg.Faults.Inject(sandbox.Fault{
		Path: "/getChatMember", Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: member list is inaccessible"}`,
	})
	if got := must(all[0].Lacking(t.Context()))(t); len(got) > 0 {
		t.Errorf("where Telegram does not disclose its rights, the bot lacks %q", got)
	}
}
