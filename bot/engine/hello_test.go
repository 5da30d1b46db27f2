package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

// added is what an adapter tells when somebody adds the bot to a chat in which it may post.
func added(name string) bot.Presence {
	return bot.Presence{Kind: bot.Back, Scope: chat(name), Arrival: &bot.Arrival{Name: name, Greet: chat(name), By: "ann"}}
}

const hello = "Hello! I post news alerts: type /subscribe missile -drill, with your own keywords, to get them. /help has the rest."

func TestHello_IsSaidOnceHoweverOftenItIsTold(t *testing.T) {
	inWorld(t, func(w *world) {
		h := w.handler(w.config())
		for range 3 {
			h.Presence(w.Context(), added("room"))
		}
		h = w.handler(w.config()) // another process, or this one after a restart
		h.Presence(w.Context(), added("room"))
		h.Presence(w.Context(), bot.Presence{Kind: bot.Moved, Scope: room(), To: chat("hall")})
		h.Presence(w.Context(), added("hall"))
		if diff := cmp.Diff([]string{"room: " + hello}, w.settle()); diff != "" {
			t.Errorf("the bot said (-want +got):\n%s", diff)
		}
	})
}

func TestHello_IsForNewPlacesAlone(t *testing.T) {
	inWorld(t, func(w *world) {
		h := w.handler(w.config())
		h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: chat("known for long")})
		w.subscribe(room(), "missile")
		h.Presence(w.Context(), bot.Presence{Kind: bot.Left, Scope: room(), Reason: "the bot was removed"})
		h.Presence(w.Context(), added("room"))
		if said := w.settle(); len(said) > 0 {
			t.Errorf("the bot said %q where it has been before", said)
		}
	})
}

func TestHello_NamesTheRightThatIsMissing(t *testing.T) {
	inWorld(t, func(w *world) {
		h := w.handler(w.config())
		shut := added("shut")
		shut.Kind, shut.Arrival.Greet, shut.Arrival.Lacking = bot.Left, bot.Target{}, []string{"Send Messages"}
		h.Presence(w.Context(), shut)
		plain := added("plain")
		plain.Arrival.Lacking = []string{"Embed Links"}
		h.Presence(w.Context(), plain)
		h.Presence(w.Context(), shut)
		h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: chat("shut")}) // somebody has granted it
		h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: chat("shut")})
		want := []string{
			"direct-ann: “shut”: " + hello + " First grant me Send Messages, or I can't post.",
			"plain: " + hello + " Without Embed Links, alerts come in a plainer form.",
			"shut: " + hello,
		}
		if diff := cmp.Diff(want, w.settle()); diff != "" {
			t.Errorf("the bot said (-want +got):\n%s", diff)
		}
	})
}

func TestHello_IsSaidInPrivateWhereAnAudienceReads(t *testing.T) {
	inWorld(t, func(w *world) {
		h := w.handler(w.config())
		gazette, herald := added("gazette"), added("herald")
		gazette.Arrival.Audience, herald.Arrival.Audience = true, true
		h.Presence(w.Context(), gazette)
		w.paper.ScriptFor(chat("direct-ann"), &bot.SendError{Kind: bot.TargetGone, Reason: "the bot may not write first"})
		h.Presence(w.Context(), herald)
		if diff := cmp.Diff([]string{"direct-ann: “gazette”: Hello! I post news alerts. To set them up from here, where its readers don't see it, " +
			"forward me a post of it, or type /channel @name. /help has the rest.", "herald: " + hello}, w.settle()); diff != "" {
			t.Errorf("the bot said (-want +got):\n%s", diff)
		}
	})
}

func TestHello_ThatIsRefusedIsSaidWhenItMay(t *testing.T) {
	inWorld(t, func(w *world) {
		h := w.handler(w.config())
		w.paper.ScriptFor(room(), &bot.SendError{Kind: bot.TargetGone, Reason: "slow rights"})
		h.Presence(w.Context(), added("room"))
		h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: room()})
		h.Presence(w.Context(), added("room"))
		if diff := cmp.Diff([]string{"room: " + hello}, w.settle()); diff != "" {
			t.Errorf("the bot said (-want +got):\n%s", diff)
		}
	})
}
