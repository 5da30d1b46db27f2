package store

import (
	"context"
	"fmt"
	"strings"

	"tidings/internal/database"
)

// The ranks of deliveries, and of targets by what they get next. The lower goes first, and leaves a tenth to those above.
const (
	urgentRank = iota
	ordinaryRank
	floodRank // urgent, but one of too many of its source
	ranks
)

// unionOfRanks joins a query for each rank, so that each is one step in an index. The rank is the branch's %d.
func unionOfRanks(branch string) string {
	var parts []string
	for rank := range ranks {
		parts = append(parts, fmt.Sprintf(branch, rank))
	}
	return strings.Join(parts, `
			UNION ALL
			`)
}

// What puts targets into the queue is made of these parts.
const (
	// queueDelivery queues the target t of a delivery d, and is to be followed by a condition.
	queueDelivery = `
		INSERT INTO queue (target_id, platform, rank, ready_at, lease, set_at)
		SELECT d.target_id, t.platform, d.rank, $2, 0, $2
		FROM deliveries AS d
		JOIN targets AS t ON t.id = d.target_id`
	// unlessUrgent leaves a target that is in the queue where it is, unless something urgent came for it.
	unlessUrgent = `
		ON CONFLICT (target_id) DO UPDATE
		SET rank = excluded.rank
		WHERE excluded.rank < queue.rank`
	// queueTarget queues a target for its next delivery, and is to be followed by what else to set.
	queueTarget = `
		INSERT INTO queue (target_id, platform, rank, ready_at, lease, set_at)
		SELECT t.id, t.platform, d.rank, $2, 0, $3
		FROM targets AS t
		JOIN deliveries AS d ON d.target_id = t.id
		WHERE t.id = $1 AND t.suspended = '' AND d.target_id = $1 AND d.state = 'pending'
		ORDER BY d.rank, d.id
		LIMIT 1
		ON CONFLICT (target_id) DO UPDATE
		SET rank = excluded.rank`
)

// queueBetween puts the targets of pending deliveries that were numbered just now into the queue, those from first to last,
// ready since some time. Those in it stay where they are, unless something urgent came for them. No target may have two of
// them.
func queueBetween(ctx context.Context, tx *database.Tx, by numbering, first, last, readyAt int64) error {
	// Adding nothing keeps a planner from going through all that is pending.
	upsert := queueDelivery + `
		WHERE d.id >= ` + by.of("$1") + ` AND d.id <= ` + by.of("$3") + ` AND d.state || '' = 'pending' AND t.suspended = ''` + unlessUrgent
	return tx.Queue(ctx, upsert, by.base+first, min(readyAt, tx.Now), by.base+last) // a clock may have been set back since
}

// rescheduleTarget puts a target into the queue, to be ready at a time, or removes it if nothing is pending or
// it is suspended. Nobody has it leased then.
func rescheduleTarget(ctx context.Context, tx *database.Tx, target, readyAt int64) error {
	if err := queueAgain(ctx, tx, target, readyAt); err != nil {
		return err
	}
	return tx.Queue(ctx, leaveQueue+` AND queue.target_id = $1`, target)
}

// leaveQueue removes targets from the queue for which nothing is pending, or that are suspended; a condition on which
// follows.
const leaveQueue = `
		DELETE FROM queue
		WHERE NOT EXISTS (
			SELECT 1
			FROM deliveries AS d
			JOIN targets AS t ON t.id = d.target_id
			WHERE d.target_id = queue.target_id AND d.state = 'pending' AND t.suspended = '')`

// queueAgain puts a target into the queue, to be ready at a time, if something is pending and it is not suspended. Nobody
// has it leased then.
func queueAgain(ctx context.Context, tx *database.Tx, target, readyAt int64) error {
	return tx.Queue(ctx, queueTarget+anew, target, readyAt, tx.Now)
}

// anew follows queueTarget: it ends a lease, and a wait.
const anew = `, ready_at = excluded.ready_at, lease = 0, set_at = excluded.set_at`

// againRows are queueAgain for many targets.
var againRows = database.NewStatement(3, queueTarget+anew, `
	INSERT INTO queue (target_id, platform, rank, ready_at, lease, set_at)
	SELECT t.id, t.platform, d.rank, new.ready_at, 0, new.set_at
	FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS new (target_id, ready_at, set_at)
	JOIN targets AS t ON t.id = new.target_id AND t.suspended = ''
	CROSS JOIN LATERAL (
		SELECT rank
		FROM deliveries
		WHERE target_id = new.target_id AND state = 'pending'
		ORDER BY rank, id
		LIMIT 1) AS d
	ON CONFLICT (target_id) DO UPDATE
	SET rank = excluded.rank`+anew)

// releaseAtOnce bounds how many deliveries one Claim frees of their embargo, so that a story that 100,000
// targets wait for does not delay the rest. What remains is due, so the next Claim goes on.
const releaseAtOnce = 2000

// releaseScheduled makes the deliveries pending whose moment has come, on whatever platform, oldest first.
func (s *Store) releaseScheduled(ctx context.Context, tx *database.Tx) error {
	const (
		choose = `
			SELECT id, target_id
			FROM deliveries
			WHERE due <= $1 AND `
		first = `
			ORDER BY due, id
			LIMIT $2`
	)
	byChoice := choose + `state = 'scheduled'` + first + s.dialect.claimHint
	byEmbargo, args := choose+inState(embargoed), []any{tx.Now, releaseAtOnce}
	if ended, onHold := s.embargoesEnded(tx.Now); onHold {
		byEmbargo += embargoEndedBy("$3")
		args = append(args, ended)
	}
	if err := release(ctx, tx, byEmbargo+first+s.dialect.claimHint, args...); err != nil {
		return err
	}
	return release(ctx, tx, byChoice, tx.Now, releaseAtOnce)
}

// release makes the deliveries pending that a query finds.
func release(ctx context.Context, tx *database.Tx, query string, args ...any) error {
	const (
		free = `
			UPDATE deliveries
			SET state = 'pending'
			WHERE id = $1`
		enqueue = queueDelivery + `
			WHERE d.id = $1 AND t.suspended = ''` + unlessUrgent
	)
	type due struct{ id, target int64 }
	read := func(row database.Scan) (d due, err error) { return d, row(&d.id, &d.target) }
	list, err := database.Collect(ctx, tx, read, query, args...)
	if err != nil {
		return err
	}
	for _, d := range list {
		if err := tx.Queue(ctx, free, d.id); err != nil {
			return err
		}
		if err := tx.Queue(ctx, enqueue, d.id, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// reschedulePosts lets the posts of an article that wait for its embargo wait for another moment.
func reschedulePosts(ctx context.Context, tx *database.Tx, article, due int64) error {
	const text = `
		UPDATE deliveries
		SET due = $2
		WHERE article_id = $1 AND state = 'embargoed'`
	tx.Wake(database.Queue)
	if err := tx.Queue(ctx, text, article, due); err != nil {
		return err
	}
	return rescheduleBatches(ctx, tx, article, due)
}

// enqueueTarget puts a target into the queue if something is pending, without ending a lease or a wait.
func enqueueTarget(ctx context.Context, tx *database.Tx, target int64) error {
	return tx.Queue(ctx, queueTarget, target, tx.Now, tx.Now)
}
