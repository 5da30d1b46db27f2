package store

import (
	"context"
	"time"

	"tidings/bot"
	"tidings/bot/plan"
	"tidings/internal/database"
)

// PlanIn sets the time zone of targets that have chosen none; UTC unless it is called.
func (s *Store) PlanIn(home *time.Location) { s.planner.Store(plan.New(home)) }

// readRhythms reads what the targets of some deliveries ask for beyond what everybody gets.
func (c *claimer) readRhythms(ctx context.Context, first map[int64]*next) error {
	var targets []int64
	for target, d := range first {
		if d.rhythm {
			targets = append(targets, target)
		}
	}
	if len(targets) == 0 {
		return nil
	}
	found, err := c.rhythms(ctx, c.tx, targets, moment(c.tx.Now))
	for target, r := range found {
		first[target].Rhythm = r
	}
	return err
}

// begun reports whether a post may have arrived.
func (d *next) begun() bool { return d.shown > 0 || d.uncertain > 0 }

// plan decides when a post goes out and how loudly. It reports whether it doesn't go out now.
func (c *claimer) plan(ctx context.Context, d *next) (passed bool, err error) {
	switch {
	case d.Action != bot.Post:
		return false, nil
	case d.Waited != "" && d.catchup == "" && (d.listed > 0 || !d.begun()):
		return c.gatherEdition(ctx, d)
	case d.Rhythm == nil:
		d.Silent = d.Level() == bot.Low
		return false, nil
	case d.begun():
		d.take(c.decide(d))
		return false, nil
	}
	return c.holdOrGather(ctx, d)
}

// holdOrGather plans a post for the first time. One that is late for its digest goes out as a part of it.
func (c *claimer) holdOrGather(ctx context.Context, d *next) (passed bool, err error) {
	passed, err = c.hold(ctx, d)
	if err != nil || d.Waited == "" || d.catchup != "" {
		return passed, err
	}
	return c.gatherEdition(ctx, d)
}

// decide plans a post. A wait that hasn't come to its end is none: the rhythm has changed meanwhile.
func (c *claimer) decide(d *next) plan.Plan { return c.decideAt(d, c.tx.Now) }

func (s *Store) decideAt(d *next, now int64) plan.Plan {
	item := plan.ItemOf(&d.Delivery)
	if d.due > now {
		item.Waited = ""
	}
	return s.planner.Load().Decide(d.Rhythm, item, moment(now))
}

// take has a post sound as planned.
func (d *next) take(p plan.Plan) { d.Silent, d.Mentions = p.Silent, p.Mentions }

// isNow reports whether a post of a target that is suspended may go out now.
func (s *Store) isNow(ctx context.Context, d *next) (bool, error) {
	if !d.rhythm {
		return true, nil
	}
	now := s.now()
	found, err := s.rhythms(ctx, s.db, []int64{d.target}, now)
	if err != nil {
		return false, err
	}
	d.Rhythm = found[d.target]
	p := s.decideAt(d, micros(now))
	d.take(p)
	return p.Mute == nil && p.Wait == "", nil
}

// hold plans a post that can't have arrived, and reports whether it doesn't go out now: it waits, or a mute leaves it out, or
// the subscription for which it waited has ended. What a manager let go waits for nothing more.
func (c *claimer) hold(ctx context.Context, d *next) (bool, error) {
	p := c.decide(d)
	switch {
	case p.Mute != nil:
		return true, c.mute(ctx, d, p.Mute)
	case p.Wait != "" && d.catchup == "":
		return true, c.schedule(ctx, d.ID, p)
	case !p.Late.IsZero() && d.catchup == "":
		p.At, p.Wait, d.Waited = p.Late, bot.ForDigest, bot.ForDigest
		return true, c.schedule(ctx, d.ID, p)
	case p.Subscription == 0 && d.Waited != "" && d.Rhythm != nil:
		return true, finish(ctx, c.tx, d.ID, bot.Outcome{State: bot.Superseded, Reason: "the subscription has ended"})
	}
	d.take(p)
	return false, c.attribute(ctx, d, p.Subscription)
}

// attribute notes the subscription whose plan counts.
func (c *claimer) attribute(ctx context.Context, d *next, subscription int64) error {
	const text = `
		UPDATE deliveries
		SET subscription_id = $2
		WHERE id = $1`
	if d.Rhythm == nil || subscription == 0 || subscription == d.Subscription {
		return nil
	}
	for i := range d.Rhythm.Subscriptions {
		if s := &d.Rhythm.Subscriptions[i]; s.ID == subscription {
			d.Subscription, d.Filter = s.ID, s.Filter
		}
	}
	return c.tx.Queue(ctx, text, d.ID, subscription)
}

// schedule lets a post wait by its target's choice.
func (c *claimer) schedule(ctx context.Context, id int64, p plan.Plan) error {
	const text = `
		UPDATE deliveries
		SET state = 'scheduled', due = $2, wait = $3, planned = $4, listed = 0, place = 0
		WHERE id = $1`
	return c.tx.Queue(ctx, text, id, micros(p.At), p.Wait, c.tx.Now)
}

// mute leaves a post out for good.
func (c *claimer) mute(ctx context.Context, d *next, m *bot.Mute) error {
	const (
		leave = `
			UPDATE deliveries
			SET listed = 0, place = 0
			WHERE id = $1 AND listed <> 0`
		count = `
			UPDATE mutes
			SET muted = muted + 1
			WHERE id = $1`
	)
	if err := c.tx.Queue(ctx, leave, d.ID); err != nil {
		return err
	}
	if err := c.tx.Queue(ctx, count, m.ID); err != nil {
		return err
	}
	return finish(ctx, c.tx, d.ID, bot.Outcome{State: bot.Muted, Reason: m.Name})
}

// planAll plans what else waits for the target of a post and hasn't been planned yet, before it goes out as a list with it.
func (c *claimer) planAll(ctx context.Context, d *next) error {
	const text = deliveryOf + `
		WHERE d.target_id = $1 AND d.state = 'pending' AND d.action = 'post' AND d.catchup = '' AND d.wait = ''
			AND d.uncertain = 0 AND d.shown = 0 AND d.id <> $2
		ORDER BY d.rank, d.id`
	if d.Rhythm == nil {
		return nil
	}
	list, err := database.Collect(ctx, c.tx, readNext, text, d.target, d.ID)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Rhythm = d.Rhythm
		if _, err := c.hold(ctx, &list[i]); err != nil {
			return err
		}
	}
	return nil
}
