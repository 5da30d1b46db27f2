package store

import (
	"context"
	"sync"
	"time"

	"tidings/internal/database"
)

// clockWatch notices that the wall clock was set back, perhaps while the program was not running. What waits in the
// queue until a moment would wait for longer by as much.
type clockWatch struct {
	skew time.Duration // by how much the clocks of processes may differ

	mu      sync.Mutex // guards what follows
	last    time.Time
	back    int            // how often it was set back
	checked map[string]int // back, and 1, of when the queue of a platform was put right
}

// skewOf returns by how much the clocks of the processes on a database may differ: those of one machine hardly do.
func skewOf(kind database.Kind) time.Duration {
	if kind == database.Postgres {
		return time.Minute
	}
	return time.Second
}

// suspects reports whether the clock may have been set back since the queue of a platform was put right.
func (c *clockWatch) suspects(platform string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look(now)
	return c.checked[platform] <= c.back
}

// look compares the wall clock with the monotonic one, where there is one.
func (c *clockWatch) look(now time.Time) {
	if !c.last.IsZero() {
		wall := now.Round(0).Sub(c.last.Round(0))
		if min(wall, wall-now.Sub(c.last)) < -c.skew {
			c.back++
		}
	}
	c.last = now
}

// settle notes that the queue of a platform is right.
func (c *clockWatch) settle(platform string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.checked == nil {
		c.checked = map[string]int{}
	}
	c.checked[platform] = c.back + 1
}

// isBehind reports whether something waits that dates from a time that has not come. It only asks the database where
// the clock may have been set back.
func (s *Store) isBehind(ctx context.Context, platform string, now time.Time) (bool, error) {
	if !s.clock.suspects(platform, now) {
		return false, nil
	}
	text := `
		SELECT count(*)
		FROM (
			` + unionOfRanks(`SELECT target_id FROM queue WHERE platform = $1 AND rank = %d AND ready_at > $2 AND set_at > $2`) + `
			UNION ALL
			SELECT target_id FROM deliveries WHERE state = 'embargoed' AND due > $3 AND (attempts >= $4 OR due > $5 AND unknown > 0)
			UNION ALL
			SELECT target_id FROM deliveries WHERE state = 'scheduled' AND due > $2 AND planned > $2
			LIMIT 1
		) AS ahead`
	n, err := database.Number(ctx, s.db, text, platform, micros(now.Add(s.clock.skew)), micros(now.Add(stepAsideMost)), stepAside, micros(now.Add(copyMost)))
	if err == nil && n == 0 {
		s.clock.settle(platform)
	}
	return n > 0, err
}

// stepAsideMost is longer than a delivery that waits alone does for a failure, and copyMost longer than one does that may
// have arrived.
const (
	stepAsideMost = 10 * time.Minute
	copyMost      = 3 * time.Hour
)

// advance makes due what dates from a time that has not come: it waits for no valid reason. An embargo does. It
// returns how much that was.
func (s *Store) advance(ctx context.Context, tx *database.Tx, platform string) (advanced int64, err error) {
	const (
		queue = `
			UPDATE queue
			SET ready_at = $3, set_at = $3
			WHERE platform = $1 AND rank = $2 AND ready_at > $4 AND set_at > $4`
		aside = `
			UPDATE deliveries
			SET due = $1
			WHERE state = 'embargoed' AND due > $2 AND (attempts >= $3 OR due > $4 AND unknown > 0)
				AND (SELECT embargo FROM articles AS a WHERE a.id = deliveries.article_id) <= $1`
	)
	ahead := tx.Now + s.clock.skew.Microseconds()
	for rank := range ranks {
		n, err := tx.Exec(ctx, queue, platform, rank, tx.Now, ahead)
		if err != nil {
			return 0, err
		}
		advanced += n
	}
	n, err := replanAhead(ctx, tx, ahead)
	if err != nil {
		return 0, err
	}
	advanced += n
	n, err = tx.Exec(ctx, aside, tx.Now, tx.Now+stepAsideMost.Microseconds(), stepAside, tx.Now+copyMost.Microseconds())
	return advanced + n, err
}

// replanAhead has planned anew what was planned at a time that has not come.
func replanAhead(ctx context.Context, tx *database.Tx, ahead int64) (int64, error) {
	const text = `
		UPDATE deliveries
		SET state = 'pending'
		WHERE state = 'scheduled' AND due > $1 AND planned > $1
		RETURNING target_id`
	targets, err := database.Collect(ctx, tx, database.Value[int64], text, ahead)
	if err != nil {
		return 0, err
	}
	for _, target := range targets {
		if err := enqueueTarget(ctx, tx, target); err != nil {
			return 0, err
		}
	}
	return int64(len(targets)), nil
}
