package store

import (
	"context"

	"tidings/bot"
	"tidings/internal/database"
)

// claimer is one call of Claim.
type claimer struct {
	*Store
	tx      *database.Tx
	batches *batchCursor
	token   int64
	until   int64
	ended   int64   // the moment up to which embargoes have ended
	leased  []int64 // targets
}

// expandAtOnce bounds how many batches one Claim makes deliveries of; it is more than one only where their targets are
// not ready.
const expandAtOnce = 4

// run leases up to n deliveries.
func (c *claimer) run(ctx context.Context, n int) (list []bot.Delivery, err error) {
	enough := n
	for range expandAtOnce {
		if err := c.batches.expand(ctx, enough); err != nil {
			return nil, err
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

// fill adds deliveries of targets that are ready to a list, until it has n.
func (c *claimer) fill(ctx context.Context, list []bot.Delivery, n int) ([]bot.Delivery, error) {
	for {
		room := n - len(list)
		targets, err := c.readyTargets(ctx, c.tx, c.batches.platform, room)
		if err != nil {
			return list, err
		}
		last := len(targets) < room
		for len(targets) > 0 {
			var leased []bot.Delivery
			if leased, targets, err = c.claim(ctx, targets); err != nil {
				return list, err
			}
			list = append(list, leased...)
		}
		if last || len(list) >= n {
			return list, nil
		}
	}
}

// next is a target's next delivery and what Claim must know of it.
type next struct {
	bot.Delivery
	target     int64
	rank       int64
	due        int64
	subscribed bool
	catchup    string
	rhythm     bool  // the target asks for more than everybody gets
	shown      int   // the revision that the target shows, or may show; 0 if it shows none
	uncertain  int   // tries of unknown outcome
	listed     int64 // the entry that carries the list which it is in, or is to be; 0 if it is in none
	lapsed     bool  // the lease before this one ended by itself
}

// claim leases the first delivery of each of some targets that is still to be sent, and ends those before it that
// are not. Where none is left a target leaves the queue. It returns the targets that are to be looked at again.
func (c *claimer) claim(ctx context.Context, targets []int64) (list []bot.Delivery, again []int64, err error) {
	lease := `
		UPDATE queue
		SET ready_at = $2, lease = $3, set_at = $4
		WHERE target_id IN (SELECT list.value FROM ` + c.db.List() + `)`
	targets, err = c.passInFlight(ctx, targets)
	if err != nil {
		return nil, nil, err
	}
	first, err := c.firstOf(ctx, targets)
	if err != nil {
		return nil, nil, err
	}
	if err := c.readRhythms(ctx, first); err != nil {
		return nil, nil, err
	}
	changed, err := c.batches.expandBefore(ctx, first)
	if err != nil {
		return nil, nil, err
	}
	leased := make([]int64, 0, len(first))
	list = make([]bot.Delivery, 0, len(first))
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
	if len(leased) == 0 {
		return nil, again, nil
	}
	c.leased = append(c.leased, leased...)
	return list, again, c.tx.Queue(ctx, lease, database.JSONList(leased), c.until, c.token, c.tx.Now)
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

// firstOf reads the next delivery of each of some targets.
func (c *claimer) firstOf(ctx context.Context, targets []int64) (map[int64]*next, error) {
	text := deliveryOf + `
		WHERE d.id IN (
			SELECT (
				SELECT n.id
				FROM deliveries AS n
				WHERE n.target_id = list.value AND n.state = 'pending'
				ORDER BY n.rank, n.id
				LIMIT 1)
			FROM ` + c.db.List() + `)`
	list, err := database.Collect(ctx, c.tx, readNext, text, database.JSONList(targets))
	first := make(map[int64]*next, len(list))
	for i := range list {
		first[list[i].target] = &list[i]
	}
	return first, err
}

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
	d.Lease = c.token
	return false, c.begin(ctx, d.target, d)
}

// begin notes which revision a target may show from now on. A process that dies with the lease leaves that note
// behind, since its alert may or may not have arrived.
func (c *claimer) begin(ctx context.Context, target int64, d *next) error {
	const (
		first = `
			UPDATE deliveries
			SET shown = $2, unknown_at = $3
			WHERE id = $1`
		again = `
			UPDATE deliveries
			SET uncertain = uncertain + 1, unknown_at = $2
			WHERE id = $1`
	)
	switch {
	case d.Action != bot.Post:
		return nil
	case d.IsList():
		return c.beginList(ctx, d)
	case d.shown == 0:
		return c.tx.Queue(ctx, first, d.ID, d.Article.Revision, c.tx.Now)
	case !d.lapsed && d.uncertain > 0:
		return nil
	}
	d.Unknown++
	if err := c.tx.Queue(ctx, again, d.ID, c.tx.Now); err != nil {
		return err
	}
	return countUncertain(ctx, c.tx, target)
}

// beginList notes which deliveries go out together, so that a list that may have arrived is repeated as it was.
func (c *claimer) beginList(ctx context.Context, d *next) error {
	text := `
		UPDATE deliveries
		SET listed = $2, unknown_at = $3, uncertain = uncertain + $4,
			shown = CASE
				WHEN wait = '' OR shown > 0 THEN shown
				ELSE (SELECT a.revision FROM articles AS a WHERE a.id = deliveries.article_id)
			END
		WHERE id IN (SELECT list.value FROM ` + c.db.List() + `)`
	if d.Place == 0 {
		if err := c.placeInOrder(ctx, d); err != nil {
			return err
		}
	}
	ids := []int64{d.ID}
	for _, others := range [][]bot.Delivery{d.With, d.Rest} {
		for i := range others {
			ids = append(ids, others[i].ID)
		}
	}
	unknown := 0
	if d.lapsed && d.listed == d.ID && string(d.Waited) == "" || d.shown > 0 && (d.lapsed || d.uncertain == 0) {
		d.Unknown, unknown = d.Unknown+1, 1
	}
	return c.tx.Queue(ctx, text, database.JSONList(ids), d.ID, c.tx.Now, unknown)
}

// placeInOrder numbers the entries of a list that isn't an edition.
func (c *claimer) placeInOrder(ctx context.Context, d *next) error {
	for i := range d.With {
		d.With[i].Place = i + 1
		if err := c.place(ctx, d.With[i].ID, d.ID, i+1); err != nil {
			return err
		}
	}
	d.Place = len(d.With) + 1
	return c.place(ctx, d.ID, d.ID, d.Place)
}

// place notes where in which list a delivery is to be. It waited until now, if not for less long.
func (c *claimer) place(ctx context.Context, id, list int64, place int) error {
	const text = `
		UPDATE deliveries
		SET listed = $2, place = $3, due = CASE WHEN due > $4 THEN $4 ELSE due END
		WHERE id = $1`
	return c.tx.Queue(ctx, text, id, list, place, c.tx.Now)
}

// deliveryOf reads deliveries AS d, and p, the post that an edit is about; it is to be followed by a condition.
const deliveryOf = `
		SELECT d.id, d.target_id, d.rank, d.due, d.action, d.attempts, d.enqueued, d.catchup, t.platform, t.space, t.chat, t.thread,
			t.corrections,
			EXISTS (SELECT 1 FROM subscriptions AS s WHERE s.target_id = d.target_id AND s.ended = 0),
			coalesce(f.filter, ''), coalesce(p.shown, 0), coalesce(p.message_id, ''), coalesce(p.chat, ''),
			coalesce(p.corrected, 0), d.uncertain, coalesce(q.lease, 0) <> 0,
			d.unknown, d.unknown_at, coalesce(p.listed, 0), coalesce(p.place, 0), coalesce(p.wait, ''), coalesce(p.due, 0),
			coalesce(p.subscription_id, 0), t.rhythm,` + articleColumns + `
		FROM deliveries AS d
		JOIN targets AS t ON t.id = d.target_id
		JOIN articles AS a ON a.id = d.article_id
		LEFT JOIN deliveries AS p ON p.article_id = d.article_id AND p.target_id = d.target_id AND p.revision = 0
		LEFT JOIN subscriptions AS f ON f.id = p.subscription_id
		LEFT JOIN queue AS q ON q.target_id = d.target_id`

func readNext(row database.Scan) (d next, err error) {
	var enqueued, corrected, unknownAt, until, rhythm int64
	t, m := &d.Target, &d.Message
	d.Article, err = readArticle(row, &d.ID, &d.target, &d.rank, &d.due, &d.Action, &d.Attempts, &enqueued, &d.catchup,
		&t.Platform, &t.Space, &t.Chat, &t.Thread, &d.Corrections, &d.subscribed, &d.Filter, &d.shown, &m.MessageID, &m.Chat, &corrected,
		&d.uncertain, &d.lapsed, &d.Unanswered, &unknownAt, &d.listed, &d.Place, &d.Waited, &until, &d.Subscription, &rhythm)
	d.Enqueued, d.Corrected, d.UnknownSince = moment(enqueued), moment(corrected), moment(unknownAt)
	d.Unknown, d.Urgent, d.Flood = d.uncertain, d.rank == urgentRank, d.rank == floodRank
	d.Due, d.rhythm = moment(until), rhythm == 1
	if d.Action == bot.Post {
		d.Message = bot.Receipt{}
	}
	return d, err
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
	if d.Posted != nil && d.looksAlike() && !d.lapsed && d.uncertain == 0 {
		return "the alert looks like this already", nil
	}
	d.Action = bot.Edit
	if d.Article.Status == bot.Withdrawn {
		d.Action = bot.Withdraw
	}
	if d.listed > 0 {
		err = c.readList(ctx, d)
	}
	return "", err
}
