package store

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// Stats returns what a store can say of itself at little cost: the number of articles is a counter, and
// the rest is as large as what it counts. The backlog is what may be sent; it leaves out targets that are
// suspended and articles under embargo. Private sources and their articles count too: it is for those who run the bot.
func (s *Store) Stats(ctx context.Context) (bot.Stats, error) { return s.statsOf(ctx, privateAny) }

// StatsIn is Stats of the sources and articles that people in a place may know of.
func (s *Store) StatsIn(ctx context.Context, p bot.Place) (bot.Stats, error) {
	owner, err := ownerOf(ctx, s.db, p)
	if err != nil {
		return bot.Stats{}, err
	}
	return s.statsOf(ctx, owner)
}

// numbersOf is the query of what is counted of an owner and of what is public; privateAny counts everything.
const numbersOf = `
	SELECT
		(SELECT value FROM counters WHERE name = 'articles') - (SELECT value FROM counters WHERE name = 'pruned')
			+ coalesce((SELECT sum(articles) FROM sources WHERE owner <> 0 AND CAST($1 AS BIGINT) IN (owner, -1)), 0),
		(SELECT count(*) FROM sources WHERE owner = 0 OR CAST($1 AS BIGINT) IN (owner, -1)),
		(SELECT count(*) FROM subscriptions WHERE ended = 0),
		(SELECT count(*) FROM targets WHERE suspended <> ''),
		(SELECT value FROM counters WHERE name = 'uncertain'),
		coalesce((
			SELECT first_seen
			FROM articles
			WHERE id = (SELECT value FROM counters WHERE name = 'articles')), (
			SELECT first_seen
			FROM tombstones
			WHERE id = (SELECT value FROM counters WHERE name = 'articles')), 0),
		coalesce((
			SELECT first_seen
			FROM articles
			WHERE owner <> 0 AND CAST($1 AS BIGINT) IN (owner, -1) AND time_key > -9223372036854775807
			ORDER BY time_key DESC
			LIMIT 1), 0),
		(SELECT count(*) FROM sources WHERE failures > 0 AND paused = 0 AND (owner = 0 OR CAST($1 AS BIGINT) IN (owner, -1))),
		(SELECT count(*) FROM articles WHERE quiet = 'held' AND (owner = 0 OR CAST($1 AS BIGINT) IN (owner, -1))),
		(SELECT count(*) FROM sources WHERE paused > 0 AND (owner = 0 OR CAST($1 AS BIGINT) IN (owner, -1)))`

func readStats(row database.Scan) (st bot.Stats, err error) {
	var newest, own int64
	err = row(&st.Articles, &st.Sources, &st.Subscriptions, &st.Suspended, &st.Uncertain, &newest, &own, &st.Failing, &st.OnHold, &st.Paused)
	st.NewestArticle = moment(max(newest, own))
	return st, err
}

func (s *Store) statsOf(ctx context.Context, owner int64) (bot.Stats, error) {
	const backlog = `
			SELECT platform, sum((
				SELECT count(*)
				FROM deliveries AS d
				WHERE d.target_id = queue.target_id AND d.state = 'pending'))
			FROM queue
			GROUP BY platform`
	st, _, err := database.One(ctx, s.db, readStats, numbersOf, owner)
	if err != nil {
		return bot.Stats{}, fmt.Errorf("stats: %w", err)
	}
	st.Backlog = map[string]int64{}
	count := func(row database.Scan) (struct{}, error) {
		var platform string
		var n int64
		err := row(&platform, &n)
		st.Backlog[platform] += n
		return struct{}{}, err
	}
	if _, err := database.Collect(ctx, s.db, count, backlog); err != nil {
		return bot.Stats{}, fmt.Errorf("stats: %w", err)
	}
	if _, err := database.Collect(ctx, s.db, count, batchBacklog, micros(s.now())); err != nil {
		return bot.Stats{}, fmt.Errorf("stats: %w", err)
	}
	return st, nil
}

// OldestPending returns, by platform, since when the delivery that has been pending longest could go out. Platforms without a
// backlog are left out.
func (s *Store) OldestPending(ctx context.Context) (map[string]time.Time, error) {
	const (
		// Of each target the first, so that a long backlog of a target costs no more than a short one.
		rows = `
			SELECT platform, coalesce(min((
				SELECT CASE WHEN d.due > d.enqueued THEN d.due ELSE d.enqueued END
				FROM deliveries AS d
				WHERE d.id = (
					SELECT min(f.id)
					FROM deliveries AS f
					WHERE f.target_id = queue.target_id AND f.state = 'pending'))), 0)
			FROM queue
			GROUP BY platform`
		crowds = `
			SELECT platform, min(CASE WHEN due > enqueued THEN due ELSE enqueued END)
			FROM batches
			WHERE due <= $1
			GROUP BY platform`
	)
	oldest := map[string]time.Time{}
	read := func(row database.Scan) error {
		var platform string
		var at int64
		err := row(&platform, &at)
		if t, known := oldest[platform]; at > 0 && (!known || moment(at).Before(t)) {
			oldest[platform] = moment(at)
		}
		return err
	}
	err := s.db.Each(ctx, read, rows)
	if err == nil {
		err = s.db.Each(ctx, read, crowds, micros(s.now()))
	}
	if err != nil {
		return nil, fmt.Errorf("oldest pending deliveries: %w", err)
	}
	return oldest, nil
}
