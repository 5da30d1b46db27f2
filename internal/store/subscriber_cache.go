package store

import (
	"context"
	"sync"

	"tidings/internal/database"
)

// subscriber is what a fan-out must know of a subscription.
type subscriber struct {
	target   int64 // 0 if it has ended
	number   int32
	platform int16 // its place among the names
	urgent   bool  // what it matches counts as urgent at least
}

// subscriberCache knows whose each subscription is. Asking the database for all of them takes longer than the rest of
// a fan-out. It follows the version of the subscriptions, so it is never behind the transaction
// that uses it.
type subscriberCache struct {
	mu        sync.Mutex // guards what follows
	begun     bool       // all have been read once
	version   int64
	byID      []subscriber
	platforms []string
}

// refresh applies what has changed among the subscriptions. The cache is locked.
func (r *subscriberCache) refresh(ctx context.Context, q database.Querier) error {
	const (
		newest = `SELECT value FROM counters WHERE name = 'version'`
		all    = `
			SELECT s.id, s.target_id, s.number, s.ended, t.platform, s.preferences
			FROM subscriptions AS s
			JOIN targets AS t ON t.id = s.target_id
			WHERE s.ended = 0
			ORDER BY s.id`
		since = `
			SELECT s.id, s.target_id, s.number, s.ended, t.platform, s.preferences
			FROM subscriptions AS s
			JOIN targets AS t ON t.id = s.target_id
			WHERE s.version > $1
			ORDER BY s.version`
	)
	version, err := database.Number(ctx, q, newest)
	if err != nil || version == r.version {
		return err
	}
	if r.version == 0 {
		_, err = database.Collect(ctx, q, r.read, all)
	} else {
		_, err = database.Collect(ctx, q, r.read, since, r.version)
	}
	if err != nil {
		return err
	}
	r.version = version
	return nil
}

// warm reads all subscriptions before a fan-out has to, in whose transaction others would wait for that.
func (r *subscriberCache) warm(ctx context.Context, q database.Querier) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.begun {
		return nil
	}
	err := r.refresh(ctx, q)
	r.begun = err == nil
	return err
}

// read reads a subscription.
func (r *subscriberCache) read(row database.Scan) (struct{}, error) {
	var id, ended int64
	var s subscriber
	var platform, preferences string
	if err := row(&id, &s.target, &s.number, &ended, &platform, &preferences); err != nil {
		return struct{}{}, err
	}
	for int64(len(r.byID)) <= id {
		r.byID = append(r.byID, make([]subscriber, max(1024, len(r.byID)/4))...)
	}
	if ended > 0 {
		s = subscriber{}
	} else {
		s.platform, s.urgent = r.place(platform), makesUrgent(preferences)
	}
	r.byID[id] = s
	return struct{}{}, nil
}

func (r *subscriberCache) place(platform string) int16 {
	for i, p := range r.platforms {
		if p == platform {
			return int16(i)
		}
	}
	r.platforms = append(r.platforms, platform)
	return int16(len(r.platforms) - 1)
}

// of returns what is known of a subscription, and false if it has ended or never was.
func (r *subscriberCache) of(subscription int64) (subscriber, bool) {
	if subscription <= 0 || subscription >= int64(len(r.byID)) {
		return subscriber{}, false
	}
	s := r.byID[subscription]
	return s, s.target != 0
}

// candidates looks subscriptions up that have not ended.
func (r *subscriberCache) candidates(ctx context.Context, tx *database.Tx, subscriptions []int64) ([]candidate, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refresh(ctx, tx); err != nil {
		return nil, err
	}
	list := make([]candidate, 0, len(subscriptions))
	for _, id := range subscriptions {
		if sub, ok := r.of(id); ok {
			list = append(list, candidate{recipient: recipient{sub.target, id}, number: sub.number, urgent: sub.urgent, platform: r.platforms[sub.platform]})
		}
	}
	return list, nil
}
