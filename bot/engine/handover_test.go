package engine_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/engine"
)

// handover is a platform on which two processes may listen.
type handover struct {
	*bottest.Recorder
	next  time.Duration // from when the lease is another's until that one listens
	ended chan time.Time
}

// Run tells when it ended.
func (r *handover) Run(ctx context.Context, h bot.Handler) error {
	defer func() { r.ended <- time.Now() }()
	return r.Recorder.Run(ctx, h)
}

// WaitForSuccessor waits for the next.
func (r *handover) WaitForSuccessor(ctx context.Context) {
	select {
	case <-time.After(r.next):
	case <-ctx.Done():
	}
}

// alone is a platform on which one process listens.
type alone struct{ bot.Adapter }

// staged is a bot that leads on a [handover].
type staged struct {
	lease    *oneLease
	handover *handover
	bot      *engine.Engine
	stop     func()
	lose     context.CancelFunc
}

func (w *world) stage(successor, next time.Duration, adapter func(*handover) bot.Adapter) *staged {
	w.Helper()
	s := &staged{lease: newLease(w), handover: &handover{Recorder: w.paper, next: next, ended: make(chan time.Time, 1)}}
	s.lease.successor = successor
	cfg := w.config()
	cfg.Store, cfg.Adapters = s.lease, []bot.Adapter{adapter(s.handover)}
	var err error
	if s.bot, err = engine.New(cfg); err != nil {
		w.Fatal(err)
	}
	held, lose := context.WithCancel(context.WithoutCancel(w.Context()))
	s.lose = lose
	s.lease.terms <- held
	s.stop = w.run(s.bot)
	synctest.Wait()
	return s
}

func TestStop_ListensUntilTheNextDoes(t *testing.T) {
	whole := func(r *handover) bot.Adapter { return r }
	single := func(r *handover) bot.Adapter { return alone{r} }
	for name, tt := range map[string]struct {
		successor, next time.Duration
		adapter         func(*handover) bot.Adapter
		end             func(*staged)
		want            time.Duration
	}{
		"another comes":        {200 * time.Millisecond, time.Second, whole, (*staged).quit, 1200 * time.Millisecond},
		"another never comes":  {200 * time.Millisecond, time.Hour, whole, (*staged).quit, 5200 * time.Millisecond},
		"nobody takes it":      {time.Hour, time.Hour, whole, (*staged).quit, time.Second},
		"there is one process": {0, time.Hour, whole, (*staged).quit, 0},
		"one may listen":       {200 * time.Millisecond, time.Second, single, (*staged).quit, 0},
		"the lease is lost":    {200 * time.Millisecond, time.Second, whole, func(s *staged) { s.lose() }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s := w.stage(tt.successor, tt.next, tt.adapter)
				begin := time.Now()
				tt.end(s)
				if got := (<-s.handover.ended).Sub(begin); got != tt.want {
					w.Errorf("listened for %v, want %v", got, tt.want)
				}
				if got := (<-s.lease.left).Sub(begin); got > 0 {
					w.Errorf("kept the lease for %v", got)
				}
			})
		})
	}
}

// quit stops the bot without a wait for its end.
func (s *staged) quit() { go s.stop() }

func TestStop_KeepsTheLeaseWhileSendsAreInFlight(t *testing.T) {
	inWorld(t, func(w *world) {
		s := w.stage(time.Hour, time.Hour, func(r *handover) bot.Adapter { return r })
		w.subscribe(room(), "")
		release := w.paper.Hold()
		w.put("A")
		w.after(time.Second)
		begin := time.Now()
		s.quit()
		w.after(3 * time.Second)
		if len(s.lease.left) > 0 || !s.bot.IsLeader("paper") || len(s.handover.ended) > 0 {
			w.Errorf("released the lease with a send in hand, leads: %v", s.bot.IsLeader("paper"))
		}
		release()
		w.put("B")
		if got := (<-s.lease.left).Sub(begin); got != 3*time.Second || s.bot.IsLeader("paper") {
			w.Errorf("left after %v, want 3 s, leads: %v", got, s.bot.IsLeader("paper"))
		}
		if got := (<-s.handover.ended).Sub(begin); got != 4*time.Second {
			w.Errorf("listened for %v, want 4 s", got)
		}
		if got := w.settle(); len(got) != 1 {
			w.Errorf("sent %q, want one alert", got)
		}
	})
}
