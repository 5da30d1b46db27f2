package store

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/pgtest"
)

// furnish stores something of everything, and removes what had the highest numbers.
func furnish(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.AddSource(ctx, bot.Source{Name: "wire", Kind: bot.FeedSource, URL: "https://news.example/feed"}))
	must(s.SaveFetch(ctx, "wire", "The Wire", bot.FetchState{ETag: "\xff\x00\"x\"", Failures: 2}))
	var list []bot.Article
	for i := range 700 {
		a := story(fmt.Sprint(i))
		a.Authors, a.Tags, a.DateOnly = []string{"Ann Author", "Bo"}, []string{"Ölpreis"}, i%2 == 0
		list = append(list, a)
	}
	for range 2 {
		_, err := s.Put(ctx, list)
		must(err)
		list[0].Title, list[0].Published = "Story 0, corrected", time.Time{}
	}
	for i := range 3 {
		sub, err := s.Subscribe(ctx, bot.Subscription{
			Target: bot.Target{Platform: "test", Chat: fmt.Sprint(i)}, Filter: "story", CreatedBy: "somebody",
		})
		must(err)
		_, err = s.Enqueue(ctx, int64(i), int64(i)+1, []bot.Match{{Article: int64(i) + 1, Subscription: sub.ID}})
		must(err)
	}
	d, err := s.Claim(ctx, "test", 1, time.Minute)
	must(err)
	must(s.Settle(ctx, &d[0], bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "7"}}))
	must(s.SetState(ctx, "button", "pressed"))
	_, err = s.Receive(ctx, "test", []bot.Update{{ID: 1, Body: []byte{}}, {ID: 2, Body: []byte("\x00\xff")}, {ID: 3}}, 4, time.Minute)
	must(err)
	must(s.Handled(ctx, "test", 1))
	_, err = s.w.db.ExecContext(ctx, `DELETE FROM inbox WHERE id = 3`)
	must(err)
}

// content returns every row of every table, as text, and the numbers that go on.
func content(t *testing.T, s *Store) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := s.inTx(t.Context(), func(ctx context.Context, tx *tx) error {
		tables, err := side{s, tx}.tablesOf(ctx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			read := func(row scan) (string, error) {
				values, err := readValues(row, len(table.columns))
				return fmt.Sprintf("%q", values), err
			}
			all[table.name], err = collect(ctx, tx, read, `SELECT `+strings.Join(table.columns, ", ")+` FROM `+table.name)
			if err != nil {
				return err
			}
			slices.Sort(all[table.name])
		}
		read := func(row scan) (line string, err error) {
			var name string
			var last int64
			err = row(&name, &last)
			return fmt.Sprint(name, " ", last), err
		}
		list, err := collect(ctx, tx, read, s.dialect.sequences)
		list = slices.DeleteFunc(list, func(s string) bool { return strings.HasSuffix(s, " 0") })
		slices.Sort(list)
		all["sequences"] = list
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCopy_ThereAndBackChangesNothing(t *testing.T) {
	first, _ := file(t)
	second := pgtest.URL(t)
	third, _ := file(t)
	s := open(t, Config{URL: first})
	furnish(t, s)
	want := content(t, s)
	for _, step := range []struct{ from, to string }{{first, second}, {second, third}} {
		var done, total int64
		list, err := Copy(t.Context(), CopyConfig{From: step.from, To: step.to, Progress: func(d, all int64) {
			if d < done || d > all {
				t.Errorf("progress goes from %d to %d of %d", done, d, all)
			}
			done, total = d, all
		}})
		if err != nil {
			t.Fatal(err)
		}
		if done != total || done < 1400 {
			t.Errorf("progress ends at %d of %d", done, total)
		}
		for _, c := range list {
			if int(c.Rows) != len(want[c.Table]) {
				t.Errorf("copied %d rows of %s, want %d", c.Rows, c.Table, len(want[c.Table]))
			}
		}
		copied := open(t, Config{URL: step.to})
		if diff := cmp.Diff(want, content(t, copied)); diff != "" {
			t.Errorf("the copy differs (-want +got):\n%s", diff)
		}
	}
	copied := open(t, Config{URL: third})
	worksOn(t, copied)
	worksOn(t, open(t, Config{URL: second}))
}

// worksOn checks that a copy is searched, and gives new numbers.
func worksOn(t *testing.T, s *Store) {
	t.Helper()
	f, err := filter.Parse(`"story 7" author:ann`)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Search(t.Context(), bot.Query{Filter: f, Limit: 5})
	if err != nil || len(page.Articles) != 1 || page.Looked != 1 {
		t.Errorf("found %+v, %v, want one article", page, err)
	}
	if r, err := s.Put(t.Context(), []bot.Article{story("new")}); err != nil || r.Added != 1 {
		t.Errorf("put %+v, %v", r, err)
	}
	if _, err := s.Subscribe(t.Context(), bot.Subscription{Target: bot.Target{Platform: "test", Chat: "new"}}); err != nil {
		t.Error(err)
	}
	if _, err := s.Receive(t.Context(), "test", []bot.Update{{ID: 9}}, 10, time.Minute); err != nil {
		t.Error(err)
	}
}

func TestCopy_RefusesWhatIsNotEmpty(t *testing.T) {
	from, _ := file(t)
	open(t, Config{URL: from})
	for name, url := range map[string]string{"SQLite": "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "PostgreSQL": pgtest.URL(t)} {
		to := open(t, Config{URL: url})
		if err := to.SetState(t.Context(), "precious", "thing"); err != nil {
			t.Fatal(err)
		}
		want := content(t, to)
		_, err := Copy(t.Context(), CopyConfig{From: from, To: url})
		if err == nil || !strings.Contains(err.Error(), "something at the destination already") {
			t.Errorf("%s: copied with %v, want that it is refused", name, err)
		}
		if got := content(t, to); !maps.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s: a refused copy changed the destination", name)
		}
	}
}

func TestCopy_NeedsSomethingToCopy(t *testing.T) {
	to, _ := file(t)
	path := filepath.Join(t.TempDir(), "none.db")
	_, err := Copy(t.Context(), CopyConfig{From: "sqlite:" + path, To: to})
	if err == nil || !strings.Contains(err.Error(), "nothing to copy") {
		t.Errorf("copied with %v, want that there is nothing", err)
	}
}

func TestCopy_StoppedLeavesNothing(t *testing.T) {
	from, _ := file(t)
	to := pgtest.URL(t)
	furnish(t, open(t, Config{URL: from}))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := Copy(ctx, CopyConfig{From: from, To: to, Progress: func(done, total int64) {
		if done > total/2 {
			cancel()
		}
	}})
	if err == nil {
		t.Fatal("a stopped copy says it is done")
	}
	if _, err := Copy(t.Context(), CopyConfig{From: from, To: to}); err != nil {
		t.Errorf("the next copy: %v", err)
	}
}
