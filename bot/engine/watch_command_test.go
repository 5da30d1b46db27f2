package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

// asks types a line in the room as bob, and returns the answer.
func (w *world) asks(h bot.Handler, inv bot.Invocation, line string) string {
	w.Helper()
	inv.Command, inv.Line, _ = strings.Cut(line, " ")
	inv.User = bot.User{ID: "bob"}
	if inv.Target == (bot.Target{}) {
		inv.Target = room()
	}
	return h.Invoke(w.Context(), inv).Text.String()
}

func TestWatch_EndsAtTwentyAndAlertsOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start(w.config())
		h := w.running()
		for n := range 20 {
			if got := w.asks(h, bot.Invocation{}, fmt.Sprintf("watch missile OR w%d", n)); !strings.HasPrefix(got, "Done") {
				t.Fatalf("watch %d is answered %q", n+1, got)
			}
		}
		for line, want := range map[string]string{
			"watch one too many":   "You watch 20 things already, and that's the limit. /watch lists them, so that you can remove one.",
			"watch missile OR w3":  "You're watching that already: you get new articles matching missile OR w3.",
			"watch remove 99":      "You have no watch 99. /watch lists what you watch.",
			"subscribe missile":    "Only people who manage this chat can do that. Ask one of them. To get alerts for yourself, in private: /watch missile",
			"unsubscribe":          "Only people who manage this chat can do that. Ask one of them. To get alerts for yourself, in private: /watch missile -drill",
			"watch (":              "This filter has a mistake",
			"watch":                "I've sent you the list in our private chat.",
			"watch remove nothing": "You watch 20 things",
		} {
			if got := w.asks(h, bot.Invocation{}, line); !strings.HasPrefix(got, want) {
				t.Errorf("/%s is answered %q, want %q", line, got, want)
			}
		}
		before := len(w.settle())
		w.put("A missile over w3 and w7")
		got := w.waitSent(before + 1)
		got = append(got, w.settle()[len(got):]...)
		if diff := cmp.Diff([]string{"direct-bob: A missile over w3 and w7"}, got[before:]); diff != "" {
			t.Errorf("alerts (-want +got):\n%s", diff)
		}
		if got := w.asks(h, bot.Invocation{}, "watch remove all"); !strings.HasPrefix(got, "No longer watching:\n1. ") {
			t.Errorf("removing all is answered %q", got)
		}
	})
}

func TestWatch_IsRefusedWhereTheBotMayNotWrite(t *testing.T) {
	inWorld(t, func(w *world) {
		h := w.handler(w.config())
		w.paper.ScriptFor(chat("direct-bob"), &bot.SendError{Kind: bot.TargetGone, Reason: "no messages from bots"})
		if got := w.asks(h, bot.Invocation{}, "watch missile"); !strings.HasPrefix(got, "I can't write to you in private.") {
			t.Errorf("the answer is %q", got)
		}
		subs, err := w.store.SubscriptionsOf(w.Context(), chat("direct-bob"))
		if err != nil || len(subs) > 0 {
			t.Errorf("the private chat has %d subscriptions, %v", len(subs), err)
		}
	})
}
