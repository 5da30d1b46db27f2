package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tidings/bot"
)

func importTests() []storeTest {
	return []storeTest{
		{"what is imported is stored as if it were put, part after part", importIsPut},
		{"an import keeps the parts before one that cannot be stored", importKeepsParts},
		{"an import that is stopped stores nothing more", importStops},
		{"prepared articles are stored the same by a transaction that is tried again", preparedTwice},
	}
}

// archive returns n articles with all that is indexed of one.
func (s *storeHarness) archive(n int) []bot.Article {
	list := make([]bot.Article, n)
	for i := range list {
		a := s.story(fmt.Sprint("old ", i))
		a.Title, a.Summary, a.URL = fmt.Sprintf("Headline %d of the archive", i), "A dek about sanctions", fmt.Sprintf("https://news.example/%d", i)
		a.Authors, a.Tags, a.Lang = []string{"Ann Author"}, []string{fmt.Sprint("tag", i%2)}, "en"
		a.Published = a.Published.AddDate(-1, 0, i)
		list[i] = a
	}
	return list
}

func importIsPut(s *storeHarness) {
	other := &storeHarness{T: s.T, Store: s.open(s.T, s.clock.now), clock: s.clock}
	articles := s.archive(12)
	revised := articles[3]
	revised.Title = "Headline 3 of the archive, corrected"
	undated := s.story("undated")
	undated.Published, undated.GUID, undated.URL = time.Time{}, "", "https://news.example/undated"
	parts := [][]bot.Article{articles[:5], {revised, undated}, articles[5:], {articles[0]}}
	in := s.Import(s.Context())
	var want bot.IngestResult
	for _, part := range parts {
		s.must(in.Put(ImportedArchive, slices.Clone(part)))
		r, err := other.putArchive(other.Context(), part)
		s.must(err)
		want.Add(r)
	}
	got, err := in.Close()
	if s.must(err); got != want || got.Added != 13 || got.Revised != 1 {
		s.Errorf("imported %+v, but put %+v", got, want)
	}
	logged := func(h *storeHarness) (list []string) {
		for _, e := range h.entries(0) {
			list = append(list, fmt.Sprintf("%d %d %+v", e.Seq, e.Article.Revision, e.Article))
		}
		return list
	}
	if is, was := logged(s), logged(other); !slices.Equal(is, was) {
		s.Errorf("the log is\n%s\nbut of what was put\n%s", strings.Join(is, "\n"), strings.Join(was, "\n"))
	}
	for _, text := range []string{"headline", "corrected", "tag:tag1", `author:"ann author"`, "source:wire sanctions", "lang:en", "undated"} {
		if is, was := s.found(text, 5), other.found(text, 5); len(is) == 0 || !slices.Equal(is, was) {
			s.Errorf("%s finds %q, but of what was put %q", text, is, was)
		}
	}
}

func importKeepsParts(s *storeHarness) {
	articles := s.archive(6)
	articles[4].Title, articles[4].Summary = "", ""
	in := s.Import(s.Context())
	s.must(in.Put(ImportedNews, articles[:3]))
	err := in.Put(ImportedNews, articles[3:])
	if err == nil || !strings.Contains(err.Error(), `article 2, "old 4"`) {
		s.Errorf("a part with an article without a title: %v", err)
	}
	got, err := in.Close()
	if s.must(err); got.Added != 3 || len(s.entries(0)) != 3 {
		s.Errorf("stored %+v, %d entries; want the three of the first part", got, len(s.entries(0)))
	}
}

func importStops(s *storeHarness) {
	ctx, cancel := context.WithCancel(s.Context())
	in := s.Import(ctx)
	articles := s.archive(6)
	s.must(in.Put(ImportedArchive, articles[:2]))
	s.must(in.Put(ImportedArchive, articles[2:4])) // taken when the first part is stored
	cancel()
	_ = in.Put(ImportedArchive, articles[4:]) // may be taken before it fails
	got, err := in.Close()
	if n := len(s.entries(0)); !errors.Is(err, context.Canceled) || got.Added != n || n != 2 && n != 4 {
		s.Errorf("stored %+v, %d entries, %v; want whole parts, and not the last", got, n, err)
	}
}

func preparedTwice(s *storeHarness) {
	b := intake{via: viaArchive, articles: s.archive(3)}
	s.must(s.prepare(&b))
	first, err := s.putAll(s.Context(), b)
	s.must(err)
	again, err := s.putAll(s.Context(), b)
	if s.must(err); first.Added != 3 || again.Unchanged != 3 {
		s.Errorf("stored %+v, then %+v", first, again)
	}
}
