package store

import (
	"context"
	"fmt"

	"tidings/bot"
	"tidings/internal/database"
)

// Probable returns the suspended targets of a platform that are to be tried again every now and then, because their
// suspension may end without an event. Targets for which no alert waits are left out.
func (s *Store) Probable(ctx context.Context, platform string) ([]bot.Suspended, error) {
	const text = `
		SELECT t.platform, t.space, t.chat, t.thread, t.suspended_at
		FROM targets AS t
		WHERE t.platform = $1 AND t.suspended <> '' AND t.probe = 1 AND EXISTS (
			SELECT 1
			FROM deliveries AS d
			WHERE d.target_id = t.id AND d.state = 'pending' AND d.action = 'post')
		ORDER BY t.id`
	read := func(row database.Scan) (t bot.Suspended, err error) {
		var since int64
		err = row(&t.Platform, &t.Space, &t.Chat, &t.Thread, &since)
		t.Since = moment(since)
		return t, err
	}
	list, err := database.Collect(ctx, s.db, read, text, platform)
	if err != nil {
		return nil, fmt.Errorf("suspended targets of %s: %w", platform, err)
	}
	return list, nil
}

// OldestWaiting returns the oldest post that waits for a suspended target, without a lease: only that it was sent, or may have
// been, is recorded. One that may have arrived comes last. It returns bot.ErrNotFound if none waits.
func (s *Store) OldestWaiting(ctx context.Context, t bot.Target) (bot.Delivery, error) {
	const (
		oldest = `(
			SELECT w.id
			FROM deliveries AS w
			JOIN articles AS a ON a.id = w.article_id
			WHERE w.target_id = $1 AND w.state = 'pending' AND w.action = 'post' AND w.listed = 0
				AND a.status <> 'withdrawn' AND a.embargo <= $2`
		inOrder = `
			ORDER BY w.rank, w.id
			LIMIT 1)`
		text = deliveryOf + `
		WHERE d.id = coalesce(` + oldest + ` AND w.uncertain = 0 AND w.shown = 0` + inOrder + `, ` + oldest + inOrder + `)`
	)
	fail := func(err error) (bot.Delivery, error) {
		return bot.Delivery{}, fmt.Errorf("oldest alert that waits for %s: %w", t, err)
	}
	id, err := findTarget(ctx, s.db, t)
	if err != nil {
		return fail(err)
	}
	ended, _ := s.embargoesEnded(micros(s.now()))
	d, found, err := database.One(ctx, s.db, readNext, text, id, ended)
	switch {
	case err != nil:
		return fail(err)
	case !found || !d.subscribed || !d.Article.VisibleIn(t.Place()):
		return fail(bot.ErrNotFound)
	}
	now, err := s.isNow(ctx, &d)
	switch {
	case err != nil:
		return fail(err)
	case !now:
		return fail(bot.ErrNotFound)
	}
	if d.shown > 0 {
		d.Unknown = max(1, d.Unknown) // its sender may have died
		if d.MayShow, err = d.mayShow(ctx, s.db); err != nil {
			return fail(err)
		}
	}
	return d.Delivery, nil
}
