package store

import (
	"context"
	"fmt"

	"tidings/bot"
	"tidings/internal/database"
)

// Stats returns what a store can say of itself at little cost: the number of articles is a counter, and
// the rest is as large as what it counts. The backlog is what may be sent; it leaves out targets that are
// suspended and articles under embargo.
func (s *Store) Stats(ctx context.Context) (bot.Stats, error) {
	const (
		numbers = `
			SELECT
				(SELECT value FROM counters WHERE name = 'articles'),
				(SELECT count(*) FROM sources),
				(SELECT count(*) FROM subscriptions WHERE ended = 0),
				(SELECT count(*) FROM targets WHERE suspended <> ''),
				(SELECT value FROM counters WHERE name = 'uncertain'),
				coalesce((
					SELECT first_seen
					FROM articles
					WHERE id = (SELECT value FROM counters WHERE name = 'articles')), 0),
				(SELECT count(*) FROM sources WHERE failures > 0),
				(SELECT count(*) FROM articles WHERE quiet = 'held')`
		backlog = `
			SELECT platform, sum((
				SELECT count(*)
				FROM deliveries AS d
				WHERE d.target_id = queue.target_id AND d.state = 'pending'))
			FROM queue
			GROUP BY platform`
	)
	read := func(row database.Scan) (st bot.Stats, err error) {
		var newest int64
		err = row(&st.Articles, &st.Sources, &st.Subscriptions, &st.Suspended, &st.Uncertain, &newest, &st.Failing, &st.OnHold)
		st.NewestArticle = moment(newest)
		return st, err
	}
	st, _, err := database.One(ctx, s.db, read, numbers)
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
