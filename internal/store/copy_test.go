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
	"tidings/internal/database"
	"tidings/internal/pgtest"
)

// manyArticles are more than are copied, or indexed, at a time.
const manyArticles = 520

// furnish stores n articles and something of everything else, and removes what had the highest numbers.
func furnish(t *testing.T, s *Store, n int) {
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
	for i := range n {
		a := story(fmt.Sprint(i))
		a.Authors, a.Tags, a.DateOnly = []string{"Ann Author", "Bo"}, []string{"Ölpreis"}, i%2 == 0
		list = append(list, a)
	}
	_, err := s.Put(ctx, list)
	must(err)
	list[0].Title, list[0].Published = "Story 0, corrected", time.Time{}
	_, err = s.Put(ctx, list[:1])
	must(err)
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
	furnishRhythm(t, s, n)
	private := bot.Source{Name: "kestrel", Place: "test:1", Kind: bot.FeedSource, URL: "https://ann:hunter2@kestrel.example/feed", Interval: time.Minute}
	must(s.AddSource(ctx, private))
	sources, err := s.SourcesIn(ctx, private.Place)
	must(err)
	_, err = s.PutFeed(ctx, sources[0].ID, []bot.Article{{GUID: "k", URL: "https://kestrel.example/1", Title: "Uranium ledger", Published: time.Unix(1, 0)}})
	must(err)
	_, err = s.Receive(ctx, "test", []bot.Update{{ID: 1, Body: []byte{}}, {ID: 2, Body: []byte("\x00\xff")}, {ID: 3}}, 4, time.Minute)
	must(err)
	must(s.Handled(ctx, "test", 1))
	_, err = writes(s).ExecContext(ctx, `DELETE FROM inbox WHERE id = 3`)
	must(err)
}

// furnishRhythm gives a chat settings, preferences, a mute, something that waits and a message that counts.
func furnishRhythm(t *testing.T, s *Store, n int) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	chat := bot.Target{Platform: "test", Chat: "settings"}
	_, err := s.ChangeSettings(ctx, chat, func(set *bot.Settings) { set.Zone, set.Limit = "Asia/Seoul", bot.Limit{Hour: 1} })
	must(err)
	_, err = s.AddMute(ctx, chat, bot.Mute{Kind: bot.MuteWords, Value: "nothing", Name: "nothing", CreatedBy: "somebody"})
	must(err)
	sub, err := s.Subscribe(ctx, bot.Subscription{Target: chat, Filter: "rhythm", Preferences: bot.Preferences{Silent: true}})
	must(err)
	from, err := s.Cursor(ctx)
	must(err)
	_, err = s.Enqueue(ctx, from, from+1, []bot.Match{{Article: 1, Subscription: sub.ID}, {Article: int64(n), Subscription: sub.ID}})
	must(err)
	for range 2 { // the second waits, as it is over the limit
		list, err := s.Claim(ctx, "test", 10, time.Minute)
		must(err)
		for i := range list {
			must(s.Settle(ctx, &list[i], bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "8"}}))
		}
	}
	if st, err := s.TargetStatus(ctx, chat); err != nil || len(st.Waits) != 1 {
		t.Fatalf("status %+v, %v, want something that waits", st, err)
	}
}

// content returns every row of every table, as text, and the numbers that go on.
func content(t *testing.T, s *Store) map[string][]string {
	t.Helper()
	list, sequences := `
		SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'`, `
		SELECT name AS a_table, seq AS last FROM sqlite_sequence WHERE seq > 0`
	if s.db.Kind() == database.Postgres {
		list, sequences = `
			SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()`, `
			SELECT replace(replace(replace(sequencename, '_id_seq', ''), '_seq_seq', ''), '_received_seq', '') AS a_table,
				last_value AS last
			FROM pg_sequences
			WHERE schemaname = current_schema() AND last_value IS NOT NULL AND sequencename NOT LIKE 'goose%'`
	}
	all := map[string][]string{"sequences": rowsOf(t, s, sequences)}
	for _, row := range rowsOf(t, s, list) {
		name := strings.Trim(strings.TrimPrefix(row, "name="), `" `)
		if !slices.Contains([]string{"goose_db_version", "schema_marks", "search", "unindexed", "leases"}, name) {
			all[name] = rowsOf(t, s, `SELECT * FROM `+name)
		}
	}
	all["sequences"] = slices.DeleteFunc(all["sequences"], func(row string) bool { return strings.Contains(row, "goose") })
	return all
}

// rowsOf returns the rows of a query as text, with the columns by name, in the order of that text.
func rowsOf(t *testing.T, s *Store, text string) []string {
	t.Helper()
	rows, err := writes(s).QueryContext(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		row := map[string]string{}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			row[columns[i]] = fmt.Sprintf("%#v", v)
		}
		var b strings.Builder
		for _, column := range slices.Sorted(maps.Keys(row)) {
			fmt.Fprintf(&b, "%s=%s ", column, row[column])
		}
		all = append(all, b.String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func TestCopy_ThereAndBackChangesNothing(t *testing.T) {
	first, _ := file(t)
	second := pgtest.URL(t)
	third, _ := file(t)
	s := open(t, Config{URL: first})
	furnish(t, s, manyArticles)
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
		if done != total || done < 2*manyArticles {
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
	if err := s.indexWaiting(t.Context(), 1); err != nil {
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

func TestCopy_LeavesNothingWhenStopped(t *testing.T) {
	from, _ := file(t)
	to := pgtest.URL(t)
	furnish(t, open(t, Config{URL: from}), manyArticles)
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

func TestCopy_AcceptsADevelopmentVersion(t *testing.T) {
	from, _ := file(t)
	old := open(t, Config{URL: from})
	furnish(t, old, 10)
	want := content(t, old)
	for _, text := range []string{
		`DROP TABLE schema_marks`,
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (7, true)`,
		`UPDATE deliveries SET state = 'held' WHERE state = 'pending'`,
		`ALTER TABLE targets ADD COLUMN whim TEXT NOT NULL DEFAULT ''`,
		`CREATE TABLE fads (name TEXT)`,
	} {
		if _, err := writes(old).ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(t.Context(), Config{URL: from}); err == nil || !strings.Contains(err.Error(), "tidings copy") {
		t.Errorf("opened with %v, want what to do with a development version", err)
	}
	to, _ := file(t)
	list, err := Copy(t.Context(), CopyConfig{From: from, To: to})
	if err != nil {
		t.Fatal(err)
	}
	left := map[string][]string{}
	for _, c := range list {
		if len(c.Left) > 0 {
			left[c.Table] = c.Left
		}
	}
	if diff := cmp.Diff(map[string][]string{"targets": {"whim"}, "fads": {"name"}}, left); diff != "" {
		t.Errorf("left behind (-want +got):\n%s", diff)
	}
	for i, row := range want["deliveries"] {
		want["deliveries"][i] = strings.Replace(row, `state="pending"`, `state="on_hold"`, 1)
	}
	slices.Sort(want["deliveries"])
	if diff := cmp.Diff(want, content(t, open(t, Config{URL: to}))); diff != "" {
		t.Errorf("the copy differs (-want +got):\n%s", diff)
	}
}
