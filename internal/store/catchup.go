package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// Alerts that waited for long come as lists, so that a platform's return isn't a storm: those older than oldAge if
// there are more than oldMost, or than lateAge if there are more than lateMost. To post 50 articles takes a group
// three minutes at 20 a minute, and stays single alerts; nobody misses a sound for what is hours old.
const (
	oldAge   = 2 * time.Hour
	oldMost  = 5
	lateAge  = 15 * time.Minute
	lateMost = 30
	// listMost is how many articles one list has: 10 titles with their addresses fit in 2,000 characters.
	listMost = 10
)

// What becomes of a post that waited: an alert of its own, whatever its age, or an entry of a list.
const (
	catchupEach = "each"
	catchupList = "list"
)

// gather adds to a delivery what goes out with it as a list, if anything does. A list passes nothing that waits between
// its entries, as something does that came while the clock was set ahead.
func (c *claimer) gather(ctx context.Context, target int64, d *next) error {
	const listed = deliveryOf + `
		WHERE d.target_id = $1 AND d.state = 'pending' AND d.action = 'post' AND d.catchup = 'list' AND d.uncertain = 0 AND d.shown = 0 AND d.listed = 0
			AND a.status <> 'withdrawn' AND a.embargo <= $2 AND NOT EXISTS (
				SELECT 1
				FROM deliveries AS e
				WHERE e.target_id = $1 AND e.state = 'pending' AND e.action = 'post' AND (e.rank, e.id) < (d.rank, d.id)
					AND (e.catchup <> 'list' OR e.uncertain > 0 OR e.shown > 0 OR e.listed > 0))
		ORDER BY d.rank, d.id
		LIMIT $3`
	switch {
	case d.Action != bot.Post || d.catchup == catchupEach, d.IsList(), d.catchup == "" && d.Waited != "":
		return nil
	case d.uncertain > 0, d.shown > 0, d.listed > 0: // it may have arrived
		return c.regather(ctx, d)
	}
	if d.catchup == "" && d.Article.Suppressed == bot.InBulk {
		if err := c.planAll(ctx, d); err != nil {
			return err
		}
		if err := c.markBulk(ctx, target); err != nil {
			return err
		}
	} else if d.catchup == "" {
		late, err := c.findLate(ctx, target, d)
		if err != nil || !late {
			return err
		}
	}
	list, err := database.Collect(ctx, c.tx, readNext, listed, target, c.ended, listMost)
	if err != nil || len(list) < 2 {
		return err
	}
	last := list[len(list)-1]
	for i := range list[:len(list)-1] {
		last.With = append(last.With, list[i].Delivery)
	}
	d.become(last)
	return nil
}

// markBulk has the posts of bulk updates that wait for a target go out as a list.
func (c *claimer) markBulk(ctx context.Context, target int64) error {
	const mark = `
		UPDATE deliveries
		SET catchup = 'list'
		WHERE target_id = $1 AND state = 'pending' AND action = 'post' AND catchup = '' AND wait = '' AND article_id IN (
			SELECT id
			FROM articles
			WHERE quiet = 'bulk')`
	return c.tx.Queue(ctx, mark, target)
}

// regather makes a delivery of unknown outcome what it was when it was sent: an alert alone, or a list with the same
// entries and so with the same key.
func (c *claimer) regather(ctx context.Context, d *next) error {
	const same = deliveryOf + `
		WHERE d.listed = $1 AND d.listed <> 0 AND d.target_id = $2 AND d.state = 'pending'`
	if d.listed == 0 {
		return nil
	}
	if err := c.rejoin(ctx, d); err != nil {
		return err
	}
	list, err := database.Collect(ctx, c.tx, readNext, same, d.listed, d.target)
	if err != nil || len(list) < 2 {
		return err
	}
	slices.SortFunc(list, func(a, b next) int {
		return cmp.Or(a.Place-b.Place, cmp.Compare(a.rank, b.rank), cmp.Compare(a.ID, b.ID))
	})
	// The last entry gave the list its key.
	at := slices.IndexFunc(list, func(e next) bool { return e.ID == d.listed })
	if at < 0 {
		return nil
	}
	last := list[at]
	for i := range list {
		if i != at {
			last.With = append(last.With, list[i].Delivery)
		}
	}
	d.become(last)
	return nil
}

// rejoin makes all entries pending of the lists of a delivery's target that stepped aside until now: they have stepped aside
// together, and a Claim doesn't release all at once.
func (c *claimer) rejoin(ctx context.Context, d *next) error {
	const text = `
		UPDATE deliveries
		SET state = 'pending'
		WHERE target_id = $1 AND state = 'embargoed' AND listed <> 0 AND due <= $2`
	return c.tx.Queue(ctx, text, d.target, c.tx.Now)
}

// become has a list go out in the place of one of its entries.
func (d *next) become(list next) {
	list.Rhythm = d.Rhythm
	list.Silent, list.Mentions = d.Silent, d.Mentions
	*d = list
}

// lateRule says from which age on more than so many alerts are a list.
type lateRule struct {
	age  time.Duration
	most int
}

func lateRules() [2]lateRule { return [2]lateRule{{oldAge, oldMost}, {lateAge, lateMost}} }

// since is when a delivery began to wait.
func (d *next) since() int64 { return max(d.due, micros(d.Enqueued)) }

// mayBeLate is the condition that deliveries AS d are posts of which nothing else is decided, or under way.
const mayBeLate = `d.state = 'pending' AND d.action = 'post' AND d.catchup = '' AND d.wait = '' AND d.uncertain = 0 AND d.shown = 0`

// latePosts is how many posts of a target are as old as each of lateRules says, up to one more than it allows.
type latePosts [2]int64

// askLate asks what else is old for the targets whose next post is: for no other does that matter. What has been asked is
// known, as late, when what was queued has run.
func (c *claimer) askLate(ctx context.Context, first map[int64]*next) error {
	const old = `
			(SELECT count(*)
			FROM (
				SELECT d.id
				FROM deliveries AS d
				WHERE d.target_id = list.value AND ` + mayBeLate + ` AND d.enqueued < %[1]s AND d.due < %[1]s
				LIMIT %[2]s) AS late)`
	c.late = nil
	rules := lateRules()
	var targets []int64
	for target, d := range first {
		if d.Action == bot.Post && d.catchup == "" && d.since() < c.tx.Now-rules[1].age.Microseconds() {
			targets = append(targets, target)
		}
	}
	if len(targets) == 0 {
		return nil
	}
	c.late = make(map[int64]latePosts, len(targets))
	read := func(row database.Scan) error {
		var target int64
		var n latePosts
		err := row(&target, &n[0], &n[1])
		c.late[target] = n
		return err
	}
	text := `
		SELECT list.value,` + fmt.Sprintf(old, "$2", "$3") + `,` + fmt.Sprintf(old, "$4", "$5") + `
		FROM ` + c.db.List()
	args := []any{database.JSONList(targets)}
	for _, rule := range rules {
		args = append(args, c.tx.Now-rule.age.Microseconds(), rule.most+1)
	}
	return c.tx.QueueQuery(ctx, read, text, args...)
}

// findLate marks what waits for a target as a list if it waited for too long, and reports whether it did.
func (c *claimer) findLate(ctx context.Context, target int64, d *next) (bool, error) {
	const mark = `
			UPDATE deliveries AS d
			SET catchup = 'list'
			WHERE d.target_id = $1 AND ` + mayBeLate + ` AND d.enqueued < $2 AND d.due < $2`
	for i, rule := range lateRules() {
		before := c.tx.Now - rule.age.Microseconds()
		if d.since() >= before || c.late[target][i] <= int64(rule.most) {
			continue
		}
		if err := c.planAll(ctx, d); err != nil {
			return false, err
		}
		return true, c.tx.Queue(ctx, mark, target, before)
	}
	return false, nil
}
