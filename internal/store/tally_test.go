package store

import (
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// What an index cannot count is read, the newest first and so much of it, and the answer says over how many that was.
func TestTally_SaysOverHowManyItLooked(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	s.mostLooked = 100
	start := time.Now().Add(-time.Hour)
	if _, err := s.Put(t.Context(), newNewsroom(start).articles(300)); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][4]int{ // articles, looked, taken, samples
		"url:/news": {300, 100, 100, 5},
		"-url:/x":   {300, 100, 100, 5},
		"":          {300, 300, 300, 5},
		"-nothing":  {300, 300, 300, 5},
		"nothing":   {300, 300, 0, 0},
	} {
		f, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		q := bot.TallyQuery{Filter: f, Starts: []time.Time{start, start.Add(100 * time.Second), start.Add(250 * time.Second)}, Samples: 5}
		got, err := s.Tally(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if have := [4]int{got.Total(), got.Looked, got.TotalTaken(), len(got.Newest)}; have != want || got.Partial != (want[1] < want[0]) {
			t.Errorf("filter %q: %v, partial: %t, want %v", text, have, got.Partial, want)
		}
	}
}

// BenchmarkArchive counts and suggests over a million articles.
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
		for _, days := range []int{7, 90} {
			b.Run(text+"/"+(time.Duration(days)*24*time.Hour).String(), func(b *testing.B) { benchmarkTally(b, s, f, days) })
		}
	}
	for _, prefix := range []string{"", "a", "ann", "lee1"} {
		b.Run("suggest/"+prefix, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Suggest(b.Context(), filter.Author, prefix, 25); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
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
	b.ReportMetric(float64(t.TotalTaken()), "taken")
}
