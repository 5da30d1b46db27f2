package store

import (
	"context"
	"encoding/json"
)

// uncovered returns the subscriptions whose targets have no post of the article's story yet, nor one under
// way, and those that want stories apart. The alerts of the others name the article by themselves.
func (s *Store) uncovered(ctx context.Context, tx *tx, article, story int64, subscriptions []int64) ([]int64, error) {
	text := `
		SELECT s.id
		FROM ` + s.dialect.listFrom + `
		JOIN subscriptions AS s ON s.id = list.value
		WHERE s.stories = 'apart' OR s.target_id NOT IN (
			SELECT d.target_id
			FROM articles AS m
			JOIN deliveries AS d ON d.article_id = m.id AND d.revision = 0
			WHERE m.story = $2 AND m.story <> 0 AND m.id <> $3 AND d.state <> 'rejected' AND d.state <> 'superseded')`
	if story == 0 {
		return subscriptions, nil
	}
	list, err := json.Marshal(subscriptions)
	if err != nil {
		return nil, err
	}
	return collect(ctx, tx, value[int64], text, string(list), story, article)
}
