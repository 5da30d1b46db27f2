package database

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// leaseTerm is how long a lease is kept for a process that says nothing, by the database's clock, and leaseRenew
	// how often it says something. Others notice within leaseLook that a lease is free, so a dead process is replaced
	// after 8.25 s at most.
	leaseTerm  = 8 * time.Second
	leaseRenew = 2 * time.Second
	leaseLook  = 250 * time.Millisecond
	// leaseMargin is how much sooner a process gives up its lease by its own clock, which may go slower.
	leaseMargin = time.Second
	// leaseReply is how long the database has to answer.
	leaseReply = 2 * time.Second
)

var errLeaseLost = errors.New("the lease is lost")

// leases hands out leases.
type leases interface {
	// lease returns the lease of a name for one holder, who does not have it yet.
	lease(name string) lease
	close() error
}

// lease is one holder's way to a lease.
type lease interface {
	// acquire reports whether nobody else had the lease. It is the holder's then, for term.
	acquire(ctx context.Context) (bool, error)
	// renew reports whether the lease is still the holder's, for another term.
	renew(ctx context.Context) (bool, error)
	release(ctx context.Context) error
	// term is 0 if the lease stays the holder's as long as its process lives.
	term() time.Duration
}

// Acquire waits until no process has the lease of a name, and acquires it. The context that it returns ends when the lease is
// released or lost; release may be called more than once.
func (db *DB) Acquire(ctx context.Context, name string) (context.Context, func(), error) {
	l := db.leases.lease(name)
	asked, err := awaitLease(ctx, l)
	if err != nil {
		releaseLease(ctx, l) // it may have been acquired all the same
		return nil, nil, fmt.Errorf("lease %s: %w", name, db.dialect.explain(err))
	}
	term, lose := context.WithCancelCause(context.WithoutCancel(ctx))
	var keeping sync.WaitGroup
	if l.term() > 0 {
		keeping.Go(func() { keepLease(term, lose, l, asked) })
	}
	release := sync.OnceFunc(func() {
		lose(context.Canceled)
		keeping.Wait()
		releaseLease(term, l)
	})
	return term, release, nil
}

// lookUntil looks at once, and then at intervals, until there is what is looked for. It is false if ctx ended before.
func lookUntil(ctx context.Context, interval time.Duration, found func() bool) bool {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for !found() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// awaitLease acquires a lease as soon as it is free, and returns a moment before the term began.
func awaitLease(ctx context.Context, l lease) (asked time.Time, err error) {
	found := lookUntil(ctx, leaseLook, func() (ok bool) {
		asked = time.Now()
		ok, err = tryLease(ctx, l)
		return ok || err != nil
	})
	if !found {
		err = ctx.Err()
	}
	return asked, err
}

func tryLease(ctx context.Context, l lease) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, leaseReply)
	defer cancel()
	return l.acquire(ctx)
}

func releaseLease(ctx context.Context, l lease) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseReply)
	defer cancel()
	_ = l.release(ctx) // or the term ends
}

// keepLease renews a lease until term ends, and ends it when there was no word from the database for too long.
func keepLease(term context.Context, lose context.CancelCauseFunc, l lease, asked time.Time) {
	within := l.term() - leaseMargin
	over := time.AfterFunc(time.Until(asked.Add(within)), func() { lose(errLeaseLost) })
	defer over.Stop()
	tick := time.NewTicker(leaseRenew)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-term.Done():
			return
		}
		asked := time.Now()
		ctx, cancel := context.WithTimeout(term, leaseReply)
		ok, err := l.renew(ctx)
		cancel()
		switch {
		case err != nil: // the next may be answered
		case !ok || !over.Stop():
			lose(errLeaseLost)
			return
		default:
			over.Reset(time.Until(asked.Add(within)))
		}
	}
}
