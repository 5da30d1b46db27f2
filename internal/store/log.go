package store

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// maxWait bounds how long a wait trusts its timer, which a change of the clock would fool.
const maxWait = time.Minute

// Cursor returns the Seq up to which entries have been turned into deliveries.
func (s *Store) Cursor(ctx context.Context) (int64, error) {
	n, err := database.Number(ctx, s.db, `SELECT value FROM counters WHERE name = 'cursor'`)
	if err != nil {
		return 0, fmt.Errorf("cursor: %w", err)
	}
	return n, nil
}

// EntriesAfter returns up to n entries with a Seq beyond after, in order.
func (s *Store) EntriesAfter(ctx context.Context, after int64, n int) ([]bot.Entry, error) {
	const text = `
		SELECT` + entryColumns + `
		FROM revisions AS l
		JOIN articles AS a ON a.id = l.article_id
		WHERE l.seq > $1
		ORDER BY l.seq
		LIMIT $2`
	list, err := database.Collect(ctx, s.db, func(row database.Scan) (bot.Entry, error) { return readEntry(row) }, text, after, n)
	if err != nil {
		return nil, fmt.Errorf("entries: %w", err)
	}
	return list, nil
}

// entryColumns reads revisions AS l and articles AS a.
const entryColumns = ` l.seq, CASE WHEN l.revision < 1 THEN coalesce(l.snapshot, '') ELSE '' END,` + articleColumns

func readEntry(row database.Scan, before ...any) (e bot.Entry, err error) {
	var further string
	if e.Article, err = readArticle(row, append(before, &e.Seq, &further)...); err == nil {
		e.Further, err = unpackReport(further)
	}
	return e, err
}

// News blocks until entries follow the cursor, ctx ends or the store is closed, and returns up to n of them.
func (s *Store) News(ctx context.Context, n int) (news bot.News, err error) {
	// One statement, and so one moment: a subscription that was made before one of the entries is in the version.
	const text = `
		SELECT (SELECT value FROM counters WHERE name = 'cursor'), (SELECT value FROM counters WHERE name = 'version'),` + entryColumns + `
		FROM revisions AS l
		JOIN articles AS a ON a.id = l.article_id
		WHERE l.seq > (SELECT value FROM counters WHERE name = 'cursor')
		ORDER BY l.seq
		LIMIT $1`
	read := func(row database.Scan) (bot.Entry, error) { return readEntry(row, &news.Cursor, &news.Version) }
	err = s.db.Wait(ctx, database.Log, func(ctx context.Context) (time.Duration, error) {
		news.Entries, err = database.Collect(ctx, s.db.Fresh(), read, text, n)
		if err != nil || len(news.Entries) > 0 {
			return 0, err
		}
		return maxWait, s.subscribers.warm(ctx, s.db) // while there is nothing else to do
	})
	if err != nil {
		return news, fmt.Errorf("wait for articles: %w", err)
	}
	return news, nil
}

// Enqueue moves the cursor and records a post for each match, and an edit for each target that shows an article of
// which a new revision came, in one transaction.
func (s *Store) Enqueue(ctx context.Context, from, to int64, matches []bot.Match) (int, error) {
	if len(matches) >= batchFrom {
		if err := s.subscribers.warm(ctx, s.db); err != nil {
			return 0, fmt.Errorf("enqueue %d to %d: %w", from, to, err)
		}
	}
	v := &service{Store: s}
	added, err := s.enqueue(ctx, from, to, matches, v.serve)
	if v.giveUp() && err != nil { // what a claim stumbles over holds up its platform, and not the log
		added, err = s.enqueue(ctx, from, to, matches, nil)
	}
	if err != nil {
		return 0, fmt.Errorf("enqueue %d to %d: %w", from, to, err)
	}
	return added, nil
}

// enqueue does so in one transaction. If few deliveries were added that ends with serve, unless it is nil.
func (s *Store) enqueue(
	ctx context.Context, from, to int64, matches []bot.Match, serve func(context.Context, *database.Tx, perPlatform) error,
) (added int, err error) {
	err = s.db.InTx(ctx, database.Enqueue, func(ctx context.Context, tx *database.Tx) error {
		plan, err := s.planFanOut(ctx, tx, from, to, matches)
		if err != nil {
			return err
		}
		came := perPlatform{}
		for _, p := range plan.posts {
			if err := s.post(ctx, tx, p, came); err != nil {
				return err
			}
		}
		if err := s.revise(ctx, tx, plan.revised, came); err != nil {
			return err
		}
		added = came.sum()
		if serve == nil || added == 0 || added >= batchFrom { // a crowd is for Claim, which takes it in parts
			return nil
		}
		return serve(ctx, tx, came)
	})
	return added, err
}

// fanOut is what Enqueue has to do.
type fanOut struct {
	posts   []*posting
	revised []revised
}

// planFanOut moves the cursor and finds out what Enqueue has to do, in one trip to the database.
func (s *Store) planFanOut(ctx context.Context, tx *database.Tx, from, to int64, matches []bot.Match) (plan fanOut, err error) {
	const move = `
		UPDATE counters
		SET value = $2
		WHERE name = 'cursor' AND value = $1
		RETURNING value`
	moved := false
	err = tx.QueueQuery(ctx, func(database.Scan) error { moved = true; return nil }, move, from, to)
	if err != nil {
		return plan, err
	}
	if err := askRevised(ctx, tx, &plan.revised, from, to); err != nil {
		return plan, err
	}
	for _, m := range byArticle(matches) {
		p, err := s.askPosting(ctx, tx, m)
		if err != nil {
			return plan, err
		}
		plan.posts = append(plan.posts, p)
	}
	if err := tx.Flush(ctx); err != nil {
		return plan, err
	}
	if !moved {
		return plan, bot.ErrCursorMoved
	}
	return plan, nil
}

// matched is an article and the subscriptions that match it.
type matched struct {
	article       int64
	subscriptions []int64
	flood         bool // as in bot.Match
}

// byArticle gathers the matches of each article, in the order of the articles' first ones.
func byArticle(matches []bot.Match) []matched {
	var list []matched
	at := map[int64]int{}
	for _, m := range matches {
		i, known := at[m.Article]
		if !known {
			i = len(list)
			at[m.Article] = i
			list = append(list, matched{article: m.Article, flood: m.Flood})
		}
		list[i].subscriptions = append(list[i].subscriptions, m.Subscription)
	}
	return list
}

// UrgentBefore counts the urgent articles of an article's source that came within a span of time before it, up to most.
func (s *Store) UrgentBefore(ctx context.Context, a *bot.Article, span time.Duration, most int) (int, error) {
	const text = `
		SELECT count(*)
		FROM (
			SELECT id
			FROM articles
			WHERE source = $1 AND urgency BETWEEN 1 AND 3 AND first_seen > $2 AND (first_seen, id) < ($3, $4)
			LIMIT $5) AS ahead`
	n, err := database.Number(ctx, s.db, text, a.SourceID, micros(a.FirstSeen.Add(-span)), micros(a.FirstSeen), a.ID, most)
	if err != nil {
		return 0, fmt.Errorf("urgent articles of %s: %w", a.SourceID, err)
	}
	return int(n), nil
}
