package store

import (
	"context"
	"strconv"
	"strings"
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
		since  = `
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
		err = r.readAll(ctx, q)
	} else {
		err = q.Each(ctx, r.read, since, r.version)
	}
	if err != nil {
		return err
	}
	r.version = version
	return nil
}

// readAll reads all subscriptions, of each target in one row: there may be a million, and a row costs more than what is in it.
func (r *subscriberCache) readAll(ctx context.Context, q database.Querier) error {
	const (
		all = `
			SELECT t.id, t.platform, coalesce((
				SELECT string_agg(s.id || ' ' || s.number, ' ')
				FROM subscriptions AS s
				WHERE s.target_id = t.id AND s.ended = 0), '')
			FROM targets AS t`
		preferring = `
			SELECT id, preferences
			FROM subscriptions
			WHERE ended = 0 AND preferences <> ''`
	)
	clear(r.byID) // a try before may have failed
	if err := q.Each(ctx, r.readTarget, all); err != nil {
		return err
	}
	return q.Each(ctx, func(row database.Scan) error {
		var id int64
		var preferences string
		if err := row(&id, &preferences); err != nil {
			return err
		}
		if s, found := r.of(id); found { // or it was made since
			s.urgent = makesUrgent(preferences)
			r.set(id, s)
		}
		return nil
	}, preferring)
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

// readTarget reads the subscriptions of a target.
func (r *subscriberCache) readTarget(row database.Scan) error {
	var s subscriber
	var platform, list string
	if err := row(&s.target, &platform, &list); err != nil {
		return err
	}
	s.platform = r.place(platform)
	for len(list) > 0 {
		var id, number string
		id, list, _ = strings.Cut(list, " ")
		number, list, _ = strings.Cut(list, " ")
		at, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(number, 10, 32)
		if err != nil {
			return err
		}
		s.number = int32(n)
		r.set(at, s)
	}
	return nil
}

// read reads a subscription.
func (r *subscriberCache) read(row database.Scan) error {
	var id, ended int64
	var s subscriber
	var platform, preferences string
	if err := row(&id, &s.target, &s.number, &ended, &platform, &preferences); err != nil {
		return err
	}
	if ended > 0 {
		s = subscriber{}
	} else {
		s.platform, s.urgent = r.place(platform), makesUrgent(preferences)
	}
	r.set(id, s)
	return nil
}

func (r *subscriberCache) set(id int64, s subscriber) {
	for int64(len(r.byID)) <= id {
		r.byID = append(r.byID, make([]subscriber, max(1024, len(r.byID)/4))...)
	}
	r.byID[id] = s
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
