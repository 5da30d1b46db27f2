package store

import (
	"fmt"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// fillArchive stores a million articles, one a second up to now.
func fillArchive(b *testing.B, s *Store) {
	b.Helper()
	const articles = 1_000_000
	news := newNewsroom(time.Now().Add(-articles * time.Second))
	for range articles / 5000 {
		list := news.articles(5000)
		for i := range list {
			list[i].Authors = []string{fmt.Sprintf("Ann%d Lee%d", i%997, i%3001)}
			list[i].Tags = []string{fmt.Sprintf("tag %d", i%503)}
		}
		if _, err := s.Put(b.Context(), list); err != nil {
			b.Fatal(err)
		}
	}
}

// archiveFilters are the kinds of filters there are.
func archiveFilters() []string {
	return []string{
		"", "w1", "w40", "w30000", `"w1 w2"`, "w1 w40", "w1 -w2", "title:w3 OR w20000", "w4999*", "source:wire", "url:/999", "/w12[0-9]{3} w7/",
	}
}

// BenchmarkArchive searches, counts and suggests over a million articles, which take minutes to write.
func BenchmarkArchive(b *testing.B) { onEach(b, benchmarkArchive) }

func benchmarkArchive(b *testing.B, s *Store) {
	if testing.Short() {
		b.Skip("writes a million articles")
	}
	fillArchive(b, s)
	for _, text := range archiveFilters() {
		f, err := filter.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("search/"+text, func(b *testing.B) { benchmarkSearch(b, s, f) })
		for _, days := range []int{7, 90} {
			b.Run(fmt.Sprintf("tally/%dd/%s", days, text), func(b *testing.B) { benchmarkTally(b, s, f, days) })
		}
	}
	for _, prefix := range []string{"", "a", "ann", "lee1"} {
		b.Run("suggest/"+prefix, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Suggest(b.Context(), "", filter.Author, prefix, 25); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchmarkSearch(b *testing.B, s *Store, f *filter.Filter) {
	var looked int
	for b.Loop() {
		page, err := s.Search(b.Context(), bot.Query{Filter: f, Limit: 5})
		if err != nil {
			b.Fatal(err)
		}
		looked = page.Looked
	}
	b.ReportMetric(float64(looked), "looked")
}

func benchmarkTally(b *testing.B, s *Store, f *filter.Filter, days int) {
	q := bot.TallyQuery{Filter: f, Samples: 5}
	for i := range days {
		q.Starts = append(q.Starts, time.Now().Add(-time.Duration(days-i)*24*time.Hour))
	}
	var t bot.Tally
	for b.Loop() {
		var err error
		if t, err = s.Tally(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(t.Looked), "looked")
	b.ReportMetric(float64(t.TotalMatched()), "matched")
}
