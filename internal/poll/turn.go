package poll

import (
	"context"
	"slices"
	"time"

	"tidings/bot"
)

// turn is what a feed's turn begins with.
type turn struct {
	id      string
	lastTry time.Time // as far as is known
	asked   bool      // somebody wants it fetched now
	// before and free are when the host might have been asked again before the turn and since, gap is what lies between
	// the turn and the next feed's.
	before, free time.Time
	gap          time.Duration
}

// result is what comes of a turn.
type result struct {
	claim bot.FetchClaim // what came of the try to have the feed
	asked bool           // the feed's server was
	next  time.Time      // when its turn is again; zero if the store knows
	// Of a server that was asked:
	lastTry   time.Time
	served    []string // the feeds that were fetched with one request, by ID
	address   string   // where the feed is fetched from now on
	hostPause time.Time
}

// take fetches a feed if it is due and no other process has it.
func (p *Poller) take(ctx context.Context, t *turn) (r result) {
	claim := p.claim(ctx, t.id, t.lastTry)
	switch {
	case claim.Mine:
		r = p.takeClaimed(ctx, t)
	case !claim.LastTry.After(t.lastTry): // or else it was fetched, and the store knows when it is due
		r.next = p.now().Add(claimAgain)
	}
	r.claim = claim
	return r
}

// takeClaimed fetches a feed if it is due. No other process has it.
func (p *Poller) takeClaimed(ctx context.Context, t *turn) result {
	s, twins, err := p.feedsWith(ctx, t.id)
	if err != nil || s == nil { // it was removed or paused
		return result{}
	}
	p.recall(s)
	if due := p.dueOf(s, twins); !t.asked && due.After(p.now()) {
		p.postpone(ctx, t.id, s, due)
		return result{next: due}
	}
	if s.ID != t.id { // one claim stands for all that one fetch serves
		if !p.claim(ctx, s.ID, s.Fetch.LastTry).Mine {
			p.postpone(ctx, t.id, s, p.now().Add(claimAgain))
			return result{}
		}
	}
	if slices.ContainsFunc(twins, hasNothing) { // who is to get all that the feed has now
		s.Fetch.ETag, s.Fetch.LastModified, s.Fetch.BodyHash = "", "", ""
	}
	pushed := s.Fetch.Memory.Pushed
	state, err := p.poll(ctx, s, twins)
	if err != nil {
		if ctx.Err() != nil {
			p.unclaim(ctx, s, twins)
		}
		return result{asked: true}
	}
	p.delivered.CompareAndDelete(s.ID, pushed) // it is recorded
	s.Fetch = state
	r := result{
		asked: true, next: p.dueOf(s, nil), lastTry: state.LastTry, served: []string{s.ID}, address: addressOf(s),
		hostPause: state.Memory.HostPause,
	}
	for i := range twins {
		r.served = append(r.served, twins[i].ID)
	}
	return r
}

// dueOf returns when a feed is to be fetched. One with a new twin is soon.
func (p *Poller) dueOf(s *bot.Source, twins []bot.Source) time.Time {
	due := p.scheduleOf(s, twins).due(&s.Fetch)
	if soonest := s.Fetch.Memory.NotBefore; soonest.Before(due) && slices.ContainsFunc(twins, isUnread) {
		return soonest
	}
	return due
}

// isUnread reports whether no fetch for a source has been tried yet.
func isUnread(s bot.Source) bool { return s.Fetch.LastTry.IsZero() }

// hasNothing reports whether no fetch for a source has succeeded yet.
func hasNothing(s bot.Source) bool { return s.Fetch.LastSuccess.IsZero() }

// recall adds to what the store says of a feed what this process alone knows: what the last fetch taught, if it could not be
// saved, and when a hub delivered since.
func (p *Poller) recall(s *bot.Source) {
	if f, found := p.unsaved.Load(s.ID); found {
		if state := f.(bot.FetchState); state.LastTry.After(s.Fetch.LastTry) { //nolint:forcetypeassert // nothing else is stored
			s.Fetch = state
		}
	}
	if at, found := p.delivered.Load(s.ID); found {
		s.Fetch.Memory.Pushed = at.(time.Time) //nolint:forcetypeassert // nothing else is stored
	}
}
