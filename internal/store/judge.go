package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

// judgement is what a document of a feed is judged by, and what came of it.
type judgement struct {
	source  string
	feed    int64 // the key of its address
	history batchHistory
	items   []evidence // from the top of the document: what comes to the store begins with the oldest
	judged  []standing
}

// judge decides for whom the items of a batch are news. Of a document it returns what that was decided by.
func (in *ingest) judge(ctx context.Context, b intake, items []*item) (*judgement, error) {
	switch b.via {
	case viaFeed, viaPush:
		return in.judgeDocument(ctx, b, items)
	case viaDigest:
		return nil, in.judgeDigest(ctx, items)
	case viaArchive:
		for _, it := range items {
			it.standing = wasThere
		}
	}
	return nil, nil
}

// judgeDocument judges the items of a feed by what it has shown so far.
func (in *ingest) judgeDocument(ctx context.Context, b intake, items []*item) (*judgement, error) {
	j, err := in.judgementOf(ctx, b.source)
	if err != nil || j == nil {
		return nil, err
	}
	known, err := in.knownTitles(ctx, items)
	if err != nil {
		return nil, err
	}
	for i, it := range slices.Backward(items) {
		e := evidence{knownTitle: known[i] != nil, published: it.dated()}
		if it.old != nil && reports(it.old, in.names[b.source]) {
			e.id = it.old.ID
		}
		j.items = append(j.items, e)
	}
	j.judged = classify(j.items, &j.history, b.via)
	for i, it := range items {
		if it.standing = j.judged[len(items)-1-i]; it.standing == renamed {
			it.old = known[i]
		}
	}
	return j, nil
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

// newestOf returns the date of the newest article of a source, zero if it has none.
func (in *ingest) newestOf(ctx context.Context, source string) (time.Time, error) {
	const text = `
		SELECT coalesce(max(published), 0)
		FROM articles
		WHERE source = $1`
	at, err := database.Number(ctx, in.tx, text, source)
	return moment(at), err
}

// judgementOf returns what the documents of a feed have shown so far, nil if the source is none.
func (in *ingest) judgementOf(ctx context.Context, source string) (*judgement, error) {
	const (
		feed = `
			SELECT url, added, last_success, decisions
			FROM sources
			WHERE name = $1 AND kind = $2`
		text = `
			SELECT newest, at_bottom, items
			FROM batch_history
			WHERE feed = $1`
	)
	j := &judgement{source: source}
	h := &j.history
	readFeed := func(row database.Scan) (struct{}, error) {
		var address, batches string
		var added, success int64
		err := row(&address, &added, &success, &batches)
		in.batches[source] = batches
		j.feed = feedKey(in.owner, source, address)
		h.known, h.fetched = success > 0, moment(max(success, added))
		return struct{}{}, err
	}
	if _, found, err := database.One(ctx, in.tx, readFeed, feed, source, bot.FeedSource); err != nil || !found {
		return nil, err
	}
	readHistory := func(row database.Scan) (struct{}, error) {
		var newest int64
		var items string
		err := row(&newest, &h.atBottom, &items)
		if err == nil {
			err = json.Unmarshal([]byte(items), &h.order)
		}
		h.known, h.newest = true, moment(newest)
		return struct{}{}, err
	}
	_, found, err := database.One(ctx, in.tx, readHistory, text, j.feed)
	if err == nil && !found && h.known { // it was read by an older program
		h.newest, err = in.newestOf(ctx, source)
		h.newest = earlier(h.newest, in.now)
	}
	return j, err
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
func (in *ingest) remember(ctx context.Context, b intake, j *judgement, items []*item) error {
	if j != nil {
		if err := in.saveHistory(ctx, b, j, items); err != nil {
			return err
		}
	}
	if b.via == viaAPI {
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
func (in *ingest) saveHistory(ctx context.Context, b intake, j *judgement, items []*item) error {
	const upsert = `
		INSERT INTO batch_history (feed, newest, at_bottom, items)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (feed) DO UPDATE
		SET newest = excluded.newest, at_bottom = excluded.at_bottom, items = excluded.items`
	h := &j.history
	articles := make([]int64, 0, len(items))
	for i, it := range slices.Backward(items) {
		place := len(articles)
		articles = append(articles, it.id)
		counts := j.judged[place] == isNews || j.judged[place] == wasThere
		if at := earlier(items[i].Published, in.now); counts && j.items[place].isFresh() && !it.undated() && at.After(h.newest) {
			h.newest = at
		}
	}
	if b.via == viaFeed {
		h.learn(j.items, j.judged, articles)
	}
	order, err := json.Marshal(h.order)
	if err != nil {
		return err
	}
	return in.tx.Queue(ctx, upsert, j.feed, micros(h.newest), h.atBottom, string(order))
}
