package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// fanoutJob is one action that many targets get.
type fanoutJob struct {
	article, revision int64
	action            bot.Action
	rank              int
	due               int64 // 0, or the end of an embargo
}

// state returns the state of its deliveries.
func (f *fanoutJob) state(tx *database.Tx) bot.DeliveryState {
	if f.due > tx.Now {
		return embargoed
	}
	return bot.Pending
}

// fanOut puts a job on record for its recipients: as batches, if they are many.
func (s *Store) fanOut(ctx context.Context, tx *database.Tx, f *fanoutJob, to recipients) error {
	suspended := map[int64]bool{}
	batching := to.len() >= batchFrom
	if batching {
		var err error
		if suspended, err = database.IDSet(ctx, tx, `SELECT id FROM targets WHERE suspended <> ''`); err != nil {
			return err
		}
	}
	var rows []recipient
	for _, platform := range slices.Sorted(maps.Keys(to)) {
		list := to[platform]
		if !batching {
			rows = append(rows, list...)
			continue
		}
		list, asleep := partition(list, suspended)
		rows = append(rows, asleep...) // the backlog counts what is in batches, and leaves these out
		if err := addBatches(ctx, tx, f, platform, list); err != nil {
			return err
		}
	}
	return s.insertRows(ctx, tx, f, rows)
}

// reserve keeps n numbers free for IDs of deliveries and returns the first.
func reserve(ctx context.Context, tx *database.Tx, n int) (int64, error) {
	const text = `
		UPDATE counters
		SET value = value + $1
		WHERE name = 'deliveries'
		RETURNING value`
	last, err := database.Number(ctx, tx, text, n)
	return last - int64(n) + 1, err
}

// insertRows writes deliveries of their own for recipients, and queues their targets.
func (s *Store) insertRows(ctx context.Context, tx *database.Tx, f *fanoutJob, list []recipient) error {
	if len(list) == 0 {
		return nil
	}
	lowest, highest := list[0].target, list[0].target
	for _, t := range list {
		lowest, highest = min(lowest, t.target), max(highest, t.target)
	}
	const advance = `
		UPDATE counters
		SET value = value + $1
		WHERE name = 'deliveries'`
	if err := tx.Queue(ctx, advance, highest-lowest+1); err != nil {
		return err
	}
	ids := numbering{base: -highest, fromLast: true} // nobody has to wait for the answer
	return s.insert(ctx, tx, f, arrival{enqueued: tx.Now, ready: tx.Now - headStart.Microseconds()}, ids, list)
}

// numbering gives deliveries their IDs: a target's is that of its delivery after base is added.
type numbering struct {
	base     int64
	fromLast bool // base is counted from the last number given, which the database knows
}

// of is an expression for a number to which base has been added, and that a parameter stands for.
func (n numbering) of(parameter string) string {
	if n.fromLast {
		return `((SELECT value FROM counters WHERE name = 'deliveries') + ` + parameter + `)`
	}
	return parameter
}

// headStart is how much earlier than it came something counts as ready for a target for which nothing waited: whoever
// gets little does not stand in line behind chats for which hundreds of alerts wait.
const headStart = 10 * time.Minute

// arrival is when deliveries came, and since when their targets count as ready if nothing waited for them, in
// microseconds.
type arrival struct{ enqueued, ready int64 }

// insert writes a delivery for each recipient, and queues the targets. It passes over those that are there.
func (s *Store) insert(ctx context.Context, tx *database.Tx, f *fanoutJob, at arrival, by numbering, list []recipient) error {
	const into = `
		INSERT INTO deliveries (id, article_id, target_id, revision, action, state, rank, due, enqueued, subscription_id)`
	posts := into + `
		SELECT ` + by.of("$9") + ` + s.target_id, $2, s.target_id, $3, $4, $5, $6, $7, $8, s.id
		FROM subscriptions AS s
		WHERE `
	edits := into + `
		SELECT ` + by.of("$9") + ` + t.id, $2, t.id, $3, $4, $5, $6, $7, $8, 0
		FROM targets AS t
		WHERE `
	text, key, state := posts, "s.id", f.state(tx)
	ids := make([]int64, len(list))
	lowest, highest := list[0].target, list[0].target
	for i, t := range list {
		if ids[i] = t.subscription; f.action != bot.Post {
			text, key, ids[i] = edits, "t.id", t.target
		}
		lowest, highest = min(lowest, t.target), max(highest, t.target)
	}
	which, arg := s.db.In(key, ids)
	err := tx.Queue(ctx, text+which+`
		ON CONFLICT DO NOTHING`, arg, f.article, f.revision, f.action, state, f.rank, f.due, at.enqueued, by.base)
	if err != nil || state == embargoed {
		return err
	}
	return queueBetween(ctx, tx, by, lowest, highest, max(at.ready, f.due))
}
