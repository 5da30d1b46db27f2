package store

import (
	"context"

	"tidings/bot"
)

// claimer is one call of Claim.
type claimer struct {
	*Store
	tx     *tx
	token  int64
	until  int64
	packed bool // something is left that may have to go before what was unpacked
}

// fill adds deliveries of targets that are ready to a list, until it has n.
func (c *claimer) fill(ctx context.Context, list []bot.Delivery, platform string, n int) ([]bot.Delivery, error) {
	for len(list) < n {
		targets, err := c.readyTargets(ctx, c.tx, platform, n-len(list))
		if err != nil || len(targets) == 0 {
			return list, err
		}
		for _, target := range targets {
			d, found, err := c.claim(ctx, target)
			if err != nil {
				return list, err
			}
			if found {
				list = append(list, d)
			}
		}
	}
	return list, nil
}

// next is a target's next delivery and what Claim must know of it.
type next struct {
	bot.Delivery
	rank       int64
	due        int64
	subscribed bool
	catchup    string
	shown      int  // the revision that the target shows, or may show; 0 if it shows none
	uncertain  int  // tries of unknown outcome
	lapsed     bool // the lease before this one ended by itself
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
		passed, err := c.pass(ctx, target, &d)
		if err != nil {
			return bot.Delivery{}, false, err
		}
		if passed {
			continue
		}
		if err := c.gather(ctx, target, &d); err != nil {
			return bot.Delivery{}, false, err
		}
		if err := c.begin(ctx, target, &d); err != nil {
			return bot.Delivery{}, false, err
		}
		d.Lease = c.token
		_, err = c.tx.exec(ctx, lease, target, c.until, c.token)
		return d.Delivery, true, err
	}
}

// begin notes which revision a target may show from now on. Who dies with the lease leaves that behind, and
// nobody can tell then whether the alert has arrived.
func (c *claimer) begin(ctx context.Context, target int64, d *next) error {
	const (
		first = `
			UPDATE deliveries
			SET shown = $2
			WHERE id = $1`
		again = `
			UPDATE deliveries
			SET uncertain = uncertain + 1
			WHERE id = $1`
	)
	switch {
	case d.Action != bot.Post || len(d.With) > 0:
		return nil
	case d.shown == 0:
		_, err := c.tx.exec(ctx, first, d.ID, d.Article.Revision)
		return err
	case !d.lapsed && d.uncertain > 0:
		return nil
	}
	if _, err := c.tx.exec(ctx, again, d.ID); err != nil {
		return err
	}
	return countUncertain(ctx, c.tx, target)
}

const (
	// deliveryOf reads deliveries AS d, and p, the post that an edit is about; it is to be followed by a condition.
	deliveryOf = `
		SELECT d.id, d.rank, d.due, d.action, d.attempts, d.enqueued, d.catchup, t.platform, t.space, t.chat, t.thread,
			t.corrections,
			EXISTS (SELECT 1 FROM subscriptions AS s WHERE s.target_id = d.target_id AND s.ended = 0),
			coalesce(f.filter, ''), coalesce(p.shown, 0), coalesce(p.message_id, ''), coalesce(p.chat, ''),
			coalesce(p.corrected, 0), d.uncertain, coalesce(q.lease, 0) <> 0,` + articleColumns + `
		FROM deliveries AS d
		JOIN targets AS t ON t.id = d.target_id
		JOIN articles AS a ON a.id = d.article_id
		LEFT JOIN deliveries AS p ON p.article_id = d.article_id AND p.target_id = d.target_id AND p.revision = 0
		LEFT JOIN subscriptions AS f ON f.id = p.subscription_id
		LEFT JOIN queue AS q ON q.target_id = d.target_id`
	nextDelivery = deliveryOf + `
		WHERE d.target_id = $1 AND d.state = 'pending'
		ORDER BY d.rank, d.id
		LIMIT 1`
)

func readNext(row scan) (d next, err error) {
	var enqueued, corrected int64
	t, m := &d.Target, &d.Message
	d.Article, err = readArticle(row, &d.ID, &d.rank, &d.due, &d.Action, &d.Attempts, &enqueued, &d.catchup, &t.Platform,
		&t.Space, &t.Chat, &t.Thread, &d.Corrections, &d.subscribed, &d.Filter, &d.shown, &m.MessageID, &m.Chat, &corrected,
		&d.uncertain, &d.lapsed)
	d.Enqueued, d.Corrected = moment(enqueued), moment(corrected)
	if d.Action == bot.Post {
		d.Message = bot.Receipt{}
	}
	return d, err
}

// pass sees to a delivery that may not be sent, or not now, and reports whether it was one.
func (c *claimer) pass(ctx context.Context, target int64, d *next) (bool, error) {
	if c.packed {
		if before, err := c.unpackBefore(ctx, c.tx, target, d.rank, d.ID); err != nil || before {
			return true, err
		}
	}
	why := ""
	switch {
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
	case why == "" && embargo > c.tx.now:
		return true, postpone(ctx, c.tx, d.ID, embargo)
	case why == "":
		return false, nil
	}
	return true, finish(ctx, c.tx, d.ID, bot.Outcome{State: bot.Superseded, Reason: why})
}

// postpone lets a delivery wait alone until a moment.
func postpone(ctx context.Context, tx *tx, id, until int64) error {
	const wait = `
		UPDATE deliveries
		SET state = 'embargoed', due = $2
		WHERE id = $1`
	_, err := tx.exec(ctx, wait, id, until)
	return err
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
	if d.Posted != nil && d.Article.LooksLike(d.Posted) && !d.lapsed && d.uncertain == 0 {
		return "the alert looks like this already", nil
	}
	d.Action = bot.Edit
	if d.Article.Status == bot.Withdrawn {
		d.Action = bot.Withdraw
	}
	return "", nil
}
