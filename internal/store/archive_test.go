package store

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// What BenchmarkArchive searches: go test -bench Archive -args -archive 10000000 -archive-at sqlite:/tmp/month.db.
var (
	archiveSize = flag.Int("archive", 1_000_000, "`articles` that BenchmarkArchive searches")
	archiveAt   = flag.String("archive-at", "", "`URL` of a database that BenchmarkArchive keeps, and fills if it is empty")
)

// fillArchive stores articles of the last thirty days, at even distances, as Put would, but that it looks for no other name of theirs
// and that the index is made at the end where a database can do so: millions take minutes.
func fillArchive(b *testing.B, s *Store, n int) {
	b.Helper()
	const (
		month = 30 * 24 * time.Hour
		batch = 10_000
	)
	remakeIndex := s.withoutIndex(b)
	start := time.Now().Add(-month)
	news := newNewsroom(start)
	for done := 0; done < n; done += batch {
		err := s.db.InTx(b.Context(), database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
			in := s.newIngest(tx)
			for i := range min(batch, n-done) {
				a := news.article()
				a.ID, a.SourceID, a.Status, a.Revision = int64(news.n), a.Source, bot.Live, 1
				a.Published = start.Add(time.Duration(float64(month) * float64(done+i) / float64(n)))
				a.FirstSeen = a.Published
				a.Authors = []string{fmt.Sprintf("Ann%d Lee%d", i%997, i%3001)}
				a.Tags = []string{fmt.Sprintf("tag %d", i%503)}
				if err := errors.Join(in.insert(ctx, &a), in.index(ctx, &a)); err != nil {
					return err
				}
			}
			return in.facets.write(ctx, tx, public)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	finishArchive(b, s, n)
	remakeIndex()
}

// finishArchive leaves the numbers behind that storing article by article would have.
func finishArchive(b *testing.B, s *Store, n int) {
	b.Helper()
	const (
		counters = `
			UPDATE counters
			SET value = $1
			WHERE name = 'articles'`
		source = `
			INSERT INTO sources (name, kind, added, articles, daily)
			VALUES ('wire', 'publish', $2, $1, $3)`
	)
	_, last := archived(b, s)
	daily := dailyCounts{Last: dayOf(last), Counts: slices.Repeat([]int64{int64(n) / 30}, daysKept)}
	err := s.db.InTx(b.Context(), database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		return errors.Join(tx.Queue(ctx, counters, n), tx.Queue(ctx, source, n, tx.Now, daily.pack()))
	})
	if err != nil {
		b.Fatal(err)
	}
}

// archived returns how many articles an archive was filled with, and the date of the last one.
func archived(b *testing.B, s *Store) (n int, last time.Time) {
	b.Helper()
	const (
		filled = `SELECT value FROM counters WHERE name = 'articles'`
		newest = `SELECT coalesce(max(time_key), 0) FROM articles`
	)
	count, err := database.Number(b.Context(), s.db, filled)
	if err != nil {
		b.Fatal(err)
	}
	key, err := database.Number(b.Context(), s.db, newest)
	if err != nil {
		b.Fatal(err)
	}
	return int(count), time.Unix(key>>idBits, 0)
}

// withoutIndex drops the full-text index if it is one that can be made anew, which what it returns does.
func (s *Store) withoutIndex(b *testing.B) (remake func()) {
	b.Helper()
	if s.db.Kind() != database.Postgres {
		return func() {}
	}
	conn, err := pgx.Connect(b.Context(), s.url) // what the store begins may not take so long
	if err != nil {
		b.Fatal(err)
	}
	var index string
	err = conn.QueryRow(b.Context(), `SELECT indexdef FROM pg_indexes WHERE indexname = 'search_words' AND schemaname = current_schema`).Scan(&index)
	if err != nil {
		b.Fatal(err)
	}
	do := func(texts ...string) {
		for _, text := range texts {
			if _, err := conn.Exec(b.Context(), text); err != nil {
				b.Fatal(err)
			}
		}
	}
	do(`DROP INDEX search_words`)
	return func() {
		do(`SET maintenance_work_mem = '1GB'`, index, `VACUUM ANALYZE`)
		_ = conn.Close(b.Context())
	}
}

// archiveFilters are the kinds of filters there are.
func archiveFilters() []string {
	return []string{
		"", "w1", "w40", "w30000", `"w1 w2"`, "w1 w40", "w1 -w2", "title:w3 OR w20000", "w4999*", "w12*", "source:wire", "url:/999", "/w12[0-9]{3} w7/",
	}
}

// BenchmarkArchive searches, counts, suggests and prunes in a million articles of a month, or as many as -archive says, in the database
// that -archive-at says or else one of each kind.
func BenchmarkArchive(b *testing.B) {
	if *archiveAt == "" {
		onEach(b, benchmarkArchive)
		return
	}
	kind, _, _ := strings.Cut(*archiveAt, ":")
	b.Run(kind, func(b *testing.B) { benchmarkArchive(b, open(b, Config{URL: *archiveAt})) })
}

func benchmarkArchive(b *testing.B, s *Store) {
	if testing.Short() {
		b.Skip("writes a million articles")
	}
	n, _ := archived(b, s)
	if n == 0 {
		start := time.Now()
		fillArchive(b, s, *archiveSize)
		b.Logf("filled in %v", time.Since(start).Round(time.Second))
	} else if n != *archiveSize {
		b.Fatalf("%s has %d articles, not %d", *archiveAt, n, *archiveSize)
	}
	benchArchiveQueries(b, s)
	benchArchiveOverviews(b, s)
	b.Run("prune", func(b *testing.B) { benchmarkPrune(b, s) })
}

// benchmarkPrune lets the oldest articles go, a hundred at a time, and reports how long single steps keep others from writing.
func benchmarkPrune(b *testing.B, s *Store) {
	_, last := archived(b, s)
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		if p, err := s.PruneArticles(b.Context(), last, 0, 100); err != nil || p.Articles != 100 {
			b.Fatalf("%+v, %v", p, err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1e3, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1e3, "p99-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1e3, "longest-ms")
}

// benchArchiveQueries asks what people ask.
func benchArchiveQueries(b *testing.B, s *Store) {
	b.Helper()
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

// benchArchiveOverviews asks what those who run the bot see: the console's first page, and the sources with what each has lately brought.
func benchArchiveOverviews(b *testing.B, s *Store) {
	b.Run("overview", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Stats(b.Context())
			if _, sizeErr := s.Size(b.Context()); err != nil || sizeErr != nil {
				b.Fatal(err, sizeErr)
			}
		}
	})
	_, last := archived(b, s)
	b.Run("sources", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.PublishedSince(b.Context(), last.AddDate(0, 0, -28)); err != nil {
				b.Fatal(err)
			}
		}
	})
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
	_, last := archived(b, s)
	today := last.UTC().Truncate(24 * time.Hour)
	for i := range days {
		q.Starts = append(q.Starts, today.AddDate(0, 0, i+1-days)) // as /filter test has them
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
