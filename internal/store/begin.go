package store

import (
	"context"
	"maps"
	"slices"

	"tidings/bot"
	"tidings/internal/database"
)

// begin notes which revision a target may show from now on. A process that dies with the lease leaves that note
// behind, since its alert may or may not have arrived. Of an edit, the lease that lapsed says so: to edit again changes nothing, but the
// message that tells of the edit may have arrived.
func (c *claimer) begin(ctx context.Context, target int64, d *next) error {
	const again = `
			UPDATE deliveries
			SET uncertain = uncertain + 1, unknown_at = $2
			WHERE id = $1`
	switch {
	case d.Action != bot.Post:
		if !d.lapsed {
			return nil
		}
		d.UnknownSince = moment(c.tx.Now)
	case d.IsList():
		return c.beginList(ctx, d)
	case d.shown == 0:
		c.begun[d.Article.Revision] = append(c.begun[d.Article.Revision], d.ID)
		return nil
	case !d.lapsed && d.uncertain > 0:
		return nil
	}
	d.Unknown++
	if err := c.tx.Queue(ctx, again, d.ID, c.tx.Now); err != nil {
		return err
	}
	return countUncertain(ctx, c.tx, target)
}

// mayShow returns what a post of unknown outcome may show, if its article was revised since. What lists show of their entries
// isn't on record.
func (d *next) mayShow(ctx context.Context, q database.Querier) (*bot.Article, error) {
	if d.Action != bot.Post || d.shown == 0 || d.shown >= d.Article.Revision || d.IsList() {
		return nil, nil //nolint:nilnil // nothing else
	}
	return revisionOf(ctx, q, &d.Article, d.shown)
}

// noteBegun notes of the posts that go out for the first time which revision their targets may show.
func (c *claimer) noteBegun(ctx context.Context) error {
	const text = `
		UPDATE deliveries
		SET shown = $2, unknown_from = $3, unknown_at = $3
		WHERE `
	for _, revision := range slices.Sorted(maps.Keys(c.begun)) {
		which, ids := c.db.In("id", c.begun[revision])
		if err := c.tx.Queue(ctx, text+which, ids, revision, c.tx.Now); err != nil {
			return err
		}
	}
	clear(c.begun)
	return nil
}

// beginList notes which deliveries go out together, so that a list that may have arrived is repeated as it was.
func (c *claimer) beginList(ctx context.Context, d *next) error {
	const text = `
		UPDATE deliveries
		SET listed = $2, unknown_at = $3, uncertain = uncertain + $4, unknown_from = $5,
			shown = CASE
				WHEN wait = '' OR shown > 0 THEN shown
				ELSE (SELECT a.revision FROM articles AS a WHERE a.id = deliveries.article_id)
			END
		WHERE `
	if d.Place == 0 {
		if err := c.placeInOrder(ctx, d); err != nil {
			return err
		}
	}
	ids := []int64{d.ID}
	for _, others := range [][]bot.Delivery{d.With, d.Rest} {
		for i := range others {
			ids = append(ids, others[i].ID)
		}
	}
	from, unknown := c.tx.Now, 0
	if d.listBegun() {
		from = micros(d.UnknownFrom)
		if d.lapsed || d.uncertain == 0 {
			d.Unknown, unknown = d.Unknown+1, 1
		}
	}
	which, list := c.db.In("id", ids)
	return c.tx.Queue(ctx, text+which, list, d.ID, c.tx.Now, unknown, from)
}

// listBegun reports whether a list may have arrived. One that didn't wait is kept together for that reason alone.
func (d *next) listBegun() bool { return d.shown > 0 || d.Waited == "" && d.listed == d.ID }

// placeInOrder numbers the entries of a list that isn't an edition.
func (c *claimer) placeInOrder(ctx context.Context, d *next) error {
	for i := range d.With {
		d.With[i].Place = i + 1
		if err := c.place(ctx, d.With[i].ID, d.ID, i+1); err != nil {
			return err
		}
	}
	d.Place = len(d.With) + 1
	return c.place(ctx, d.ID, d.ID, d.Place)
}

// place notes where in which list a delivery is to be. It waited until now, if not for less long.
func (c *claimer) place(ctx context.Context, id, list int64, place int) error {
	const text = `
		UPDATE deliveries
		SET listed = $2, place = $3, due = CASE WHEN due > $4 THEN $4 ELSE due END
		WHERE id = $1`
	return c.tx.Queue(ctx, text, id, list, place, c.tx.Now)
}
