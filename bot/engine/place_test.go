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

// oneSeat is a store whose place is the test's to give and to take.
type oneSeat struct {
	engine.Store
	tenures chan context.Context
	left    chan time.Time // when a place was given up
	heir    time.Duration  // after which another takes it; 0 if there is none
}

func newSeat(w *world) *oneSeat {
	return &oneSeat{Store: w.store, tenures: make(chan context.Context, 1), left: make(chan time.Time, 2)}
}

// Acquire returns what the test gives next.
func (s *oneSeat) Acquire(ctx context.Context, _ string) (context.Context, func(), error) {
	select {
	case held := <-s.tenures:
		return held, sync.OnceFunc(func() { s.left <- time.Now() }), nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

// WaitTaken waits for the heir.
func (s *oneSeat) WaitTaken(ctx context.Context, _ string) bool {
	if s.heir == 0 {
		return false
	}
	select {
	case <-time.After(s.heir):
		return true
	case <-ctx.Done():
		return false
	}
}

func TestRun_SendsOnlyWhileItHasThePlace(t *testing.T) {
	inWorld(t, func(w *world) {
		seat := newSeat(w)
		cfg := w.config()
		cfg.Store = seat
		b, err := engine.New(cfg)
		if err != nil {
			w.Fatal(err)
		}
		w.subscribe(room(), "")
		w.run(b)
		w.put("A")
		if got := w.after(time.Minute); len(got) > 0 || b.IsLeader("paper") {
			w.Errorf("sent %q without the place, leads: %v", got, b.IsLeader("paper"))
		}
		held, lose := context.WithCancel(w.Context())
		seat.tenures <- held
		w.waitSent(1)
		if !b.IsLeader("paper") {
			w.Error("does not say that it leads")
		}
		lose()
		synctest.Wait()
		w.put("B")
		if got := w.after(time.Minute); len(got) != 1 || b.IsLeader("paper") {
			w.Errorf("sent %q after the place was lost, leads: %v", got, b.IsLeader("paper"))
		}
		seat.tenures <- w.Context()
		if got, want := w.waitSent(2), []string{"room: A", "room: B"}; !slices.Equal(got, want) {
			w.Errorf("sent %q, want %q", got, want)
		}
	})
}
