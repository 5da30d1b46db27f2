package store

import (
	"context"
	"slices"

	"tidings/bot"
	"tidings/bot/edition"
	"tidings/internal/database"
)

// gatherEdition makes a post that waited by its target's choice what goes out first of all that did: an alert alone, or the
// first message of a digest or list. It reports whether nothing does now. What goes into which message is noted, so that
// they stay as they are when one of them fails.
func (c *claimer) gatherEdition(ctx context.Context, d *next) (passed bool, err error) {
	if d.listed == 0 {
		if err := c.planAll(ctx, d); err != nil { // some may be late for it
			return false, err
		}
	}
	list, err := c.waited(ctx, d)
	if err != nil {
		return false, err
	}
	if i := slices.IndexFunc(list, func(e next) bool { return e.begun() && e.listed > 0 }); i >= 0 {
		part := ofList(list, list[i].listed)
		for i := range part {
			part[i].take(c.decide(&part[i]))
		}
		*d = assemble(part)
		return false, nil
	}
	divided := slices.ContainsFunc(list, func(e next) bool { return e.listed > 0 })
	var ready []next
	for i := range list {
		e := &list[i]
		if e.begun() || divided && e.listed == 0 {
			continue // an alert alone that is repeated, or what came since
		}
		passed, err := c.pass(ctx, e)
		if err == nil && !passed {
			passed, err = c.hold(ctx, e)
		}
		if err != nil {
			return false, err
		}
		if !passed {
			ready = append(ready, *e)
		}
	}
	if len(ready) == 0 {
		return true, nil
	}
	if ready, err = c.divide(ctx, ready); err != nil {
		return false, err
	}
	*d = assemble(ready)
	return false, nil
}

// waited reads what waits for the target of a post, and waited by its choice before, in the order of reading as far as that
// is decided.
func (c *claimer) waited(ctx context.Context, d *next) ([]next, error) {
	const (
		due = `
			UPDATE deliveries
			SET state = 'pending'
			WHERE target_id = $1 AND state = 'scheduled' AND wait <> '' AND due <= $2`
		text = deliveryOf + `
			WHERE d.target_id = $1 AND d.state = 'pending' AND d.action = 'post' AND d.wait <> '' AND d.catchup = ''
			ORDER BY d.rank, d.id`
	)
	if err := c.tx.Queue(ctx, due, d.target, c.tx.Now); err != nil { // a Claim doesn't release all at once
		return nil, err
	}
	if err := c.rejoin(ctx, d); err != nil {
		return nil, err
	}
	list, err := database.Collect(ctx, c.tx, readNext, text, d.target)
	for i := range list {
		list[i].Rhythm = d.Rhythm
	}
	slices.SortStableFunc(list, func(a, b next) int { return a.Place - b.Place })
	return list, err
}

// ofList returns the entries of a list.
func ofList(list []next, id int64) []next {
	return slices.DeleteFunc(slices.Clone(list), func(e next) bool { return e.listed != id })
}

// divide returns what goes out first of what is ready, and notes what goes into which message.
func (c *claimer) divide(ctx context.Context, ready []next) ([]next, error) {
	if i := slices.IndexFunc(ready, func(e next) bool { return e.Place > 0 }); i >= 0 {
		return ofList(ready, ready[i].listed), nil
	}
	form := formOf(ready)
	if len(ready) == 1 && form != edition.Digest {
		ready[0].listed, ready[0].Place = 0, 0
		return ready, nil
	}
	byID := map[int64]*next{}
	entries := make([]edition.Entry, len(ready))
	for i := range ready {
		e := &ready[i]
		byID[e.ID] = e
		entries[i] = edition.Entry{ID: e.ID, Article: &e.Article, Level: e.Level()}
	}
	most := bot.DefaultDigestMost
	if r := ready[0].Rhythm; r != nil && r.Settings.DigestMost > 0 {
		most = r.Settings.DigestMost
	}
	shown, rest := edition.Choose(entries, most)
	var first, last int64
	place := 0
	for _, n := range edition.Divide(shown, form) {
		last = shown[place+n-1].ID
		if first == 0 {
			first = last
		}
		for _, e := range shown[place : place+n] {
			place++
			byID[e.ID].listed, byID[e.ID].Place = last, place
		}
	}
	for i, e := range rest {
		byID[e.ID].listed, byID[e.ID].Place = last, -1-i
	}
	for i := range ready {
		ready[i].Due = earlier(ready[i].Due, moment(c.tx.Now))
		if err := c.place(ctx, ready[i].ID, ready[i].listed, ready[i].Place); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(ready, func(a, b next) int { return a.Place - b.Place })
	return ofList(ready, first), nil
}

// formOf returns the form of an edition: a digest, if any of its entries waited for one.
func formOf(list []next) edition.Form {
	if slices.ContainsFunc(list, func(e next) bool { return e.Waited == bot.ForDigest }) {
		return edition.Digest
	}
	return edition.List
}

// assemble makes one delivery of the entries of a message, which are in the order of reading. The last one carries it.
func assemble(part []next) next {
	slices.SortStableFunc(part, func(a, b next) int { return a.Place - b.Place })
	d := part[len(part)-1]
	d.Digest = d.listed > 0 && formOf(part) == edition.Digest
	d.Waited, d.Silent, d.Mentions = "", true, nil
	for i := range part {
		e := &part[i]
		d.Waited = firstWait(d.Waited, e.Waited)
		d.Due = earlier(d.Due, e.Due)
		d.Silent = d.Silent && e.Silent
		d.Mentions = bot.AddMentions(d.Mentions, e.Mentions)
		switch {
		case e.ID == d.ID:
		case e.Place < 0:
			d.Rest = append(d.Rest, e.Delivery)
		default:
			d.With = append(d.With, e.Delivery)
		}
	}
	if d.listed > 0 && !hasPlace(part, 1) {
		d.Mentions = nil // its first message has done so
	}
	return d
}

func hasPlace(part []next, place int) bool {
	return slices.ContainsFunc(part, func(e next) bool { return e.Place == place })
}

// firstWait returns which of two reasons to wait a list names.
func firstWait(a, b bot.Wait) bot.Wait {
	for _, w := range []bot.Wait{bot.ForDigest, bot.ForPauseEnd, bot.ForQuietEnd, bot.ForLimit} {
		if a == w || b == w {
			return w
		}
	}
	return ""
}

// readList adds to an edit of an entry what else its list shows.
func (c *claimer) readList(ctx context.Context, d *next) error {
	const text = deliveryOf + `
		WHERE d.listed = $1 AND d.listed <> 0 AND d.target_id = $2 AND d.revision = 0 AND d.state = 'sent' AND d.article_id <> $3`
	list, err := database.Collect(ctx, c.tx, readNext, text, d.listed, d.target, d.Article.ID)
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b next) int { return a.Place - b.Place })
	for i := range list {
		e := &list[i]
		d.Waited = firstWait(d.Waited, e.Waited)
		d.Due = earlier(d.Due, e.Due)
		if e.Place < 0 {
			d.Rest = append(d.Rest, e.Delivery)
		} else {
			d.With = append(d.With, e.Delivery)
		}
	}
	d.List, d.Digest = d.listed, d.Waited == bot.ForDigest
	return nil
}

// looksAlike reports whether a message shows an article as it is now.
func (d *next) looksAlike() bool {
	is, was := d.Article.Level(), d.Posted.Level()
	if d.listed == 0 {
		return d.Article.LooksLike(d.Posted) && is == was
	}
	return edition.LooksAlike(&d.Article, d.Posted) && (is == was || max(is, was) < bot.Urgent)
}
