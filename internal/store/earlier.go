package store

import (
	"context"

	"tidings/bot"
	"tidings/internal/database"
)

// addEarlier fills in where the target of a post shows another article of its story, the newest if there are several. That
// is so where a subscription wants each of them, or where they joined late.
func (c *claimer) addEarlier(ctx context.Context, d *next) error {
	const text = `
		SELECT e.id, e.message_id, e.chat
		FROM articles AS a
		JOIN deliveries AS e ON e.article_id = a.id AND e.target_id = $1 AND e.revision = 0
		WHERE a.story = $2 AND a.story <> 0 AND a.id <> $3 AND e.message_id <> '' AND e.listed = 0`
	if d.Action != bot.Post || d.Article.Story == 0 || d.IsList() {
		return nil
	}
	newest := int64(0)
	return c.tx.Each(ctx, func(row database.Scan) error {
		var id int64
		var r bot.Receipt
		err := row(&id, &r.MessageID, &r.Chat)
		if id > newest {
			newest, d.Earlier = id, r
		}
		return err
	}, text, d.target, d.Article.Story, d.Article.ID)
}
