package store

import (
	"context"

	"tidings/bot"
	"tidings/internal/database"
)

// maxReplies is how many messages that answered an alert are withdrawn with it, and come back with it, the newest first.
const maxReplies = 20

// addReplies fills in where a target shows what answered an alert that is to be withdrawn, or is back after that: each edit of it
// is on record with the message that announced the change, or with the alert itself if none did.
func (c *claimer) addReplies(ctx context.Context, d *next) error {
	const text = `
		SELECT message_id, chat
		FROM deliveries
		WHERE article_id = $1 AND target_id = $2 AND revision > 0 AND state = 'sent' AND message_id NOT IN ('', $3)
		ORDER BY revision DESC
		LIMIT $4`
	if d.Action != bot.Withdraw {
		if back, err := c.isBack(ctx, d); err != nil || !back {
			return err
		}
	}
	return c.tx.Each(ctx, func(row database.Scan) error {
		var r bot.Receipt
		err := row(&r.MessageID, &r.Chat)
		d.Replies = append(d.Replies, r)
		return err
	}, text, d.Article.ID, d.target, d.Message.MessageID, maxReplies)
}

// withdrawnBefore is the condition that a revision which is no longer the newest withdrew its article. Within a text, JSON has
// other quotes.
const withdrawnBefore = `snapshot LIKE '%"Status":"withdrawn"%'`

// isBack reports whether an edit is of an article that the target shows as withdrawn, wholly or, if a try of that was cut short, in
// part.
func (c *claimer) isBack(ctx context.Context, d *next) (bool, error) {
	const text = `
		SELECT count(*)
		FROM revisions
		WHERE article_id = $1 AND revision > $2 AND ` + withdrawnBefore
	if d.Posted != nil && d.Posted.Status == bot.Withdrawn {
		return true, nil
	}
	if d.untried() {
		return false, nil
	}
	n, err := database.Number(ctx, c.tx, text, d.Article.ID, d.shown)
	return n > 0, err
}
