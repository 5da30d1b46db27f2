package poll

import (
	"context"
	"time"

	"tidings/bot"
)

const (
	// wholeEvery is how often it is looked for all feeds that are due, and not only for those that have become so. It finds
	// what clocks that differ have hidden, and what a process has left that is gone.
	wholeEvery = time.Minute
	// overlap is by how much a look reaches back behind the one before, for what was committed meanwhile and for clocks that
	// differ. It reaches to the feeds that still wait for their turn, up to overlapMost, to find which of them others have fetched.
	overlap     = 10 * time.Second
	overlapMost = 2 * overlap
	// sizeEvery is how often the feeds are counted, by which their turns are spread.
	sizeEvery = 10 * time.Minute
	// courtesy is how long a feed is left to the process that fetched it last, before any other tries.
	courtesy = lookEvery + time.Second
)

// look finds the feeds whose turn is until the next look, and the hosts that pause. It counts the subscribers now and then.
func (l *loop) look(ctx context.Context, now time.Time) {
	p := l.poller
	if now.Sub(l.counted) >= countEvery {
		p.countSubscribers(ctx)
		l.counted = now
	}
	err := l.findDue(ctx, now)
	if err == nil {
		err = p.sink.EachHostPause(ctx, func(address string, until time.Time) {
			if h := l.hosts[hostOf(address)]; h != nil {
				h.paused = later(h.paused, until)
			}
		})
	}
	if err != nil && ctx.Err() == nil {
		p.log.Error("sources not read", "err", err)
	}
}

// findDue finds the feeds that have become due since the last look, or, now and then, all that are.
func (l *loop) findDue(ctx context.Context, now time.Time) error {
	sink, after, until := l.poller.sink, l.reach(), now.Add(l.every)
	whole := l.until.IsZero() || now.Sub(l.whole) >= wholeEvery || now.Before(l.whole)
	if whole {
		after = time.Time{}
	}
	if l.sized.IsZero() || now.Sub(l.sized) >= sizeEvery || now.Before(l.sized) {
		n, err := sink.CountFeeds(ctx)
		if err != nil {
			return err
		}
		l.feeds, l.sized = n, now
	}
	l.round++
	err := sink.EachDueFeed(ctx, after, until, func(f bot.DueFeed) {
		f.Claimed = f.Claimed && !whole // whoever has it may have crashed
		l.adopt(f)
	})
	if err != nil {
		return err
	}
	l.until = until
	l.dropEnded(after)
	if whole {
		l.whole = now
		l.dropIdleHosts(now)
		l.own.bound(2 * l.feeds)
	}
	return nil
}

// reach returns how far a look reaches back.
func (l *loop) reach() time.Time {
	after, most := l.until.Add(-overlap), l.until.Add(-overlapMost)
	for _, e := range l.queue {
		if e.stored.After(most) && !e.stored.After(after) {
			after = e.stored.Add(-time.Microsecond)
		}
	}
	return after
}

// dropEnded drops the feeds that the store says are no longer due after a moment: another process has fetched them, or they
// are not followed any more.
func (l *loop) dropEnded(after time.Time) {
	for id, e := range l.entries {
		if e.index != notQueued && e.seen != l.round && e.stored.After(after) && !e.asked {
			l.queue.drop(e)
			delete(l.entries, id)
		}
	}
}

// adopt queues a feed that is due. One that has never been read goes first, and one that another process has is left to it.
func (l *loop) adopt(f bot.DueFeed) {
	e := l.entries[f.ID]
	if e == nil && f.Claimed {
		return
	}
	if e == nil {
		e = l.enter(f.ID, f.Address)
	}
	moved := !f.Due.Equal(e.stored)
	e.seen, e.stored = l.round, f.Due
	due := f.Due
	switch {
	case f.LastTry.IsZero():
		due = time.Time{}
	case !l.own.has(f.ID):
		due = due.Add(courtesy)
		if now := l.poller.now(); !l.others.IsZero() && now.Sub(l.others) < othersFor {
			due = due.Add(l.own.spread(f.ID) + l.late)
		}
	}
	e.lastTry = later(e.lastTry, f.LastTry)
	switch {
	case e.inFlight, e.waits:
	case e.index == notQueued, moved && !e.asked, due.Before(e.due):
		e.due = due
		l.queue.put(e, due)
	case f.Claimed && !e.asked: // a try would be in vain
		l.queue.put(e, later(e.at, l.poller.now().Add(claimAgain)))
	}
}

// enter notes a feed whose turn is soon.
func (l *loop) enter(id, address string) *followed {
	e := &followed{id: id, host: l.hostAt(address), index: notQueued}
	l.entries[id] = e
	return e
}

func (l *loop) hostAt(address string) *host {
	name := hostOf(address)
	h := l.hosts[name]
	if h == nil {
		h = &host{}
		l.hosts[name] = h
	}
	return h
}

// dropIdleHosts forgets hosts that no feed waits for, and that need not be spared.
func (l *loop) dropIdleHosts(now time.Time) {
	used := make(map[*host]bool, len(l.entries))
	for _, e := range l.entries {
		used[e.host] = true
	}
	for name, h := range l.hosts {
		if !used[h] && h.inFlight == 0 && !h.ready().After(now) {
			delete(l.hosts, name)
		}
	}
}
