package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tidings/bot"
	"tidings/internal/database"
)

// scheduled is the state of a post that waits by its target's choice, and lets others pass. It becomes pending when it is
// due, or when that choice changes.
const scheduled bot.DeliveryState = "scheduled"

// waitsOf counts what waits by a target's choice, by moment and kind.
func waitsOf(ctx context.Context, q database.Querier, target int64) (list []bot.Waits, err error) {
	const text = `
		SELECT d.wait, d.due
		FROM deliveries AS d
		JOIN articles AS a ON a.id = d.article_id
		WHERE d.target_id = $1 AND d.state = 'scheduled' AND d.wait <> '' AND a.status <> 'withdrawn'`
	err = q.Each(ctx, func(row database.Scan) error {
		var wait bot.Wait
		var due int64
		if err := row(&wait, &due); err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(w bot.Waits) bool { return w.Wait == wait && micros(w.Due) == due })
		if at < 0 {
			at = len(list)
			list = append(list, bot.Waits{Wait: wait, Due: moment(due)})
		}
		list[at].Alerts++
		return nil
	}, text, target)
	slices.SortFunc(list, func(a, b bot.Waits) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Wait, b.Wait)) })
	return list, err
}

// Scheduled returns up to n articles whose alerts wait by a target's choice: those that are due first, and of these the
// newest first.
func (s *Store) Scheduled(ctx context.Context, t bot.Target, n int) ([]bot.ScheduledArticle, error) {
	const text = `
		SELECT d.wait, d.due, d.subscription_id,` + articleColumns + `
		FROM deliveries AS d
		JOIN articles AS a ON a.id = d.article_id
		WHERE d.target_id = $1 AND d.state = 'scheduled' AND d.wait <> '' AND a.status <> 'withdrawn' AND a.embargo <= $2`
	read := func(row database.Scan) (a bot.ScheduledArticle, err error) {
		var due int64
		a.Article, err = readArticle(row, &a.Wait, &due, &a.Subscription)
		a.Due = moment(due)
		return a, err
	}
	target, err := findTarget(ctx, s.db, t)
	if err != nil || target == 0 {
		return nil, err
	}
	list, err := database.Collect(ctx, s.db, read, text, target, micros(s.embargoTime()))
	if err != nil {
		return nil, fmt.Errorf("what waits for %s: %w", t, err)
	}
	slices.SortFunc(list, func(a, b bot.ScheduledArticle) int {
		return cmp.Or(a.Due.Compare(b.Due), b.Article.Published.Compare(a.Article.Published), cmp.Compare(b.Article.ID, a.Article.ID))
	})
	return list[:min(n, len(list))], nil
}

// HoldPaused puts on hold what waits for the end of a pause, of a whole target or, unless that is 0, of one subscription.
// It returns how many alerts these are; Release does with them what a manager chooses.
func (s *Store) HoldPaused(ctx context.Context, t bot.Target, subscription int64) (int, error) {
	const hold = `
		UPDATE deliveries
		SET state = 'on_hold'
		WHERE target_id = $1 AND state = 'scheduled' AND wait <> '' AND wait = 'pause' AND (subscription_id = $2 OR $2 = 0)`
	var n int64
	err := s.db.InTx(ctx, database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		target, err := findTarget(ctx, tx, t)
		if err != nil || target == 0 {
			return err
		}
		n, err = tx.Exec(ctx, hold, target, subscription)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("hold what was paused in %s: %w", t, err)
	}
	return int(n), nil
}

// ListedOnly returns the articles that a list in a target counts and does not show, newest first, without those that were
// withdrawn. The list is named by the ID of the delivery that carries it.
func (s *Store) ListedOnly(ctx context.Context, t bot.Target, list int64) ([]bot.Article, error) {
	const text = `
		SELECT` + articleColumns + `
		FROM deliveries AS d
		JOIN articles AS a ON a.id = d.article_id
		WHERE d.listed = $1 AND d.listed <> 0 AND d.target_id = $2 AND d.place < 0 AND d.state = 'sent' AND a.status <> 'withdrawn' AND a.embargo <= $3
		ORDER BY d.place DESC`
	target, err := findTarget(ctx, s.db, t)
	if err != nil || target == 0 {
		return nil, err
	}
	read := func(row database.Scan) (bot.Article, error) { return readArticle(row) }
	found, err := database.Collect(ctx, s.db, read, text, list, target, micros(s.embargoTime()))
	if err != nil {
		return nil, fmt.Errorf("what list %d in %s counts: %w", list, t, err)
	}
	return found, nil
}
