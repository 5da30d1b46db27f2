package poll

import (
	"cmp"
	"container/heap"
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"tidings/bot"
)

const (
	maxInFlight = 256 // fetches at once; most of them wait, and a few of them read
	// reloadEvery is how soon a source added by another process is noticed; reloadCost is added for each
	// source there is, so that looking stays cheap.
	reloadEvery = 2 * time.Second
	reloadCost  = 2 * time.Millisecond
	// startGap is between the beginnings of two fetches, or less if the interval leaves less for each.
	startGap = 500 * time.Millisecond
)

// Run follows every feed of the store until ctx ends, and then waits for the fetches under way.
// Sources may come and go meanwhile, by the hand of other processes too.
func (p *Poller) Run(ctx context.Context) error {
	l := newLoop(p)
	if p.hubs != nil {
		l.wait.Go(func() { p.hubs.run(ctx, p) })
	}
	defer l.wait.Wait()
	for {
		timer := time.NewTimer(l.step(ctx))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-p.changed:
			l.reloaded = time.Time{}
		case name := <-p.fetchNow:
			l.fetchNow(name)
		case name := <-p.hubDelivered:
			l.hubDelivered(name)
		case r := <-l.done:
			l.finish(r)
		case <-timer.C:
		}
		timer.Stop()
	}
}

// loop is the state of Run. Only Run's goroutine touches it; fetches report through done.
type loop struct {
	poller   *Poller
	entries  map[string]*followed // the feeds, by ID
	hosts    map[string]*host
	queue    queue
	every    time.Duration // reloadEvery, more in tests
	reloaded time.Time     // when the sources were read
	counted  time.Time     // and the subscribers
	inFlight int
	free     time.Time // when the next fetch may begin
	done     chan fetchDone
	wait     sync.WaitGroup
}

func newLoop(p *Poller) *loop {
	return &loop{
		poller: p, entries: make(map[string]*followed), hosts: make(map[string]*host), done: make(chan fetchDone, maxInFlight),
		every: reloadEvery,
	}
}

// fetchDone is a fetch that is over.
type fetchDone struct {
	entry *followed
	state bot.FetchState
	err   error // there is nothing to remember
	// elsewhere says that it was left to another process, and state what that has learned.
	elsewhere bool
}

// step reads the sources if it is time to, starts what is due, and returns how long to wait until
// there may be more to do.
func (l *loop) step(ctx context.Context) time.Duration {
	now := l.poller.now()
	every := l.every + time.Duration(len(l.entries))*reloadCost
	if now.Sub(l.reloaded) >= every || now.Before(l.reloaded) {
		l.reload(ctx, now)
		l.reloaded = now
	}
	wake := l.reloaded.Add(every)
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
	case ready.After(now):
		l.queue.put(e, ready)
	default:
		heap.Pop(&l.queue)
		l.start(ctx, e, now)
	}
}

// start fetches a feed. Fetches begin one after the other, so that a start of the program, or a list
// of new feeds, isn't a burst.
func (l *loop) start(ctx context.Context, e *followed, now time.Time) {
	interval := l.poller.schedule.interval
	l.free = later(l.free, now.Add(-startGap)).Add(min(startGap, interval/time.Duration(2*max(len(l.entries), 1))))
	e.host.free = now.Add(min(hostGap, interval))
	e.host.inFlight++
	e.inFlight = true
	l.inFlight++
	source, twins := e.source, slices.Clone(e.twins)
	if f := &source.Fetch; slices.ContainsFunc(twins, hasNothing) { // who is to get all that the feed has now
		f.ETag, f.LastModified, f.BodyHash = "", "", ""
	}
	l.wait.Go(func() {
		r := fetchDone{entry: e}
		known, mine := l.poller.claim(ctx, &source)
		if mine {
			r.state, r.err = l.poller.poll(ctx, &source, twins)
		} else {
			r.state, r.elsewhere = known, true
		}
		if mine && r.err != nil && ctx.Err() != nil {
			l.poller.unclaim(ctx, &source)
		}
		l.done <- r // never blocks: its buffer holds all that are in flight
	})
}

func (l *loop) finish(r fetchDone) {
	e := r.entry
	l.inFlight--
	e.inFlight = false
	e.host.inFlight--
	for _, waiting := range e.host.waiting {
		l.queue.put(waiting, waiting.due)
	}
	e.host.waiting = nil
	switch {
	case l.entries[e.source.ID] != e: // it was removed, or is another now
	case r.elsewhere:
		l.leaveToOther(e, r.state)
	case r.err != nil:
		delete(l.entries, e.source.ID)
	default:
		e.source.Fetch = r.state
		l.enqueue(e)
	}
}

// enqueue queues a feed for when it is due, and lets its whole host pause if that asked for it.
func (l *loop) enqueue(e *followed) {
	e.host = l.hostOf(&e.source)
	e.host.paused = later(e.host.paused, e.source.Fetch.Memory.HostPause)
	e.due = l.dueOf(e)
	l.queue.put(e, e.due)
}

// dueOf returns when a feed is to be fetched.
func (l *loop) dueOf(e *followed) time.Time {
	return l.poller.scheduleOf(&e.source, e.twins).due(&e.source.Fetch)
}

func (l *loop) hostOf(s *bot.Source) *host {
	name := hostOf(addressOf(s))
	h := l.hosts[name]
	if h == nil {
		h = &host{}
		l.hosts[name] = h
	}
	return h
}

// fetchNow makes a feed due now.
func (l *loop) fetchNow(name string) {
	if e := l.entries[name]; e != nil && !e.inFlight && !slices.Contains(e.host.waiting, e) {
		e.due = l.poller.now()
		l.queue.put(e, e.due)
	}
}

// hubDelivered notes that a feed's hub has delivered. It is kept with the next fetch.
func (l *loop) hubDelivered(name string) {
	if e := l.entries[name]; e != nil && !e.inFlight {
		e.source.Fetch.Memory.Pushed = l.poller.now()
	}
}

// reload reads the sources, and counts the subscribers now and then. What a fetch has taught since the
// sources were written counts more than what the store says, in case it could not be saved.
func (l *loop) reload(ctx context.Context, now time.Time) {
	if now.Sub(l.counted) >= countEvery {
		l.poller.countSubscribers(ctx)
		l.counted = now
	}
	all, err := l.poller.sink.Sources(ctx)
	if err != nil {
		if ctx.Err() == nil {
			l.poller.log.Error("sources not read", "err", err)
		}
		return
	}
	leaders := make(map[string]*bot.Source, len(all)) // by what they share
	twins := make(map[string][]bot.Source)
	slices.SortStableFunc(all, func(a, b bot.Source) int {
		return cmp.Or(isPrivate(a)-isPrivate(b), a.Added.Compare(b.Added), strings.Compare(a.ID, b.ID))
	})
	for i := range all {
		s := &all[i]
		if s.Kind != bot.FeedSource || !s.Paused.IsZero() {
			continue
		}
		if shared := sharedBy(s); leaders[shared] == nil {
			leaders[shared] = s
		} else {
			twins[leaders[shared].ID] = append(twins[leaders[shared].ID], *s)
		}
	}
	l.adopt(leaders, twins)
}

// isPrivate is 1 for a source that belongs to a place: a public one leads, as it may be fetched from any network.
func isPrivate(s bot.Source) int {
	if s.Place != "" {
		return 1
	}
	return 0
}

// sharedBy returns what sources have in common that one fetch serves: their address. What a server says of where a feed
// has moved never joins sources of different places, and a login or an address with a password joins none.
func sharedBy(s *bot.Source) string {
	address := addressOf(s)
	u, err := url.Parse(s.URL)
	switch {
	case s.HasLogin, s.Place != "" && (err != nil || u.User != nil):
		return s.ID
	case s.Place == "" || address == s.URL:
		return address
	}
	return s.URL + "\n" + address
}

// adopt makes the loop follow these feeds and no others.
func (l *loop) adopt(leaders map[string]*bot.Source, twins map[string][]bot.Source) {
	following := make(map[string][]bot.Source, len(leaders))
	for _, s := range leaders {
		following[s.ID] = twins[s.ID]
		e := l.entries[s.ID]
		if e == nil || e.source.URL != s.URL || e.source.HasLogin != s.HasLogin || !e.source.Added.Equal(s.Added) {
			if e != nil && e.source.URL != s.URL {
				l.poller.hubs.unfollow(s.ID) // of the address that it has left
			}
			l.forget(e)
			e = &followed{index: notQueued}
			l.entries[s.ID] = e
		}
		e.twins = twins[s.ID]
		if e.inFlight || e.host != nil && slices.Contains(e.host.waiting, e) {
			continue // it is read anew when that is over
		}
		known := e.source.Fetch
		e.source = *s
		if !known.LastTry.IsZero() && !s.Fetch.LastTry.After(known.LastTry) {
			e.source.Fetch = known
		}
		if e.index == notQueued || l.dueOf(e).Before(e.due) || !known.LastTry.Equal(e.source.Fetch.LastTry) {
			l.enqueue(e)
		}
		if slices.ContainsFunc(e.twins, isUnread) && !e.source.Fetch.LastTry.IsZero() {
			l.fetchSoon(e)
		}
	}
	for name, e := range l.entries {
		if _, wanted := following[name]; !wanted {
			l.forget(e)
			delete(l.entries, name)
		}
	}
	if before := l.poller.following.Swap(&following); before != nil {
		for name := range *before {
			if _, wanted := following[name]; !wanted {
				l.poller.hubs.unfollow(name)
			}
		}
	}
	l.dropIdleHosts()
}

// isUnread reports whether no fetch for a source has been tried yet.
func isUnread(s bot.Source) bool { return s.Fetch.LastTry.IsZero() }

// hasNothing reports whether no fetch for a source has succeeded yet.
func hasNothing(s bot.Source) bool { return s.Fetch.LastSuccess.IsZero() }

// fetchSoon makes a feed due that has a new twin.
func (l *loop) fetchSoon(e *followed) {
	if now := l.poller.now(); e.due.After(now) {
		e.due = later(now, e.source.Fetch.Memory.NotBefore)
		l.queue.put(e, e.due)
	}
}

// dropIdleHosts forgets hosts that no feed is at.
func (l *loop) dropIdleHosts() {
	used := make(map[*host]bool, len(l.hosts))
	for _, e := range l.entries {
		used[e.host] = true
	}
	for name, h := range l.hosts {
		if !used[h] && h.inFlight == 0 {
			delete(l.hosts, name)
		}
	}
}

// forget removes a feed from wherever it waits.
func (l *loop) forget(e *followed) {
	if e == nil {
		return
	}
	l.queue.drop(e)
	if e.host != nil {
		e.host.waiting = slices.DeleteFunc(e.host.waiting, func(other *followed) bool { return other == e })
	}
}
