package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"tidings/internal/database"
)

// batchCursor goes through the batches of a platform that are due, within one Claim.
type batchCursor struct {
	*Store
	tx       *database.Tx
	platform string
	next     []batch // at most one
}

// queueNext asks for the batch that is to go out next. It is known once what was queued has run.
func (c *batchCursor) queueNext(ctx context.Context) error {
	const (
		first = `(SELECT id FROM batches WHERE platform = $1 AND rank = %d AND due <= $2 ORDER BY due, id LIMIT 1)`
		text  = `
		SELECT` + batchColumns + `
		FROM batches AS b
		WHERE b.id = coalesce(`
	)
	order := rankOrder(rand.N(lowerPart * lowerPart))
	parts := make([]string, 0, ranks)
	for _, rank := range order {
		parts = append(parts, fmt.Sprintf(first, rank))
	}
	c.next = nil
	return database.QueueCollect(ctx, c.tx, &c.next, readBatch, text+strings.Join(parts, ", ")+")", c.platform, c.tx.Now)
}

// rankOrder returns in which order batches are looked at: mostly by rank, but each rank leaves a tenth of the turns to
// those after it. lot is less than the square of lowerPart.
func rankOrder(lot int) [ranks]int {
	switch {
	case lot == 0:
		return [ranks]int{floodRank, urgentRank, ordinaryRank}
	case lot < lowerPart:
		return [ranks]int{ordinaryRank, urgentRank, floodRank}
	}
	return [ranks]int{urgentRank, ordinaryRank, floodRank}
}

// any reports whether some batch is due.
func (c *batchCursor) any() bool { return len(c.next) > 0 }

// expand makes deliveries of the next batch.
func (c *batchCursor) expand(ctx context.Context) error {
	const remove = `
		DELETE FROM batches
		WHERE id = $1 AND entries = $2`
	b := &c.next[0]
	n, err := c.tx.Exec(ctx, remove, b.id, b.entries)
	if err != nil || n == 0 { // another claimer has it
		return err
	}
	return c.insert(ctx, c.tx, &b.fanoutJob, b.arrival(), b.numbering(), b.recipients)
}

// expandBefore makes deliveries of what batches have for targets and goes before the first that they have. It
// returns those that had any.
func (c *batchCursor) expandBefore(ctx context.Context, first map[int64]*next) (map[int64]bool, error) {
	const (
		text = `
			SELECT` + batchColumns + `
			FROM batches AS b
			WHERE `
		before = ` AND (b.rank, b.id) < ($2, $3) AND b.due <= $4`
	)
	had := map[int64]bool{}
	if !c.any() || len(first) == 0 {
		return had, nil
	}
	shards, last := shardsOf(first)
	which, arg := c.db.In("b.shard", shards)
	list, err := database.Collect(ctx, c.tx, readBatch, text+which+before, arg, last.rank, last.ID, c.tx.Now)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b batch) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.id, b.id)) })
	for _, target := range slices.Sorted(maps.Keys(first)) {
		for i := range list {
			b := &list[i]
			if !b.has(target) || first[target].before(int64(b.rank), b.id) {
				continue
			}
			had[target] = true
			if err := c.extract(ctx, c.tx, b, target); err != nil {
				return nil, err
			}
		}
	}
	return had, nil
}

// shardsOf returns the shards of targets, and the last of their deliveries.
func shardsOf(first map[int64]*next) (shards []int64, last next) {
	for target, d := range first {
		if last.before(d.rank, d.ID) {
			last = *d
		}
		if shard := target / shardSize; !slices.Contains(shards, shard) {
			shards = append(shards, shard)
		}
	}
	return shards, last
}

// before reports whether a delivery goes before one of a rank with an ID.
func (d *next) before(rank, id int64) bool {
	return cmp.Or(cmp.Compare(d.rank, rank), cmp.Compare(d.ID, id)) < 0
}
