package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tidings/bot"
	"tidings/internal/database"
)

// maxWaiting bounds how much of what waits is looked at for one list of deliveries. Of more than that, it shows some.
const maxWaiting = 20_000

// deliveryList gathers deliveries for a query, and keeps the newest.
type deliveryList struct {
	*Store
	query   bot.DeliveryQuery
	target  int64 // the query's; 0 is any
	records []listed
}

// listed is a delivery by the IDs of its target and article.
type listed struct {
	target int64
	bot.DeliveryRecord
}

// Deliveries returns deliveries, the newest first. What waits comes by when it was recorded, the rest by when it ended.
func (s *Store) Deliveries(ctx context.Context, q bot.DeliveryQuery) ([]bot.DeliveryRecord, error) {
	l := deliveryList{Store: s, query: q}
	var err error
	if q.Target != (bot.Target{}) {
		if l.target, err = findTarget(ctx, s.db, q.Target); err == nil && l.target == 0 {
			err = bot.ErrNotFound
		}
	}
	if err == nil {
		err = l.read(ctx)
	}
	if err == nil {
		err = l.name(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("deliveries: %w", err)
	}
	out := make([]bot.DeliveryRecord, len(l.records))
	for i := range l.records {
		out[i] = l.records[i].DeliveryRecord
	}
	return out, nil
}

// read reads what the query asks for, each part by an index of its own.
func (l *deliveryList) read(ctx context.Context) error {
	since := micros(l.query.Since)
	if l.query.Article != 0 {
		if err := l.add(ctx, `article_id = $1`, l.query.Article); err != nil {
			return err
		}
		return l.addBatched(ctx)
	}
	const newest = ` ORDER BY settled DESC LIMIT $2`
	if l.query.Wants(bot.Sent) {
		condition, args := `settled > 0 AND settled >= $1 AND state = 'sent'`+newest, []any{since, l.query.Limit}
		if l.target != 0 {
			condition, args = `target_id = $1 AND message_id <> ''`, []any{l.target}
		}
		if err := l.add(ctx, condition, args...); err != nil {
			return err
		}
	}
	if l.query.Wants(bot.Rejected) {
		condition, args := `state = 'rejected' AND settled >= $1`+newest, []any{since, l.query.Limit}
		if l.target != 0 {
			condition, args = `state = 'rejected' AND settled >= $1 AND target_id = $2`, []any{since, l.target}
		}
		if err := l.add(ctx, condition, args...); err != nil {
			return err
		}
	}
	if !l.query.Wants(bot.Pending) {
		return nil
	}
	for _, state := range waitingStates() {
		condition, args := `target_id > $1 AND `+inState(state)+` LIMIT $2`, []any{0, maxWaiting}
		if l.target != 0 {
			condition, args = `target_id = $1 AND `+inState(state), []any{l.target}
		}
		if err := l.add(ctx, condition, args...); err != nil {
			return err
		}
	}
	return l.addBatched(ctx)
}

// add reads the deliveries of a condition.
func (l *deliveryList) add(ctx context.Context, condition string, args ...any) error {
	text := `
		SELECT id, target_id, article_id,` + stepColumns + `
		FROM deliveries
		WHERE ` + condition
	return l.db.Each(ctx, func(row database.Scan) error {
		var r listed
		step, err := readStep(row, &r.ID, &r.target, &r.Article)
		r.Step = step
		l.keep(&r)
		return err
	}, text, args...)
}

// addBatched reads what waits in batches.
func (l *deliveryList) addBatched(ctx context.Context) error {
	const (
		columns = `
			SELECT` + batchColumns + `
			FROM batches AS b`
		newest = columns + `
			WHERE b.id > $1
			ORDER BY b.id DESC
			LIMIT $2`
		article = columns + `
			WHERE b.article_id = $1`
		target = columns + `
			WHERE b.shard = $1`
	)
	text, args := newest, []any{0, l.query.Limit}
	switch {
	case l.query.Article != 0:
		text, args = article, []any{l.query.Article}
	case l.target != 0:
		text, args = target, []any{l.target / shardSize}
	}
	return l.db.Each(ctx, func(row database.Scan) error {
		b, err := readBatch(row)
		for _, to := range b.recipients {
			l.keep(&listed{target: to.target, DeliveryRecord: bot.DeliveryRecord{
				ID: b.base() + to.target, Article: b.article, Step: bot.Step{
					Action: b.action, Revision: int(b.revision), State: bot.Pending, Enqueued: moment(b.enqueued), Due: moment(b.due),
				},
			}})
		}
		return err
	}, text, args...)
}

// keep adds a delivery if the query wants it, and drops the oldest from time to time.
func (l *deliveryList) keep(r *listed) {
	ended := !r.Settled.IsZero()
	if !l.query.Wants(r.State) || l.target != 0 && r.target != l.target || ended && r.Settled.Before(l.query.Since) {
		return
	}
	l.records = append(l.records, *r)
	if len(l.records) >= 2*l.query.Limit+1000 {
		l.cut()
	}
}

// cut leaves the newest of the limit.
func (l *deliveryList) cut() {
	slices.SortFunc(l.records, func(a, b listed) int { return cmp.Or(b.At().Compare(a.At()), cmp.Compare(b.ID, a.ID)) })
	l.records = l.records[:min(len(l.records), l.query.Limit)]
}

// name fills in the targets and articles of the list.
func (l *deliveryList) name(ctx context.Context) error {
	l.cut()
	var targetIDs, articleIDs []int64
	for i := range l.records {
		targetIDs, articleIDs = append(targetIDs, l.records[i].target), append(articleIDs, l.records[i].Article)
	}
	targets := map[int64]bot.Target{}
	readTarget := func(row database.Scan) error {
		k, err := readKnown(row)
		targets[k.id] = k.Target
		return err
	}
	which, ids := l.db.In("id", targetIDs)
	if err := l.db.Each(ctx, readTarget, `
		SELECT `+knownColumns+`
		FROM targets
		WHERE `+which, ids); err != nil {
		return err
	}
	articles := map[int64]bot.DeliveryRecord{}
	readTitle := func(row database.Scan) error {
		var id int64
		var r bot.DeliveryRecord
		err := row(&id, &r.Title, &r.Source)
		articles[id] = r
		return err
	}
	which, ids = l.db.In("id", articleIDs)
	if err := l.db.Each(ctx, readTitle, `
		SELECT id, title, coalesce(nullif(label, ''), source)
		FROM articles
		WHERE `+which, ids); err != nil {
		return err
	}
	for i := range l.records {
		r := &l.records[i]
		r.Target = targets[r.target]
		r.Title, r.Source = articles[r.Article].Title, articles[r.Article].Source
	}
	return nil
}
