package poll

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

const (
	maxInFlight = 256 // fetches at once; most of them wait, and a few of them read
	// lookEvery is how soon a source is noticed that another process has added, or one that is due anew.
	lookEvery = 2 * time.Second
	// startGap is between the beginnings of two fetches, or less if the interval leaves less for each.
	startGap = 500 * time.Millisecond
	// lateMost bounds how long the feeds of a process that is gone are left because this one is late itself.
	lateMost = time.Minute
	// othersFor is for how long another process that fetched a feed is taken to be there.
	othersFor = time.Hour
)

// Run follows every feed of the Sink until ctx ends, and then waits for the fetches under way.
// Sources may come and go meanwhile, by the hand of other processes too.
func (p *Poller) Run(ctx context.Context) error {
	l := newLoop(p)
	if p.hubs != nil {
		l.wait.Go(func() { p.hubs.run(ctx, p) })
	}
	defer l.wait.Wait()
	if err := p.sink.ExpectInterval(ctx, p.schedule.interval); err != nil && ctx.Err() == nil {
		p.log.Error("poll interval not kept", "err", err)
	}
	for {
		timer := time.NewTimer(l.step(ctx))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-p.changed:
			l.looked = time.Time{}
		case id := <-p.fetchNow:
			l.fetchNow(ctx, id)
		case r := <-l.done:
			l.finish(r)
		case <-timer.C:
		}
		timer.Stop()
	}
}

// loop is the state of Run. Only Run's goroutine touches it; fetches report through done. It knows the feeds
// whose turn is soon, however many are followed.
type loop struct {
	poller   *Poller
	entries  map[string]*followed // those feeds, by ID
	hosts    map[string]*host
	queue    queue
	every    time.Duration // lookEvery, more in tests
	looked   time.Time     // when it was last looked for feeds that are due
	until    time.Time     // until when these are known
	whole    time.Time     // when it was looked for all of them
	counted  time.Time     // and when the subscribers were counted
	round    int           // counts the looks
	sized    time.Time     // when the feeds were counted
	feeds    int           // that are followed in all
	own      ownFeeds
	others   time.Time     // when another process was last found to fetch feeds, too
	late     time.Duration // by how much this one is behind with its own, up to lateMost: it leaves others theirs for so much longer
	inFlight int
	free     time.Time // when the next fetch may begin
	done     chan turnDone
	wait     sync.WaitGroup
}

func newLoop(p *Poller) *loop {
	return &loop{
		poller: p, entries: make(map[string]*followed), hosts: make(map[string]*host), done: make(chan turnDone, maxInFlight),
		every: lookEvery, own: newOwnFeeds(),
	}
}

// step looks for feeds that are due if it is time to, starts those whose turn it is, and returns how long to wait until
// there may be more to do.
func (l *loop) step(ctx context.Context) time.Duration {
	now := l.poller.now()
	if now.Sub(l.looked) >= l.every || now.Before(l.looked) {
		l.look(ctx, now)
		l.looked = now
	}
	wake := l.looked.Add(l.every)
	if len(l.queue) == 0 || l.queue[0].due.After(now) {
		l.late = 0
	}
	for len(l.queue) > 0 && l.inFlight < maxInFlight { // the end of a fetch wakes the loop
		e := l.queue[0]
		at := later(e.at, l.free)
		if at.After(now) {
			if at.Before(wake) {
				wake = at
			}
			break
		}
		l.startOrDefer(ctx, e, now)
	}
	return max(wake.Sub(now), 0)
}

// startOrDefer starts a feed that is due, unless its host has to be spared.
func (l *loop) startOrDefer(ctx context.Context, e *followed, now time.Time) {
	switch ready := e.host.ready(); {
	case e.host.inFlight >= perHost:
		heap.Pop(&l.queue)
		e.host.waiting = append(e.host.waiting, e)
		e.waits = true
	case ready.After(now):
		l.queue.put(e, ready)
	default:
		heap.Pop(&l.queue)
		l.start(ctx, e, now)
	}
}

// start gives a feed its turn. Fetches begin one after the other, so that a start of the program, or a list
// of new feeds, isn't a burst.
func (l *loop) start(ctx context.Context, e *followed, now time.Time) {
	interval := l.poller.schedule.interval
	t := turn{
		id: e.id, lastTry: e.lastTry, asked: e.asked, before: e.host.free, free: now.Add(min(hostGap, interval)),
		gap: min(startGap, interval/time.Duration(2*max(l.feeds, len(l.entries), 1))),
	}
	l.free = later(l.free, now.Add(-startGap)).Add(t.gap)
	if l.own.has(e.id) {
		l.late = min(now.Sub(e.due), lateMost)
	}
	e.host.free = t.free
	e.host.inFlight++
	e.inFlight, e.asked = true, false
	l.inFlight++
	l.wait.Go(func() {
		l.done <- turnDone{entry: e, turn: t, result: l.poller.take(ctx, &t)} // never blocks: its buffer holds all that are in flight
	})
}

// turnDone is a feed's turn that is over.
type turnDone struct {
	entry *followed
	turn  turn
	result
}

// finish takes a feed back after its turn.
func (l *loop) finish(r turnDone) {
	e := r.entry
	l.release(r)
	switch {
	case r.claim.Mine:
		l.own.add(e.id)
	case r.claim.Elsewhere:
		l.others = l.poller.now()
		l.own.drop(e.id)
	}
	if r.address != "" {
		e.host = l.hostAt(r.address)
		e.host.paused = later(e.host.paused, r.hostPause)
		e.lastTry = r.lastTry
	}
	switch {
	case r.next.IsZero(), r.next.After(l.until), !r.claim.Mine && e.leftOnce: // the store says when it is due
		delete(l.entries, e.id)
	default:
		e.leftOnce = !r.claim.Mine
		e.due, e.stored = r.next, r.next
		l.queue.put(e, e.due)
	}
	l.dropServed(e, r.served)
}

// release lets the next feed of a host have its turn.
func (l *loop) release(r turnDone) {
	e := r.entry
	l.inFlight--
	e.inFlight = false
	e.host.inFlight--
	for _, waiting := range e.host.waiting {
		waiting.waits = false
		l.queue.put(waiting, waiting.due)
	}
	e.host.waiting = nil
	if !r.asked { // and so nobody has to be spared
		l.free = l.free.Add(-r.turn.gap)
		if e.host.free.Equal(r.turn.free) {
			e.host.free = r.turn.before
		}
	}
}

// dropServed drops the feeds that were fetched together with one, so that none is taken for fetched elsewhere. The store says when
// they are due.
func (l *loop) dropServed(with *followed, served []string) {
	for _, id := range served {
		l.own.add(id)
		if e := l.entries[id]; e != nil && e != with && e.index != notQueued && !e.asked {
			l.queue.drop(e)
			delete(l.entries, id)
		}
	}
}

// fetchNow makes a feed due now.
func (l *loop) fetchNow(ctx context.Context, id string) {
	e := l.entries[id]
	if e == nil {
		s, _, err := l.poller.feedsWith(ctx, id)
		if err != nil || s == nil {
			return // it is due some day all the same
		}
		e = l.enter(id, addressOf(s))
		e.lastTry = s.Fetch.LastTry
	}
	if e.inFlight {
		return
	}
	e.asked, e.due = true, l.poller.now()
	if !e.waits {
		l.queue.put(e, e.due)
	}
}
