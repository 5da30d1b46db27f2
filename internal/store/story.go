package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

const (
	// storyWindow is how old an article may be and still begin or join a story.
	storyWindow = 72 * time.Hour
	// maxPairs is how many pairs of a title are looked for.
	maxPairs = 32
	// maxPerPair is how many articles one pair leads to, the newest. A pair that leads to more says little.
	maxPerPair = 30
	// maxCandidates is how many titles are held against a new one.
	maxCandidates = 5
)

// storyOf returns the story that a new article belongs to, or 0 if it is the first of its kind.
func (in *ingest) storyOf(ctx context.Context, a *bot.Article) (int64, error) {
	if !in.mayJoin(a) || a.Suppressed != "" {
		return 0, nil
	}
	is := newTitle(a.Title)
	candidates, err := in.candidates(ctx, &is)
	if err == nil {
		err = in.read(ctx, slices.Clone(candidates))
	}
	if err != nil {
		return 0, err
	}
	for _, id := range candidates {
		o, err := in.byID(ctx, id)
		if err != nil {
			return 0, err
		}
		if o == nil || !in.mayJoin(o) || o.Suppressed == bot.AwaitingApproval {
			continue
		}
		if was := newTitle(o.Title); is.alike(&was) {
			return cmp.Or(o.Story, o.ID), nil
		}
	}
	return 0, nil
}

// mayJoin reports whether an article may be named beside others: it is recent, and no secret.
func (in *ingest) mayJoin(a *bot.Article) bool {
	return a.Published.After(in.now.Add(-storyWindow)) && !a.Embargo.After(in.now) && a.Status != bot.Withdrawn
}

// pairs returns what a title is looked for by: pairs of neighbors, which are rare where words are not. Alike
// titles that share none are too rare to look for.
func (t *title) pairs() []int64 {
	set := t.grams
	if t.cjk {
		set = t.content
	}
	list := make([]int64, 0, maxPairs)
	for _, gram := range slices.Sorted(maps.Keys(set)) {
		if (t.cjk || strings.Contains(gram, " ")) && len(list) < maxPairs {
			list = append(list, key("pair", gram))
		}
	}
	return list
}

// candidates returns the recent articles that share most with a title, the likeliest first.
func (in *ingest) candidates(ctx context.Context, t *title) ([]int64, error) {
	const few = 4 // pairs of a title of which one is enough
	pairs := t.pairs()
	if len(pairs) == 0 {
		return nil, nil
	}
	args := make([]any, len(pairs), len(pairs)+1)
	for i, pair := range pairs {
		args[i] = pair
	}
	args = append(args, maxPerPair)
	list, err := database.Collect(ctx, in.tx, database.Value[int64], newestOf(len(pairs)), args...)
	if err != nil {
		return nil, err
	}
	shared := map[int64]int{}
	for _, id := range list {
		shared[id]++
	}
	if len(pairs) > few {
		maps.DeleteFunc(shared, func(_ int64, n int) bool { return n < 2 })
	}
	ids := slices.SortedFunc(maps.Keys(shared), func(a, b int64) int {
		return cmp.Or(shared[b]-shared[a], cmp.Compare(a, b))
	})
	return ids[:min(len(ids), maxCandidates)], nil
}

// newestOf returns the statement that finds the newest articles of each of n pairs: $1 to $n, and then how many.
func newestOf(n int) string {
	branches := make([]string, n)
	for i := range branches {
		branches[i] = fmt.Sprintf(`
		SELECT article_id
		FROM (
			SELECT article_id
			FROM title_pairs
			WHERE pair = $%d
			ORDER BY article_id DESC
			LIMIT $%d) AS newest`, i+1, n+1)
	}
	return strings.Join(branches, `
		UNION ALL`)
}

// indexTitle has the article found by titles that are alike.
func (in *ingest) indexTitle(ctx context.Context, a *bot.Article) error {
	insert := `
		INSERT INTO title_pairs (pair, article_id, at)
		SELECT list.value, $2, $3
		FROM ` + in.list
	if !in.mayJoin(a) || a.Suppressed == bot.AwaitingApproval {
		return nil
	}
	t := newTitle(a.Title)
	return in.tx.Queue(ctx, insert, database.JSONList(t.pairs()), a.ID, micros(a.Published))
}

// forgetTitles ends the search for articles too old for a story.
func (in *ingest) forgetTitles(ctx context.Context) error {
	const remove = `
		DELETE FROM title_pairs
		WHERE at < $1`
	return in.tx.Queue(ctx, remove, micros(in.now.Add(-storyWindow)))
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
	delete(in.stored, story)
	if err := in.tx.Queue(ctx, first, story); err != nil {
		return nil, err
	}
	read := func(row database.Scan) (bot.Article, error) { return readArticle(row) }
	return database.Collect(ctx, in.tx, read, text, story, bot.MaxRelated+1)
}

// tellStory has each article of a story name the others. One that named others before gets a revision, so that
// its alerts are edited.
func (in *ingest) tellStory(ctx context.Context, story int64) error {
	list, err := in.members(ctx, story)
	if err != nil {
		return err
	}
	for i := range list {
		m := list[i]
		m.Related = relatedOf(list, m.ID)
		if slices.Equal(m.Related, list[i].Related) {
			continue
		}
		if err := in.rewrite(ctx, &m, &list[i]); err != nil {
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
