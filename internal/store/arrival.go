package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

const (
	// fewArrivals is how many new articles at once are no flood for any feed.
	fewArrivals = 5
	// timesUsual is how many times a feed's usual batch is one.
	timesUsual = 3
	// usualShare is how many of a feed's batches, in percent, the usual one is not smaller than.
	usualShare = 95
	// batchesKept is how many batches are remembered, and fewBatches how many say what is usual.
	batchesKept = 40
	fewBatches  = 5
)

// arrivals is how a feed's new articles use to come.
type arrivals struct {
	added   int64 // when the source was; tells it from another that had its name
	known   bool  // it was read before
	newest  time.Time
	batches []int
}

// arrivalsOf returns what is known of a feed; found is false if the source is none.
func (p *putter) arrivalsOf(ctx context.Context, source string) (r arrivals, found bool, err error) {
	const text = `
		SELECT s.added, s.last_success, coalesce(r.added, 0), coalesce(r.newest, 0), coalesce(r.batches, '[]')
		FROM sources AS s
		LEFT JOIN arrivals AS r ON r.source = s.name
		WHERE s.name = $1 AND s.kind = $2`
	read := func(row database.Scan) (r arrivals, err error) {
		var success, of, newest int64
		var batches string
		if err := row(&r.added, &success, &of, &newest, &batches); err != nil {
			return r, err
		}
		r.known = of == r.added || success > 0
		if of == r.added {
			r.newest = moment(newest)
			err = json.Unmarshal([]byte(batches), &r.batches)
		}
		return r, err
	}
	return database.One(ctx, p.tx, read, text, source, bot.FeedSource)
}

// quieten decides which items of a feed's document alert nobody: all of the first one, and of a flood those
// that are no newer than what was there before. A flood is what a site makes that gives all its articles
// new names, or a database that was put back.
func (p *putter) quieten(ctx context.Context, source string, items []*item) error {
	r, found, err := p.arrivalsOf(ctx, source)
	if err != nil || !found {
		return err
	}
	var fresh []*item // what the source has not told before, and what nobody has been alerted of
	for _, it := range items {
		if it.old == nil || it.old.Suppressed != "" && it.old.Source != source && !slices.Contains(it.old.OtherSources, source) {
			fresh = append(fresh, it)
		}
	}
	flood := r.isFlood(len(fresh), len(items))
	if flood {
		if p.result.BulkUpdate, err = p.calmBefore(ctx, source); err != nil {
			return err
		}
	}
	held, newest := false, r.newest
	for _, it := range fresh {
		switch {
		case !r.known:
			it.quiet = bot.Seen
		case flood && !it.newerThan(r.newest):
			it.quiet, held = bot.AwaitingApproval, true
		}
		if it.Published.After(newest) {
			newest = it.Published
		}
	}
	p.result.BulkUpdate = p.result.BulkUpdate && held
	return p.saveArrivals(ctx, source, r, len(fresh), newest)
}

// calmBefore reports whether nothing of a source is held back.
func (p *putter) calmBefore(ctx context.Context, source string) (bool, error) {
	const text = `
		SELECT id
		FROM articles
		WHERE source = $1 AND quiet = 'held'
		LIMIT 1`
	id, err := database.Number(ctx, p.tx, text, source)
	return id == 0, err
}

// isFlood reports whether a document with so many new items among all is one that nobody should get.
func (r *arrivals) isFlood(fresh, all int) bool {
	if !r.known || fresh <= fewArrivals {
		return false
	}
	return fresh > max(fewArrivals, timesUsual*r.usual()) && len(r.batches) >= fewBatches || 2*fresh > all
}

// usual returns the size of batch that few are above.
func (r *arrivals) usual() int {
	if len(r.batches) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(r.batches))
	return sorted[(len(sorted)-1)*usualShare/100]
}

// newerThan reports whether the item has a date of its own, after everything that was there.
func (it *item) newerThan(newest time.Time) bool {
	return !it.given.Published.IsZero() && it.Published.After(newest)
}

// saveArrivals remembers a batch. One flood does not make floods usual.
func (p *putter) saveArrivals(ctx context.Context, source string, r arrivals, fresh int, newest time.Time) error {
	const upsert = `
		INSERT INTO arrivals (source, added, newest, batches)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (source) DO UPDATE
		SET added = excluded.added, newest = excluded.newest, batches = excluded.batches`
	if r.known && fresh == 0 {
		return nil
	}
	if r.known && fresh > 0 {
		r.batches = append(r.batches, fresh)
		r.batches = r.batches[max(0, len(r.batches)-batchesKept):]
	}
	batches := "[]"
	if len(r.batches) > 0 {
		b, err := json.Marshal(r.batches)
		if err != nil {
			return err
		}
		batches = string(b)
	}
	_, err := p.tx.Exec(ctx, upsert, source, r.added, micros(newest), batches)
	return err
}
