package engine_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

// manager is who may manage every chat.
func manager(context.Context) (bool, error) { return true, nil }

func reader(context.Context) (bool, error) { return false, nil }

// press answers a button of m.
func press(w *world, h bot.Handler, to bot.Target, m bot.Message, label string, rights func(context.Context) (bool, error)) bot.Message {
	w.Helper()
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Label == label {
				return h.Invoke(w.Context(), bot.Invocation{Target: to, Data: b.Data, Manager: rights})
			}
		}
	}
	w.Fatalf("%q has no button %q but %+v", words(m), label, m.Buttons)
	return bot.Message{}
}

// loseAndReturn has a chat lose the bot in mid-flow and get it back; it returns the offer to catch up.
func loseAndReturn(w *world) (bot.Handler, bot.Message) {
	w.Helper()
	w.subscribe(room(), "")
	w.paper.ScriptFor(room(), nil, &bot.SendError{Kind: bot.TargetGone, Reason: "the bot was removed"})
	w.start(w.config())
	w.put("one", "two", "three")
	w.wantSent(w.after(10*time.Second), "room: one")
	if s := w.status(room()); s.Suspended != "the bot was removed" || s.Waiting != 2 {
		w.Fatalf("status = %+v, want it suspended with the reason and two waiting", s)
	}
	h := w.running()
	h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: room()})
	w.wantSent(w.after(10*time.Second), "room: one",
		"room: I'm back. 2 alerts came in while I was away. Post them now?")
	return h, w.paper.Sent()[1].Message
}

func TestPresence_CatchesUpInOrderIfAsked(t *testing.T) {
	inWorld(t, func(w *world) {
		h, offer := loseAndReturn(w)
		if got := words(press(w, h, room(), offer, "Post 2", manager)); got != "Posting 2 alerts." {
			w.Errorf("the answer is %q", got)
		}
		w.put("four")
		w.wantSent(w.settle()[2:], "room: two", "room: three", "room: four")
	})
}

// TestPresence_RevivesNoChatThatASpaceNoLongerHas: the space names its chats as the bot comes back, and the adapter is
// asked of those that it does not name.
func TestPresence_RevivesNoChatThatASpaceNoLongerHas(t *testing.T) {
	inWorld(t, func(w *world) {
		in := func(name string) bot.Target { return bot.Target{Platform: "paper", Space: "house", Chat: name} }
		for _, name := range []string{"kept", "archived", "gone"} {
			w.subscribe(in(name), "")
		}
		a := &asking{fussy: &fussy{Recorder: w.paper}}
		a.may = func() bool { return len(a.asked) == 1 } // of the archived one, which is asked for first
		cfg := w.config()
		cfg.Adapters = []bot.Adapter{a}
		w.start(cfg)
		h := w.running()
		h.Presence(w.Context(), bot.Presence{Kind: bot.Left, Scope: bot.Target{Platform: "paper", Space: "house"}, Reason: "removed"})
		h.Presence(w.Context(), bot.Presence{
			Kind: bot.Back, Scope: bot.Target{Platform: "paper", Space: "house"}, Known: true, Chats: []string{"kept"},
		})
		back := 0
		for _, name := range []string{"kept", "archived", "gone"} {
			if w.status(in(name)).Suspended == "" {
				back++
			}
		}
		if w.status(in("kept")).Suspended != "" || back != 2 || len(a.asked) != 2 {
			w.Errorf("%d of three chats are back after %d questions, want the kept one and the one that may be posted in", back, len(a.asked))
		}
	})
}

func TestStatus_NamesTheRightsThatAreMissing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start(w.config())
		names := func(list ...string) func(context.Context) ([]string, error) {
			return func(context.Context) ([]string, error) { return list, nil }
		}
		got := words(w.running().Invoke(w.Context(), bot.Invocation{
			Target: room(), Command: "status", Manager: reader, Lacking: names("Send Messages"), Limited: names("Embed Links", "Read Message History"),
		}))
		for _, want := range []string{
			"I can't post alerts here without Send Messages.",
			"Without Embed Links and Read Message History, alerts here are posted in a plainer form.",
		} {
			if !strings.Contains(got, want) {
				w.Errorf("/status says %q, want %q in it", got, want)
			}
		}
	})
}

func TestPresence_SkipsWhatWaitedIfAsked(t *testing.T) {
	inWorld(t, func(w *world) {
		h, offer := loseAndReturn(w)
		if got := words(press(w, h, room(), offer, "Skip", manager)); got != "Skipped 2 alerts. /latest still finds them." {
			w.Errorf("the answer is %q", got)
		}
		w.put("four")
		w.wantSent(w.settle()[2:], "room: four")
		if got := words(press(w, h, room(), offer, "Post 2", manager)); got != "No alerts on hold." {
			w.Errorf("a late press is answered by %q", got)
		}
	})
}

func TestPresence_LetsOnlyManagersDecide(t *testing.T) {
	inWorld(t, func(w *world) {
		h, offer := loseAndReturn(w)
		if m := press(w, h, room(), offer, "Post 2", reader); !m.Notice {
			w.Errorf("a reader is answered by %+v, want a notice that leaves the buttons", m)
		}
		w.settle()
		if s := w.status(room()); s.OnHold != 2 {
			w.Errorf("%d alerts are on hold after a reader pressed, want 2", s.OnHold)
		}
	})
}

func TestPresence_NewAlertsDoNotWaitForTheDecision(t *testing.T) {
	inWorld(t, func(w *world) {
		loseAndReturn(w)
		w.put("four")
		w.wantSent(w.settle()[2:], "room: four")
	})
}

func TestPresence_ASpaceSuspendsAllItsChats(t *testing.T) {
	inWorld(t, func(w *world) {
		hall := bot.Target{Platform: "paper", Space: "house", Chat: "hall"}
		attic := bot.Target{Platform: "paper", Space: "house", Chat: "attic"}
		for _, c := range []bot.Target{hall, attic, room()} {
			w.subscribe(c, "")
		}
		w.start(w.config())
		h := w.running()
		house := bot.Target{Platform: "paper", Space: "house"}
		for range 2 { // reporting it twice does no harm
			h.Presence(w.Context(), bot.Presence{Kind: bot.Left, Scope: house, Reason: "removed from the server"})
		}
		w.put("story")
		w.wantSent(w.settle(), "room: story")
		for range 2 {
			h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: house})
		}
		got := w.settle()
		const offer = "I'm back. 1 alert came in while I was away. Post it now?"
		w.wantSent(of(got, "hall"), offer)
		w.wantSent(of(got, "attic"), offer)
	})
}

func TestPresence_AMoveCarriesSubscriptionsAlong(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("group"), "")
		w.start(w.config())
		h := w.running()
		for range 2 {
			h.Presence(w.Context(), bot.Presence{Kind: bot.Moved, Scope: chat("group"), To: chat("supergroup")})
		}
		w.put("story")
		w.wantSent(w.settle(), "supergroup: story")
	})
}

func TestPresence_SaysNothingWhereNothingWaited(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.start(w.config())
		h := w.running()
		h.Presence(w.Context(), bot.Presence{Kind: bot.Left, Scope: room(), Reason: "removed"})
		h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: room()})
		h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: chat("new here")})
		w.wantSent(w.settle())
	})
}

func TestPresence_OffersInEveryChatThatCameBack(t *testing.T) {
	inWorld(t, func(w *world) {
		space := bot.Target{Platform: "paper", Space: "town"}
		first, second := space, space
		first.Chat, second.Chat = "first", "second"
		w.subscribe(first, "")
		w.subscribe(second, "")
		w.start(w.config())
		h := w.running()
		h.Presence(w.Context(), bot.Presence{Kind: bot.Left, Scope: space, Reason: "the bot was removed"})
		w.put("one")
		w.wantSent(w.settle())
		// The one can never get its offer, the other has to wait for it.
		w.paper.ScriptFor(first, &bot.SendError{Kind: bot.Unsendable, Reason: "no"})
		w.paper.ScriptFor(second, &bot.SendError{Kind: bot.RateLimited, After: 3 * time.Second}, &bot.SendError{Reason: "bad gateway"})
		h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: space})
		w.wantSent(w.after(30*time.Second), "second: I'm back. 1 alert came in while I was away. Post it now?")
	})
}

func TestPresence_IsBackOnlyWhereItMaySpeak(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.start(w.config())
		h := w.running()
		h.Presence(w.Context(), bot.Presence{Kind: bot.Left, Scope: room(), Reason: "the bot was removed"})
		w.put("one")
		w.settle()
		w.paper.ScriptFor(room(), &bot.SendError{Kind: bot.TargetGone, Reason: "the bot may not write here"})
		h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: room()})
		w.settle()
		if s := w.status(room()); s.Suspended != "the bot may not write here" || s.OnHold != 1 {
			w.Errorf("status = %+v, want it suspended with the new reason and one on hold", s)
		}
	})
}

func TestPresence_OffersNoListOfOne(t *testing.T) {
	inWorld(t, func(w *world) {
		_, offer := loseAndReturn(w)
		two := labels(offer)
		w.subscribe(chat("other"), "")
		h := w.running()
		h.Presence(w.Context(), bot.Presence{Kind: bot.Left, Scope: chat("other"), Reason: "the bot was removed"})
		w.put("four")
		w.settle()
		h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: chat("other")})
		w.settle()
		sent := w.paper.Sent()
		got := [][]string{two, labels(sent[len(sent)-1].Message)}
		want := [][]string{{"Post 2", "As a list", "Skip"}, {"Post 1", "Skip"}}
		if diff := cmp.Diff(want, got); diff != "" {
			w.Errorf("buttons of two and of one (-want +got):\n%s", diff)
		}
	})
}

// labels returns what stands on a message's buttons.
func labels(m bot.Message) []string {
	var list []string
	for _, row := range m.Buttons {
		for _, b := range row {
			list = append(list, b.Label)
		}
	}
	return list
}

// TestPresence_AsksOnceWhileRightsComeAndGo: 20 role events make one question, and an alert that got through since makes
// room for another.
func TestPresence_AsksOnceWhileRightsComeAndGo(t *testing.T) {
	inWorld(t, func(w *world) {
		h, offer := loseAndReturn(w)
		flap := func() {
			h.Presence(w.Context(), bot.Presence{Kind: bot.Left, Scope: room(), Reason: "the bot may not post here"})
			w.after(time.Second)
			h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: room()})
			w.after(time.Second)
		}
		for range 20 {
			flap()
		}
		if got := w.settle(); len(got) != 2 {
			w.Errorf("sent %q, want one alert and one question", got)
		}
		press(w, h, room(), offer, "Post 2", manager)
		w.wantSent(w.after(time.Minute)[2:], "room: two", "room: three")
		h.Presence(w.Context(), bot.Presence{Kind: bot.Left, Scope: room(), Reason: "the bot may not post here"})
		w.put("four")
		w.settle()
		h.Presence(w.Context(), bot.Presence{Kind: bot.Back, Scope: room()})
		w.wantSent(w.settle()[4:], "room: I'm back. 1 alert came in while I was away. Post it now?")
	})
}

func TestPresence_ReportsALostThreadOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		topic := room()
		topic.Thread = "7"
		w.subscribe(topic, "")
		w.startFussy(func(_ context.Context, to bot.Target, _ bot.Message) error {
			if to == topic {
				return &bot.SendError{Kind: bot.TargetGone, ThreadOnly: true, Probe: true, Reason: "the topic is closed"}
			}
			return nil
		})
		w.put("one", "two")
		w.after(time.Hour)
		w.put("three")
		got := w.after(time.Hour)
		if len(got) != 1 || !strings.Contains(got[0], "room: I can't post alerts in one of the topics here any more: the topic is closed.") {
			w.Errorf("the chat reads %q, want it once", got)
		}
	})
}

// TestPresence_TellsWhoSubscribedOfALostThread: where nobody knows which chat a thread was in, or that chat takes nothing,
// those who subscribed are told in private, each once.
func TestPresence_TellsWhoSubscribedOfALostThread(t *testing.T) {
	inWorld(t, func(w *world) {
		for filter, user := range map[string]string{"alpha": "1", "beta": "1", "": "2"} {
			if _, err := w.store.Subscribe(w.Context(), bot.Subscription{Target: room(), Filter: filter, CreatedBy: user}); err != nil {
				w.Fatal(err)
			}
		}
		w.startFussy(func(_ context.Context, to bot.Target, _ bot.Message) error {
			if to == room() {
				return &bot.SendError{Kind: bot.TargetGone, ThreadOnly: true, Probe: true, Reason: "the thread is locked"}
			}
			return nil
		})
		w.put("one")
		w.after(time.Hour)
		w.put("two")
		got := w.after(time.Hour)
		slices.Sort(got)
		if len(got) != 2 || !strings.HasPrefix(got[0], "direct-1: I can't post alerts in a thread where you subscribed to ") ||
			!strings.HasPrefix(got[1], "direct-2: I can't post alerts in a thread where you subscribed to every article any more: the thread is locked.") {
			w.Errorf("told %q, want each of the two people told once", got)
		}
	})
}

func TestPresence_TellsTheChannelOfADeletedThread(t *testing.T) {
	inWorld(t, func(w *world) {
		if _, err := w.store.Subscribe(w.Context(), bot.Subscription{Target: room(), CreatedBy: "1"}); err != nil {
			w.Fatal(err)
		}
		h := w.handler(w.config())
		gone := bot.Presence{Kind: bot.Left, Scope: room(), Reason: "the thread was deleted", Thread: true, In: chat("channel")}
		for range 3 {
			h.Presence(w.Context(), gone)
		}
		const want = "channel: I can't post alerts in one of the threads here any more: the thread was deleted. "
		if got := w.settle(); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			w.Errorf("told %q, want the channel told once", got)
		}
	})
}

// A send that began before the bot came back is refused all the same, and suspends a chat that there was nothing to resume in.
func TestPresence_AReturnCountsThatCameWhileARefusalWasOnItsWay(t *testing.T) {
	thread := bot.Target{Platform: "paper", Space: "space", Chat: "room", Thread: "7"}
	for name, tt := range map[string]struct {
		to, scope bot.Target
		hears     func(w *world) bot.Handler
		back      bool
	}{
		"this process hears it":                {room(), room(), (*world).running, true},
		"another does":                         {room(), room(), (*world).other, true},
		"another hears it of a thread":         {thread, thread, (*world).other, true},
		"another hears it of a thread's chat":  {thread, bot.Target{Platform: "paper", Chat: "room"}, (*world).other, true},
		"another hears it of some other place": {room(), chat("other"), (*world).other, false},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.subscribe(tt.to, "")
				refused := atomic.Bool{}
				w.startFussy(func(ctx context.Context, _ bot.Target, m bot.Message) error {
					if words(m) != "one" || refused.Swap(true) {
						return nil
					}
					tt.hears(w).Presence(ctx, bot.Presence{Kind: bot.Back, Scope: tt.scope})
					return &bot.SendError{Kind: bot.TargetGone, Reason: "the bot was removed"}
				})
				w.put("one")
				w.after(10 * time.Second)
				if s := w.status(tt.to); (s.Suspended == "") != tt.back || (s.OnHold == 1) != tt.back {
					w.Errorf("status %+v, want it back %t with one on hold", s, tt.back)
				}
				offers := func(line string) bool {
					return strings.HasSuffix(line, "I'm back. 1 alert came in while I was away. Post it now?")
				}
				if got := lines(w.paper.Sent()); slices.ContainsFunc(got, offers) != tt.back {
					w.Errorf("it says %q, want an offer %t", got, tt.back)
				}
			})
		})
	}
}

// other returns what answers commands in another process.
func (w *world) other() bot.Handler {
	w.Helper()
	return w.handler(w.config())
}
