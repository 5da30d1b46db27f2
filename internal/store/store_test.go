package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

// patience bounds every wait, so that a fault fails a test instead of hanging it.
const patience = time.Minute

func TestStore(t *testing.T) {
	var mu sync.Mutex
	statements := map[string]bool{} // guarded by mu
	var empty template
	testStore(t, func(t *testing.T, now func() time.Time) *Store {
		t.Helper()
		url, path := file(t)
		empty.copyTo(t, path)
		s := open(t, Config{URL: url, Now: now})
		t.Cleanup(func() {
			mu.Lock()
			defer mu.Unlock()
			for text := range s.db.Prepared() {
				statements[text] = true
			}
		})
		return s
	})
	t.Run("every statement of the suite goes by an index", func(t *testing.T) { checkPlans(t, statements) })
}

// open opens a store for one test.
func open(t testing.TB, cfg Config) *Store {
	t.Helper()
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// file returns the URL and the path of a database that is not there yet.
func file(t testing.TB) (url, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "tidings.db")
	return "sqlite:" + path, path
}

// writes returns the connections that write, for what only a test does.
func writes(s *Store) *sql.DB {
	w, _ := s.db.Pools()
	return w
}

func story(guid string) bot.Article {
	return bot.Article{Source: "wire", GUID: guid, Title: "Story " + guid, Published: time.Now()}
}

func TestOpen_KeepsWhatWasStored(t *testing.T) {
	url, _ := file(t)
	for _, want := range []bot.IngestResult{{Added: 1}, {Unchanged: 1}} {
		s, err := Open(t.Context(), Config{URL: url, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Put(t.Context(), []bot.Article{story("1")}); err != nil || got != want {
			t.Errorf("put %+v, %v, want %+v", got, err, want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOpen_MakesAFileOnlyItsOwnerCanRead(t *testing.T) {
	url, path := file(t)
	s := open(t, Config{URL: url})
	if _, err := s.Put(t.Context(), []bot.Article{story("1")}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, want 600", filepath.Base(name), mode)
		}
	}
}

func TestOpen_AcceptsAnyFileName(t *testing.T) {
	for _, name := range []string{"with space", "a?b=c&d", "a#b", "a%20b", "日本"} {
		path := filepath.Join(t.TempDir(), name)
		open(t, Config{URL: "sqlite:" + path})
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestOpen_SaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	text, short := filepath.Join(dir, "notes.txt"), filepath.Join(dir, "short")
	for path, content := range map[string]string{text: strings.Repeat("Dear diary, ", 1000), short: "x"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ name, url, want string }{
		{"no directory", "sqlite:" + filepath.Join(dir, "none", "x.db"), "there is no directory " + filepath.Join(dir, "none")},
		{"a directory", "sqlite:" + dir, "is a directory"},
		{"a file in place of a directory", "sqlite:" + filepath.Join(text, "x.db"), "there is no directory"},
		{"text", "sqlite:" + text, "not an SQLite database"},
		{"short text", "sqlite:" + short, "not an SQLite database"},
		{"no path", "sqlite:", "sqlite:tidings.db"},
		{"memory", "sqlite::memory:", "sqlite:tidings.db"},
		{"nothing", "", "it must begin with sqlite:"},
		{"another database", "mysql://root:secret@localhost/x", "it must begin with sqlite:"},
		{"an address that is none", "postgres://root:se%zzcret@localhost:port/x", "not understood"},
	} {
		s, err := Open(t.Context(), Config{URL: test.url})
		if err == nil {
			t.Errorf("%s: opened", test.name)
			_ = s.Close()
			continue
		}
		if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %q, want one that says %q and no password", test.name, err, test.want)
		}
	}
}

func TestOpen_RefusesNewerSchema(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	know := schemaOf(t, s)
	_, err := writes(s).ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, 1)`, know+7)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), Config{URL: url})
	se, ok := errors.AsType[*SchemaError](err)
	if !ok {
		t.Fatalf("opened a newer schema with %v, want a SchemaError", err)
	}
	if se.Have != know+7 || se.Know != know || !strings.Contains(err.Error(), "run the newer version") {
		t.Errorf("error %q of %+v, want one that says what to do", err, se)
	}
}

func schemaOf(t *testing.T, s *Store) (v int64) {
	t.Helper()
	row := writes(s).QueryRowContext(t.Context(), `SELECT max(version_id) FROM goose_db_version`)
	if err := row.Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOpen_AtOnceMigratesOnce(t *testing.T) {
	url, _ := file(t)
	openAtOnce(t, url)
}

// openAtOnce opens a database in many places at once, and fails the test unless all succeed.
func openAtOnce(t *testing.T, url string) {
	t.Helper()
	const many = 6
	done := make(chan error, many)
	for range many {
		go func() {
			s, err := Open(t.Context(), Config{URL: url})
			if err == nil {
				err = s.Close()
			}
			done <- err
		}()
	}
	for range many {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestClose_EndsWaits(t *testing.T) {
	url, _ := file(t)
	s, err := Open(t.Context(), Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 2)
	go func() {
		_, err := s.News(t.Context(), 1)
		done <- err
	}()
	go func() { done <- waitDue(t.Context(), s) }()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := <-done; err == nil {
			t.Error("a wait on a closed store ended without an error")
		}
	}
}

func TestPut_FullDiskSaysSoAndWritesNothing(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	if _, err := writes(s).ExecContext(t.Context(), "PRAGMA max_page_count = 80"); err != nil {
		t.Fatal(err)
	}
	list := make([]bot.Article, 2000)
	for i := range list {
		list[i] = story(fmt.Sprint(i))
	}
	_, err := s.Put(t.Context(), list)
	if err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Fatalf("put with %v, want that the disk is full", err)
	}
	if r, err := s.Put(t.Context(), list[:1]); err != nil || r.Added != 1 {
		t.Errorf("put one after that: %+v, %v", r, err)
	}
	if st, err := s.Stats(t.Context()); err != nil || st.Articles != 1 {
		t.Errorf("%d articles, %v, want 1", st.Articles, err)
	}
}

func TestPut_StopsBetweenArticles(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, []bot.Article{story("1")}); !errors.Is(err, context.Canceled) {
		t.Errorf("put with %v, want that its context was canceled", err)
	}
}

func TestSearch_ContinuesAfterATimeout(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	s.mostLooked = 100
	list := make([]bot.Article, 150)
	for i := range list {
		list[i] = story(fmt.Sprint(i))
	}
	list[0].URL = "https://news.example/the-oldest"
	if _, err := s.Put(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	f, err := filter.Parse("url:the-oldest")
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Search(t.Context(), bot.Query{Filter: f, Limit: 1})
	if err != nil || len(page.Articles) != 0 || !page.Partial || page.Looked != 100 {
		t.Fatalf("first part %+v, %v, want none found yet", page, err)
	}
	page, err = s.Search(t.Context(), bot.Query{Filter: f, Limit: 1, Before: page.Next})
	if err != nil || len(page.Articles) != 1 || page.Partial || page.Next != 0 || page.Looked != 50 {
		t.Errorf("second part %+v, %v, want the article and the end", page, err)
	}
}

func TestTimeKey_GrowsWithTimeAndID(t *testing.T) {
	at := func(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
	var last int64
	for i, step := range []struct {
		at time.Time
		id int64
	}{
		{at(1), 1},
		{at(1), 2},
		{at(1697).AddDate(1, 0, 0), 1},
		{at(1969), 1 << 29},
		{at(1970), 1},
		{at(1970).Add(time.Second), 1},
		{at(1970).Add(time.Second), 2},
		{at(2026), 1},
		{at(2241), 1},
		{at(9999), 1<<30 - 1},
	} {
		key := timeKey(step.at, step.id)
		if i > 0 && key <= last {
			t.Errorf("key %d of %v, %d is not beyond %d", key, step.at, step.id, last)
		}
		last = key
	}
}

// takeIn stores articles in a transaction that has more to do.
func takeIn(ctx context.Context, s *Store, tx *database.Tx, articles ...bot.Article) error {
	in, err := s.ask(ctx, tx, intake{via: viaAPI, articles: articles}, func() error { return nil })
	if err != nil {
		return err
	}
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	return in.takeIn(ctx)
}
