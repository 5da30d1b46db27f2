package engine_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/engine"
	"tidings/internal/retry"
)

// startChores runs the chores until the test ends, or stop is called.
func (w *world) startChores(cfg engine.Config) (stop func()) {
	w.Helper()
	cfg.Now = time.Now
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.Context()))
	ended := make(chan error, 1)
	go func() { ended <- engine.RunChores(ctx, cfg) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.Errorf("chores: %v", err)
		}
	})
	w.Cleanup(stop)
	return stop
}

func TestChores_DeleteLongGoneChats(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.subscribe(chat("other"), "")
		if _, err := w.store.Suspend(w.Context(), room(), bot.Suspension{Reason: "the bot was removed"}); err != nil {
			t.Fatal(err)
		}
		w.startChores(w.config())
		w.after(89 * 24 * time.Hour)
		if s := w.status(room()); s.Suspended == "" {
			t.Error("forgotten too soon")
		}
		w.after(3 * 24 * time.Hour)
		if s := w.status(room()); !reflect.DeepEqual(s, bot.TargetStatus{}) {
			t.Errorf("after the term is known: %+v", s)
		}
		if subs, err := w.store.SubscriptionsOf(w.Context(), chat("other")); err != nil || len(subs) != 1 {
			t.Errorf("another chat has %v, %v, want its subscription", subs, err)
		}
	})
}

func TestChores_LetArticlesGo(t *testing.T) {
	inWorld(t, func(w *world) {
		var all []bot.Article
		for i := range 250 {
			all = append(all, bot.Article{Source: "wire", GUID: fmt.Sprint(i), Title: fmt.Sprint("Story ", i), Published: time.Now()})
		}
		w.putArchive(all)
		cfg, m := w.config(), &meter{}
		cfg.KeepArticles, cfg.Metrics = 40*24*time.Hour, m
		w.start(cfg) // the watcher sees them
		w.startChores(cfg)
		w.after(39 * 24 * time.Hour)
		if st, err := w.store.Stats(w.Context()); err != nil || st.Articles != 250 {
			t.Errorf("%d articles are left too soon, %v", st.Articles, err)
		}
		w.after(3 * 24 * time.Hour)
		st, err := w.store.Stats(w.Context())
		m.mu.Lock()
		defer m.mu.Unlock()
		if err != nil || st.Articles != 0 || m.pruned != 250 {
			t.Errorf("%d articles are left, %d were counted, %v", st.Articles, m.pruned, err)
		}
		if !strings.Contains(w.log.String(), "what=articles forgotten=250 bytes=") {
			t.Errorf("the log doesn't tell:\n%s", w.log.String())
		}
	})
}

// plodding is a store whose steps keep others from writing for long.
type plodding struct {
	engine.Store
	takes time.Duration
	begun []time.Time
}

func (s *plodding) PruneArticles(ctx context.Context, _ time.Time, _ int64, _ int) (bot.Pruned, error) {
	s.begun = append(s.begun, time.Now())
	if err := retry.Sleep(ctx, s.takes); err != nil || len(s.begun) == 10 {
		return bot.Pruned{}, err
	}
	return bot.Pruned{Articles: 1, Next: 1}, nil
}

func TestChores_GiveWayTheLongerTheLongerTheyTake(t *testing.T) {
	for takes, least := range map[time.Duration]time.Duration{
		time.Millisecond:       100 * time.Millisecond,
		100 * time.Millisecond: 400 * time.Millisecond,
		time.Second:            4 * time.Second,
	} {
		t.Run(takes.String(), func(t *testing.T) {
			inWorld(t, func(w *world) {
				cfg := w.config()
				s := &plodding{Store: cfg.Store, takes: takes}
				cfg.Store, cfg.Metrics, cfg.KeepArticles = s, &meter{}, 40*24*time.Hour
				stop := w.startChores(cfg)
				w.after(2 * time.Hour)
				stop()
				if len(s.begun) != 10 {
					t.Fatalf("%d steps, want 10", len(s.begun))
				}
				for i, begun := range s.begun[1:] {
					if left := begun.Sub(s.begun[i]) - takes; left < least {
						t.Errorf("after step %d, others had %v, want %v", i, left, least)
					}
				}
			})
		})
	}
}

func TestChores_DeleteUnusedButtons(t *testing.T) {
	inWorld(t, func(w *world) {
		keys := []string{"button:#old", "returned/paper:desk"}
		for _, key := range keys {
			if err := w.store.SetState(w.Context(), key, "latest?"); err != nil {
				t.Fatal(err)
			}
		}
		w.startChores(w.config())
		for _, later := range []struct {
			by   time.Duration
			want string
		}{{89 * 24 * time.Hour, "latest?"}, {3 * 24 * time.Hour, ""}} {
			w.after(later.by)
			for _, key := range keys {
				if got, err := w.store.State(w.Context(), key); err != nil || got != later.want {
					t.Errorf("%v later %s is %q, %v, want %q", later.by, key, got, err, later.want)
				}
			}
		}
	})
}

// weary is a store that does not forget.
type weary struct {
	engine.Store
	tries atomic.Int64
}

func (s *weary) Purge(context.Context, time.Time, int) (int, error) {
	s.tries.Add(1)
	return 0, errors.New("not today")
}

func TestChores_ContinueAfterAFailure(t *testing.T) {
	inWorld(t, func(w *world) {
		cfg := w.config()
		s := &weary{Store: cfg.Store}
		cfg.Store = s
		stop := w.startChores(cfg)
		w.after(3 * 24 * time.Hour)
		stop()
		if n := s.tries.Load(); n < 2 || n > 5 {
			t.Errorf("%d tries in three days, want one a day", n)
		}
		if !strings.Contains(w.log.String(), "cleanup failed") {
			t.Error("the log does not say so")
		}
	})
}
