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
	// claimAgain is when to look again whether the other process has fetched it.
	claimAgain = 5 * time.Second
)

// claim makes a feed this process's to fetch. If it cannot, it returns what the store knows of the feed, or the zero
// value.
func (p *Poller) claim(ctx context.Context, s *bot.Source) (known bot.FetchState, mine bool) {
	known, mine, err := p.sink.ClaimFetch(ctx, s.ID, s.Fetch.LastTry, claimTime)
	if err != nil && ctx.Err() == nil {
		p.log.Debug("feed not claimed", "feed", s.ID, "err", err)
	}
	return known, mine && err == nil
}

// unclaim leaves a feed to others that was not fetched because the program stops.
func (p *Poller) unclaim(ctx context.Context, s *bot.Source) {
	_ = p.save(ctx, s, "", s.Fetch) // it may have been removed
}

// leaveToOther lets another process fetch a feed, and follows what that has learned.
func (l *loop) leaveToOther(e *followed, known bot.FetchState) {
	fetched := known.LastTry.After(e.source.Fetch.LastTry)
	if fetched {
		e.source.Fetch = known
	}
	l.enqueue(e)
	if again := l.poller.now().Add(claimAgain); !fetched && e.due.Before(again) {
		e.due = again
		l.queue.put(e, e.due)
	}
}
