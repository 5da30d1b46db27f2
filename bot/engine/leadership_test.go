package engine_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot/engine"
)

// oneLease is a store whose lease is the test's to give and to take.
type oneLease struct {
	engine.Store
	terms     chan context.Context
	left      chan time.Time // when it was released
	successor time.Duration  // after which another takes it; 0 if there is none
}

func newLease(w *world) *oneLease {
	return &oneLease{Store: w.store, terms: make(chan context.Context, 1), left: make(chan time.Time, 2)}
}

// Acquire returns what the test gives next.
func (s *oneLease) Acquire(ctx context.Context, _ string) (context.Context, func(), error) {
	select {
	case held := <-s.terms:
		return held, sync.OnceFunc(func() { s.left <- time.Now() }), nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

// WaitTaken waits for the successor.
func (s *oneLease) WaitTaken(ctx context.Context, _ string) bool {
	if s.successor == 0 {
		return false
	}
	select {
	case <-time.After(s.successor):
		return true
	case <-ctx.Done():
		return false
	}
}

func TestRun_SendsOnlyAsLeader(t *testing.T) {
	inWorld(t, func(w *world) {
		lease := newLease(w)
		cfg := w.config()
		cfg.Store = lease
		b, err := engine.New(cfg)
		if err != nil {
			w.Fatal(err)
		}
		w.subscribe(room(), "")
		w.run(b)
		w.put("A")
		if got := w.after(time.Minute); len(got) > 0 || b.IsLeader("paper") {
			w.Errorf("sent %q without the lease, leads: %v", got, b.IsLeader("paper"))
		}
		held, lose := context.WithCancel(w.Context())
		lease.terms <- held
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
