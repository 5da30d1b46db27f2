package engine_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/engine"
)

// wantSent compares what has arrived, as chat and title, with what should have.
func (w *world) wantSent(got []string, want ...string) {
	w.Helper()
	if !slices.Equal(got, want) {
		w.Errorf("messages (-want +got):\n%s\nlog:\n%s", cmp.Diff(want, got), &w.log)
	}
}

func TestWatch_AlertsWhatAFilterMatches(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("all"), "")
		w.subscribe(chat("missiles"), "missile -drill")
		w.start(w.config())
		w.put("Missile launched")
		w.put("Missile drill held", "Weather fine")
		got := w.settle()
		w.wantSent(of(got, "all"), "Missile launched", "Missile drill held", "Weather fine")
		w.wantSent(of(got, "missiles"), "Missile launched")
	})
}

func TestWatch_FollowsSubscriptionsAsTheyChange(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start(w.config())
		w.put("before")
		w.settle()
		s := w.subscribe(room(), "")
		w.put("first")
		w.wantSent(w.settle(), "room: first")
		if err := w.store.SetFilter(w.Context(), s.ID, "missile"); err != nil {
			w.Fatal(err)
		}
		w.put("weather", "missile")
		w.wantSent(w.settle(), "room: first", "room: missile")
		if err := w.store.Unsubscribe(w.Context(), s.ID); err != nil {
			w.Fatal(err)
		}
		w.put("another missile")
		w.wantSent(w.settle(), "room: first", "room: missile")
	})
}

// TestWatch_HearsOfAFurtherSource has two sources report one article, each in its own words.
func TestWatch_HearsOfAFurtherSource(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start(w.config())
		a := bot.Article{Source: "planet", GUID: "p", URL: "https://desk.example/granary", Title: "Granary sold", Published: time.Now()}
		w.subscribe(chat("both"), "granary")
		w.subscribe(chat("mayor"), "mayor")
		w.subscribe(chat("not"), "mayor -bakers")
		w.putArticles(a)
		w.wantSent(w.settle(), "both: Granary sold")
		w.subscribe(chat("late"), "granary")
		w.after(time.Second)
		a.Source, a.GUID, a.Title, a.Summary = "desk", "d", "Mayor sells granary", "Bakers bought it."
		w.putArticles(a)
		want := []string{"both: Granary sold", "late: Granary sold", "mayor: Granary sold"}
		got := w.settle()
		slices.Sort(got)
		w.wantSent(got, want...)
		w.subscribe(room(), "granary")
		w.putArticles(a)
		w.wantSent(of(w.settle(), "room"))
		h := w.running()
		answer := words(h.Invoke(w.Context(), bot.Invocation{Target: chat("mayor"), Command: "why", Line: "1", Manager: reader}))
		w.mustSay(answer, "matches as desk reports it", "Posted here")
		if strings.Contains(answer, "Changed") {
			w.Errorf("a further source is no change:\n%s", answer)
		}
	})
}

func TestWatch_AlertsAChatOnceHoweverManySubscriptionsMatch(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "missile")
		w.subscribe(room(), "title:missile OR kim")
		w.subscribe(room(), "")
		w.start(w.config())
		w.put("Kim watches missile")
		w.wantSent(w.after(10*time.Second), "room: Kim watches missile")
	})
}

func TestWatch_RaisesNoAlertForWhatIsOld(t *testing.T) {
	inWorld(t, func(w *world) {
		<-time.After(12 * time.Hour)
		w.put("known before the subscription")
		w.subscribe(room(), "")
		var archive []bot.Article
		for i := range 250 {
			a := articles(fmt.Sprintf("archive %d", i))[0]
			a.Published = a.Published.Add(-time.Duration(i+2) * time.Hour)
			archive = append(archive, a)
		}
		days := articles("dated days ago", "dated today", "published minutes ago")
		midnight := time.Now().Truncate(24 * time.Hour)
		days[0].Published, days[0].DateOnly = midnight.AddDate(0, 0, -4), true
		days[1].Published, days[1].DateOnly = midnight, true
		days[2].Published = time.Now().Add(-10 * time.Minute)
		w.start(w.config())
		w.putArchive(archive)
		if _, err := w.store.PutDigest(w.Context(), days); err != nil {
			w.Fatal(err)
		}
		w.wantSent(w.settle(), "room: dated today", "room: published minutes ago")
	})
}

func TestWatch_RaisesNoSecondAlertForARevision(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.start(w.config())
		a := articles("Missile launched")[0]
		w.putArticles(a)
		w.settle()
		a.Title, a.Status = "Missile launched, Seoul says", bot.Corrected
		w.putArticles(a)
		w.wantSent(w.after(10*time.Second), "room: Missile launched")
	})
}

func TestWatch_AlertsTheNewestRevision(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		a := articles("Misile launched")[0]
		w.putArticles(a)
		a.Title = "Missile launched"
		w.putArticles(a)
		w.start(w.config())
		w.wantSent(w.settle(), "room: Missile launched")
	})
}

func TestWatch_SendsNothingThatWasWithdrawn(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		early := articles("withdrawn before the bot saw it")[0]
		w.putArticles(early)
		early.Status = bot.Withdrawn
		w.putArticles(early)
		release := w.paper.Hold()
		w.start(w.config())
		w.put("in flight")
		late := articles("withdrawn while it waited")[0]
		w.putArticles(late)
		w.settle()
		late.Status = bot.Withdrawn
		w.putArticles(late)
		w.settle()
		release()
		w.wantSent(w.settle(), "room: in flight")
	})
}

func TestWatch_SharesTheWorkAmongProcesses(t *testing.T) {
	inWorld(t, func(w *world) {
		chats := []string{"a", "b", "c"}
		for _, c := range chats {
			w.subscribe(chat(c), "")
		}
		other := w.config()
		otherPaper := bottest.NewRecorder("paper")
		other.Store, other.Adapters = w.open(seldom), []bot.Adapter{otherPaper}
		w.start(w.config())
		stopOther := w.start(other)
		var want []string
		for i := range 30 {
			title := fmt.Sprintf("story %02d", i)
			want = append(want, title)
			w.put(title)
		}
		w.after(10 * time.Second)
		stopOther()
		want = append(want, "the survivor's")
		w.put("the survivor's")
		w.after(10 * time.Second)
		all := slices.Concat(lines(w.paper.Sent()), lines(otherPaper.Sent()))
		for _, c := range chats {
			got := of(all, c)
			slices.Sort(got)
			w.wantSent(got, want...)
		}
	})
}

// reactIn is how soon, in a bot that waits, another process's articles must be on their way.
const reactIn = 250 * time.Millisecond

func TestWatch_NoticesAnotherProcessPromptly(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		cfg := w.config()
		cfg.Store = w.open(20 * time.Millisecond)
		w.start(cfg)
		w.after(time.Second)
		w.put("from elsewhere")
		start := time.Now()
		w.waitSent(1)
		if took := time.Since(start); took > reactIn {
			w.Errorf("the alert took %v, want at most %v", took, reactIn)
		}
	})
}

func TestWatch_SurvivesACrashBeforeTheSend(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		only := w.config()
		only.Adapters = nil // it watches, and ends before anything is sent
		stop := w.start(only)
		w.put("enqueued")
		w.settle()
		stop()
		if got := w.status(room()).Waiting; got != 1 {
			w.Fatalf("%d deliveries wait, want 1", got)
		}
		w.start(w.config())
		w.wantSent(w.settle(), "room: enqueued")
	})
}

func TestWatch_SkipsAFilterItCannotRead(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("newer"), "((")
		w.subscribe(room(), "missile")
		w.start(w.config())
		w.put("missile")
		w.wantSent(w.settle(), "room: missile")
		if n := strings.Count(w.log.String(), "filter not understood"); n != 1 {
			w.Errorf("the log names the filter %d times, want once:\n%s", n, &w.log)
		}
	})
}

// failing is a store that fails to read the log while it is set to.
type failing struct {
	engine.Store
	broken atomic.Bool
}

func (f *failing) News(ctx context.Context, n int) (bot.News, error) {
	if f.broken.Load() {
		return bot.News{}, fmt.Errorf("disk full")
	}
	return f.Store.News(ctx, n)
}

func TestWatch_WaitsOutAStoreThatFails(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		cfg := w.config()
		disk := &failing{Store: w.store}
		disk.broken.Store(true)
		cfg.Store = disk
		w.start(cfg)
		w.put("story")
		w.wantSent(w.after(20*time.Second), []string{}...)
		disk.broken.Store(false)
		w.wantSent(w.after(10*time.Second), "room: story")
		for _, line := range []string{"store failed, trying again", "store answers again"} {
			if n := strings.Count(w.log.String(), line); n != 1 {
				w.Errorf("the log says %q %d times, want once:\n%s", line, n, &w.log)
			}
		}
	})
}

func TestBot_RejectsABadConfig(t *testing.T) {
	w := newWorld(t, t.TempDir()+"/tidings.db")
	twice := w.config()
	twice.Adapters = []bot.Adapter{w.paper, bottest.NewRecorder("paper")}
	for name, cfg := range map[string]engine.Config{"no store": {}, "two adapters of a platform": twice} {
		if _, err := engine.New(cfg); err == nil {
			t.Errorf("%s: New succeeds", name)
		}
	}
}

// refused is an adapter whose token the platform refuses.
type refused struct{ *bottest.Recorder }

func (refused) Run(context.Context, bot.Handler) error { return bot.ErrUnauthorized }

func TestBot_EndsWhenATokenIsRefused(t *testing.T) {
	w := newWorld(t, t.TempDir()+"/tidings.db")
	b, err := engine.New(engine.Config{Store: w.store, Adapters: []bot.Adapter{refused{w.paper}}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "paper: "+bot.ErrUnauthorized.Error()) {
		t.Errorf("Run = %v, want the platform and %v", err, bot.ErrUnauthorized)
	}
}

// TestEngine_SaysThatSubscriptionsAreLoaded also when it runs a second time.
func TestEngine_SaysThatSubscriptionsAreLoaded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		e, err := engine.New(w.config())
		if err != nil {
			w.Fatal(err)
		}
		select {
		case <-e.Loaded():
			w.Error("loaded before it ran")
		default:
		}
		for range 2 {
			stop := w.run(e)
			<-e.Loaded()
			stop()
		}
	})
}
