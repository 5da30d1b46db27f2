package telegram

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

const (
	// leaseTime is how long this process owns an update after it last said so. After a crash, its updates
	// wait that long for another process.
	leaseTime = 10 * time.Second
	// renewEvery is how often leases are renewed, and adoptEvery how often this process looks for updates
	// that no process owns.
	renewEvery = 3 * time.Second
	adoptEvery = 2 * time.Second
	// releaseTimeout bounds how long handing updates back may take at the end.
	releaseTimeout = 2 * time.Second
)

// leases are the updates that this process owns, and since when.
type leases struct {
	mu    sync.Mutex // guards since
	since map[int64]time.Time
}

func (l *leases) add(updates []bot.Update, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.since == nil {
		l.since = map[int64]time.Time{}
	}
	for _, u := range updates {
		l.since[u.ID] = now
	}
}

func (l *leases) drop(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.since, id)
}

// owns reports whether an update is still this process's. If the process or the machine stood still for longer
// than a lease, another process may have adopted it.
func (l *leases) owns(id int64, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	since, ok := l.since[id]
	return ok && elapsed(since, now) < leaseTime
}

// ids returns the updates that this process owns, and forgets those whose lease has expired.
func (l *leases) ids(now time.Time) []int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.since, func(_ int64, since time.Time) bool { return elapsed(since, now) >= leaseTime })
	return slices.Collect(maps.Keys(l.since))
}

// renew restarts leases, but for those of updates that have been handled meanwhile.
func (l *leases) renew(ids []int64, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		if _, ok := l.since[id]; ok {
			l.since[id] = now
		}
	}
}

// lease stores updates in the inbox and returns those that are this process's to handle.
func (s *session) lease(ctx context.Context, updates []bot.Update, next int64) ([]bot.Update, error) {
	now := s.now() // the inbox counts from a little later
	taken, err := s.inbox.Receive(ctx, s.box, updates, next, leaseTime)
	if err != nil {
		return nil, err
	}
	s.leases.add(taken, now)
	return taken, nil
}

// renewLeases keeps other processes from adopting what this one owns, until ctx ends.
func (s *session) renewLeases(ctx context.Context) error {
	for retry.Sleep(ctx, renewEvery) == nil {
		err := s.persist(ctx, "inbox", func(ctx context.Context) error {
			now := s.now()
			ids := s.leases.ids(now)
			if len(ids) == 0 {
				return nil
			}
			if err := s.inbox.Keep(ctx, s.box, ids, leaseTime); err != nil {
				return err
			}
			s.leases.renew(ids, now)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// adopt dispatches the updates that no process owns: left over from an earlier run of this one, or from another
// that crashed.
func (s *session) adopt(ctx, work context.Context) error {
	for ctx.Err() == nil {
		var left []bot.Update
		err := s.persist(ctx, "inbox", func(ctx context.Context) (err error) {
			now := s.now()
			if left, err = s.inbox.Adopt(ctx, s.box, max(1, s.queues.free()), leaseTime); err == nil {
				s.leases.add(left, now)
			}
			return err
		})
		if err != nil {
			return err
		}
		s.resume(work, left)
		if err := retry.Sleep(ctx, adoptEvery); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// resume queues adopted updates, and removes those that are not to be handled from the inbox.
func (s *session) resume(ctx context.Context, updates []bot.Update) {
	tasks := s.screen(ctx, updates, adopted)
	kept := map[int64]bool{}
	for _, t := range tasks {
		kept[t.stored.ID] = true
	}
	for _, u := range updates {
		if !kept[u.ID] {
			s.forget(ctx, u.ID)
		}
	}
	s.enqueue(ctx, tasks, updates)
}

// handBack lets any process adopt updates, so that none need wait for their leases to expire.
func (s *session) handBack(ctx context.Context, ids []int64) {
	if len(ids) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	if err := s.inbox.Keep(ctx, s.box, ids, 0); err != nil {
		s.log.WarnContext(ctx, "updates not handed back", "count", len(ids), "err", err)
	}
}
