package poll

import (
	"context"
	"time"

	"tidings/bot"
)

const (
	// claimTime is how long a feed is left to the process that fetches it: a fetch, and what is done with it. After a
	// crash it is how long the feeds that were in hand wait.
	claimTime = fetchTimeout + 2*saveTimeout
	// claimAgain is when to look again at a feed that couldn't be had.
	claimAgain = 5 * time.Second
)

// claim makes a feed this process's to fetch, if it can.
func (p *Poller) claim(ctx context.Context, id string, lastTry time.Time) bot.FetchClaim {
	c, err := p.sink.ClaimFetch(ctx, id, lastTry, claimTime)
	if err != nil {
		if ctx.Err() == nil {
			p.log.Debug("feed not claimed", "feed", id, "err", err)
		}
		return bot.FetchClaim{}
	}
	return c
}

// unclaim leaves a feed and its twins to others that were not fetched because the program stops.
func (p *Poller) unclaim(ctx context.Context, s *bot.Source, twins []bot.Source) {
	for i := range twins {
		_ = p.save(ctx, &twins[i], "", twins[i].Fetch)
	}
	_ = p.save(ctx, s, "", s.Fetch) // it may have been removed
}

// postpone ends the claim of a feed that isn't to be fetched before a moment. What could not be saved of its last fetch is.
func (p *Poller) postpone(ctx context.Context, id string, s *bot.Source, until time.Time) {
	if _, found := p.unsaved.Load(s.ID); found && s.ID == id {
		_ = p.save(ctx, s, "", s.Fetch)
		return
	}
	if err := p.sink.PostponeFetch(ctx, id, until); err != nil && ctx.Err() == nil {
		p.log.Debug("feed not postponed", "feed", id, "err", err)
	}
}
