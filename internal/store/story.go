package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

const (
	// storyWindow is how old an article may be and still begin or join a story.
	storyWindow = 72 * time.Hour
	// maxPairs is how many pairs of a title are looked for, of characters; of words maxWordPairs, neighbors first.
	maxPairs     = 32
	maxWordPairs = 12
	// maxPerPair is how many articles one pair leads to, the newest. A pair that leads to more says little.
	maxPerPair = 30
	// maxCandidates is how many titles are compared with a new one.
	maxCandidates = 5
)

// storyOf returns the story that a new article belongs to, or 0 if it is the first of its kind. Two articles of one
// source are in one story only if they are one text.
func (in *ingest) storyOf(ctx context.Context, it *item) (int64, error) {
	a := &it.Article
	if !in.mayJoin(a) || a.Suppressed != "" {
		return 0, nil
	}
	candidates := in.candidates(it)
	asked, err := in.askAlike(ctx, candidates)
	if err == nil && asked {
		err = in.tx.Flush(ctx)
	}
	if err != nil {
		return 0, err
	}
	for _, id := range candidates {
		o, err := in.alikeByID(ctx, id)
		if err != nil {
			return 0, err
		}
		if o == nil || !in.mayJoin(o) || o.Suppressed == bot.AwaitingApproval || !isSameStory(a, o) {
			continue
		}
		if fits, err := in.fits(ctx, a, o); err != nil || fits {
			return cmp.Or(o.Story, o.ID), err
		}
	}
	return 0, nil
}

// isSameStory reports whether two articles report one story.
func isSameStory(a, o *bot.Article) bool {
	if a.Source == o.Source || reports(o, a.Source) {
		return sameText(a, o)
	}
	is, was := newHeadline(a.Title, a.Summary), newHeadline(o.Title, o.Summary)
	return is.sameStory(&was)
}

// fits reports whether an article on the story of o fits all other articles on it: none of them is another article of
// its source, and none reports a turn.
func (in *ingest) fits(ctx context.Context, a, o *bot.Article) (bool, error) {
	const text = `
		SELECT id
		FROM articles
		WHERE story = $1 AND story <> 0 AND id <> $2
		ORDER BY id
		LIMIT $3`
	if o.Story == 0 {
		return true, nil
	}
	ids, err := database.Collect(ctx, in.tx, database.Value[int64], text, o.Story, o.ID, bot.MaxRelated+1)
	if err == nil {
		err = in.read(ctx, slices.Clone(ids))
	}
	if err != nil {
		return false, err
	}
	is := newHeadline(a.Title, a.Summary)
	for _, id := range ids {
		m, err := in.byID(ctx, id)
		if err != nil {
			return false, err
		}
		if m == nil || m.Status == bot.Withdrawn {
			continue
		}
		was := newHeadline(m.Title, m.Summary)
		if reports(m, a.Source) && !sameText(a, m) || is.turnsFrom(&was) {
			return false, nil
		}
	}
	return true, nil
}

// mayJoin reports whether an article may be named beside others: it is recent, and no secret.
func (in *ingest) mayJoin(a *bot.Article) bool {
	return a.Published.After(in.now.Add(-storyWindow)) && !a.Embargo.After(in.now) && a.Status != bot.Withdrawn
}

// likely returns the stored articles that an item may be like if it is new.
func (in *ingest) likely(it *item) []int64 {
	if in.via == viaArchive || !in.mayJoin(&it.Article) {
		return nil
	}
	return in.candidates(it)
}

// candidates returns the recent articles that share most with the title of an item, the likeliest first.
func (in *ingest) candidates(it *item) []int64 {
	const few = 20 // pairs of a headline of which one is enough
	pairs := in.pairsOf(it)
	least := 1
	if len(pairs) > few {
		least = 2
	}
	found := in.titles.find(pairs, in.oldest())
	return mostFrequent(found, least, maxCandidates)
}

// mostFrequent returns up to n of the numbers that a list has at least so many times, the most frequent first.
func mostFrequent(list []int64, least, n int) []int64 {
	type counted struct {
		id    int64
		times int
	}
	var all []counted
	slices.Sort(list)
	for len(list) > 0 {
		times := 1
		for times < len(list) && list[times] == list[0] {
			times++
		}
		if times >= least {
			all = append(all, counted{list[0], times})
		}
		list = list[times:]
	}
	slices.SortStableFunc(all, func(a, b counted) int { return b.times - a.times })
	ids := make([]int64, min(len(all), n))
	for i := range ids {
		ids[i] = all[i].id
	}
	return ids
}

// members returns the articles of a story that may be named, oldest first.
func (in *ingest) members(ctx context.Context, story int64) ([]bot.Article, error) {
	const (
		first = `
			UPDATE articles
			SET story = id
			WHERE id = $1 AND story = 0`
		text = `
			SELECT` + articleColumns + `
			FROM articles AS a
			WHERE a.story = $1 AND a.story <> 0
			ORDER BY a.id
			LIMIT $2`
	)
	in.forget(story)
	if err := in.tx.Queue(ctx, first, story); err != nil {
		return nil, err
	}
	read := func(row database.Scan) (bot.Article, error) { return readArticle(row) }
	return database.Collect(ctx, in.tx, read, text, story, bot.MaxRelated+1)
}

// updateRelated has each article of a story name the others. One that named others before gets a revision, so that
// its alerts are edited.
func (in *ingest) updateRelated(ctx context.Context, story int64) error {
	list, err := in.members(ctx, story)
	if err != nil {
		return err
	}
	for i := range list {
		m := list[i]
		m.Related = relatedOf(list, &list[i])
		if slices.Equal(m.Related, list[i].Related) {
			continue
		}
		if err := in.rewrite(ctx, &m, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// relatedOf returns the articles beside one, without those that were withdrawn, and those of its own sources.
func relatedOf(list []bot.Article, of *bot.Article) (also []bot.Related) {
	for i := range list {
		if a := &list[i]; a.ID != of.ID && a.Status != bot.Withdrawn && !reports(of, a.Source) {
			also = append(also, bot.Related{ID: a.ID, Source: a.Source, Outlet: a.Outlet, Title: withoutCounts(a.Title), URL: a.URL})
		}
	}
	return also
}

// packRelated writes a list of articles as JSON.
func packRelated(list []bot.Related) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

func unpackRelated(s string) (list []bot.Related, err error) {
	if s == "[]" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(s), &list)
	return list, err
}
