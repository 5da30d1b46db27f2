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

// relay is a platform on which two processes may listen.
type relay struct {
	*bottest.Recorder
	next  time.Duration // from when the place is another's until that one listens
	ended chan time.Time
}

// Run tells when it ended.
func (r *relay) Run(ctx context.Context, h bot.Handler) error {
	defer func() { r.ended <- time.Now() }()
	return r.Recorder.Run(ctx, h)
}

// WaitForSuccessor waits for the next.
func (r *relay) WaitForSuccessor(ctx context.Context) {
	select {
	case <-time.After(r.next):
	case <-ctx.Done():
	}
}

// alone is a platform on which one process listens.
type alone struct{ bot.Adapter }

// staged is a bot that has a place on a [relay].
type staged struct {
	seat  *oneSeat
	relay *relay
	bot   *engine.Engine
	stop  func()
	lose  context.CancelFunc
}

func (w *world) stage(heir, next time.Duration, adapter func(*relay) bot.Adapter) *staged {
	w.Helper()
	s := &staged{seat: newSeat(w), relay: &relay{Recorder: w.paper, next: next, ended: make(chan time.Time, 1)}}
	s.seat.heir = heir
	cfg := w.config()
	cfg.Store, cfg.Adapters = s.seat, []bot.Adapter{adapter(s.relay)}
	var err error
	if s.bot, err = engine.New(cfg); err != nil {
		w.Fatal(err)
	}
	held, lose := context.WithCancel(context.WithoutCancel(w.Context()))
	s.lose = lose
	s.seat.tenures <- held
	s.stop = w.run(s.bot)
	synctest.Wait()
	return s
}

func TestStop_ListensUntilTheNextDoes(t *testing.T) {
	whole := func(r *relay) bot.Adapter { return r }
	single := func(r *relay) bot.Adapter { return alone{r} }
	for name, tt := range map[string]struct {
		heir, next time.Duration
		adapter    func(*relay) bot.Adapter
		end        func(*staged)
		want       time.Duration
	}{
		"another comes":        {200 * time.Millisecond, time.Second, whole, (*staged).quit, 1200 * time.Millisecond},
		"another never comes":  {200 * time.Millisecond, time.Hour, whole, (*staged).quit, 5200 * time.Millisecond},
		"nobody takes it":      {time.Hour, time.Hour, whole, (*staged).quit, time.Second},
		"there is one process": {0, time.Hour, whole, (*staged).quit, 0},
		"one may listen":       {200 * time.Millisecond, time.Second, single, (*staged).quit, 0},
		"the place is lost":    {200 * time.Millisecond, time.Second, whole, func(s *staged) { s.lose() }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s := w.stage(tt.heir, tt.next, tt.adapter)
				begin := time.Now()
				tt.end(s)
				if got := (<-s.relay.ended).Sub(begin); got != tt.want {
					w.Errorf("listened for %v, want %v", got, tt.want)
				}
				if got := (<-s.seat.left).Sub(begin); got > 0 {
					w.Errorf("kept the place for %v", got)
				}
			})
		})
	}
}

// quit stops the bot without a wait for its end.
func (s *staged) quit() { go s.stop() }

func TestStop_KeepsThePlaceWhileSendsAreInHand(t *testing.T) {
	inWorld(t, func(w *world) {
		s := w.stage(time.Hour, time.Hour, func(r *relay) bot.Adapter { return r })
		w.subscribe(room(), "")
		release := w.paper.Hold()
		w.put("A")
		w.after(time.Second)
		begin := time.Now()
		s.quit()
		w.after(3 * time.Second)
		if len(s.seat.left) > 0 || !s.bot.IsLeader("paper") || len(s.relay.ended) > 0 {
			w.Errorf("left the place with a send in hand, leads: %v", s.bot.IsLeader("paper"))
		}
		release()
		w.put("B")
		if got := (<-s.seat.left).Sub(begin); got != 3*time.Second || s.bot.IsLeader("paper") {
			w.Errorf("left after %v, want 3 s, leads: %v", got, s.bot.IsLeader("paper"))
		}
		if got := (<-s.relay.ended).Sub(begin); got != 4*time.Second {
			w.Errorf("listened for %v, want 4 s", got)
		}
		if got := w.settle(); len(got) != 1 {
			w.Errorf("sent %q, want one alert", got)
		}
	})
}
