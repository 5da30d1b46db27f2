package store

import (
	"context"
	"slices"

	"tidings/bot"
	"tidings/internal/database"
)

// packFrom is from how many targets on a fan-out is packed. Below that, rows of their own take no longer than
// a command may wait.
const packFrom = 256

// fan is one action that many targets get.
type fan struct {
	article, revision int64
	action            bot.Action
	rank              int
	due               int64 // 0, or the end of an embargo
}

// state returns the state of the fan's deliveries.
func (f *fan) state(tx *database.Tx) bot.DeliveryState {
	if f.due > tx.Now {
		return embargoed
	}
	return bot.Pending
}

// audience is who gets something, by platform, and in the order of the targets.
type audience map[string][]taker

func (a audience) len() (n int) {
	for _, list := range a {
		n += len(list)
	}
	return n
}

// spread puts a fan on record for an audience: packed, if it is large.
func (s *Store) spread(ctx context.Context, tx *database.Tx, f *fan, to audience) error {
	suspended := map[int64]bool{}
	packing := to.len() >= packFrom
	if packing {
		var err error
		if suspended, err = database.IDSet(ctx, tx, `SELECT id FROM targets WHERE suspended <> ''`); err != nil {
			return err
		}
	}
	var direct []taker
	for _, platform := range slices.Sorted(keysOfAudience(to)) {
		list := to[platform]
		if !packing {
			direct = append(direct, list...)
			continue
		}
		list, asleep := partition(list, suspended)
		direct = append(direct, asleep...) // the backlog counts what is packed, and leaves these out
		if err := f.pack(ctx, tx, platform, list); err != nil {
			return err
		}
	}
	return s.direct(ctx, tx, f, direct)
}

func keysOfAudience(a audience) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range a {
			if !yield(k) {
				return
			}
		}
	}
}

// partition takes those out of a list whose targets are in a set.
func partition(list []taker, set map[int64]bool) (without, with []taker) {
	if len(set) == 0 {
		return list, nil
	}
	for _, t := range list {
		if set[t.target] {
			with = append(with, t)
		} else {
			without = append(without, t)
		}
	}
	return without, with
}

// pack writes a packed row for each bucket of the takers.
func (f *fan) pack(ctx context.Context, tx *database.Tx, platform string, list []taker) error {
	const insert = `
		INSERT INTO packed (id, article_id, revision, action, platform, bucket, rank, due, enqueued, entries, content)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	parts := byBucket(list)
	first, err := reserve(ctx, tx, len(parts)*bucketSize)
	if err != nil {
		return err
	}
	for i, part := range parts {
		id := first + int64(i)*bucketSize
		if err := tx.Queue(ctx, insert, id, f.article, f.revision, f.action, platform, part[0].target/bucketSize, f.rank, f.due,
			tx.Now, len(part), packTakers(part)); err != nil {
			return err
		}
	}
	return nil
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

// direct writes deliveries of their own for takers, and queues their targets.
func (s *Store) direct(ctx context.Context, tx *database.Tx, f *fan, list []taker) error {
	if len(list) == 0 {
		return nil
	}
	lowest, highest := list[0].target, list[0].target
	for _, t := range list {
		lowest, highest = min(lowest, t.target), max(highest, t.target)
	}
	first, err := reserve(ctx, tx, int(highest-lowest)+1)
	if err != nil {
		return err
	}
	return s.insert(ctx, tx, f, tx.Now, first-lowest, list)
}

// insert writes a delivery for each taker, the ID of which is base and the target's, and queues the targets. It
// passes over those that are there.
func (s *Store) insert(ctx context.Context, tx *database.Tx, f *fan, enqueued, base int64, list []taker) error {
	const into = `
		INSERT INTO deliveries (id, article_id, target_id, revision, action, state, rank, due, enqueued, subscription_id)`
	posts := into + `
		SELECT $9 + s.target_id, $2, s.target_id, $3, $4, $5, $6, $7, $8, s.id
		FROM ` + s.db.List() + `
		JOIN subscriptions AS s ON s.id = list.value
		WHERE true
		ON CONFLICT DO NOTHING`
	edits := into + `
		SELECT $9 + t.id, $2, t.id, $3, $4, $5, $6, $7, $8, 0
		FROM ` + s.db.List() + `
		JOIN targets AS t ON t.id = list.value
		WHERE true
		ON CONFLICT DO NOTHING`
	text, state := posts, f.state(tx)
	ids := make([]int64, len(list))
	lowest, highest := list[0].target, list[0].target
	for i, t := range list {
		if ids[i] = t.subscription; f.action != bot.Post {
			text, ids[i] = edits, t.target
		}
		lowest, highest = min(lowest, t.target), max(highest, t.target)
	}
	err := tx.Queue(ctx, text, database.JSONList(ids), f.article, f.revision, f.action, state, f.rank, f.due, enqueued, base)
	if err != nil || state == embargoed {
		return err
	}
	return queueBetween(ctx, tx, base+lowest, base+highest, max(enqueued, f.due))
}
