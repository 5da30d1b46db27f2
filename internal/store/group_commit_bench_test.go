package store

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/pgtest"
)

// BenchmarkAtOnce has what a replica does at once done one by one and together, by three replicas over one PostgreSQL.
func BenchmarkAtOnce(b *testing.B) {
	for name, most := range map[string]int{"one by one": 1, "together": feedNotesMost} {
		b.Run(name+"/articles stored", func(b *testing.B) {
			news := newNewsroom(time.Now().Add(-time.Hour))
			var mu sync.Mutex // guards news
			doAtOnce(b, min(most, depositsMost), func(s *Store, _ int) error {
				mu.Lock()
				list := news.articles(1)
				mu.Unlock()
				_, err := s.Put(b.Context(), list)
				return err
			})
		})
		b.Run(name+"/fetches noted", func(b *testing.B) {
			doAtOnce(b, most, func(s *Store, i int) error {
				now, name := time.Now(), fmt.Sprint("feed", i)
				if _, err := s.ClaimFetch(b.Context(), name, now, time.Minute); err != nil {
					return err
				}
				return s.SaveFetch(b.Context(), name, "", bot.FetchState{LastTry: now})
			})
		})
	}
}

// doAtOnce has each of three replicas do something b.N times by 32 goroutines, and reports how often they all do it in a second.
func doAtOnce(b *testing.B, most int, do func(s *Store, i int) error) {
	b.Helper()
	const replicas, goroutines = 3, 32
	url := pgtest.Shared(b).Schema(b)
	stores := make([]*Store, replicas)
	for i := range stores {
		stores[i] = open(b, Config{URL: url})
		stores[i].deposits.most, stores[i].feedNotes.most = most, most
	}
	for i := range replicas * goroutines {
		src := bot.Source{Name: fmt.Sprint("feed", i), Kind: bot.FeedSource, URL: fmt.Sprintf("https://%d.example/", i)}
		if err := stores[0].AddSource(b.Context(), src); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	var all sync.WaitGroup
	for i := range replicas * goroutines {
		all.Go(func() {
			for range b.N {
				if err := do(stores[i%replicas], i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N*replicas*goroutines)/b.Elapsed().Seconds(), "a-second")
}
