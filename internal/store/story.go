package store

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"tidings/bot"
)

const (
	// storyWindow is how old an article may be and still begin or join a story.
	storyWindow = 72 * time.Hour
	// maxTitleWords is how many contents of a title are looked for.
	maxTitleWords = 32
	// maxPerWord is how many articles one word leads to, the newest. A word that leads to more says little.
	maxPerWord = 200
	// maxCandidates is how many titles are held against a new one.
	maxCandidates = 10
)

// storyOf returns the story that a new article belongs to, or 0 if it is the first of its kind.
func (p *putter) storyOf(ctx context.Context, a *bot.Article) (int64, error) {
	if !p.mayJoin(a) || a.Quiet != "" {
		return 0, nil
	}
	is := newTitle(a.Title)
	candidates, err := p.candidates(ctx, &is)
	if err != nil {
		return 0, err
	}
	for _, id := range candidates {
		o, err := p.byID(ctx, id)
		if err != nil {
			return 0, err
		}
		if o == nil || !p.mayJoin(o) || o.Quiet == bot.HeldBack {
			continue
		}
		if was := newTitle(o.Title); is.alike(&was) {
			return cmp.Or(o.Story, o.ID), nil
		}
	}
	return 0, nil
}

// mayJoin reports whether an article may be named beside others: it is recent, and no secret.
func (p *putter) mayJoin(a *bot.Article) bool {
	return a.Published.After(p.now.Add(-storyWindow)) && !a.Embargo.After(p.now) && a.Status != bot.Withdrawn
}

// wordKeys returns the contents of a title as they are looked for.
func (t *title) wordKeys() []int64 {
	words := slices.Sorted(maps.Keys(t.content))
	list := make([]int64, 0, min(len(words), maxTitleWords))
	for _, w := range words[:cap(list)] {
		list = append(list, key("word", w))
	}
	return list
}

// candidates returns the recent articles that share most with a title, the likeliest first.
func (p *putter) candidates(ctx context.Context, t *title) ([]int64, error) {
	const text = `
		SELECT article_id
		FROM title_words
		WHERE word = $1
		ORDER BY article_id DESC
		LIMIT $2`
	words := t.wordKeys()
	shared := map[int64]int{}
	for _, w := range words {
		list, err := collect(ctx, p.tx, value[int64], text, w, maxPerWord)
		if err != nil {
			return nil, err
		}
		for _, id := range list {
			shared[id]++
		}
	}
	// Alike titles share half of what they say or more, as far as it was looked for and found.
	maps.DeleteFunc(shared, func(_ int64, n int) bool { return 3*n < len(words) })
	ids := slices.SortedFunc(maps.Keys(shared), func(a, b int64) int {
		return cmp.Or(shared[b]-shared[a], cmp.Compare(a, b))
	})
	return ids[:min(len(ids), maxCandidates)], nil
}

// indexTitle has the article found by titles that are alike.
func (p *putter) indexTitle(ctx context.Context, a *bot.Article) error {
	const insert = `
		INSERT INTO title_words (word, article_id, at)
		VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`
	if !p.mayJoin(a) || a.Quiet == bot.HeldBack {
		return nil
	}
	t := newTitle(a.Title)
	for _, w := range t.wordKeys() {
		if _, err := p.tx.exec(ctx, insert, w, a.ID, micros(a.Published)); err != nil {
			return err
		}
	}
	return nil
}

// forgetTitles ends the search for articles too old for a story.
func (p *putter) forgetTitles(ctx context.Context) error {
	const remove = `
		DELETE FROM title_words
		WHERE at < $1`
	_, err := p.tx.exec(ctx, remove, micros(p.now.Add(-storyWindow)))
	return err
}

// members returns the articles of a story that may be named, oldest first.
func (p *putter) members(ctx context.Context, story int64) ([]bot.Article, error) {
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
	if _, err := p.tx.exec(ctx, first, story); err != nil {
		return nil, err
	}
	read := func(row scan) (bot.Article, error) { return readArticle(row) }
	return collect(ctx, p.tx, read, text, story, bot.MaxAlso+1)
}

// tellStory has each article of a story name the others. One that named others before gets a revision, so that
// its alerts are edited.
func (p *putter) tellStory(ctx context.Context, story int64) error {
	list, err := p.members(ctx, story)
	if err != nil {
		return err
	}
	for i := range list {
		m := list[i]
		m.Also = relatedOf(list, m.ID)
		if slices.Equal(m.Also, list[i].Also) {
			continue
		}
		if err := p.rewrite(ctx, &m, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// relatedOf returns the articles beside one, without those that were withdrawn.
func relatedOf(list []bot.Article, id int64) (also []bot.Related) {
	for i := range list {
		if a := &list[i]; a.ID != id && a.Status != bot.Withdrawn {
			also = append(also, bot.Related{ID: a.ID, Source: a.Source, Title: a.Title, URL: a.URL})
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
