package store

import (
	"fmt"
	"testing"
	"time"

	"tidings/bot"
)

func TestOpen_NamesArticlesOfBefore(t *testing.T) {
	url, _ := file(t)
	s := open(t, Config{URL: url})
	const many = 2*namedAtOnce + 7
	list := make([]bot.Article, many)
	for i := range list {
		list[i] = story(fmt.Sprint(i))
		list[i].URL = fmt.Sprintf("https://news.example/%d", i)
	}
	if _, err := s.Put(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{`DELETE FROM aliases`, `UPDATE counters SET value = 3 WHERE name = 'aliased'`} {
		if _, err := s.w.db.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.nameAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range list {
		list[i].GUID, list[i].Published = "made anew "+list[i].GUID, time.Time{}
	}
	// The first three are done as far as the counter says.
	if r, err := s.Put(t.Context(), list[3:]); err != nil || r != (bot.IngestResult{Unchanged: many - 3}) {
		t.Errorf("put %+v, %v, want all unchanged", r, err)
	}
	if r, err := s.Put(t.Context(), list[:3]); err != nil || r.Added != 3 {
		t.Errorf("put %+v, %v, want three that nobody knows", r, err)
	}
	if n, err := number(t.Context(), s.r, `SELECT value FROM counters WHERE name = 'aliased'`); n != named || err != nil {
		t.Errorf("the counter is at %d, %v, want that all is done", n, err)
	}
}
