package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// standingClaim is one that found nothing and waits. The fan-out of this process serves it in its own transaction: from an
// article to the request that it leads to there is no other then.
type standingClaim struct {
	platform string
	n        int
	lease    time.Duration
	served   chan []bot.Delivery // of one
	taken    bool                // it is about to be served; guarded as the list is

	by   *claimer // of who serves it
	list []bot.Delivery
}

// standingClaims are those of this process that nobody has taken. One that is taken is served, if only with nothing.
type standingClaims struct {
	mu   sync.Mutex // guards list
	list []*standingClaim
}

// leave lets a claim stand, unless it does or is taken.
func (s *standingClaims) leave(c *standingClaim) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !c.taken && !slices.Contains(s.list, c) {
		s.list = append(s.list, c)
	}
}

// isTaken reports whether a claim is about to be served.
func (s *standingClaims) isTaken(c *standingClaim) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.taken
}

// withdraw ends a claim. It reports whether it had been taken: then it is served yet.
func (s *standingClaims) withdraw(c *standingClaim) (taken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.DeleteFunc(s.list, func(o *standingClaim) bool { return o == c })
	return c.taken
}

// take returns the claims of platforms for which something came.
func (s *standingClaims) take(came perPlatform) (list []*standingClaim) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.DeleteFunc(s.list, func(c *standingClaim) bool {
		c.taken = came[c.platform] > 0
		if c.taken {
			list = append(list, c)
		}
		return c.taken
	})
	return list
}

// service is what a fan-out does for standing claims.
type service struct {
	*Store
	taken []*standingClaim
}

// serve claims for those who wait what the transaction has put into the queue for their platforms.
func (v *service) serve(ctx context.Context, tx *database.Tx, came perPlatform) error {
	v.taken = append(v.taken, v.standing.take(came)...) // the transaction may have been tried before
	if len(v.taken) == 0 {
		return nil
	}
	for _, c := range v.taken {
		if err := v.claim(ctx, tx, c); err != nil {
			return err
		}
	}
	tx.AfterCommit(v.handOver)
	return tx.Durable(ctx) // a request may follow
}

// claim claims for one who waits. What is more than that, as with batches and with a clock that was set back, it leaves to Claim.
func (v *service) claim(ctx context.Context, tx *database.Tx, c *standingClaim) (err error) {
	begun := v.now() // the transaction may have waited for its turn before
	c.by, c.list = v.newClaimer(tx, c.platform, begun, c.lease), nil
	if v.clock.suspects(c.platform, begun) {
		return nil
	}
	if err := c.by.batches.queueNext(ctx); err != nil {
		return err
	}
	if err := c.by.askAhead(ctx, c.n); err != nil {
		return err
	}
	if err := tx.Flush(ctx); err != nil || c.by.batches.any() {
		return err
	}
	c.by.takeAhead()
	c.list, err = c.by.fill(ctx, nil, c.n)
	return err
}

// handOver gives what was claimed to those who wait.
func (v *service) handOver() {
	for _, c := range v.taken {
		v.inFlight.add(c.by.leased, c.by.token, c.by.leasedAt, c.lease)
		c.served <- c.list
	}
	v.taken = nil
}

// giveUp has those who wait claim for themselves. It reports whether somebody does.
func (v *service) giveUp() bool {
	was := v.taken
	v.taken = nil
	for _, c := range was {
		c.served <- nil
	}
	return len(was) > 0
}
