package store

import (
	"context"
	"slices"

	"tidings/internal/database"
)

// uncovered returns the candidates whose targets have no post of the article's story yet, nor one under
// way, and those that want stories apart. The alerts of the others name the article by themselves. What is packed is
// left to excludeCovered.
func (s *Store) uncovered(ctx context.Context, tx *database.Tx, p *posting, list []candidate) ([]candidate, error) {
	text := `
		SELECT s.id
		FROM ` + s.db.List() + `
		JOIN subscriptions AS s ON s.id = list.value
		WHERE s.stories = 'apart' OR s.target_id NOT IN (
			SELECT d.target_id
			FROM articles AS m
			JOIN deliveries AS d ON d.article_id = m.id AND d.revision = 0
			WHERE m.story = $2 AND m.story <> 0 AND m.id <> $3 AND d.state <> 'rejected' AND d.state <> 'superseded')`
	if p.timing.Story == 0 {
		return list, nil
	}
	wanted, err := database.IDSet(ctx, tx, text, database.JSONList(p.subscriptions), p.timing.Story, p.article)
	return slices.DeleteFunc(list, func(c candidate) bool { return !wanted[c.subscription] }), err
}

// excludeCovered takes those out of an audience for whom a post of another article of the story is packed.
func (s *Store) excludeCovered(ctx context.Context, tx *database.Tx, p *posting, to audience) error {
	const (
		story = packedPosts + `articles AS m JOIN packed AS p ON p.article_id = m.id
		WHERE m.story = $1 AND m.story <> 0 AND m.id <> $2`
		apart = `
			SELECT id
			FROM subscriptions
			WHERE stories = 'apart' AND ended = 0`
	)
	if p.timing.Story == 0 {
		return nil
	}
	covered := map[int64]bool{}
	if err := tx.Each(ctx, readPackedInto(covered), story, p.timing.Story, p.article); err != nil || len(covered) == 0 {
		return err
	}
	isApart, err := database.IDSet(ctx, tx, apart)
	drop(to, func(t taker) bool { return covered[t.target] && !isApart[t.subscription] })
	return err
}
