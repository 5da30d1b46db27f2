package store

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// claimer is one call of Claim.
type claimer struct {
	*Store
	tx      *database.Tx
	batches *batchCursor
	token   int64
	ended   int64           // the moment up to which embargoes have ended
	leased  []int64         // targets
	begun   map[int][]int64 // deliveries that go out for the first time, by revision

	leasedAt time.Time // by this process's clock
	until    int64

	asked bool                 // whether ready was asked for, and is or will be known
	ready [ranks][]readyTarget // targets that may be claimed, by rank
	ahead []next               // of those that are ready, as far as they have been read
	late  map[int64]latePosts  // see askLate
}

// readyTarget is a target that may be claimed, and since when.
type readyTarget struct{ id, since int64 }

func readReadyTarget(row database.Scan) (t readyTarget, err error) { return t, row(&t.id, &t.since) }

// newClaimer returns a claimer for deliveries of a platform, whose leases count from begun.
func (s *Store) newClaimer(tx *database.Tx, platform string, begun time.Time, lease time.Duration) *claimer {
	c := &claimer{
		Store: s, tx: tx, batches: &batchCursor{Store: s, tx: tx, platform: platform}, begun: map[int][]int64{},
		token: 1 + rand.Int64N(1<<62), leasedAt: begun, until: tx.Now + lease.Microseconds(),
	}
	c.ended, _ = s.embargoesEnded(tx.Now)
	return c
}

// expandAtOnce bounds how many batches one Claim makes deliveries of; it is more than one only where their targets are
// not ready.
const expandAtOnce = 4

// run leases up to n deliveries.
func (c *claimer) run(ctx context.Context, n int) (list []bot.Delivery, err error) {
	enough := n
	for range expandAtOnce {
		if c.batches.any() && !c.othersFirst(enough) {
			c.asked = false
			if err := c.batches.expand(ctx); err != nil {
				return nil, err
			}
		}
		if list, err = c.fill(ctx, list, n); err != nil || len(list) >= n || !c.batches.any() {
			return list, err
		}
		enough = 0
		if err := c.batches.queueNext(ctx); err != nil {
			return nil, err
		}
		if err := c.tx.Flush(ctx); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// othersFirst reports whether so many targets have been ready for longer than the next batch; 0 are never enough.
func (c *claimer) othersFirst(enough int) bool {
	b := &c.batches.next[0]
	ready := c.ready[b.rank]
	return enough > 0 && c.asked && len(ready) >= enough && ready[enough-1].since <= b.ready()
}

// fill adds deliveries of targets that are ready to a list, until it has n.
func (c *claimer) fill(ctx context.Context, list []bot.Delivery, n int) ([]bot.Delivery, error) {
	for {
		room := n - len(list)
		targets, err := c.readyTargets(ctx, room)
		if err != nil {
			return list, err
		}
		last := len(targets) < room
		for len(targets) > 0 {
			if list, targets, err = c.claim(ctx, list, targets); err != nil {
				return nil, err
			}
		}
		if last || len(list) >= n {
			return list, nil
		}
	}
}

// claim leases the first delivery of each of some targets that is still to be sent, adds it to a list, and ends those before
// it that are not. Where none is left a target leaves the queue. It returns the targets that are to be looked at again.
func (c *claimer) claim(
	ctx context.Context, list []bot.Delivery, targets []int64,
) (longer []bot.Delivery, again []int64, err error) {
	const lease = `
		UPDATE queue
		SET ready_at = $2, lease = $3, set_at = $4
		WHERE `
	targets, err = c.passInFlight(ctx, targets)
	if err != nil {
		return nil, nil, err
	}
	first, err := c.firstOf(ctx, targets)
	if err != nil {
		return nil, nil, err
	}
	changed, err := c.learn(ctx, first)
	if err != nil {
		return nil, nil, err
	}
	leased := make([]int64, 0, len(first))
	list = slices.Grow(list, len(first))
	for _, target := range targets {
		d, found := first[target]
		if !found {
			err = rescheduleTarget(ctx, c.tx, target, c.tx.Now)
		} else if !changed[target] {
			changed[target], err = c.prepare(ctx, d)
		}
		switch {
		case err != nil:
			return nil, nil, err
		case changed[target]:
			again = append(again, target)
		case found:
			list, leased = append(list, d.Delivery), append(leased, target)
		}
	}
	if err := c.noteBegun(ctx); err != nil || len(leased) == 0 {
		return list, again, err
	}
	c.leased = append(c.leased, leased...)
	which, ids := c.db.In("target_id", leased)
	return list, again, c.tx.Queue(ctx, lease+which, ids, c.until, c.token, c.tx.Now)
}

// learn reads what decides what becomes of the next deliveries of some targets. It returns the targets that have others now, which
// batches had.
func (c *claimer) learn(ctx context.Context, first map[int64]*next) (changed map[int64]bool, err error) {
	if err := c.readRhythms(ctx, first); err != nil {
		return nil, err
	}
	if err := c.askLate(ctx, first); err != nil {
		return nil, err
	}
	changed, err = c.batches.expandBefore(ctx, first)
	if err != nil || c.late == nil {
		return changed, err
	}
	return changed, c.tx.Flush(ctx)
}

// passInFlight puts off the targets to which this process is sending, and returns the others.
func (c *claimer) passInFlight(ctx context.Context, targets []int64) ([]int64, error) {
	const text = `
		UPDATE queue
		SET ready_at = $2, set_at = $3
		WHERE target_id = $1`
	now := c.now()
	free := make([]int64, 0, len(targets))
	for _, target := range targets {
		left := c.inFlight.left(target, now)
		if left == 0 {
			free = append(free, target)
			continue
		}
		if err := c.tx.Queue(ctx, text, target, c.tx.Now+left.Microseconds()+1, c.tx.Now); err != nil {
			return nil, err
		}
	}
	return free, nil
}

// firstOf returns the next delivery of each of some targets.
func (c *claimer) firstOf(ctx context.Context, targets []int64) (map[int64]*next, error) {
	first := make(map[int64]*next, len(targets))
	for i := range c.ahead {
		if d := &c.ahead[i]; slices.Contains(targets, d.target) {
			first[d.target] = d
		}
	}
	c.ahead = nil // what is read again may have changed
	targets = slices.DeleteFunc(slices.Clone(targets), func(target int64) bool { return first[target] != nil })
	if len(targets) == 0 {
		return first, nil
	}
	list := make([]next, 0, len(targets)) // they are large
	err := c.tx.Each(ctx, database.AppendTo(&list, readNext), firstDeliveries(c.db.List()), database.JSONList(targets))
	for i := range list {
		first[list[i].target] = &list[i]
	}
	return first, err
}

// firstDeliveries reads the next delivery of each target of a list.
func firstDeliveries(list string) string {
	return deliveryOf + `
		WHERE d.id IN (
			SELECT (
				SELECT n.id
				FROM deliveries AS n
				WHERE n.target_id = list.value AND n.state = 'pending'
				ORDER BY n.rank, n.id
				LIMIT 1)
			FROM ` + list + `)`
}

// askAhead asks which targets may be claimed now, and reads their next deliveries at once. It is for where few are: of all ranks
// together no more will be claimed than of each is read.
func (c *claimer) askAhead(ctx context.Context, n int) error {
	return database.QueueCollect(ctx, c.tx, &c.ahead, readNext, readyDeliveries, c.batches.platform, c.tx.Now, n)
}

// takeAhead has the targets claimed of which askAhead has read the next delivery, as they came. Those that have none left are for Claim.
func (c *claimer) takeAhead() {
	slices.SortFunc(c.ahead, func(a, b next) int { return cmp.Compare(a.ID, b.ID) })
	c.asked = true
	for i := range c.ahead {
		d := &c.ahead[i]
		c.ready[d.rank] = append(c.ready[d.rank], readyTarget{id: d.target})
	}
}

// readyDeliveries reads the next delivery of up to $3 targets of each rank.
var readyDeliveries = firstDeliveries(`(` + unionOfRanks(
	`SELECT value FROM (SELECT target_id AS value FROM queue WHERE platform = $1 AND rank = %d AND ready_at <= $2 ORDER BY ready_at LIMIT $3) AS ready`,
) + `) AS list`)

// prepare makes a delivery ready to be sent, unless it was one to pass over: then there may be another.
func (c *claimer) prepare(ctx context.Context, d *next) (passed bool, err error) {
	if passed, err := c.pass(ctx, d); err != nil || passed {
		return passed, err
	}
	if passed, err := c.plan(ctx, d); err != nil || passed {
		return passed, err
	}
	if err := c.gather(ctx, d.target, d); err != nil {
		return false, err
	}
	if err := c.addEarlier(ctx, d); err != nil {
		return false, err
	}
	if d.MayShow, err = d.mayShow(ctx, c.tx); err != nil {
		return false, err
	}
	d.Lease, d.LeasedAt = c.token, c.leasedAt
	return false, c.begin(ctx, d.target, d)
}

// pass sees to a delivery that may not be sent, or not now, and reports whether it was one.
func (c *claimer) pass(ctx context.Context, d *next) (bool, error) {
	why := ""
	switch {
	case !d.Article.VisibleIn(d.Target.Place()): // whatever has led here
		why = "the article belongs to another place"
	case d.Action != bot.Post:
		var err error
		if why, err = c.prepareEdit(ctx, d); err != nil {
			return false, err
		}
	case !d.subscribed:
		why = "the subscription has ended"
	case d.Article.Status == bot.Withdrawn && d.shown == 0: // what may have arrived is to say so
		why = "the article was withdrawn"
	}
	embargo := micros(d.Article.Embargo)
	switch {
	case why == "" && embargo > c.ended:
		return true, postpone(ctx, c.tx, d.ID, embargo)
	case why == "":
		return false, nil
	}
	return true, finish(ctx, c.tx, d.ID, bot.Outcome{State: bot.Superseded, Reason: why})
}

// postpone lets a delivery wait alone until a moment.
func postpone(ctx context.Context, tx *database.Tx, id, until int64) error {
	const wait = `
		UPDATE deliveries
		SET state = 'embargoed', due = $2
		WHERE id = $1`
	return tx.Queue(ctx, wait, id, until)
}

// prepareEdit fills in what an edit changes, or says why there is nothing to change.
func (c *claimer) prepareEdit(ctx context.Context, d *next) (why string, err error) {
	switch {
	case d.Message.MessageID == "":
		return "nothing is posted that could be changed", nil
	case d.shown >= d.Article.Revision:
		return "the alert shows this revision already", nil
	}
	if d.Posted, err = revisionOf(ctx, c.tx, &d.Article, d.shown); err != nil {
		return "", err
	}
	if d.Posted != nil && d.looksAlike() && d.untried() {
		return "the alert looks like this already", nil
	}
	d.Action = bot.Edit
	if d.Article.Status == bot.Withdrawn {
		d.Action = bot.Withdraw
	}
	if err = c.addReplies(ctx, d); err != nil {
		return "", err
	}
	if d.listed > 0 {
		err = c.readList(ctx, d)
	}
	return "", err
}
