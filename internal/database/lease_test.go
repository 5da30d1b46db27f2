package database

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
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
				term, release, err := (&DB{leases: b}).Acquire(t.Context(), "desk")
				if err != nil {
					t.Fatal(err)
				}
				defer release()
				<-time.After(10*leaseRenew + leaseRenew/2)
				if term.Err() != nil {
					t.Fatalf("lost while the database answers: %v", context.Cause(term))
				}
				b.from(silence)
				// The last answer was half an interval ago; the database frees the lease a term after it.
				free := time.Now().Add(leaseTerm - leaseRenew/2)
				<-term.Done()
				if early := time.Until(free); early < leaseMargin {
					t.Errorf("lost %v before others may have the lease, want %v at least", early, leaseMargin)
				}
				if !errors.Is(context.Cause(term), errLeaseLost) {
					t.Errorf("ended by %v", context.Cause(term))
				}
			})
		})
	}
}
