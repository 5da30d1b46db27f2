package store

import (
	"context"
	"slices"

	"tidings/bot"
)

// packedRow is what one article has waiting for the targets of a bucket.
type packedRow struct {
	fan
	id, bucket, enqueued, entries int64
	takers                        []taker
}

const packedColumns = `
	id, article_id, revision, action, bucket, rank, due, enqueued, entries, content`

func readPacked(row scan) (p packedRow, err error) {
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

// unpack makes deliveries of the packed row of a platform that is to go out next, and reports whether there
// was one.
func (s *Store) unpack(ctx context.Context, tx *tx, platform string) (bool, error) {
	const (
		next = `
			SELECT` + packedColumns + `
			FROM packed
			WHERE platform = $1 AND rank = $2 AND due <= $3
			ORDER BY due, id
			LIMIT 1`
		remove = `
			DELETE FROM packed
			WHERE id = $1 AND entries = $2`
	)
	for rank := range 2 {
		p, found, err := one(ctx, tx, readPacked, next, platform, rank, tx.now)
		if err != nil {
			return false, err
		}
		if !found {
			continue
		}
		n, err := tx.exec(ctx, remove, p.id, p.entries)
		if err != nil || n == 0 { // another claimer has it
			return n == 0, err
		}
		_, err = s.insert(ctx, tx, &p.fan, p.enqueued, p.base(), p.takers)
		return true, err
	}
	return false, nil
}

// anyPacked reports whether something is packed for a platform that may go out.
func anyPacked(ctx context.Context, tx *tx, platform string) (bool, error) {
	const text = `
		SELECT id
		FROM packed
		WHERE platform = $1 AND rank = $2 AND due <= $3
		LIMIT 1`
	for rank := range 2 {
		id, err := number(ctx, tx, text, platform, rank, tx.now)
		if err != nil || id > 0 {
			return id > 0, err
		}
	}
	return false, nil
}

// unpackTarget makes deliveries of what is packed for one target.
func (s *Store) unpackTarget(ctx context.Context, tx *tx, target int64) error {
	list, err := packedFor(ctx, tx, target)
	if err != nil {
		return err
	}
	return s.takeOut(ctx, tx, list, target)
}

// unpackBefore makes deliveries of what is packed for a target and goes before one of its deliveries. It
// reports whether there was any.
func (s *Store) unpackBefore(ctx context.Context, tx *tx, target int64, rank, id int64) (bool, error) {
	const text = `
		SELECT` + packedColumns + `
		FROM packed
		WHERE bucket = $1 AND (rank, id) < ($2, $3) AND due <= $4
		ORDER BY rank, id`
	list, err := collect(ctx, tx, readPacked, text, target/bucketSize, rank, id, tx.now)
	if err != nil {
		return false, err
	}
	list = only(list, target)
	return len(list) > 0, s.takeOut(ctx, tx, list, target)
}

// packedFor returns the packed rows that hold something for a target.
func packedFor(ctx context.Context, q querier, target int64) ([]packedRow, error) {
	const text = `
		SELECT` + packedColumns + `
		FROM packed
		WHERE bucket = $1
		ORDER BY rank, id`
	list, err := collect(ctx, q, readPacked, text, target/bucketSize)
	return only(list, target), err
}

func only(list []packedRow, target int64) []packedRow {
	return slices.DeleteFunc(list, func(p packedRow) bool {
		_, found := findTaker(p.takers, target)
		return !found
	})
}

// takeOut makes deliveries of what packed rows hold for a target.
func (s *Store) takeOut(ctx context.Context, tx *tx, list []packedRow, target int64) error {
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
		rest := slices.Delete(p.takers, at, at+1)
		var err error
		if len(rest) == 0 {
			_, err = tx.exec(ctx, remove, p.id, p.entries)
		} else {
			_, err = tx.exec(ctx, shrink, p.id, p.entries, packTakers(rest))
		}
		if err != nil {
			return err
		}
		// Where another was faster with the row, the entry stays in it, and is passed over in its turn.
		if _, err := s.insert(ctx, tx, &p.fan, p.enqueued, p.base(), []taker{taken}); err != nil {
			return err
		}
	}
	return nil
}

// packedTargets returns the targets for which posts of articles are packed. The condition is on packed AS p, with
// its arguments.
func packedTargets(ctx context.Context, tx *tx, from string, args ...any) (map[int64]bool, error) {
	text := `
		SELECT p.id, p.article_id, p.revision, p.action, p.bucket, p.rank, p.due, p.enqueued, p.entries, p.content
		FROM ` + from
	list, err := collect(ctx, tx, readPacked, text, args...)
	if err != nil {
		return nil, err
	}
	set := map[int64]bool{}
	for i := range list {
		if list[i].action != bot.Post {
			continue
		}
		for _, t := range list[i].takers {
			set[t.target] = true
		}
	}
	return set, nil
}
