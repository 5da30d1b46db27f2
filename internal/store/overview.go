package store

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// Targets returns the targets that are known, by ID, with how each is doing. Those that were forgotten are left out.
func (s *Store) Targets(ctx context.Context, q bot.TargetQuery) ([]bot.KnownTarget, error) {
	const text = `
		SELECT t.id, t.platform, t.space, t.chat, t.thread, t.suspended, t.suspended_at, t.rejected, t.last_rejected, t.last_sent,
			t.last_lag, t.corrections, t.uncertain, t.name,
			(SELECT count(*) FROM subscriptions AS s WHERE s.target_id = t.id AND s.ended = 0)
		FROM targets AS t
		WHERE t.id > $1 AND ($2 = '' OR t.platform = $2) AND ($3 = 0 OR t.suspended <> '') AND t.chat <> 'forgotten ' || t.id
			AND ($4 = '' AND $6 = '' OR t.chat = $4 OR $6 <> '' AND t.name_key LIKE $6 ESCAPE '\')
		ORDER BY t.id
		LIMIT $5`
	only := 0
	if q.Suspended {
		only = 1
	}
	list, err := database.Collect(ctx, s.db, readKnownTarget, text, q.After, q.Platform, only, q.Chat, q.Limit, likeName(q.Name))
	if err == nil && len(list) > 0 {
		err = s.countWaiting(ctx, list)
	}
	if err != nil {
		return nil, fmt.Errorf("targets: %w", err)
	}
	return list, nil
}

func readKnownTarget(row database.Scan) (k bot.KnownTarget, err error) {
	var since, sent, lag int64
	t := &k.Target
	err = row(&k.ID, &t.Platform, &t.Space, &t.Chat, &t.Thread, &k.Suspended, &since, &k.Rejected, &k.LastRejected, &sent,
		&lag, &k.Corrections, &k.Uncertain, &k.Name, &k.Subscriptions)
	k.SuspendedSince, k.LastSent, k.LastLag = moment(since), moment(sent), time.Duration(lag)*time.Microsecond
	return k, err
}

// countWaiting counts what waits for targets, which are in the order of their IDs.
func (s *Store) countWaiting(ctx context.Context, list []bot.KnownTarget) error {
	const crowd = `
		SELECT` + batchColumns + `
		FROM batches AS b
		WHERE b.shard >= $1 AND b.shard <= $2`
	first, last := list[0].ID, list[len(list)-1].ID
	waiting, onHold := map[int64]int{}, map[int64]int{}
	for _, state := range waitingStates() {
		into := waiting
		if state == bot.OnHold {
			into = onHold
		}
		text := `
			SELECT target_id
			FROM deliveries
			WHERE target_id >= $1 AND target_id <= $2 AND ` + inState(state)
		read := func(row database.Scan) error {
			id, err := database.Value[int64](row)
			into[id]++
			return err
		}
		if err := s.db.Each(ctx, read, text, first, last); err != nil {
			return err
		}
	}
	read := func(row database.Scan) error {
		b, err := readBatch(row)
		for _, r := range b.recipients {
			waiting[r.target]++
		}
		return err
	}
	if err := s.db.Each(ctx, read, crowd, first/shardSize, last/shardSize); err != nil {
		return err
	}
	for i := range list {
		list[i].Waiting, list[i].OnHold = waiting[list[i].ID], onHold[list[i].ID]
	}
	return nil
}

// Subscriptions returns up to n subscriptions whose IDs come after one, by ID.
func (s *Store) Subscriptions(ctx context.Context, after int64, n int) ([]bot.Subscription, error) {
	const text = `
		SELECT` + subscriptionColumns + `
		FROM subscriptions AS s
		CROSS JOIN targets AS t
		WHERE t.id = s.target_id AND s.ended = 0 AND s.id > $1
		ORDER BY s.id
		LIMIT $2`
	list, err := database.Collect(ctx, s.db, readSubscription, text, after, n)
	if err != nil {
		return nil, fmt.Errorf("subscriptions: %w", err)
	}
	return list, nil
}
