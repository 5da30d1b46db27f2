package store

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"

	"tidings/bot"
)

// pragma sets something of the connection that writes.
func pragma(t *testing.T, s *Store, text string) {
	t.Helper()
	if _, err := writes(s).ExecContext(t.Context(), "PRAGMA "+text); err != nil {
		t.Fatal(err)
	}
}

func TestPut_SaysThatAnotherProcessLocksTheDatabase(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	pragma(t, s, "busy_timeout = 50")
	w := startWorker(t, "halfway", url)
	w.say(t, "theirs")
	w.expect(t, "theirs")
	if _, err := s.Put(t.Context(), []bot.Article{story("ours")}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("put with %v, want that another process is writing", err)
	}
	if list, err := s.EntriesAfter(t.Context(), 0, 10); err != nil || len(list) != 0 {
		t.Errorf("read %v, %v: a writer blocks the readers, or shows what it has not committed", list, err)
	}
	w.kill(t)
	if r, err := s.Put(t.Context(), []bot.Article{story("ours")}); err != nil || r.Added != 1 {
		t.Errorf("put after that: %+v, %v", r, err)
	}
}

func TestPut_SaysThatTheDatabaseMayNotBeWrittenTo(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	pragma(t, s, "query_only = 1")
	if _, err := s.Put(t.Context(), []bot.Article{story("1")}); err == nil || !strings.Contains(err.Error(), "may not be written to") {
		t.Errorf("put with %v, want that it may not be written to", err)
	}
	pragma(t, s, "query_only = 0")
	if r, err := s.Put(t.Context(), []bot.Article{story("1")}); err != nil || r.Added != 1 {
		t.Errorf("put after that: %+v, %v", r, err)
	}
}

func TestStore_SaysThatTheFileIsDamaged(t *testing.T) {
	url, path := file(t)
	s, err := Open(t.Context(), Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	list := make([]bot.Article, 500)
	for i := range list {
		list[i] = story(fmt.Sprint(i))
	}
	if _, err := s.Put(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, path)

	s, err = Open(t.Context(), Config{URL: url})
	if err == nil {
		t.Cleanup(func() { _ = s.Close() }) // how it closes is up to the damage
		_, err = s.EntriesAfter(t.Context(), 0, len(list))
	}
	if err == nil || !strings.Contains(err.Error(), "damaged; restore a backup") {
		t.Errorf("read with %v, want that the file is damaged", err)
	}
}

func TestStore_RecoversOnceTheDiskHasSpace(t *testing.T) {
	url, path := file(t)
	s := open(t, Config{URL: url})
	long := func(guid string) []bot.Article {
		a := story(guid)
		a.Summary = strings.Repeat("a long story ", 100)
		return []bot.Article{a}
	}
	stored := 0
	put := func() error {
		_, err := s.Put(t.Context(), long(fmt.Sprint(stored)))
		if err == nil {
			stored++
		}
		return err
	}
	pragma(t, s, "max_page_count = 1") // which SQLite raises to what there is
	var err error
	for err == nil {
		err = put()
	}
	if !strings.Contains(err.Error(), "the disk is full; nothing was written") {
		t.Errorf("put with %v, want that the disk is full", err)
	}
	if err := s.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("ready: %v, want that the disk is full", err)
	}
	pragma(t, s, "max_page_count = 1000000")
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := put(); err != nil {
		t.Errorf("put with room again: %v", err)
	}
	list, err := s.EntriesAfter(t.Context(), 0, stored+1)
	if err != nil || len(list) != stored {
		t.Errorf("%d entries, %v, want the %d that were stored", len(list), err, stored)
	}
	sound(t, path)
}

// sound has SQLite check a file.
func sound(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var result string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&result); err != nil || result != "ok" {
		t.Errorf("the file is damaged: %s, %v", result, err)
	}
}

func TestReady_SaysThatAnotherProcessLocksTheDatabase(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	pragma(t, s, "busy_timeout = 50")
	w := startWorker(t, "halfway", url)
	w.say(t, "theirs")
	w.expect(t, "theirs")
	if _, err := s.Put(t.Context(), []bot.Article{story("ours")}); err == nil {
		t.Error("put while another process writes")
	}
	if err := s.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("ready: %v, want that another process is writing", err)
	}
	w.kill(t)
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("after that: %v", err)
	}
}

// damage overwrites a database behind its first page.
func damage(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	if len(content) < 10*page {
		t.Fatalf("the file has only %d bytes", len(content))
	}
	copy(content[page:], bytes.Repeat([]byte{0xa5}, len(content)-page))
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
