package discord

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func table() []bot.Command {
	some := func(context.Context, bot.Invocation, string) ([]bot.Choice, error) { return nil, nil }
	number := bot.Arg{Name: "number", Help: "of the subscription", Kind: bot.NumberArg, Required: true, Min: 1, Max: 100, Complete: some}
	filter := bot.Arg{Name: "filter", Help: "what to look for"}
	return []bot.Command{
		{Name: "latest", Help: "Recent headlines", Args: []bot.Arg{filter, {Name: "count", Help: "how many", Kind: bot.NumberArg, Min: 1, Max: 10}}},
		{Name: "subscribe", Help: "Alerts here from now on", Access: bot.Managers, Args: []bot.Arg{filter}},
		{Name: "filter", Help: "Change a filter", Sub: []bot.Command{
			{Name: "set", Help: "Set it", Access: bot.Managers, Args: []bot.Arg{filter, number}},
			{Name: "test", Help: "Try one", Args: []bot.Arg{filter}},
		}},
		{Name: "why", Help: "Why an alert came", OnMessage: "Why this alert?", Args: []bot.Arg{filter}},
		{Name: "help", Help: "What the bot can do"},
	}
}

func TestCommands_Golden(t *testing.T) {
	got, err := json.MarshalIndent(wireCommands(table()), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "commands.json"), append(got, '\n'))
}

func TestCommands_ArePublishedOnlyWhenTheyChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{Unlimited: true})
	h := &bottest.Handler{Table: table()}
	start := func() {
		t.Helper()
		stop := w.run(t, h)
		before := len(h.Invocations())
		it, err := w.Command(within(t), w.member, w.channel, "help", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := it.Reply(within(t)); err != nil || len(h.Invocations()) != before+1 {
			t.Fatalf("no answer: %v", err)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	}
	puts := func(want int) {
		t.Helper()
		if got := w.Counters().CommandPuts; got != want {
			t.Errorf("commands were published %d times, want %d", got, want)
		}
	}
	start()
	puts(1)
	start()
	puts(1)
	h.Table[0].Help = "The newest headlines"
	stop := w.run(t, h)
	eventually(t, "the change is published", func() bool { return w.Counters().CommandPuts == 2 })
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

func TestCommands_ArePublishedAfterAnOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sandboxdiscord.Config{Unlimited: true})
	w.Faults.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 503, Path: "/commands", Times: 3})
	w.run(t, &bottest.Handler{Table: table()})
}
