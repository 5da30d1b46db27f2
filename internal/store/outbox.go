package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// Claim leases up to n due deliveries of a platform, urgent ones first, then of the targets that have
// waited longest.
func (s *Store) Claim(ctx context.Context, platform string, n int, lease time.Duration) ([]bot.Delivery, error) {
	ready, known := s.found.take(platform)
	if !known {
		var err error
		if ready, err = s.untilDue(ctx, platform); err != nil || ready.in > 0 {
			return nil, wrapClaim(platform, err) // without acquiring the write lock for nothing
		}
	}
	var c *claimer
	var list []bot.Delivery
	begun := s.now()
	suspected, advanced := s.clock.suspects(platform, begun), int64(0)
	err := s.db.InTx(ctx, database.Shared, func(ctx context.Context, tx *database.Tx) (err error) {
		list = nil
		if suspected {
			if advanced, err = s.advance(ctx, tx, platform); err != nil {
				return err
			}
		}
		c = s.newClaimer(tx, platform, begun, lease)
		if err := c.batches.queueNext(ctx); err != nil { // it goes with the question that may follow
			return err
		}
		if suspected || ready.releases {
			if err := s.releaseScheduled(ctx, tx); err != nil {
				return err
			}
		}
		if err := c.askReady(ctx, n); err != nil { // there are batches for crowds alone
			return err
		}
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		list, err = c.run(ctx, n)
		return err
	})
	if err != nil {
		return nil, wrapClaim(platform, err)
	}
	s.clock.settle(platform)
	if advanced > 0 {
		s.logger.WarnContext(ctx, "wall clock was set back; what waited for moments that are ahead again is due now",
			"platform", platform, "waited", advanced)
	}
	s.inFlight.add(c.leased, c.token, begun, lease)
	return list, nil
}

func wrapClaim(platform string, err error) error {
	if err != nil {
		return fmt.Errorf("claim %s deliveries: %w", platform, err)
	}
	return nil
}

// ClaimNext blocks until Claim may have something to return, ctx ends or the store is closed. What comes meanwhile by this
// store's fan-out is claimed in passing, as Claim would have, and returned.
func (s *Store) ClaimNext(ctx context.Context, platform string, n int, lease time.Duration) ([]bot.Delivery, error) {
	c := &standingClaim{platform: platform, n: n, lease: lease, served: make(chan []bot.Delivery, 1)}
	err := s.db.Wait(ctx, database.Queue, func(ctx context.Context) (time.Duration, error) {
		if s.standing.isTaken(c) {
			return 0, nil
		}
		ready, err := s.untilDue(ctx, platform)
		switch {
		case err != nil:
			return 0, err
		case ready.in <= 0:
			s.found.note(platform, ready)
		default:
			s.standing.leave(c)
		}
		return ready.in, nil
	})
	if s.standing.withdraw(c) {
		if list := <-c.served; len(list) > 0 {
			return list, nil // even if ctx has ended: they are leased
		}
	}
	if err != nil {
		return nil, fmt.Errorf("wait for %s deliveries: %w", platform, err)
	}
	return nil, nil
}

// readiness is when there is something for Claim to do.
type readiness struct {
	in       time.Duration
	releases bool // what waits until a moment, and that has come
}

// findings is what ClaimNext found for platforms, so that the Claim that follows doesn't ask again.
type findings struct {
	mu    sync.Mutex // guards ready
	ready map[string]readiness
}

func (f *findings) note(platform string, r readiness) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ready == nil {
		f.ready = map[string]readiness{}
	}
	f.ready[platform] = r
}

// take returns what was found for a platform, once.
func (f *findings) take(platform string) (r readiness, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, known = f.ready[platform]
	delete(f.ready, platform)
	return r, known
}

// soonestDue reads when a target of the platform $1 is ready, or anything is released, first of all, and when the latter is so;
// soonestDueOnHold without embargoes that end after $2.
var soonestDue, soonestDueOnHold = soonest(""), soonest(embargoEndedBy("$2"))

func soonest(unless string) string {
	return `
		SELECT min(at), min(CASE releases WHEN 1 THEN at END)
		FROM (
			` + unionOfRanks(`SELECT min(ready_at) AS at, 0 AS releases FROM queue WHERE platform = $1 AND rank = %d`) + `
			UNION ALL
			SELECT min(due), 1 FROM deliveries WHERE state = 'embargoed'` + unless + `
			UNION ALL
			SELECT min(due), 1 FROM deliveries WHERE state = 'scheduled'
			UNION ALL
			` + unionOfRanks(batchesDue) + `
		) AS soonest`
}

// untilDue returns how long it takes until a target of the platform is ready or an embargo ends; 0 or less
// if that is so now, and at most maxWait.
func (s *Store) untilDue(ctx context.Context, platform string) (readiness, error) {
	read := s.now()
	now := micros(read)
	text, args, most := soonestDue, []any{platform}, maxWait
	if ended, onHold := s.embargoesEnded(now); onHold {
		text, args, most = soonestDueOnHold, append(args, ended), holdCheck
	}
	type moments struct{ at, release *int64 }
	m, found, err := database.One(ctx, s.db, func(row database.Scan) (m moments, err error) { return m, row(&m.at, &m.release) }, text, args...)
	if err != nil || !found {
		return readiness{in: most}, err
	}
	ready := readiness{releases: m.release != nil && *m.release <= now}
	if behind, err := s.isBehind(ctx, platform, read); err != nil || behind {
		return ready, err
	}
	if m.at == nil {
		return readiness{in: most}, nil
	}
	ready.in = time.Duration(min(*m.at-now, most.Microseconds())) * time.Microsecond // of an embargo in centuries there is no Duration
	return ready, nil
}

// SentSince returns what a platform accepted since a moment. All that went out as one list is one message.
func (s *Store) SentSince(ctx context.Context, platform string, since time.Time) ([]bot.Dispatch, error) {
	// Adding 0 keeps a planner from going through all targets first.
	const text = `
		SELECT t.platform, t.space, t.chat, t.thread, d.settled
		FROM deliveries AS d
		JOIN targets AS t ON t.id = d.target_id + 0
		WHERE d.settled > 0 AND d.settled >= $2 AND d.state = 'sent' AND (d.listed = 0 OR d.listed = d.id) AND t.platform = $1
		ORDER BY d.settled`
	read := func(row database.Scan) (d bot.Dispatch, err error) {
		var at int64
		err = row(&d.Target.Platform, &d.Target.Space, &d.Target.Chat, &d.Target.Thread, &at)
		d.At = moment(at)
		return d, err
	}
	list, err := database.Collect(ctx, s.db, read, text, platform, micros(since))
	if err != nil {
		return nil, fmt.Errorf("%s messages sent: %w", platform, err)
	}
	return list, nil
}

// askReady asks which targets may be claimed now, up to n of each rank.
func (c *claimer) askReady(ctx context.Context, n int) error {
	text := `
		SELECT target_id, ready_at
		FROM queue
		WHERE platform = $1 AND rank = $2 AND ready_at <= $3
		ORDER BY ready_at
		LIMIT $4` + c.dialect.claimHint
	c.asked, c.ready = true, [ranks][]readyTarget{}
	for rank := range c.ready {
		err := database.QueueCollect(ctx, c.tx, &c.ready[rank], readReadyTarget, text, c.batches.platform, rank, c.tx.Now, n)
		if err != nil {
			return err
		}
	}
	return nil
}

// readyTargets returns the targets that may be claimed now, by rank and in the order of the queue.
func (c *claimer) readyTargets(ctx context.Context, n int) ([]int64, error) {
	if !c.asked {
		if err := c.askReady(ctx, n); err != nil {
			return nil, err
		}
	}
	c.asked = false
	if err := c.tx.Flush(ctx); err != nil {
		return nil, err
	}
	var list []int64
	for rank, n := range shares(n, [ranks]int{len(c.ready[0]), len(c.ready[1]), len(c.ready[2])}, rand.N(lowerPart)) {
		for _, t := range c.ready[rank][:n] {
			list = append(list, t.id)
		}
	}
	return list, nil
}

const (
	// lowerPart is of how many targets one is left to those of lower ranks, by lot where the number does not divide.
	// Claims of less than fairFrom are too small to share.
	lowerPart = 10
	fairFrom  = 4
)

// shares divides n places among the targets that are ready of each rank: the first one first, but each leaves some
// room to those after it, so that they do not starve. lot is less than lowerPart.
func shares(n int, ready [ranks]int, lot int) (take [ranks]int) {
	room := n
	for rank := range ready {
		lower := 0
		for _, more := range ready[rank+1:] {
			lower += more
		}
		left := 0
		if ready[rank] >= room && n >= fairFrom {
			left = min((room+lot)/lowerPart, lower)
		}
		take[rank] = min(ready[rank], room-left)
		room -= take[rank]
	}
	return take
}
