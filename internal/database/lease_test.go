package database

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tidings/internal/pgtest"
)

// bench is a lease whose database answers as a test says.
type bench struct {
	lasts time.Duration

	mu      sync.Mutex // guards answer
	answers func(ctx context.Context) (bool, error)
}

func (*bench) acquire(context.Context) (bool, error) { return true, nil }

func (b *bench) renew(ctx context.Context) (bool, error) {
	b.mu.Lock()
	answers := b.answers
	b.mu.Unlock()
	return answers(ctx)
}

func (*bench) release(context.Context) error { return nil }

func (b *bench) taken(ctx context.Context) (bool, error) { return b.renew(ctx) }

func (b *bench) term() time.Duration { return b.lasts }

func (b *bench) from(answers func(ctx context.Context) (bool, error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers = answers
}

func (b *bench) lease(string) lease { return b }

func (*bench) close() error { return nil }

func TestAcquire_EndsBeforeOthersMayAcquireTheLease(t *testing.T) {
	t.Parallel()
	yes := func(context.Context) (bool, error) { return true, nil }
	for name, silence := range map[string]func(ctx context.Context) (bool, error){
		"no answer":       func(ctx context.Context) (bool, error) { <-ctx.Done(); return false, ctx.Err() },
		"only failures":   func(context.Context) (bool, error) { return false, errors.New("no route") },
		"another has it":  func(context.Context) (bool, error) { return false, nil },
		"an answer, late": func(context.Context) (bool, error) { <-time.After(leaseTerm); return true, nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &bench{lasts: leaseTerm, answers: yes}
				held, release, err := (&DB{leases: b}).Acquire(t.Context(), "desk")
				if err != nil {
					t.Fatal(err)
				}
				defer release()
				<-time.After(10*leaseRenew + leaseRenew/2)
				if held.Err() != nil {
					t.Fatalf("lost while the database answers: %v", context.Cause(held))
				}
				b.from(silence)
				// The last answer was half an interval ago; the database frees the lease a term after it.
				free := time.Now().Add(leaseTerm - leaseRenew/2)
				<-held.Done()
				if early := time.Until(free); early < leaseMargin {
					t.Errorf("lost %v before others may have the lease, want %v at least", early, leaseMargin)
				}
				if !errors.Is(context.Cause(held), errLeaseLost) {
					t.Errorf("ended by %v", context.Cause(held))
				}
			})
		})
	}
}

func TestWaitTaken_WaitsForTheNextOfSeveralProcesses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		answers := func(context.Context) (bool, error) {
			if time.Since(begin) < time.Second {
				return true, errors.New("no route")
			}
			return time.Since(begin) > 2*time.Second, nil
		}
		s := &DB{leases: &bench{lasts: leaseTerm, answers: answers}}
		heard := s.WaitTaken(t.Context(), "desk")
		if took := time.Since(begin); !heard || took < 2*time.Second || took > 2*time.Second+leaseLook {
			t.Errorf("heard of it after %v: %t, want it after 2 s", took, heard)
		}
		begin = time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if s.WaitTaken(ctx, "desk") || time.Since(begin) != time.Second {
			t.Errorf("nobody took it, and the wait ended after %v", time.Since(begin))
		}
		alone := &DB{leases: &bench{}}
		if begin = time.Now(); alone.WaitTaken(t.Context(), "desk") || time.Since(begin) > 0 {
			t.Errorf("waited %v where there is one process", time.Since(begin))
		}
	})
}

func TestWaitTaken_ReturnsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	s := open(t, pgtest.URL(t))
	_, release, err := s.Acquire(t.Context(), "desk")
	if err != nil {
		t.Fatal(err)
	}
	release()
	heard := make(chan bool)
	go func() { heard <- s.WaitTaken(t.Context(), "desk") }()
	select {
	case got := <-heard:
		t.Fatalf("before anybody took it: %t", got)
	case <-time.After(2 * leaseLook):
	}
	_, releaseNext, err := s.Acquire(t.Context(), "desk")
	if err != nil {
		t.Fatal(err)
	}
	defer releaseNext()
	if !<-heard {
		t.Error("not heard of the one who took it")
	}
}
