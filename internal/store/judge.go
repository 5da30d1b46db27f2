package store

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// judgement is what a document of a feed is judged by, and what came of it.
type judgement struct {
	feed     int64 // the key of its address
	onRecord bool  // its history is
	history  batchHistory
	items    []evidence // from the top of the document: what comes to the store begins with the oldest
	judged   []standing
}

// judge decides for whom the items are news.
func (in *ingest) judge(ctx context.Context) error {
	switch in.via {
	case viaFeed, viaPush:
		return in.judgeDocument(ctx)
	case viaDigest:
		return in.judgeDigest(ctx, in.items)
	case viaArchive:
		for _, it := range in.items {
			it.standing = wasThere
		}
	}
	return nil
}

// judgeDocument judges the items of a feed by what it has shown so far.
func (in *ingest) judgeDocument(ctx context.Context) error {
	j := in.judgement
	if j == nil {
		return nil
	}
	if err := in.tx.Flush(ctx); err != nil {
		return err
	}
	if err := in.recallNewest(ctx); err != nil {
		return err
	}
	known, err := in.knownTitles(ctx, in.items)
	if err != nil {
		return err
	}
	for i, it := range slices.Backward(in.items) {
		e := evidence{knownTitle: known[i] != nil, published: it.dated()}
		if it.old != nil && reports(it.old, in.names[in.source]) {
			e.id = it.old.ID
		}
		j.items = append(j.items, e)
	}
	j.judged = classify(j.items, &j.history, in.via)
	for i, it := range in.items {
		if it.standing = j.judged[len(in.items)-1-i]; it.standing == renamed {
			it.old = known[i]
		}
	}
	return nil
}

// knownTitles finds for each item that is new the article of its source whose title it carries, if that is evidence: if
// date or dek agree or, without deks, if the title has some words. An article is found for one item.
func (in *ingest) knownTitles(ctx context.Context, items []*item) ([]*bot.Article, error) {
	list := make([]*bot.Article, len(items))
	used := map[int64]bool{}
	for i, it := range items {
		if it.old != nil {
			continue
		}
		a, err := in.firstOf(ctx, it, it.title)
		if err != nil {
			return nil, err
		}
		if a != nil && !in.claimed[a.ID] && !used[a.ID] && it.agreesWith(a) {
			list[i], used[a.ID] = a, true
		}
	}
	return list, nil
}

// judgeDigest judges articles of a digest by their dates, counted from now. A back number raises no alerts, in whatever
// order an archive of them is read.
func (in *ingest) judgeDigest(ctx context.Context, items []*item) error {
	const backNumber = 7 * 24 * time.Hour
	newest := map[string]time.Time{}
	for _, it := range items {
		if it.old != nil && reports(it.old, it.Source) || it.undated() {
			continue
		}
		last, asked := newest[it.SourceID]
		if !asked {
			var err error
			if last, err = in.newestOf(ctx, it.SourceID); err != nil {
				return err
			}
			newest[it.SourceID] = last
		}
		at := it.dated()
		if at.Before(in.now.Add(-historyAfter)) && (last.IsZero() || at.Before(last) || at.Before(in.now.Add(-backNumber))) {
			it.standing = isHistory
		}
	}
	return nil
}

// newestOf returns the date of the newest article of a source, zero if it has none. Of few articles all are read. A source with so
// many that this would take long has one among the newest of all sources, unless it has ended.
func (in *ingest) newestOf(ctx context.Context, source string) (time.Time, error) {
	const (
		few  = 1000
		some = `
			SELECT count(*), coalesce(max(published), 0)
			FROM (
				SELECT published
				FROM articles
				WHERE source = $1
				LIMIT $2) AS few`
		late = `
			SELECT coalesce(max(published), 0)
			FROM (
				SELECT source, published
				FROM articles
				WHERE time_key < $2
				ORDER BY time_key DESC
				LIMIT $3) AS newest
			WHERE source = $1`
		ever = `
			SELECT coalesce(max(published), 0)
			FROM articles
			WHERE source = $1`
	)
	var n, at int64
	err := in.tx.Each(ctx, func(row database.Scan) error { return row(&n, &at) }, some, source, few)
	if err == nil && n == few {
		at, err = database.Number(ctx, in.tx, late, source, int64(math.MaxInt64), few)
		if at == 0 && err == nil {
			at, err = database.Number(ctx, in.tx, ever, source)
		}
	}
	return moment(at), err
}

// askHistory asks what the documents of the feed have shown so far, unless the source is none.
func (in *ingest) askHistory(ctx context.Context) error {
	const text = `
		SELECT newest, at_bottom, items
		FROM batch_history
		WHERE feed = $1`
	f := &in.feeds[0]
	if f.kind != string(bot.FeedSource) {
		return nil
	}
	in.judgement = &judgement{feed: feedKey(in.owner, in.source, f.url)}
	h := &in.judgement.history
	h.known, h.fetched = f.fetched > 0, moment(max(f.fetched, f.added))
	read := func(row database.Scan) error {
		var newest int64
		var items string
		err := row(&newest, &h.atBottom, &items)
		if err == nil {
			err = json.Unmarshal([]byte(items), &h.order)
		}
		h.known, h.newest, in.judgement.onRecord = true, moment(newest), true
		return err
	}
	return in.tx.QueueQuery(ctx, read, text, in.judgement.feed)
}

// recallNewest fills in what is not on record of a feed that was read by an older program.
func (in *ingest) recallNewest(ctx context.Context) error {
	h := &in.judgement.history
	if in.judgement.onRecord || !h.known {
		return nil
	}
	newest, err := in.newestOf(ctx, in.source)
	h.newest = earlier(newest, in.now)
	return err
}

// feedKey is the key of a feed's history: a public one is known by its address, whoever follows it.
func feedKey(owner int64, source, address string) int64 {
	if owner == public {
		return key("feed", address)
	}
	return key("feed of an owner", source)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// remember writes what a batch has taught, and what was decided about it.
func (in *ingest) remember(ctx context.Context) error {
	if in.judgement != nil {
		if err := in.saveHistory(ctx, in.judgement); err != nil {
			return err
		}
	}
	if in.via == viaAPI {
		return nil
	}
	for source, d := range in.decided {
		if err := in.noteDecision(ctx, source, *d); err != nil {
			return err
		}
	}
	return nil
}

// saveHistory adds a document to the history of its feed.
func (in *ingest) saveHistory(ctx context.Context, j *judgement) error {
	const upsert = `
		INSERT INTO batch_history (feed, newest, at_bottom, items)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (feed) DO UPDATE
		SET newest = excluded.newest, at_bottom = excluded.at_bottom, items = excluded.items`
	h := &j.history
	articles := make([]int64, 0, len(in.items))
	for _, it := range slices.Backward(in.items) {
		place := len(articles)
		articles = append(articles, it.id)
		counts := j.judged[place] == isNews || j.judged[place] == wasThere
		if at := earlier(it.Published, in.now); counts && j.items[place].isFresh() && !it.undated() && at.After(h.newest) {
			h.newest = at
		}
	}
	if in.via == viaFeed {
		h.learn(j.items, j.judged, articles)
	}
	order, err := json.Marshal(h.order)
	if err != nil {
		return err
	}
	return in.tx.Queue(ctx, upsert, j.feed, micros(h.newest), h.atBottom, string(order))
}
