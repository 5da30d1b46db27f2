package peers

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/store"
	"tidings/internal/zipf"
)

const archived = 20_000 // articles, an hour apart

// TestSearch asks an archive for the newest 20 articles with a word: a frequent one, one in the middle, a rare one.
func TestSearch(t *testing.T) {
	w := newWork()
	list := make([]bot.Article, archived)
	start := time.Now().Add(-archived * time.Hour).Truncate(time.Second)
	for i := range list {
		a := w.article()
		list[i] = bot.Article{
			Source: "wire", GUID: fmt.Sprint(i), URL: fmt.Sprintf("https://news.example/%d", i),
			Title: a.title, Summary: a.dek, Published: start.Add(time.Duration(i) * time.Hour),
		}
	}
	byStore, byBleve := storeOf(t, list), bleveOf(t, list)
	var rows [][]string
	for _, word := range []string{zipf.Spelling(0), zipf.Spelling(1_000), zipf.Spelling(10_000)} {
		if a, b := byStore(word), byBleve(word); a != b {
			t.Fatalf("%s: our newest is number %s, bleve's %s", word, a, b)
		}
		took := race(t, []contender{
			{"Tidings", func(testing.TB) { byStore(word) }},
			{"bleve", func(testing.TB) { byBleve(word) }},
		})
		n := 0
		for i := range list {
			if contains(list[i], word) {
				n++
			}
		}
		rows = append(rows, []string{fmt.Sprintf("a word of %d", n), "1", ratio(took[1], took[0]), short(took[0])})
	}
	table(fmt.Sprintf("The newest 20 of %d articles with a word. Ours are in a file (SQLite), bleve's in memory.", archived),
		[]string{"", "Tidings (internal/store)", "bleve", "(Tidings here)"}, rows)
}

func contains(a bot.Article, word string) bool {
	f, err := filter.Parse(word)
	return err == nil && f.Match(filter.NewDocument(a.Fields()))
}

// storeOf returns a search of an archive of ours, which tells how many it finds and the first.
func storeOf(t *testing.T, list []bot.Article) func(word string) string {
	s, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "peers.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for part := range slices.Chunk(list, 500) {
		if _, err := s.Put(t.Context(), part); err != nil {
			t.Fatal(err)
		}
	}
	return func(word string) string {
		f, err := filter.Parse(word)
		if err != nil {
			t.Fatal(err)
		}
		page, err := s.Search(t.Context(), bot.Query{Filter: f, Limit: 20})
		if err != nil || len(page.Articles) == 0 {
			t.Fatal(page, err)
		}
		return fmt.Sprint(len(page.Articles), " ", page.Articles[0].GUID)
	}
}

// bleveOf returns the same of an index of bleve's.
func bleveOf(t *testing.T, list []bot.Article) func(word string) string {
	index, err := inMemory(sortable())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = index.Close() })
	batch := index.NewBatch()
	for i := range list {
		a := &list[i]
		if err := batch.Index(a.GUID, map[string]any{"text": a.Title + "\n" + a.Summary, "at": a.Published}); err != nil {
			t.Fatal(err)
		}
	}
	if err := index.Batch(batch); err != nil {
		t.Fatal(err)
	}
	return func(word string) string {
		q := query.NewTermQuery(word)
		q.SetField("text")
		request := bleve.NewSearchRequestOptions(q, 20, 0, false)
		request.SortBy([]string{"-at"})
		answer, err := index.Search(request)
		if err != nil || len(answer.Hits) == 0 {
			t.Fatal(answer, err)
		}
		return fmt.Sprint(len(answer.Hits), " ", answer.Hits[0].ID)
	}
}
