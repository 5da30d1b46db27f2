package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// prunable is an article that was looked at because of its age.
type prunable struct {
	bot.Article
	owner, key, bytes int64
	free              bool // nothing needs it
}

func readPrunable(row database.Scan) (a prunable, err error) {
	a.Article, err = readArticle(row, &a.owner, &a.key, &a.bytes, &a.free)
	return a, err
}

// PruneArticles looks at up to n articles that are older than a moment, by date and by arrival, from a place on that the call before
// returned, and forgets those that nothing needs: no delivery that waits or was settled lately, no embargo, no operator who is to
// approve them, no watcher who has not seen them. What identifies them stays, so that none comes anew.
func (s *Store) PruneArticles(ctx context.Context, before time.Time, from int64, n int) (p bot.Pruned, err error) {
	const text = `
		SELECT a.owner, a.time_key,
			length(a.summary) + length(a.authors) + length(a.tags) + length(a.image) + length(a.also) + length(a.tellings)
				+ coalesce((SELECT sum(length(r.snapshot)) FROM revisions AS r WHERE r.article_id = a.id), 0),
			CASE WHEN a.first_seen < $4 AND a.embargo <= $5 AND a.quiet <> 'held'
				AND NOT EXISTS (SELECT 1 FROM deliveries AS d WHERE d.article_id = a.id)
				AND NOT EXISTS (SELECT 1 FROM batches AS b WHERE b.article_id = a.id)
				AND NOT EXISTS (
					SELECT 1
					FROM revisions AS r
					WHERE r.article_id = a.id AND r.seq > (SELECT value FROM counters WHERE name = 'cursor'))
			THEN 1 ELSE 0 END,` + articleColumns + `
		FROM articles AS a
		WHERE a.time_key > $1 AND a.time_key < $2
		ORDER BY a.time_key
		LIMIT $3`
	err = s.db.InTx(ctx, database.AppendLog, func(ctx context.Context, tx *database.Tx) error {
		p = bot.Pruned{}
		if from == 0 {
			from = math.MinInt64
		}
		list, err := database.Collect(ctx, tx, readPrunable, text, from, timeKey(before, 0), n, micros(before), tx.Now)
		if err != nil || len(list) == 0 {
			return err
		}
		if len(list) == n {
			p.Next = list[n-1].key
		}
		gone := list[:0]
		for i := range list {
			if a := &list[i]; a.free {
				p.Articles, p.Bytes = p.Articles+1, p.Bytes+a.bytes
				gone = append(gone, *a)
			}
		}
		return s.bury(ctx, tx, gone)
	})
	if err != nil {
		return bot.Pruned{}, fmt.Errorf("prune articles: %w", err)
	}
	return p, nil
}

// bury leaves of articles what identifies them.
func (s *Store) bury(ctx context.Context, tx *database.Tx, gone []prunable) error {
	if len(gone) == 0 {
		return nil
	}
	const (
		entomb = `
			INSERT INTO tombstones (id, owner, source, label, guid, url, title, published, date_only, status, first_seen)
			SELECT id, owner, source, label, guid, url, title, published, date_only, status, first_seen
			FROM articles
			WHERE id `
		fewer = `
			UPDATE sources
			SET articles = articles - $2
			WHERE name = $1`
		pruned = `
			UPDATE counters
			SET value = value + $1
			WHERE name = 'pruned'`
	)
	these := `IN (SELECT list.value FROM ` + s.db.List() + `)`
	var ids []int64
	bySource, publicOnes, values := map[string]int64{}, 0, map[int64]facets{}
	for i := range gone {
		a := &gone[i]
		ids = append(ids, a.ID)
		bySource[a.SourceID]++
		counts := values[a.owner]
		counts.lower(&a.Article)
		values[a.owner] = counts
		if a.owner == public {
			publicOnes++
		}
		if err := s.unindex(ctx, tx, a); err != nil {
			return err
		}
	}
	for _, text := range []string{entomb + these, `DELETE FROM revisions WHERE article_id ` + these, `DELETE FROM articles WHERE id ` + these} {
		if err := tx.Queue(ctx, text, database.JSONList(ids)); err != nil {
			return err
		}
	}
	for _, source := range slices.Sorted(maps.Keys(bySource)) {
		if err := tx.Queue(ctx, fewer, source, bySource[source]); err != nil {
			return err
		}
	}
	for _, owner := range slices.Sorted(maps.Keys(values)) {
		if err := values[owner].write(ctx, tx, owner); err != nil {
			return err
		}
	}
	return tx.Queue(ctx, pruned, publicOnes)
}

// unindex removes an article from what finds it.
func (s *Store) unindex(ctx context.Context, tx *database.Tx, a *prunable) error {
	if err := s.texts.remove(ctx, tx, a.key); err != nil {
		return err
	}
	link := canonicalLink(a.URL)
	if a.owner == public || link == "" {
		return nil
	}
	return tx.Queue(ctx, `DELETE FROM counterparts WHERE link = $1 AND article_id = $2`, linkKey(public, link), a.ID)
}

// readTombstones reads what is left of articles that were pruned.
func (in *ingest) readTombstones(ctx context.Context, ids []int64) error {
	text := `
		SELECT t.id, t.source, t.label, t.guid, t.url, t.title, t.published, t.date_only, t.status, t.first_seen
		FROM ` + in.list + `
		JOIN tombstones AS t ON t.id = list.value`
	return in.tx.Each(ctx, func(row database.Scan) error {
		var a bot.Article
		var published, firstSeen int64
		err := row(&a.ID, &a.SourceID, &a.Source, &a.GUID, &a.URL, &a.Title, &published, &a.DateOnly, &a.Status, &firstSeen)
		a.Source = cmp.Or(a.Source, a.SourceID)
		a.Published, a.FirstSeen = time.UnixMicro(published).UTC(), moment(firstSeen)
		in.stored[a.ID], in.buried[a.ID] = &a, true
		return err
	}, text, database.JSONList(ids))
}
