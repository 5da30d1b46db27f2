package store

import (
	"context"

	"tidings/bot"
	"tidings/internal/database"
)

// batch is one action that waits for some of the targets of a shard: a row in place of up to shardSize deliveries.
// Those come into being when they are claimed, or before anything else happens to one of their targets; each has the
// number that was kept free for it, so that the order is that in which they came. Table batches is known to this file
// and to batch_cursor.go alone.
type batch struct {
	fanoutJob
	id, shard, enqueued, entries int64
	recipients                   []recipient
}

// batchFrom is from how many targets on a fan-out is kept as batches. Below that, rows of their own take no longer than
// a command may wait.
const batchFrom = 256

const batchColumns = `
	b.id, b.article_id, b.revision, b.action, b.shard, b.rank, b.due, b.enqueued, b.entries, b.content`

func readBatch(row database.Scan) (b batch, err error) {
	var content []byte
	if err := row(&b.id, &b.article, &b.revision, &b.action, &b.shard, &b.rank, &b.due, &b.enqueued, &b.entries,
		&content); err != nil {
		return b, err
	}
	b.recipients, err = decodeRecipients(b.shard, content)
	return b, err
}

// base is what a target's ID is added to for the ID of its delivery.
func (b *batch) base() int64 { return b.id - b.shard*shardSize }

func (b *batch) numbering() numbering { return numbering{base: b.base()} }

// ready is since when the batch may go out.
func (b *batch) ready() int64 { return max(b.enqueued, b.due) }

// arrival is that of its deliveries: a crowd stands in line.
func (b *batch) arrival() arrival { return arrival{enqueued: b.enqueued, ready: b.ready()} }

// has reports whether a target is among the recipients.
func (b *batch) has(target int64) bool {
	_, found := findRecipient(b.recipients, target)
	return found
}

// addBatches writes a batch for each shard of the recipients.
func addBatches(ctx context.Context, tx *database.Tx, f *fanoutJob, platform string, list []recipient) error {
	const insert = `
		INSERT INTO batches (id, article_id, revision, action, platform, shard, rank, due, enqueued, entries, content)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	parts := byShard(list)
	first, err := reserve(ctx, tx, len(parts)*shardSize)
	if err != nil {
		return err
	}
	for i, part := range parts {
		id := first + int64(i)*shardSize
		if err := tx.Queue(ctx, insert, id, f.article, f.revision, f.action, platform, part[0].target/shardSize, f.rank, f.due,
			tx.Now, len(part), encodeRecipients(part)); err != nil {
			return err
		}
	}
	return nil
}

// batched is what a batch has for one target.
type batched struct {
	position
	article int64
	step    bot.Step
}

// batchedFor returns what batches have for a target, in the order in which it goes out.
func batchedFor(ctx context.Context, q database.Querier, target int64) ([]batched, error) {
	rows, err := batchesFor(ctx, q, target)
	list := make([]batched, len(rows))
	for i := range rows {
		b := &rows[i]
		list[i] = batched{position: position{int64(b.rank), b.base() + target}, article: b.article, step: bot.Step{
			Action: b.action, Revision: int(b.revision), State: bot.Pending, Enqueued: moment(b.enqueued), Due: moment(b.due),
			Flood: b.rank == floodRank,
		}}
	}
	return list, err
}

// batchesFor returns the batches that have something for a target.
func batchesFor(ctx context.Context, q database.Querier, target int64) ([]batch, error) {
	const text = `
		SELECT` + batchColumns + `
		FROM batches AS b
		WHERE b.shard = $1
		ORDER BY b.rank, b.id`
	var list []batch
	read := func(row database.Scan) error {
		b, err := readBatch(row)
		if err == nil && b.has(target) {
			list = append(list, b)
		}
		return err
	}
	return list, q.Each(ctx, read, text, target/shardSize)
}

// expandTarget makes deliveries of what batches have for one target. It comes before anything that is done to the
// target's deliveries.
func (s *Store) expandTarget(ctx context.Context, tx *database.Tx, target int64) error {
	list, err := batchesFor(ctx, tx, target)
	if err != nil {
		return err
	}
	for i := range list {
		if err := s.extract(ctx, tx, &list[i], target); err != nil {
			return err
		}
	}
	return nil
}

// extract makes a delivery of what a batch has for a target.
func (s *Store) extract(ctx context.Context, tx *database.Tx, b *batch, target int64) error {
	const (
		shrink = `
			UPDATE batches
			SET entries = entries - 1, content = $3
			WHERE id = $1 AND entries = $2`
		remove = `
			DELETE FROM batches
			WHERE id = $1 AND entries = $2`
	)
	one, rest := withoutRecipient(b.recipients, target)
	b.recipients = rest
	var err error
	if len(rest) == 0 {
		err = tx.Queue(ctx, remove, b.id, b.entries)
	} else {
		err = tx.Queue(ctx, shrink, b.id, b.entries, encodeRecipients(rest))
	}
	if err != nil {
		return err
	}
	b.entries--
	// Where another was faster with the row, the entry stays in it, and is passed over in its turn.
	return s.insert(ctx, tx, &b.fanoutJob, b.arrival(), b.numbering(), []recipient{one})
}

// queueBatchedPosts queries the targets for which batches have a post of an article.
func queueBatchedPosts(ctx context.Context, tx *database.Tx, article int64, into map[int64]bool) error {
	const text = `
		SELECT` + batchColumns + `
		FROM batches AS b
		WHERE b.article_id = $1`
	return tx.QueueQuery(ctx, readPostsInto(into), text, article)
}

// batchedStoryPosts returns the targets for which batches have a post of another article of a story.
func batchedStoryPosts(ctx context.Context, tx *database.Tx, story, article int64) (map[int64]bool, error) {
	const text = `
		SELECT` + batchColumns + `
		FROM articles AS m
		JOIN batches AS b ON b.article_id = m.id
		WHERE m.story = $1 AND m.story <> 0 AND m.id <> $2`
	targets := map[int64]bool{}
	return targets, tx.Each(ctx, readPostsInto(targets), text, story, article)
}

// readPostsInto adds to a set the targets for which batches have posts.
func readPostsInto(set map[int64]bool) func(database.Scan) error {
	return func(row database.Scan) error {
		b, err := readBatch(row)
		if err != nil || b.action != bot.Post {
			return err
		}
		for _, r := range b.recipients {
			set[r.target] = true
		}
		return nil
	}
}

// rescheduleBatches lets the posts of an article wait for another moment.
func rescheduleBatches(ctx context.Context, tx *database.Tx, article, due int64) error {
	const text = `
		UPDATE batches
		SET due = $2
		WHERE article_id = $1 AND revision = 0`
	return tx.Queue(ctx, text, article, due)
}

// batchBacklog lists platforms and how many deliveries a batch has for one that is due at $1.
const batchBacklog = `
	SELECT platform, entries
	FROM batches
	WHERE due <= $1`

// batchesDue lists when the next batch of platform $1 and a rank is due, which releases nothing.
const batchesDue = `SELECT min(due), 0 FROM batches WHERE platform = $1 AND rank = %d`
