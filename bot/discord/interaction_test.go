package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func unlimited(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	return newWorld(t, sandboxdiscord.Config{Unlimited: true})
}

func completer() []bot.Command {
	some := func(context.Context, bot.Invocation, string) ([]bot.Choice, error) { return nil, nil }
	return []bot.Command{{Name: "unsubscribe", Help: "End alerts", Args: []bot.Arg{
		{Name: "number", Help: "which", Kind: bot.NumberArg, Min: 1, Max: 100, Complete: some},
		{Name: "name", Help: "of what", Complete: some},
	}}}
}

func TestAnswer_IsPrivateAndDeferredInTime(t *testing.T) {
	w := unlimited(t)
	release := make(chan struct{})
	h := help()
	h.Answer = func(ctx context.Context, _ bot.Invocation) bot.Message {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return bot.Message{Text: bot.Plain("done")}
	}
	w.run(t, h)
	ctx := within(t)
	it, err := w.Command(ctx, w.member, w.channel, "help", nil)
	if err != nil {
		t.Fatal(err)
	}
	if kind, _, err := it.Acknowledged(ctx); err != nil || kind != respondLater {
		t.Fatalf("acknowledged with %d, %v, want a deferral", kind, err)
	}
	if m := w.Messages(w.channel); len(m) != 1 || !m[0].Loading || m[0].EphemeralTo != w.member {
		t.Errorf("while the bot thinks people see %+v", m)
	}
	close(release)
	m, err := it.Reply(ctx)
	if err != nil || m.Content != "done" || m.EphemeralTo != w.member {
		t.Errorf("the answer is %+v, %v, want it for the one who asked alone", m, err)
	}
}

func TestAnswer_GetsThroughFaults(t *testing.T) {
	w := unlimited(t)
	w.run(t, help())
	for _, kind := range []sandbox.FaultKind{sandbox.FaultStatus, sandbox.FaultResetBefore, sandbox.FaultResetAfter, sandbox.FaultHang} {
		w.Faults.Inject(sandbox.Fault{Kind: kind, Path: "/callback"})
		w.serves(t)
	}
	if strings.Contains(w.log.String(), "answer lost") {
		t.Errorf("an answer that got through is logged as lost:\n%s", w.log)
	}
}

func TestAnswer_LogsWhatCannotBeDeliveredWithoutItsToken(t *testing.T) {
	w := unlimited(t)
	w.run(t, help())
	for i, f := range []sandbox.Fault{
		{Kind: sandbox.FaultStatus, Status: 404, Body: `{"code":10062,"message":"Unknown interaction"}`},
		{Kind: sandbox.FaultStatus, Status: 400, Body: `{"code":40060,"message":"Interaction has already been acknowledged."}`},
		{Kind: sandbox.FaultResetBefore, Times: maxTries},
	} {
		f.Path = "/callback"
		w.Faults.Inject(f)
		if _, err := w.Command(within(t), w.member, w.channel, "help", nil); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the loss is logged", func() bool { return strings.Count(w.log.String(), "answer lost") == i+1 })
	}
	if strings.Contains(w.log.String(), "aW50ZXJhY3Rpb24") {
		t.Errorf("the log contains an interaction's token:\n%s", w.log)
	}
}

func TestSuggest_StaysWithinDiscordsLimits(t *testing.T) {
	w := unlimited(t)
	h := &bottest.Handler{Table: completer(), Suggest: func(_ context.Context, inv bot.Invocation, arg string) []bot.Choice {
		if inv.Options[arg] == "none" {
			return nil
		}
		list := []bot.Choice{
			{Label: "", Value: "x"}, {Label: "too long", Value: strings.Repeat("v", 101)}, {Label: strings.Repeat("l", 101), Value: "1"},
		}
		for i := range 30 {
			list = append(list, bot.Choice{Label: fmt.Sprint(arg, " ", i), Value: fmt.Sprint(i)})
		}
		return list
	}}
	w.run(t, h)
	ask := func(name, typed string) []sandboxdiscord.Choice {
		t.Helper()
		got, err := w.Autocomplete(within(t), w.member, w.channel, "unsubscribe",
			[]sandboxdiscord.Option{{Name: name, Value: typed, Focused: true}})
		if err != nil {
			t.Fatalf("%s %q: %v\n%s", name, typed, err, w.log)
		}
		return got
	}
	if got := ask("name", "none"); len(got) != 0 {
		t.Errorf("suggested are %v, want none", got)
	}
	names := ask("name", "")
	if len(names) != maxChoices || names[0].Name != strings.Repeat("l", 99)+"…" || names[1].Value != "0" {
		t.Errorf("suggested are %v", names)
	}
	if numbers := ask("number", "1"); len(numbers) != maxChoices || numbers[1].Value != int64(0) {
		t.Errorf("suggested are %v", numbers)
	}
	if !slices.ContainsFunc(w.Requests(), func(r sandboxdiscord.Request) bool {
		return strings.TrimSpace(string(r.Body)) == `{"type":8,"data":{"choices":[]}}`
	}) {
		t.Error("an empty list was not sent as such")
	}
}

func TestSuggest_AnswersNothingRatherThanLate(t *testing.T) {
	w := unlimited(t)
	w.run(t, &bottest.Handler{Table: completer(), Suggest: func(ctx context.Context, _ bot.Invocation, _ string) []bot.Choice {
		<-ctx.Done()
		return []bot.Choice{{Label: "late", Value: "late"}}
	}})
	got, err := w.Autocomplete(within(t), w.member, w.channel, "unsubscribe",
		[]sandboxdiscord.Option{{Name: "name", Value: "x", Focused: true}})
	if err != nil || len(got) != 0 {
		t.Errorf("suggested are %v, %v, want nothing in time", got, err)
	}
}

func TestPress_GetsASlowPageOrNotice(t *testing.T) {
	w := unlimited(t)
	h := help()
	h.Answer = func(ctx context.Context, inv bot.Invocation) bot.Message {
		if inv.Data == "" {
			return bot.Message{Text: bot.Plain("one"), Buttons: [][]bot.Button{{{Label: "n", Data: "notice"}, {Label: "p", Data: "page"}}}}
		}
		eventuallyDeferred(ctx, w)
		return bot.Message{Text: bot.Plain(inv.Data), Notice: inv.Data == "notice"}
	}
	w.run(t, h)
	ctx := within(t)
	it, err := w.Command(ctx, w.member, w.channel, "help", nil)
	if err != nil {
		t.Fatal(err)
	}
	one, err := it.Reply(ctx)
	if err != nil {
		t.Fatal(err)
	}
	notice, err := w.Press(ctx, w.member, one.ID, "notice")
	if err != nil {
		t.Fatal(err)
	}
	w.commands <- notice
	eventually(t, "the notice is shown", func() bool { return len(notice.Followups()) == 1 })
	if f := notice.Followups()[0]; f.Content != "notice" || f.EphemeralTo != w.member {
		t.Errorf("the notice is %+v", f)
	}
	if m, _ := w.Message(one.ID); m.Content != "one" || len(m.Components) != 1 {
		t.Errorf("the notice changed the message to %+v", m)
	}
	page, err := w.Press(ctx, w.member, one.ID, "page")
	if err != nil {
		t.Fatal(err)
	}
	w.commands <- page
	if m, err := page.Reply(ctx); err != nil || m.ID != one.ID || m.Content != "page" || len(m.Components) != 0 {
		t.Errorf("the page is %+v, %v, want it in place of the first, without its buttons", m, err)
	}
}

// eventuallyDeferred waits, within a handler, until Discord knows that the answer takes time.
func eventuallyDeferred(ctx context.Context, w *world) {
	select {
	case it := <-w.commands:
		_, _, _ = it.Acknowledged(ctx)
	case <-ctx.Done():
	}
}

func TestInvocation_CarriesUserAndPlace(t *testing.T) {
	w := unlimited(t)
	h := help()
	w.run(t, h)
	w.SetBotPermissions(w.channel, sandboxdiscord.ViewChannel)
	thread := w.AddThread(w.channel, "thread")
	w.SetBotPermissions(thread, 0)
	server := w.AddUser("carol")
	w.SetMemberPermissions(w.channel, server, sandboxdiscord.MemberDefault|sandboxdiscord.ManageGuild)
	direct := w.DirectChannel(w.member)
	tests := []struct {
		user, channel string
		target        bot.Target
		manager       bool
		lacking       []string
		limited       []string
	}{
		{w.member, w.channel, w.here(), false, []string{"Send Messages"}, []string{"Embed Links", "Read Message History"}},
		{w.manager, w.channel, w.here(), true, []string{"Send Messages"}, []string{"Embed Links", "Read Message History"}},
		{server, w.channel, w.here(), true, []string{"Send Messages"}, []string{"Embed Links", "Read Message History"}},
		{
			w.member, thread,
			bot.Target{Platform: Platform, Space: w.guild, Chat: thread},
			false,
			[]string{"View Channel", "Send Messages in Threads"},
			[]string{"Embed Links", "Read Message History"},
		},
		{w.member, direct, bot.Target{Platform: Platform, Chat: direct}, true, nil, nil},
	}
	for i, tt := range tests {
		if _, err := w.Command(within(t), tt.user, tt.channel, "help", nil); err != nil {
			t.Fatal(err)
		}
		all, err := h.WaitInvocations(within(t), i+1)
		if err != nil {
			t.Fatal(err)
		}
		inv := all[i]
		manager, _ := inv.Manager(t.Context())
		lacking, _ := inv.Lacking(t.Context())
		limited, _ := inv.Limited(t.Context())
		if inv.Target != tt.target || inv.User.ID != tt.user || inv.Direct != (tt.target.Space == "") || manager != tt.manager ||
			!cmp.Equal(lacking, tt.lacking) || !cmp.Equal(limited, tt.limited) {
			t.Errorf("case %d: got %+v, manager %t, lacking %q and %q", i, inv, manager, lacking, limited)
		}
	}
}

func TestInvocation_PresumesRightsThatDiscordDoesNotReport(t *testing.T) {
	var it interaction
	raw := `{"id":"1","type":2,"token":"t","guild_id":"10","channel_id":"20","member":{"user":{"id":"7"}},"data":{"name":"help"}}`
	if err := json.Unmarshal([]byte(raw), &it); err != nil {
		t.Fatal(err)
	}
	inv := it.invocation()
	if lacking, err := inv.Lacking(t.Context()); err != nil || len(lacking) > 0 {
		t.Errorf("the bot lacks %q, %v", lacking, err)
	}
	if manager, err := inv.Manager(t.Context()); err != nil || manager {
		t.Errorf("who has no rights in the event manages: %t, %v", manager, err)
	}
}

func TestPress_RemovesSpentButtons(t *testing.T) {
	w := unlimited(t)
	h := &bottest.Handler{Table: help().Table, Answer: func(context.Context, bot.Invocation) bot.Message {
		return bot.Message{Text: bot.Plain("This button no longer works."), Notice: true, Spent: true}
	}}
	w.run(t, h)
	r, err := w.adapter.Send(within(t), w.here(), bot.Message{
		Text: bot.Plain("Post 3?"), Buttons: [][]bot.Button{{{Label: "Post", Data: "old?"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	it, err := w.Press(within(t), w.member, r.MessageID, "old?")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := it.Reply(within(t)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the person is told", func() bool { return len(it.Followups()) == 1 })
	m, _ := w.Message(r.MessageID)
	if told := it.Followups()[0]; len(m.Components) > 0 || m.Content != "Post 3?" || told.EphemeralTo != w.member || !strings.Contains(told.Content, "no longer") {
		t.Errorf("the message is %+v and the person is told %+v", m, told)
	}
}
