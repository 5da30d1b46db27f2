package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// editFor is for how long after it was posted an alert is kept true. Settled deliveries are kept for as long.
const editFor = 30 * 24 * time.Hour

// revised is an article of which a revision came.
type revised struct{ article, revision int64 }

// askRevised asks for the revisions among the entries of the log beyond from, up to to.
func askRevised(ctx context.Context, tx *database.Tx, into *[]revised, from, to int64) error {
	const text = `
		SELECT article_id, revision
		FROM revisions
		WHERE seq > $1 AND seq <= $2 AND revision > 1
		ORDER BY seq`
	read := func(row database.Scan) (r revised, err error) { return r, row(&r.article, &r.revision) }
	return database.QueueCollect(ctx, tx, into, read, text, from, to)
}

// revise puts an edit on record for each target that shows an older revision of an article than came last, and counts
// these. What is still to be posted is posted as it is then, and what is on its way is seen to when it has arrived.
func (s *Store) revise(ctx context.Context, tx *database.Tx, list []revised, came perPlatform) error {
	newest := map[int64]int64{}
	for _, r := range list {
		newest[r.article] = r.revision
	}
	for _, r := range list {
		revision, ok := newest[r.article]
		if !ok {
			continue // seen to
		}
		delete(newest, r.article)
		if err := replanRaised(ctx, tx, r.article); err != nil {
			return err
		}
		shown, err := s.showing(ctx, tx, r.article, revision)
		if err != nil {
			return err
		}
		came.add(shown)
		f := fanoutJob{article: r.article, revision: revision, action: bot.Edit, rank: editRank}
		if err := s.fanOut(ctx, tx, &f, shown); err != nil {
			return err
		}
	}
	return nil
}

// replanRaised has the posts of an article planned anew that wait by their targets' choice, if it is urgent by now. What a
// mute left out is planned anew if it is a flash.
func replanRaised(ctx context.Context, tx *database.Tx, article int64) error {
	text := `
		UPDATE deliveries
		SET state = 'pending', wait = '', settled = 0, reason = '', rank = CASE WHEN rank = ` + fmt.Sprint(floodRank) + ` THEN rank ELSE ` + fmt.Sprint(urgentRank) + ` END
		WHERE article_id = $1 AND revision = 0 AND (state = 'scheduled' OR state = 'muted' AND $2 = 1)
		RETURNING target_id`
	urgency, err := database.Number(ctx, tx, `SELECT urgency FROM articles WHERE id = $1`, article)
	if a := (bot.Article{Urgency: int(urgency)}); err != nil || a.Level() < bot.Urgent {
		return err
	}
	targets, err := database.Collect(ctx, tx, database.Value[int64], text, article, urgency)
	if err != nil {
		return err
	}
	for _, target := range targets {
		if err := enqueueTarget(ctx, tx, target); err != nil {
			return err
		}
	}
	return nil
}

// editRank is the place of edits in the queue: an urgent post may pass them.
const editRank = ordinaryRank

// showing returns the targets that show an article in a revision before one, and have no edit to it yet.
func (s *Store) showing(ctx context.Context, tx *database.Tx, article, revision int64) (recipients, error) {
	const text = `
		SELECT t.platform, d.target_id
		FROM deliveries AS d
		JOIN targets AS t ON t.id = d.target_id
		WHERE d.article_id = $1 AND d.revision = 0 AND d.state = 'sent' AND d.shown < $2 AND (d.listed = 0 OR d.place > 0 AND $4 = 1)
			AND d.message_id <> '' AND d.settled > $3 AND NOT EXISTS (
				SELECT 1
				FROM deliveries AS e
				WHERE e.article_id = d.article_id AND e.target_id = d.target_id AND e.revision = $2)
		ORDER BY d.article_id, d.target_id`
	lists, err := s.changesLists(ctx, tx, article)
	if err != nil {
		return nil, err
	}
	to := recipients{}
	read := func(row database.Scan) (struct{}, error) {
		var platform string
		var t recipient
		err := row(&platform, &t.target)
		to[platform] = append(to[platform], t)
		return struct{}{}, err
	}
	_, err = database.Collect(ctx, tx, read, text, article, revision, tx.Now-editFor.Microseconds(), lists)
	return to, err
}

// changesLists reports whether an article is to be edited in lists too: if it was withdrawn, even if it is back, or has become a
// flash.
func (s *Store) changesLists(ctx context.Context, q database.Querier, article int64) (bool, error) {
	const text = `
		SELECT count(*)
		FROM articles
		WHERE id = $1 AND (status = 'withdrawn' OR urgency = 1 OR EXISTS (
			SELECT 1
			FROM revisions
			WHERE article_id = $1 AND ` + withdrawnBefore + `))`
	n, err := database.Number(ctx, q, text, article)
	return n > 0, err
}

// editLater puts an edit on record for a target that got a post which is no longer the newest revision.
func (s *Store) editLater(ctx context.Context, tx *database.Tx, article, target, revision int64) error {
	f := fanoutJob{article: article, revision: revision, action: bot.Edit, rank: editRank}
	return s.insertRows(ctx, tx, &f, []recipient{{target: target}})
}

// revisionOf returns an article as it was in a revision, nil if that is not known.
func revisionOf(ctx context.Context, q database.Querier, newest *bot.Article, revision int) (*bot.Article, error) {
	const text = `
		SELECT coalesce(snapshot, '')
		FROM revisions
		WHERE article_id = $1 AND revision = $2`
	if revision == newest.Revision {
		return newest, nil
	}
	snapshot, _, err := database.One(ctx, q, database.Value[string], text, newest.ID, revision)
	if err != nil || snapshot == "" {
		return nil, err
	}
	var a bot.Article
	if err := json.Unmarshal([]byte(snapshot), &a); err != nil {
		return nil, err
	}
	return &a, nil
}
