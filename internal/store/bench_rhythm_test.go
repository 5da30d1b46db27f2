package store

import (
	"testing"
	"time"

	"tidings/bot"
)

// BenchmarkDrain sends an article to 10,000 chats, from the fan-out to the last one that is settled. Of those of which a
// tenth has settings, half wait for a digest, and the others have quiet hours at another time and are silent.
func BenchmarkDrain(b *testing.B) {
	onEach(b, func(b *testing.B, s *Store) {
		news, ids := newNewsroom(time.Now().Add(-time.Hour)), subscribeMany(b, s, 10_000)
		b.Run("plain", func(b *testing.B) { benchmarkDrain(b, s, news, ids, len(ids)) })
		for _, text := range []string{
			`UPDATE targets SET rhythm = 1, settings = '{"Quiet":{"From":1,"To":2,"Days":1}}' WHERE id % 10 = 0`,
			`UPDATE subscriptions SET preferences = '{"Silent":true}' WHERE target_id % 20 = 0`,
			`UPDATE subscriptions SET preferences = '{"When":"weekly sun 08:00"}' WHERE target_id % 20 = 10`,
		} {
			if _, err := writes(s).ExecContext(b.Context(), text); err != nil {
				b.Fatal(err)
			}
		}
		b.Run("a tenth with settings", func(b *testing.B) { benchmarkDrain(b, s, news, ids, len(ids)*19/20) })
	})
}

func benchmarkDrain(b *testing.B, s *Store, news *newsroom, ids []int64, want int) {
	for b.Loop() {
		b.StopTimer()
		if _, err := s.Put(b.Context(), news.articles(1)); err != nil {
			b.Fatal(err)
		}
		from, err := s.Cursor(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		entries, err := s.EntriesAfter(b.Context(), from, 1)
		if err != nil {
			b.Fatal(err)
		}
		matches := make([]bot.Match, len(ids))
		for i, id := range ids {
			matches[i] = bot.Match{Article: entries[0].Article.ID, Subscription: id}
		}
		b.StartTimer()
		if _, err := s.Enqueue(b.Context(), from, entries[0].Seq, matches); err != nil {
			b.Fatal(err)
		}
		for sent := 0; ; {
			list, err := s.Claim(b.Context(), "test", 16, time.Minute)
			if err != nil {
				b.Fatal(err)
			}
			if len(list) == 0 {
				if sent != want {
					b.Fatal(sent, want)
				}
				break
			}
			for i := range list {
				if err := s.Settle(b.Context(), &list[i], bot.Outcome{State: bot.Sent}); err != nil {
					b.Fatal(err)
				}
			}
			sent += len(list)
		}
	}
}
