package store

import (
	"context"

	"tidings/bot"
	"tidings/internal/database"
)

// noteCounterpartPosts counts targets with a post of the counterpart as having the article. It is the public row
// of a private article, or the private rows of a public one. A place that sees both gets one alert.
func (s *Store) noteCounterpartPosts(ctx context.Context, tx *database.Tx, p *posting) error {
	const posted = `
		SELECT target_id
		FROM deliveries
		WHERE article_id = $1 AND revision = 0 AND state <> 'rejected' AND state <> 'superseded'`
	link := canonicalLink(p.timing.URL)
	if !p.mayBeTwice || link == "" {
		return nil
	}
	list, err := counterpartsOf(ctx, tx, &p.timing, p.article, linkKey(public, link))
	if err != nil {
		return err
	}
	for _, other := range list {
		if err := tx.QueueQuery(ctx, database.AddTo(p.has), posted, other); err != nil {
			return err
		}
		if err := queueBatchedPosts(ctx, tx, other, p.has); err != nil {
			return err
		}
	}
	return tx.Flush(ctx)
}

// counterpartsOf returns the articles that have a link on the other sides of the wall, if it names this one on its own.
func counterpartsOf(ctx context.Context, q database.Querier, a *bot.Article, id, link int64) ([]int64, error) {
	const (
		ofPrivate = `
			SELECT k.article_id
			FROM counterparts AS c
			JOIN aliases AS k ON k.key = c.link
			WHERE c.link = $1 AND c.article_id = $2 AND k.article_id <> 0`
		ofPublic = `
			SELECT c.article_id
			FROM aliases AS k
			JOIN counterparts AS c ON c.link = k.key
			WHERE k.key = $1 AND k.article_id = $2`
	)
	text := ofPublic
	if a.Place != "" {
		text = ofPrivate
	}
	return database.Collect(ctx, q, database.Value[int64], text, link, id)
}
