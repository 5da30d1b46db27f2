package engine_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/bot/engine"
)

// oneLease is a store whose lease is the test's to grant and revoke.
type oneLease struct {
	engine.Store
	terms chan context.Context
	left  chan time.Time // when it was released
}

// newElected returns a bot that leads when the test lets it.
func newElected(w *world) (*engine.Engine, *oneLease) {
	w.Helper()
	lease := &oneLease{Store: w.store, terms: make(chan context.Context, 1), left: make(chan time.Time, 2)}
	cfg := w.config()
	cfg.Store = lease
	b, err := engine.New(cfg)
	if err != nil {
		w.Fatal(err)
	}
	return b, lease
}

// Acquire returns what the test gives next.
func (s *oneLease) Acquire(ctx context.Context, _ string) (context.Context, func(), error) {
	select {
	case term := <-s.terms:
		return term, sync.OnceFunc(func() { s.left <- time.Now() }), nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

// TestStop_KeepsTheLeaseWhileSendsAreInHand: nobody else may send before they are finished.
func TestStop_KeepsTheLeaseWhileSendsAreInHand(t *testing.T) {
	inWorld(t, func(w *world) {
		b, lease := newElected(w)
		lease.terms <- context.WithoutCancel(w.Context())
		stop := w.run(b)
		w.subscribe(room(), "")
		release := w.paper.Hold()
		w.put("A")
		w.after(time.Second)
		begin := time.Now()
		go stop()
		w.after(3 * time.Second)
		if len(lease.left) > 0 || !b.IsLeader("paper") {
			w.Errorf("released the lease with a send in hand, leads: %v", b.IsLeader("paper"))
		}
		release()
		w.put("B")
		if got := (<-lease.left).Sub(begin); got != 3*time.Second || b.IsLeader("paper") {
			w.Errorf("left after %v, want 3 s, leads: %v", got, b.IsLeader("paper"))
		}
		if got := w.settle(); len(got) != 1 {
			w.Errorf("sent %q, want one alert", got)
		}
	})
}

func TestStop_ReleasesTheLeaseAtOnceIfNothingIsInHand(t *testing.T) {
	inWorld(t, func(w *world) {
		b, lease := newElected(w)
		lease.terms <- context.WithoutCancel(w.Context())
		stop := w.run(b)
		w.after(time.Second)
		begin := time.Now()
		go stop()
		if got := (<-lease.left).Sub(begin); got > 0 || b.IsLeader("paper") {
			w.Errorf("kept the lease for %v, leads: %v", got, b.IsLeader("paper"))
		}
	})
}

func TestRun_SendsOnlyAsLeader(t *testing.T) {
	inWorld(t, func(w *world) {
		b, lease := newElected(w)
		w.subscribe(room(), "")
		w.run(b)
		w.put("A")
		if got := w.after(time.Minute); len(got) > 0 || b.IsLeader("paper") {
			w.Errorf("sent %q without the lease, leads: %v", got, b.IsLeader("paper"))
		}
		term, lose := context.WithCancel(w.Context())
		lease.terms <- term
		w.waitSent(1)
		if !b.IsLeader("paper") {
			w.Error("does not say that it leads")
		}
		lose()
		synctest.Wait()
		w.put("B")
		if got := w.after(time.Minute); len(got) != 1 || b.IsLeader("paper") {
			w.Errorf("sent %q after the lease was lost, leads: %v", got, b.IsLeader("paper"))
		}
		lease.terms <- w.Context()
		if got, want := w.waitSent(2), []string{"room: A", "room: B"}; !slices.Equal(got, want) {
			w.Errorf("sent %q, want %q", got, want)
		}
	})
}

// heir is a recorder that counts how often it was to take up what others have left.
type heir struct {
	*bottest.Recorder
	succeeded atomic.Int64
}

func (h *heir) Succeed(context.Context) { h.succeeded.Add(1) }

func TestRun_TakesUpWhatTheLastLeaderLeftWheneverItLeads(t *testing.T) {
	inWorld(t, func(w *world) {
		lease := &oneLease{Store: w.store, terms: make(chan context.Context, 1), left: make(chan time.Time, 2)}
		h := &heir{Recorder: w.paper}
		cfg := w.config()
		cfg.Store, cfg.Adapters = lease, []bot.Adapter{h}
		w.start(cfg)
		w.after(time.Minute)
		for n := range int64(2) {
			if got := h.succeeded.Load(); got != n {
				w.Errorf("without the lease it has succeeded %d times, want %d", got, n)
			}
			term, lose := context.WithCancel(w.Context())
			lease.terms <- term
			w.after(time.Minute)
			if got := h.succeeded.Load(); got != n+1 {
				w.Errorf("as the leader it has succeeded %d times, want %d", got, n+1)
			}
			lose()
			w.after(time.Minute)
		}
	})
}
