package store

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"tidings/bot"
	"tidings/internal/database"
)

// packedRow is what one article has waiting for the targets of a bucket.
type packedRow struct {
	fan
	id, bucket, enqueued, entries int64
	takers                        []taker
}

const packedColumns = `
	id, article_id, revision, action, bucket, rank, due, enqueued, entries, content`

func readPacked(row database.Scan) (p packedRow, err error) {
	var content []byte
	if err := row(&p.id, &p.article, &p.revision, &p.action, &p.bucket, &p.rank, &p.due, &p.enqueued, &p.entries,
		&content); err != nil {
		return p, err
	}
	p.takers, err = unpackTakers(p.bucket, content)
	return p, err
}

// base is what a target's ID is added to for the ID of its delivery.
func (p *packedRow) base() int64 { return p.id - p.bucket*bucketSize }

// ready is since when the row may go out.
func (p *packedRow) ready() int64 { return max(p.enqueued, p.due) }

// nextPacked reads the packed row of a platform that is to go out next: $1 and $2 are the platform and now.
const nextPacked = `
		SELECT` + packedColumns + `
		FROM packed
		WHERE id = coalesce(
			(SELECT id FROM packed WHERE platform = $1 AND rank = 0 AND due <= $2 ORDER BY due, id LIMIT 1),
			(SELECT id FROM packed WHERE platform = $1 AND rank = 1 AND due <= $2 ORDER BY due, id LIMIT 1))`

// unpack makes deliveries of a packed row. It leaves the row alone if enough targets have been ready for longer; 0 are
// never enough.
func (s *Store) unpack(ctx context.Context, tx *database.Tx, platform string, p *packedRow, enough int) error {
	const (
		before = `
			SELECT count(*)
			FROM (
				SELECT target_id
				FROM queue
				WHERE platform = $1 AND rank = $2 AND ready_at <= $3
				LIMIT $4) AS waiting`
		remove = `
			DELETE FROM packed
			WHERE id = $1 AND entries = $2`
	)
	if enough > 0 {
		n, err := database.Number(ctx, tx, before, platform, p.rank, p.ready(), enough)
		if err != nil || n == int64(enough) {
			return err
		}
	}
	n, err := tx.Exec(ctx, remove, p.id, p.entries)
	if err != nil || n == 0 { // another claimer has it
		return err
	}
	return s.insert(ctx, tx, &p.fan, p.enqueued, p.base(), p.takers)
}

// unpackTarget makes deliveries of what is packed for one target.
func (s *Store) unpackTarget(ctx context.Context, tx *database.Tx, target int64) error {
	list, err := packedFor(ctx, tx, target)
	if err != nil {
		return err
	}
	return s.takeOut(ctx, tx, list, target)
}

// unpackBefore makes deliveries of what is packed for targets and goes before the first that they have. It
// returns those that had any.
func (c *claimer) unpackBefore(ctx context.Context, first map[int64]*next) (map[int64]bool, error) {
	text := `
		SELECT` + packedColumns + `
		FROM packed
		WHERE bucket IN (SELECT list.value FROM ` + c.db.List() + `) AND (rank, id) < ($2, $3) AND due <= $4`
	had := map[int64]bool{}
	if !c.packed || len(first) == 0 {
		return had, nil
	}
	var last next
	var buckets []int64
	for target, d := range first {
		if last.before(d.rank, d.ID) {
			last = *d
		}
		if bucket := target / bucketSize; !slices.Contains(buckets, bucket) {
			buckets = append(buckets, bucket)
		}
	}
	list, err := database.Collect(ctx, c.tx, readPacked, text, database.JSONList(buckets), last.rank, last.ID, c.tx.Now)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b packedRow) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.id, b.id)) })
	for _, target := range slices.Sorted(maps.Keys(first)) {
		d := first[target]
		for i := range list {
			p := &list[i]
			if _, found := findTaker(p.takers, target); !found || d.before(int64(p.rank), p.id) {
				continue
			}
			had[target] = true
			if err := c.takeOut(ctx, c.tx, list[i:i+1], target); err != nil {
				return nil, err
			}
		}
	}
	return had, nil
}

// before reports whether a delivery goes before one of a rank with an ID.
func (d *next) before(rank, id int64) bool {
	return cmp.Or(cmp.Compare(d.rank, rank), cmp.Compare(d.ID, id)) < 0
}

// packedFor returns the packed rows that hold something for a target.
func packedFor(ctx context.Context, q database.Querier, target int64) ([]packedRow, error) {
	const text = `
		SELECT` + packedColumns + `
		FROM packed
		WHERE bucket = $1
		ORDER BY rank, id`
	list, err := database.Collect(ctx, q, readPacked, text, target/bucketSize)
	return only(list, target), err
}

func only(list []packedRow, target int64) []packedRow {
	return slices.DeleteFunc(list, func(p packedRow) bool {
		_, found := findTaker(p.takers, target)
		return !found
	})
}

// takeOut makes deliveries of what packed rows hold for a target.
func (s *Store) takeOut(ctx context.Context, tx *database.Tx, list []packedRow, target int64) error {
	const (
		shrink = `
			UPDATE packed
			SET entries = entries - 1, content = $3
			WHERE id = $1 AND entries = $2`
		remove = `
			DELETE FROM packed
			WHERE id = $1 AND entries = $2`
	)
	for i := range list {
		p := &list[i]
		at, _ := findTaker(p.takers, target)
		taken := p.takers[at]
		p.takers = slices.Delete(p.takers, at, at+1)
		var err error
		if len(p.takers) == 0 {
			err = tx.Queue(ctx, remove, p.id, p.entries)
		} else {
			err = tx.Queue(ctx, shrink, p.id, p.entries, packTakers(p.takers))
		}
		if err != nil {
			return err
		}
		p.entries--
		// Where another was faster with the row, the entry stays in it, and is passed over in its turn.
		if err := s.insert(ctx, tx, &p.fan, p.enqueued, p.base(), []taker{taken}); err != nil {
			return err
		}
	}
	return nil
}

// packedPosts reads packed AS p, and is to be followed by where from.
const packedPosts = `
		SELECT p.id, p.article_id, p.revision, p.action, p.bucket, p.rank, p.due, p.enqueued, p.entries, p.content
		FROM `

// readPackedInto adds the targets to a set for which rows hold posts.
func readPackedInto(set map[int64]bool) func(database.Scan) error {
	return func(row database.Scan) error {
		p, err := readPacked(row)
		if err != nil || p.action != bot.Post {
			return err
		}
		for _, t := range p.takers {
			set[t.target] = true
		}
		return nil
	}
}
