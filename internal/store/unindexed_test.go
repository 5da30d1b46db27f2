package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// newTextIndex returns an index that is deferred, and how often it caught up.
func newTextIndex(err error) (x *textIndex, ran *atomic.Int64) {
	ran = &atomic.Int64{}
	x = &textIndex{dialect: &dialect{deferred: true}, failed: func(error) {}}
	x.catchUp = func(int64) error { ran.Add(1); return err }
	return x, ran
}

func TestTextIndex_CatchesUpSoonWithManyAndLateWithFew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		waiting int
		within  time.Duration
	}{"few": {1, indexLate}, "nearly many": {indexMany - 1, indexLate}, "many": {indexMany, indexSoon}, "more": {3 * indexMany, indexSoon}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				x, ran := newTextIndex(errors.New("of the disk"))
				for range 3 { // whatever became of it before
					ran.Store(0)
					for range c.waiting {
						x.noteWaiting()
					}
					<-time.After(c.within - 1)
					if n := ran.Load(); n != 0 {
						t.Errorf("caught up %d times too early", n)
					}
					<-time.After(1)
					synctest.Wait()
					if n := ran.Load(); n != 1 {
						t.Errorf("caught up %d times, want once", n)
					}
				}
				x.close()
				<-time.After(time.Minute)
				if n := ran.Load(); n != 1 {
					t.Errorf("caught up %d times after the end", n-1)
				}
			})
		})
	}
}

// unindexed counts the articles that the full-text index lacks.
func unindexed(t *testing.T, s *Store) int64 {
	t.Helper()
	n, err := database.Number(t.Context(), s.db, `SELECT count(*) FROM unindexed`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestClose_IndexesWhatOneTimeWritersHaveLeftOnceItIsMuch(t *testing.T) {
	t.Parallel()
	url, _ := file(t)
	reader := open(t, Config{URL: url})
	putAndClose := func(from, n int) {
		s, err := Open(t.Context(), Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		list := make([]bot.Article, n)
		for i := range list {
			list[i] = story(fmt.Sprint(from + i))
		}
		if _, err := s.Put(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	putAndClose(0, indexMany-1)
	if n := unindexed(t, reader); n != indexMany-1 {
		t.Errorf("%d wait after a few, want all", n)
	}
	putAndClose(indexMany, 1)
	if n := unindexed(t, reader); n != 0 {
		t.Errorf("%d wait after many, want none", n)
	}
}

func TestIndexWaiting_EndsThoughOthersStoreAsFastAsItIndexes(t *testing.T) {
	t.Parallel()
	url, _ := file(t)
	s := open(t, Config{URL: url})
	if _, err := s.Put(t.Context(), []bot.Article{story("1"), story("2")}); err != nil {
		t.Fatal(err)
	}
	const more = `CREATE TRIGGER others AFTER DELETE ON unindexed BEGIN INSERT OR IGNORE INTO unindexed VALUES (old.time_key - 1000); END`
	if _, err := writes(s).ExecContext(t.Context(), more); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.indexWaiting(ctx, 1); err != nil {
		t.Error(err)
	}
	if n := unindexed(t, s); n == 0 {
		t.Error("nothing waits, so this tests nothing")
	}
}

func TestTally_IsHonestWhileTheIndexCannotBeWritten(t *testing.T) {
	t.Parallel()
	for name, writes := range map[string]func(*testing.T, *Store) *Store{
		"as this process writes": func(_ *testing.T, s *Store) *Store { return s },
		"as another does":        func(t *testing.T, s *Store) *Store { return open(t, Config{URL: s.url}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, _ := file(t)
			s := open(t, Config{URL: url})
			titles := map[string]string{}
			for i := range 3 {
				a := story(fmt.Sprint(i))
				if _, err := s.Put(t.Context(), []bot.Article{a}); err != nil {
					t.Fatal(err)
				}
				titles[a.GUID] = a.Title
			}
			err := writes(t, s).db.InTx(t.Context(), database.Shared, func(context.Context, *database.Tx) error {
				checkFound(t, s, "Story", titles)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSearch_FindsWhatIsStoredWheneverItIsIndexed has two processes' stores write and index in whatever order, and what is found is
// what was stored.
func TestSearch_FindsWhatIsStoredWheneverItIsIndexed(t *testing.T) {
	t.Parallel()
	const articles, steps = 150, 600
	url, _ := file(t)
	stores := []*Store{open(t, Config{URL: url}), open(t, Config{URL: url})}
	random := rand.New(rand.NewPCG(17, 1))
	titles := map[string]string{} // by GUID
	for step := range steps {
		s := stores[random.IntN(len(stores))]
		switch random.IntN(20) {
		case 0:
			some := func(ctx context.Context, tx *database.Tx) error { _, err := s.indexSome(ctx, tx); return err }
			if err := s.db.InTx(t.Context(), database.Shared, some); err != nil {
				t.Fatal(err)
			}
		case 1:
			if err := s.indexWaiting(t.Context(), indexAtOnce); err != nil {
				t.Fatal(err)
			}
		case 2, 3:
			word := fmt.Sprintf("word%d", random.IntN(5))
			checkFound(t, s, word, titles)
		default:
			a := story(fmt.Sprint(random.IntN(articles)))
			a.Title = fmt.Sprintf("word%d of %d", random.IntN(5), step)
			if _, err := s.Put(t.Context(), []bot.Article{a}); err != nil {
				t.Fatal(err)
			}
			titles[a.GUID] = a.Title
		}
	}
	for _, s := range stores {
		for i := range 5 {
			checkFound(t, s, fmt.Sprintf("word%d", i), titles)
		}
	}
	checkIntegrity(t, stores[0])
}

// checkFound compares what a search for a word finds, and a tally counts, with the titles that have it.
func checkFound(t *testing.T, s *Store, word string, titles map[string]string) {
	t.Helper()
	f, err := filter.Parse(word)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Search(t.Context(), bot.Query{Filter: f, Limit: len(titles) + 1})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for guid, title := range titles {
		if title[:len(word)] == word {
			want = append(want, guid)
		}
	}
	got := guids(page.Articles)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s found in %q, want %q", word, got, want)
	}
	tally, err := s.Tally(t.Context(), bot.TallyQuery{Filter: f, Starts: []time.Time{time.Unix(0, 0)}})
	if err != nil || tally.TotalMatched() != len(want) {
		t.Errorf("%s counted %d times, %v, want %d", word, tally.TotalMatched(), err, len(want))
	}
}
