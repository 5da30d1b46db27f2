package store

import (
	"context"
	"slices"

	"tidings/internal/database"
)

// withoutStoryAlert returns the candidates whose targets have no post of the article's story yet, nor one under
// way, and those that want stories apart. Something urgent doesn't wait for a digest that names it. The alerts of the others name the article by themselves. What batches have is
// left to excludeBatchedStory.
func (s *Store) withoutStoryAlert(ctx context.Context, tx *database.Tx, p *posting, list []candidate) ([]candidate, error) {
	text := `
		SELECT s.id
		FROM ` + s.db.List() + `
		JOIN subscriptions AS s ON s.id = list.value
		WHERE s.stories = 'apart' OR s.target_id NOT IN (
			SELECT d.target_id
			FROM articles AS m
			JOIN deliveries AS d ON d.article_id = m.id AND d.revision = 0
			WHERE m.story = $2 AND m.story <> 0 AND m.id <> $3 AND d.state NOT IN ('rejected', 'superseded', 'muted')
				AND (d.state <> 'scheduled' OR $4 = 0))`
	if p.timing.Story == 0 {
		return list, nil
	}
	wanted, err := database.IDSet(ctx, tx, text, database.JSONList(p.subscriptions), p.timing.Story, p.article, p.timing.Urgent())
	return slices.DeleteFunc(list, func(c candidate) bool { return !wanted[c.subscription] }), err
}

// excludeBatchedStory drops the recipients for whom a batch has a post of another article of the story.
func (s *Store) excludeBatchedStory(ctx context.Context, tx *database.Tx, p *posting, to recipients) error {
	const apart = `
		SELECT id
		FROM subscriptions
		WHERE stories = 'apart' AND ended = 0`
	if p.timing.Story == 0 {
		return nil
	}
	covered, err := batchedStoryPosts(ctx, tx, p.timing.Story, p.article)
	if err != nil || len(covered) == 0 {
		return err
	}
	isApart, err := database.IDSet(ctx, tx, apart)
	to.drop(func(r recipient) bool { return covered[r.target] && !isApart[r.subscription] })
	return err
}
