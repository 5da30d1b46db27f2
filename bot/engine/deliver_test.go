package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
)

// fussy is an adapter that fails, or hangs, for reasons of its own.
type fussy struct {
	*bottest.Recorder
	// before is asked first; an error of it ends the send and is no part of the recorder's list.
	before func(ctx context.Context, to bot.Target, m bot.Message) error
}

func (f *fussy) Send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	if err := f.before(ctx, to, m); err != nil {
		return bot.Receipt{}, err
	}
	return f.Recorder.Send(ctx, to, m)
}

// startFussy runs a bot whose adapter asks before each send.
func (w *world) startFussy(before func(ctx context.Context, to bot.Target, m bot.Message) error) (stop func()) {
	w.Helper()
	cfg := w.config()
	cfg.Adapters = []bot.Adapter{&fussy{Recorder: w.paper, before: before}}
	return w.start(cfg)
}

func numbered(n int) []string {
	titles := make([]string, n)
	for i := range titles {
		titles[i] = fmt.Sprintf("story %02d", i)
	}
	return titles
}

func TestDeliver_KeepsTheOrderWithinAChat(t *testing.T) {
	inWorld(t, func(w *world) {
		titles := numbered(20)
		for _, c := range []string{"steady", "shaky"} {
			w.subscribe(chat(c), "")
		}
		w.paper.ScriptFor(chat("shaky"), errors.New("torn"), nil, &bot.SendError{}, nil, &bot.SendError{Kind: bot.RateLimited, After: time.Second})
		w.start(w.config())
		w.put(titles...)
		got := w.waitSent(2 * len(titles))
		w.wantSent(of(got, "steady"), titles...)
		w.wantSent(of(got, "shaky"), titles...)
	})
}

func TestDeliver_LetsNoChatDelayAnother(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("hanging"), "")
		w.subscribe(room(), "")
		free := make(chan struct{})
		w.startFussy(func(ctx context.Context, to bot.Target, _ bot.Message) error {
			if to != chat("hanging") {
				return nil
			}
			select {
			case <-free:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		w.put("one", "two", "three")
		w.wantSent(w.settle(), "room: one", "room: two", "room: three")
		w.after(30 * time.Second)
		close(free)
		w.wantSent(of(w.waitSent(6), "hanging"), "one", "two", "three")
	})
}

func TestDeliver_LetsAnUrgentArticlePass(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		release := w.paper.Hold()
		w.start(w.config())
		w.put("in flight")
		w.settle()
		w.put("normal", "normal as well")
		urgent := articles("flash")[0]
		urgent.Urgency = 1
		w.putArticles(urgent)
		w.settle()
		release()
		w.wantSent(w.settle(), "room: in flight", "room: 🔴 FLASH: flash", "room: normal", "room: normal as well")
	})
}

func TestDeliver_FollowsAChatThatMoves(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("group"), "")
		w.paper.ScriptFor(chat("group"), &bot.SendError{Kind: bot.TargetMoved, To: chat("supergroup")})
		w.start(w.config())
		w.put("one")
		w.settle()
		w.put("two")
		w.wantSent(w.settle(), "supergroup: one", "supergroup: two")
		w.wantSent(lines(w.paper.Tries())[:1], "group: one")
	})
}

func TestDeliver_SendsInBareFormWhatIsRefusedForItsContent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.paper.ScriptFor(room(), &bot.SendError{Kind: bot.Unsendable, Reason: "the picture is refused"})
		w.start(w.config())
		w.put("one", "two")
		w.wantSent(w.settle(), "room: one\nwire", "room: two")
		if s := w.status(room()); s.Rejected != 0 || s.Waiting != 0 {
			w.Errorf("status = %+v, want none rejected and none waiting", s)
		}
	})
}

func TestDeliver_ContinuesAfterAMessageThatCannotBeSent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		refused := &bot.SendError{Kind: bot.Unsendable, Reason: "the picture is refused"}
		w.paper.ScriptFor(room(), refused, refused)
		w.start(w.config())
		w.put("one", "two")
		w.wantSent(w.settle(), "room: two")
		if s := w.status(room()); s.Rejected != 1 || s.LastRejected != "the picture is refused" || s.Waiting != 0 {
			w.Errorf("status = %+v, want one rejected with the reason and none waiting", s)
		}
	})
}

func TestDeliver_GivesUpAPoisonousArticleWhileOthersSucceed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("sick"), "poison OR cure")
		w.subscribe(chat("well"), "news")
		var mu sync.Mutex
		tries, aside := 0, 0 // aside when the next one went past
		w.startFussy(func(_ context.Context, _ bot.Target, m bot.Message) error {
			mu.Lock()
			defer mu.Unlock()
			if words(m) == "cure" {
				aside = tries
			}
			if !strings.HasPrefix(words(m), "poison") {
				return nil
			}
			tries++
			return &bot.SendError{Reason: "internal server error"}
		})
		w.put("news first")
		w.settle()
		w.put("poison", "cure")
		for i := range 55 {
			w.after(10 * time.Second)
			w.put(fmt.Sprintf("news %d", i))
			if got := len(of(w.settle(), "well")); got != i+2 {
				w.Fatalf("the chat beside it has %d messages, want %d at once", got, i+2)
			}
		}
		if s := w.status(chat("sick")); s.Rejected != 1 || s.LastRejected != "gave up: internal server error" {
			w.Errorf("status = %+v, want the article given up with the reason", s)
		}
		w.wantSent(of(w.settle(), "sick"), "cure")
		if tries != 11 || aside == 0 || aside == tries {
			w.Errorf("it was tried %d times, want 10 and once more in bare form; the next one went past after %d, want that on the way", tries, aside)
		}
		const seen = "1 alert could not be posted. The last one: gave up: internal server error."
		inv := bot.Invocation{Target: chat("sick"), Command: "status", Manager: manager}
		if got := words(w.handler(w.config()).Invoke(w.Context(), inv)); !strings.Contains(got, seen) {
			w.Errorf("/status says %q to a manager, want %q in it", got, seen)
		}
	})
}

func TestDeliver_IsNotDelayedByAChatThatKeepsFailing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("sick"), "poison")
		w.subscribe(chat("well"), "news")
		w.startFussy(func(_ context.Context, to bot.Target, _ bot.Message) error {
			if to == chat("sick") {
				return errors.New("internal server error")
			}
			return nil
		})
		w.put("poison")
		w.after(90 * time.Second) // nothing else is sent meanwhile
		w.put("news")
		w.wantSent(w.settle(), "well: news")
	})
}

func TestDeliver_RejectsNothingInAnOutage(t *testing.T) {
	inWorld(t, func(w *world) {
		var down atomic.Bool
		w.startFussy(func(context.Context, bot.Target, bot.Message) error {
			if down.Load() {
				return errors.New("connection refused")
			}
			return nil
		})
		chats := []string{"a", "b", "c", "d"}
		for _, c := range chats {
			w.subscribe(chat(c), "")
		}
		w.put("before")
		w.waitSent(len(chats))
		down.Store(true)
		w.put("one", "two")
		w.wantSent(w.after(5 * time.Minute)[len(chats):])
		down.Store(false)
		got := w.waitSent(3 * len(chats))
		for _, c := range chats {
			w.wantSent(of(got, c), "before", "one", "two")
			if s := w.status(chat(c)); s.Rejected != 0 {
				w.Errorf("%d alerts to %s were given up", s.Rejected, c)
			}
		}
	})
}

func TestDeliver_ProbesAPlatformThatIsDownSparingly(t *testing.T) {
	inWorld(t, func(w *world) {
		for i := range 8 {
			w.subscribe(chat(fmt.Sprint("c", i)), "")
		}
		var tries atomic.Int64
		w.startFussy(func(context.Context, bot.Target, bot.Message) error {
			tries.Add(1)
			return errors.New("connection refused")
		})
		w.put("story")
		const outage = 2 * time.Minute
		w.after(outage)
		// Each chat by itself would try again every second.
		if n := tries.Load(); n < 8 || n > 8*20 {
			w.Errorf("%d tries in %v for 8 chats", n, outage)
		}
	})
}

func TestDeliver_FinishesTheSendsInHandBeforeItEnds(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		release := w.paper.Hold()
		stop := w.start(w.config())
		w.put("in hand", "next")
		w.settle()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			stop()
		}()
		synctest.Wait()
		select {
		case <-ended:
			w.Error("the bot ended before the send in hand")
		default:
		}
		release()
		<-ended
		w.wantSent(w.settle(), "room: in hand")
		w.start(w.config())
		w.wantSent(w.settle(), "room: in hand", "room: next")
	})
}

// stopBound is how long the longest send and the recording of its outcome may delay a stop.
const stopBound = 15 * time.Second

func TestDeliver_EndsThoughASendHangs(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		stop := w.startFussy(func(ctx context.Context, _ bot.Target, _ bot.Message) error {
			<-ctx.Done()
			return ctx.Err()
		})
		w.put("story")
		w.settle()
		start := time.Now()
		stop()
		if took := time.Since(start); took > stopBound {
			w.Errorf("the stop took %v, want at most %v", took, stopBound)
		}
		if s := w.status(room()); s.Waiting != 1 {
			w.Errorf("%d deliveries wait after the stop, want the one that hung", s.Waiting)
		}
	})
}

func TestDeliver_GivesBackWhatItClaimedAndDidNotTry(t *testing.T) {
	inWorld(t, func(w *world) {
		for i := range 10 {
			w.subscribe(chat(fmt.Sprint("c", i)), "")
		}
		w.paper.Limit(func(bot.Target) (perBot, perTarget []bot.Rate) {
			return []bot.Rate{{N: 1, Per: 5 * time.Second}}, nil
		})
		stop := w.start(w.config())
		w.put("story")
		if got := len(w.settle()); got != 1 {
			w.Fatalf("%d messages at once, want 1 in 5 s", got)
		}
		stop()
		w.paper.Limit(nil)
		w.start(w.config())
		if got := len(w.settle()); got != 10 {
			w.Errorf("%d messages right after the restart, want all 10", got)
		}
	})
}

func TestDeliver_RepeatsAfterACrashOnlyWhatWasInFlight(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		only := w.config()
		only.Adapters = nil
		w.start(only)
		w.put("in flight", "next")
		w.settle()
		dead, err := w.store.Claim(w.Context(), "paper", 10, 20*time.Second)
		if err != nil || len(dead) != 1 {
			w.Fatalf("Claim = %v, %v; want one delivery", dead, err)
		}
		w.start(w.config())
		w.wantSent(w.after(19 * time.Second))
		w.wantSent(w.after(2*time.Second), "room: in flight", "room: next")
		if got := w.paper.Sent()[0].Message.Key; got != dead[0].Key() {
			w.Errorf("the second try has key %q, the first had %q", got, dead[0].Key())
		}
	})
}

func TestDeliver_GivesEachDeliveryAKeyOfItsOwn(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("a"), "")
		w.subscribe(chat("b"), "")
		w.paper.Script(errors.New("torn"), errors.New("torn"))
		w.start(w.config())
		w.put("one", "two")
		keys := map[string][]string{} // the deliveries of each key
		for _, s := range w.waitTries(6) {
			if line := lines([]bottest.Sent{s})[0]; !slices.Contains(keys[s.Message.Key], line) {
				keys[s.Message.Key] = append(keys[s.Message.Key], line)
			}
		}
		if len(keys) != 4 {
			w.Errorf("4 deliveries in 6 tries have %d keys: %q", len(keys), keys)
		}
		for key, of := range keys {
			if len(of) != 1 || len(key) == 0 || len(key) > 25 {
				w.Errorf("key %q stands for %q", key, of)
			}
		}
	})
}

func TestDeliver_SurvivesAnArticleThatPanicsTheAdapter(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("sick"), "poison")
		w.subscribe(chat("well"), "")
		w.startFussy(func(_ context.Context, to bot.Target, _ bot.Message) error {
			if to == chat("sick") {
				panic("index out of range")
			}
			return nil
		})
		w.put("poison", "news")
		w.wantSent(w.settle(), "well: poison", "well: news")
		if log := w.log.String(); !strings.Contains(log, "index out of range") || !strings.Contains(log, "deliver_test.go") {
			w.Errorf("the log does not say what panicked, and where:\n%s", log)
		}
		if s := w.status(chat("sick")); s.Waiting != 1 {
			w.Errorf("%d deliveries wait, want the one that panics the adapter", s.Waiting)
		}
	})
}
