package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tidings/internal/database"
)

func TestTitleIndex_FindsTheNewestOfEachPair(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 7))
	var x titleIndex
	var all []titleRow // what x should have
	for step := range 5000 {
		oldest := int64(step - 300)
		switch {
		case random.IntN(10) == 0 && len(all) > 0:
			x.removeLast()
			all = all[:len(all)-1]
		case random.IntN(50) == 0:
			x.expire(oldest)
		default:
			row := titleRow{recentTitle: recentTitle{article: int64(step), at: int64(step - random.IntN(100))}}
			for range random.IntN(12) {
				if pair := int64(random.IntN(40)) << 58; !slices.Contains(row.pairs, pair) {
					row.pairs = append(row.pairs, pair)
				}
			}
			x.add(row.recentTitle, row.pairs)
			all = append(all, row)
		}
		pair, most := int64(random.IntN(40))<<58, random.IntN(9)
		var want []int64
		for _, row := range slices.Backward(all) {
			if len(want) < most && row.at >= oldest && slices.Contains(row.pairs, pair) {
				want = append(want, row.article)
			}
		}
		if got := x.find(nil, pair, oldest, most); !slices.Equal(got, want) {
			t.Fatalf("step %d: found %v, want %v", step, got, want)
		}
	}
	if len(x.titles) > 2000 {
		t.Errorf("%d titles are kept of 300", len(x.titles))
	}
}

func TestTitleIndex_IsBounded(t *testing.T) {
	t.Parallel()
	var x titleIndex
	for i := range int64(maxTitles + 10) {
		x.add(recentTitle{article: i}, []int64{i << 40, 5})
	}
	if got := x.find(nil, 5, 0, 2*maxTitles); len(x.titles) > maxTitles || len(got) != len(x.titles) || got[0] != maxTitles+9 {
		t.Errorf("%d titles, %d of them found", len(x.titles), len(got))
	}
}

// storesOfOne opens a database twice, as two processes would.
func storesOfOne(t *testing.T, c *clock) (a, b *storeHarness) {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "shared.db")
	list := make([]*storeHarness, 2)
	for i := range list {
		list[i] = &storeHarness{T: t, Store: open(t, Config{URL: url, Now: c.now}), clock: c}
	}
	return list[0], list[1]
}

func TestRecentTitles_AreThoseOfAllProcesses(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)}
	one, other := storesOfOne(t, c)
	one.put(one.missiles("a"))
	other.put(other.missiles("b"))
	one.put(one.missiles("c"))
	other.put(other.missiles("d"))
	if a := one.find(4); alsoIn(&a) != "a b c " {
		t.Errorf("the last article names %q, want all others", alsoIn(&a))
	}
}

func TestRecentTitles_HaveNothingOfWhatWasUndone(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)}
	one, other := storesOfOne(t, c)
	one.put(one.story("first"))
	undone := errors.New("undone")
	err := one.db.InTx(t.Context(), database.AppendLog, func(ctx context.Context, tx *database.Tx) error {
		if err := takeIn(ctx, one.Store, tx, one.missiles("a"), one.missiles("b"), one.story("second")); err != nil {
			t.Error(err)
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	other.put(other.missiles("c"))
	if r := one.put(one.missiles("d"), one.missiles("a")); r.Added != 2 {
		t.Errorf("put %+v, want two added", r)
	}
	if a := one.find(3); alsoIn(&a) != "c a " {
		t.Errorf("the article names %q, want those that are stored", alsoIn(&a))
	}
}

// Of articles that were stored together and then undone, none is taken for one that another process has stored since.
func TestRecentTitles_HaveNothingOfWhatWasUndoneTogether(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)}
	one, other := storesOfOne(t, c)
	one.put(one.story("before"))
	nothing := func(context.Context, *database.Tx) error { return nil }
	undone := errors.New("undone")
	var list []*deposit
	for _, guid := range []string{"first", "second"} {
		list = append(list, &deposit{ask: nothing, store: func(ctx context.Context, tx *database.Tx) error {
			return takeIn(ctx, one.Store, tx, one.story(guid))
		}})
	}
	list = append(list, &deposit{ask: nothing, store: func(context.Context, *database.Tx) error { return undone }})
	if _, err := one.storeDeposits(t.Context(), list); !errors.Is(err, undone) {
		t.Fatal(err)
	}
	other.put(other.missiles("c"))
	one.put(one.missiles("d"))
	if a := one.find(3); alsoIn(&a) != "c " {
		t.Errorf("the article names %q, want the one that is stored", alsoIn(&a))
	}
}

func TestRecentTitles_AreForgotten(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)}
	one, other := storesOfOne(t, c)
	for range 3 {
		for i := range 100 {
			one.put(one.story(fmt.Sprintf("of %s %d", c.now(), i)))
		}
		c.advance(4 * 24 * time.Hour)
	}
	other.put(other.missiles("a"))
	one.put(one.missiles("b"))
	if n, err := database.Number(t.Context(), one.db, `SELECT count(*) FROM recent_titles`); err != nil || n > 100 {
		t.Errorf("%d rows are left, %v", n, err)
	}
	if a := one.find(302); alsoIn(&a) != "a " {
		t.Errorf("the last article names %q, want the one before", alsoIn(&a))
	}
}

func TestRecentTitles_OfADatabaseThatWasSetBackAreReadAnew(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)}
	one, other := storesOfOne(t, c)
	one.put(one.missiles("a"), one.story("lost"), one.story("lost too"))
	w, _ := one.db.Pools()
	if _, err := w.ExecContext(t.Context(), `DELETE FROM recent_titles WHERE seq > 1`); err != nil {
		t.Fatal(err)
	}
	other.put(other.missiles("b"))
	one.put(one.missiles("c"))
	if a := one.find(5); alsoIn(&a) != "a b " {
		t.Errorf("the last article names %q, want both others", alsoIn(&a))
	}
}
