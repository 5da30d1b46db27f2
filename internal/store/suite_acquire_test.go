package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

func acquireTests() []storeTest {
	return []storeTest{
		{"one at a time has a lease", oneLeaseholder},
		{"leases of other names are free", otherLeasesAreFree},
		{"a lease outlives the wait for it", leaseOutlivesWait},
		{"a wait for a lease ends with its context", leaseWaitEnds},
		{"a released lease ends, and is soon acquired by another", releasedLeaseIsTaken},
	}
}

func (s *storeHarness) acquire(name string) (term context.Context, release func()) {
	s.Helper()
	term, release, err := s.Acquire(s.soon(), name)
	s.must(err)
	return term, release
}

func oneLeaseholder(s *storeHarness) {
	var inside atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 2 {
				_, release, err := s.Acquire(s.soon(), "desk")
				if err != nil {
					s.Error(err)
					return
				}
				if n := inside.Add(1); n != 1 {
					s.Errorf("%d have the lease", n)
				}
				inside.Add(-1)
				release()
			}
		})
	}
	all.Wait()
}

func otherLeasesAreFree(s *storeHarness) {
	_, release := s.acquire("desk")
	defer release()
	_, releaseOther := s.acquire("door")
	releaseOther()
}

func leaseOutlivesWait(s *storeHarness) {
	ctx, cancel := context.WithCancel(s.soon())
	term, release, err := s.Acquire(ctx, "desk")
	s.must(err)
	defer release()
	cancel()
	if term.Err() != nil {
		s.Errorf("the lease ended with the wait: %v", term.Err())
	}
}

func leaseWaitEnds(s *storeHarness) {
	term, release := s.acquire("desk")
	defer release()
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Millisecond)
	defer cancel()
	if _, _, err := s.Acquire(ctx, "desk"); err == nil || ctx.Err() == nil {
		s.Errorf("Acquire returned %v, and its context %v", err, ctx.Err())
	}
	if term.Err() != nil {
		s.Errorf("who had the lease has lost it: %v", term.Err())
	}
}

func releasedLeaseIsTaken(s *storeHarness) {
	term, release := s.acquire("desk")
	acquired := make(chan time.Time, 1)
	go func() {
		_, releaseNext, err := s.Acquire(s.soon(), "desk")
		if err != nil {
			s.Error(err)
		} else {
			releaseNext()
		}
		acquired <- time.Now()
	}()
	start := time.Now()
	release()
	release() // twice does no harm
	if term.Err() == nil {
		s.Error("the lease goes on after its release")
	}
	const ends = 8 * time.Second // of a lease that nobody renews
	if took := (<-acquired).Sub(start); took > ends-time.Second {
		s.Errorf("taken after %v, want it before it ends by itself", took)
	}
}
