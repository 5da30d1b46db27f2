package store

import (
	"context"

	"tidings/bot"
	"tidings/internal/database"
)

// maxReplies is how many messages that answered an alert are withdrawn with it, the newest first.
const maxReplies = 20

// addReplies fills in where a target shows what answered an alert that is to be withdrawn: each edit of it is on record with the
// message that announced the change, or with the alert itself if none did.
func (c *claimer) addReplies(ctx context.Context, d *next) error {
	const text = `
		SELECT message_id, chat
		FROM deliveries
		WHERE article_id = $1 AND target_id = $2 AND revision > 0 AND state = 'sent' AND message_id NOT IN ('', $3)
		ORDER BY revision DESC
		LIMIT $4`
	return c.tx.Each(ctx, func(row database.Scan) error {
		var r bot.Receipt
		err := row(&r.MessageID, &r.Chat)
		d.Replies = append(d.Replies, r)
		return err
	}, text, d.Article.ID, d.target, d.Message.MessageID, maxReplies)
}
