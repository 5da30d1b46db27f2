package feed

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"tidings/bot"
)

// Run follows every feed of the store until ctx ends, and then waits for the fetches under way.
// Sources may come and go meanwhile, by the hand of other processes too.
func (p *Poller) Run(ctx context.Context) error {
	l := &loop{
		poller:  p,
		sources: make(map[string]bot.Source),
		flying:  make(map[string]bool),
		hosts:   make(map[string]bool),
		done:    make(chan landed, maxFlying),
	}
	defer l.wait.Wait()
	for {
		next := l.step(ctx)
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-p.poked:
			l.looked = time.Time{}
		case r := <-l.done:
			l.land(r)
		case <-timer.C:
		}
		timer.Stop()
	}
}

// loop is the state of Run. Only Run's goroutine touches it; fetches report through done.
type loop struct {
	poller  *Poller
	sources map[string]bot.Source // the feeds, by name
	looked  time.Time             // when they were read
	flying  map[string]bool       // names of feeds being fetched
	hosts   map[string]bool       // and where from
	done    chan landed
	wait    sync.WaitGroup
}

// landed is a fetch that is over.
type landed struct {
	source bot.Source
	state  bot.FetchState
	err    error // there is nothing to remember
}

// step reads the sources if it is time to, starts what is due, and returns how long to wait until
// there may be more to do.
func (l *loop) step(ctx context.Context) time.Duration {
	now := l.poller.now()
	if now.Sub(l.looked) >= lookEvery || now.Before(l.looked) {
		l.look(ctx)
		l.looked = now
	}
	wake := l.looked.Add(lookEvery)
	for _, s := range l.byTurn() {
		host := hostOf(s.URL)
		if l.flying[s.Name] || l.hosts[host] || len(l.flying) >= maxFlying {
			continue // a landing wakes the loop
		}
		due := l.poller.schedule.due(s.Fetch)
		if due.After(now) {
			if due.Before(wake) {
				wake = due
			}
			break
		}
		l.start(ctx, s, host)
	}
	return max(wake.Sub(now), 0)
}

// byTurn returns the feeds, the one that has been due for longest first.
func (l *loop) byTurn() []bot.Source {
	return slices.SortedFunc(maps.Values(l.sources), func(a, b bot.Source) int {
		due := l.poller.schedule.due
		return cmp.Or(due(a.Fetch).Compare(due(b.Fetch)), strings.Compare(a.Name, b.Name))
	})
}

// look reads the sources. What a fetch has taught since they were written counts more than what the
// store says, in case it could not be saved.
func (l *loop) look(ctx context.Context) {
	all, err := l.poller.sink.Sources(ctx)
	if err != nil {
		if ctx.Err() == nil {
			l.poller.log.Error("sources not read", "err", err)
		}
		return
	}
	sources := make(map[string]bot.Source, len(all))
	for _, s := range all {
		if s.Kind != bot.FeedSource {
			continue
		}
		old, known := l.sources[s.Name]
		if known && old.URL == s.URL && old.Added.Equal(s.Added) && old.Fetch.LastTry.After(s.Fetch.LastTry) {
			s.Fetch = old.Fetch
		}
		sources[s.Name] = s
	}
	l.sources = sources
}

func (l *loop) start(ctx context.Context, s bot.Source, host string) {
	l.flying[s.Name], l.hosts[host] = true, true
	l.wait.Go(func() {
		state, err := l.poller.poll(ctx, s)
		l.done <- landed{s, state, err} // never blocks: there is room for all that fly
	})
}

func (l *loop) land(r landed) {
	delete(l.flying, r.source.Name)
	delete(l.hosts, hostOf(r.source.URL))
	s, known := l.sources[r.source.Name]
	switch {
	case !known || s.URL != r.source.URL || !s.Added.Equal(r.source.Added):
	case r.err != nil:
		delete(l.sources, r.source.Name)
	default:
		s.Fetch = r.state
		l.sources[r.source.Name] = s
	}
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
