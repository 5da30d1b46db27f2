package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/internal/database"
	"tidings/internal/pgtest"
)

// vocabulary is how many words the invented articles are made of.
const vocabulary = 50_000

// newsroom invents articles: titles of 10 words and deks of 25, common words more often than rare ones.
type newsroom struct {
	zipf *rand.Zipf
	n    int
	at   time.Time
}

func newNewsroom(start time.Time) *newsroom {
	return &newsroom{zipf: rand.NewZipf(rand.New(rand.NewPCG(1, 2)), 1.1, 8, vocabulary-1), at: start}
}

func (r *newsroom) words(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("w%d", r.zipf.Uint64())
	}
	return strings.Join(words, " ")
}

func (r *newsroom) article() bot.Article {
	r.n++
	r.at = r.at.Add(time.Second)
	return bot.Article{
		Source: "wire", GUID: fmt.Sprint(r.n), URL: fmt.Sprintf("https://news.example/%d", r.n),
		Title: r.words(10), Summary: r.words(25), Authors: []string{"Ann Author"}, Published: r.at,
	}
}

func (r *newsroom) articles(n int) []bot.Article {
	list := make([]bot.Article, n)
	for i := range list {
		list[i] = r.article()
	}
	return list
}

// onEach runs a benchmark on a store in every database.
func onEach(b *testing.B, run func(b *testing.B, s *Store)) {
	b.Helper()
	pgtest.OnEach(b, func(b *testing.B, empty func(testing.TB) string) { run(b, open(b, Config{URL: empty(b)})) })
}

// subscribeMany makes a subscription in each of n chats, in one transaction.
func subscribeMany(b testing.TB, s *Store, n int) []int64 {
	b.Helper()
	const (
		targets = `
			INSERT INTO targets (platform, space, chat, thread)
			WITH RECURSIVE numbers (i) AS (
				SELECT 1
				UNION ALL
				SELECT i + 1 FROM numbers WHERE i < $1)
			SELECT 'test', '', CAST(i AS TEXT), '' FROM numbers`
		subscriptions = `
			INSERT INTO subscriptions (target_id, number, filter, filter_key, after, created, created_by, version)
			SELECT id, 1, '', '', 0, 1, '', 1 FROM targets ORDER BY id
			RETURNING id`
	)
	var ids []int64
	err := s.db.InTx(b.Context(), database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		if _, err := newVersion(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, targets, n); err != nil {
			return err
		}
		list, err := database.Collect(ctx, tx, database.Value[int64], subscriptions)
		ids = list
		return err
	})
	if err != nil || len(ids) != n {
		b.Fatal(len(ids), err)
	}
	return ids
}

// percentiles adds the mean and percentiles to a benchmark's figures: without what the benchmark does in between.
func percentiles(b *testing.B, took []time.Duration) {
	var sum time.Duration
	for _, t := range took {
		sum += t
	}
	slices.Sort(took)
	b.ReportMetric(float64(sum.Nanoseconds())/float64(len(took))/1000, "mean-µs")
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

func BenchmarkPut(b *testing.B) { onEach(b, benchmarkPut) }

func benchmarkPut(b *testing.B, s *Store) {
	news := newNewsroom(time.Now().Add(-time.Hour))
	var took []time.Duration
	for b.Loop() {
		list := news.articles(1)
		start := time.Now()
		if _, err := s.Put(b.Context(), list); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	percentiles(b, took)
}

// BenchmarkPutDigest stores a digest of one article, of a source that has 20,000 others.
func BenchmarkPutDigest(b *testing.B) { onEach(b, benchmarkPutDigest) }

func benchmarkPutDigest(b *testing.B, s *Store) {
	news := newNewsroom(time.Now().Add(-30 * 24 * time.Hour))
	if _, err := s.putArchive(b.Context(), news.articles(20_000)); err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for b.Loop() {
		list := news.articles(1)
		start := time.Now()
		if _, err := s.PutDigest(b.Context(), list); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	percentiles(b, took)
}

// BenchmarkAlert takes one article from the log to a settled delivery.
func BenchmarkAlert(b *testing.B) { onEach(b, benchmarkAlert) }

func benchmarkAlert(b *testing.B, s *Store) {
	news := newNewsroom(time.Now().Add(-time.Hour))
	ids := subscribeMany(b, s, 10)
	var took []time.Duration
	var at int64
	for b.Loop() {
		if _, err := s.Put(b.Context(), news.articles(1)); err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if _, err := s.Enqueue(b.Context(), at, at+1, []bot.Match{{Article: at + 1, Subscription: ids[0]}}); err != nil {
			b.Fatal(err)
		}
		at++
		list, err := s.Claim(b.Context(), "test", 16, time.Minute)
		if err != nil || len(list) != 1 {
			b.Fatal(len(list), err)
		}
		took = append(took, time.Since(start))
		if err := s.Settle(b.Context(), &list[0], bot.Outcome{State: bot.Sent}); err != nil {
			b.Fatal(err)
		}
	}
	percentiles(b, took)
}

func BenchmarkEnqueue100k(b *testing.B) { onEach(b, benchmarkEnqueue100k) }

func benchmarkEnqueue100k(b *testing.B, s *Store) {
	news := newNewsroom(time.Now().Add(-time.Hour))
	ids := subscribeMany(b, s, 100_000)
	var at int64
	for b.Loop() {
		if _, err := s.Put(b.Context(), news.articles(1)); err != nil {
			b.Fatal(err)
		}
		matches := make([]bot.Match, len(ids))
		for i, id := range ids {
			matches[i] = bot.Match{Article: at + 1, Subscription: id}
		}
		if n, err := s.Enqueue(b.Context(), at, at+1, matches); err != nil || n != len(ids) {
			b.Fatal(n, err)
		}
		at++
	}
}

// BenchmarkClaim claims 16 deliveries behind a backlog of 100,000 targets, and settles them as a sender does: each by itself,
// while the others are at it too.
func BenchmarkClaim(b *testing.B) { onEach(b, benchmarkClaim) }

func benchmarkClaim(b *testing.B, s *Store) {
	news := newNewsroom(time.Now().Add(-time.Hour))
	ids := subscribeMany(b, s, 100_000)
	var at int64
	fill := func() {
		if _, err := s.Put(b.Context(), news.articles(1)); err != nil {
			b.Fatal(err)
		}
		matches := make([]bot.Match, len(ids))
		for i, id := range ids {
			matches[i] = bot.Match{Article: at + 1, Subscription: id}
		}
		if _, err := s.Enqueue(b.Context(), at, at+1, matches); err != nil {
			b.Fatal(err)
		}
		at++
	}
	fill()
	var claims []time.Duration
	settled := 0
	for b.Loop() {
		start := time.Now()
		list, err := s.Claim(b.Context(), "test", 16, time.Minute)
		if err != nil {
			b.Fatal(err)
		}
		claims = append(claims, time.Since(start))
		if len(list) == 0 {
			b.StopTimer()
			fill()
			b.StartTimer()
		}
		var hands sync.WaitGroup
		for i := range list {
			hands.Go(func() {
				o := bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: fmt.Sprint(list[i].ID)}}
				if err := s.Settle(b.Context(), &list[i], o); err != nil {
					b.Error(err)
				}
			})
		}
		hands.Wait()
		settled += len(list)
	}
	b.ReportMetric(float64(settled)/b.Elapsed().Seconds(), "deliveries/s")
	percentiles(b, claims)
}
