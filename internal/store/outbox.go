package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"tidings/bot"
)

// Claim leases up to n due deliveries of a platform, urgent ones first, then of the targets that have
// waited longest.
func (s *Store) Claim(ctx context.Context, platform string, n int, lease time.Duration) ([]bot.Delivery, error) {
	due, err := s.untilDue(ctx, platform)
	if err != nil || due > 0 {
		return nil, wrapClaim(platform, err) // without taking the write lock for nothing
	}
	var list []bot.Delivery
	err = s.inScope(ctx, beside, func(ctx context.Context, tx *tx) error {
		list = nil
		if err := s.lift(ctx, tx); err != nil {
			return err
		}
		c := claimer{tx: tx, token: 1 + rand.Int64N(1<<62), until: tx.now + lease.Microseconds()}
		for len(list) < n {
			targets, err := s.readyTargets(ctx, tx, platform, n-len(list))
			if err != nil || len(targets) == 0 {
				return err
			}
			for _, target := range targets {
				d, found, err := c.claim(ctx, target)
				if err != nil {
					return err
				}
				if found {
					list = append(list, d)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, wrapClaim(platform, err)
	}
	return list, nil
}

func wrapClaim(platform string, err error) error {
	if err != nil {
		return fmt.Errorf("claim %s deliveries: %w", platform, err)
	}
	return nil
}

// WaitDue blocks until Claim may have something to return, ctx ends or the store is closed.
func (s *Store) WaitDue(ctx context.Context, platform string) error {
	err := s.wake.wait(ctx, func(ctx context.Context) (time.Duration, error) {
		return s.untilDue(ctx, platform)
	})
	if err != nil {
		return fmt.Errorf("wait for %s deliveries: %w", platform, s.dialect.mapError(err))
	}
	return nil
}

// untilDue returns how long it takes until a target of the platform is ready or an embargo ends; 0 or less
// if that is so now, and at most maxWait.
func (s *Store) untilDue(ctx context.Context, platform string) (time.Duration, error) {
	// A branch for each rank, so that each is one step in the index.
	const text = `
		SELECT min(at)
		FROM (
			SELECT min(ready_at) AS at FROM queue WHERE platform = $1 AND rank = 0
			UNION ALL
			SELECT min(ready_at) FROM queue WHERE platform = $1 AND rank = 1
			UNION ALL
			SELECT min(due) FROM deliveries WHERE state = 'embargoed'
		) AS soonest`
	at, found, err := one(ctx, s.r, value[*int64], text, platform)
	if err != nil || !found || at == nil {
		return maxWait, err
	}
	wait := time.Duration(*at-micros(s.now())) * time.Microsecond
	return min(wait, maxWait), nil
}

// readyTargets returns the targets that may be claimed now, in the order of the queue. Urgent ones leave
// some room to others, so that they do not starve.
func (s *Store) readyTargets(ctx context.Context, tx *tx, platform string, n int) ([]int64, error) {
	text := `
		SELECT target_id
		FROM queue
		WHERE platform = $1 AND rank = $2 AND ready_at <= $3
		ORDER BY ready_at
		LIMIT $4` + s.dialect.claimHint
	urgent, err := collect(ctx, tx, value[int64], text, platform, 0, tx.now, n)
	if err != nil {
		return nil, err
	}
	room := n - len(urgent)
	if room == 0 && n >= fairFrom {
		room = (n + rand.N(ordinaryPart)) / ordinaryPart
	}
	if room == 0 {
		return urgent, nil
	}
	ordinary, err := collect(ctx, tx, value[int64], text, platform, 1, tx.now, room)
	return append(urgent[:min(len(urgent), n-len(ordinary))], ordinary...), err
}

const (
	// ordinaryPart is of how many targets one is left to those for which nothing urgent waits, by lot where
	// the number does not divide. Claims of less than fairFrom are too small to share.
	ordinaryPart = 10
	fairFrom     = 4
)

// claimer is one call of Claim.
type claimer struct {
	tx    *tx
	token int64
	until int64
}

// next is a target's next delivery and what Claim must know of it.
type next struct {
	bot.Delivery
	subscribed bool
}

// claim leases the first delivery of a target that is still to be sent, and ends those before it that
// are not. Where none is left the target leaves the queue.
func (c *claimer) claim(ctx context.Context, target int64) (bot.Delivery, bool, error) {
	const lease = `
		UPDATE queue
		SET ready_at = $2, lease = $3
		WHERE target_id = $1`
	for {
		d, found, err := one(ctx, c.tx, readNext, nextDelivery, target)
		if err != nil {
			return bot.Delivery{}, false, err
		}
		if !found {
			return bot.Delivery{}, false, requeue(ctx, c.tx, target, c.tx.now)
		}
		passed, err := c.pass(ctx, &d)
		if err != nil {
			return bot.Delivery{}, false, err
		}
		if passed {
			continue
		}
		d.Lease = c.token
		_, err = c.tx.exec(ctx, lease, target, c.until, c.token)
		return d.Delivery, true, err
	}
}

const nextDelivery = `
	SELECT d.id, d.action, d.attempts, d.enqueued, t.platform, t.space, t.chat, t.thread,
		EXISTS (SELECT 1 FROM subscriptions AS s WHERE s.target_id = d.target_id AND s.ended = 0),` + articleColumns + `
	FROM deliveries AS d
	JOIN targets AS t ON t.id = d.target_id
	JOIN articles AS a ON a.id = d.article_id
	WHERE d.target_id = $1 AND d.state = 'pending'
	ORDER BY d.rank, d.id
	LIMIT 1`

func readNext(row scan) (d next, err error) {
	var enqueued int64
	d.Article, err = readArticle(row, &d.ID, &d.Action, &d.Attempts, &enqueued, &d.Target.Platform, &d.Target.Space,
		&d.Target.Chat, &d.Target.Thread, &d.subscribed)
	d.Enqueued = moment(enqueued)
	return d, err
}

// pass sees to a delivery that may not be sent, or not now, and reports whether it was one.
func (c *claimer) pass(ctx context.Context, d *next) (bool, error) {
	const wait = `
		UPDATE deliveries
		SET state = 'embargoed', due = $2
		WHERE id = $1`
	switch {
	case !d.subscribed:
		return true, finish(ctx, c.tx, d.ID, bot.Outcome{State: bot.Superseded, Reason: "the subscription has ended"})
	case d.Action == bot.Post && d.Article.Status == bot.Withdrawn:
		return true, finish(ctx, c.tx, d.ID, bot.Outcome{State: bot.Superseded, Reason: "the article was withdrawn"})
	case micros(d.Article.Embargo) > c.tx.now:
		_, err := c.tx.exec(ctx, wait, d.ID, micros(d.Article.Embargo))
		return true, err
	}
	return false, nil
}

// finish records the end of a delivery.
func finish(ctx context.Context, tx *tx, id int64, o bot.Outcome) error {
	const update = `
		UPDATE deliveries
		SET state = $2, reason = $3, message_id = $4, chat = $5, settled = $6
		WHERE id = $1`
	_, err := tx.exec(ctx, update, id, o.State, safe(o.Reason), safe(o.Receipt.MessageID), safe(o.Receipt.Chat), tx.now)
	return err
}

// claimed is what Settle must know of a delivery.
type claimed struct {
	target, lease int64
	state         bot.DeliveryState
	seen          int64 // when its article could first be sent
}

func readClaimed(row scan) (c claimed, err error) {
	var firstSeen, embargo int64
	err = row(&c.target, &c.state, &c.lease, &firstSeen, &embargo)
	c.seen = max(firstSeen, embargo)
	return c, err
}

// Settle records how a claimed delivery went. What comes after the lease was lost to another is passed
// over, unless it is Sent. It returns bot.ErrNotFound for a delivery that the store does not have.
func (s *Store) Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error {
	const text = `
		SELECT d.target_id, d.state, coalesce(q.lease, 0), a.first_seen, a.embargo
		FROM deliveries AS d
		JOIN articles AS a ON a.id = d.article_id
		LEFT JOIN queue AS q ON q.target_id = d.target_id
		WHERE d.id = $1`
	err := s.inScope(ctx, beside, func(ctx context.Context, tx *tx) error {
		if lock := s.dialect.lockQueued; lock != "" {
			if _, err := tx.exec(ctx, lock, d.ID); err != nil {
				return err
			}
		}
		c, found, err := one(ctx, tx, readClaimed, text, d.ID)
		if err != nil {
			return err
		}
		if !found {
			return bot.ErrNotFound
		}
		holds := d.Lease != 0 && c.lease == d.Lease
		if c.state != bot.Sent && (holds || o.State == bot.Sent) {
			if err := record(ctx, tx, d.ID, c, o); err != nil {
				return err
			}
		}
		if !holds {
			return nil
		}
		return requeue(ctx, tx, c.target, max(tx.now, micros(o.NotBefore)))
	})
	if err != nil {
		return fmt.Errorf("settle delivery %d to %s: %w", d.ID, d.Target, err)
	}
	return nil
}

// record writes an outcome to the delivery and what people want to know of it to the target.
func record(ctx context.Context, tx *tx, id int64, c claimed, o bot.Outcome) error {
	const (
		retry = `
			UPDATE deliveries
			SET attempts = attempts + $2, reason = $3
			WHERE id = $1`
		sent = `
			UPDATE targets
			SET last_sent = $2, last_lag = $3
			WHERE id = $1`
		rejected = `
			UPDATE targets
			SET rejected = rejected + 1, last_rejected = $2
			WHERE id = $1`
	)
	var err error
	switch o.State {
	case bot.Pending:
		_, err = tx.exec(ctx, retry, id, o.Counted, safe(o.Reason))
		return err
	case bot.Sent:
		_, err = tx.exec(ctx, sent, c.target, tx.now, tx.now-c.seen)
	case bot.Rejected:
		_, err = tx.exec(ctx, rejected, c.target, safe(o.Reason))
	case bot.Superseded:
	default:
		return fmt.Errorf("a delivery cannot be settled as %q", o.State)
	}
	if err != nil {
		return err
	}
	return finish(ctx, tx, id, o)
}
