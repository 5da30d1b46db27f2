package store

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
)

// BenchmarkClaimFetch claims feeds and records their fetches, as three replicas do that all find each of 1,000
// feeds due.
func BenchmarkClaimFetch(b *testing.B) { onEach(b, benchmarkClaimFetch) }

func benchmarkClaimFetch(b *testing.B, s *Store) {
	const feeds, replicas = 1000, 3
	for i := range feeds {
		src := bot.Source{Name: fmt.Sprint("feed", i), Kind: bot.FeedSource, URL: fmt.Sprintf("https://%d.example/", i)}
		if err := s.AddSource(b.Context(), src); err != nil {
			b.Fatal(err)
		}
	}
	start := time.Now()
	known := start
	var fetched int64
	for b.Loop() {
		now := known.Add(time.Hour)
		var mine atomic.Int64
		var all sync.WaitGroup
		for range replicas {
			all.Go(func() {
				for i := range feeds {
					name := fmt.Sprint("feed", i)
					c, err := s.ClaimFetch(b.Context(), name, known, time.Minute)
					if err == nil && c.Mine {
						mine.Add(1)
						err = s.SaveFetch(b.Context(), name, "", bot.FetchState{LastTry: now})
					}
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		if mine.Load() != feeds {
			b.Fatalf("%d feeds were fetched, want each of %d once", mine.Load(), feeds)
		}
		fetched += feeds
		known = now
	}
	b.ReportMetric(float64(fetched)/time.Since(start).Seconds(), "fetches/s")
}
