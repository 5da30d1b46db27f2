package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/filter"
)

func archiveTests() []storeTest {
	return []storeTest{
		{"a search gives pages, newest first", searchPages},
		{"a search finds what the filter matches and nothing else", searchIsMatch},
		{"a filter as large as may be can be searched for", largeFilters},
		{"a prefix that many articles have is not looked up", widePrefixes},
		{"a search begins where it is asked to", searchSince},
		{"a revision is found by its new text alone", revisionIsFound},
		{"embargoed and withdrawn articles are not shown", hiddenArticles},
		{"dates of any age have their place", datesOfAnyAge},
		{"an article dated ahead stands in lists by its arrival", datedAheadStandsByArrival},
		{"an article is found by ID and by address", articleIsFound},
		{"the figures are right", figuresAreRight},
	}
}

// search searches what the full-text index has or has not yet, and all once more when the index has it.
func (s *storeHarness) search(q bot.Query) bot.Page {
	s.Helper()
	before, err := s.Search(s.Context(), q)
	s.must(err)
	s.must(s.indexWaiting(s.Context(), 1))
	page, err := s.Search(s.Context(), q)
	s.must(err)
	if diff := cmp.Diff(before.Articles, page.Articles); diff != "" || !page.Partial && !before.Partial && page.Next != before.Next {
		s.Errorf("found before it was indexed, and after, (-before +after):\n%s", diff)
	}
	return page
}

// found searches page by page to the end, and returns GUIDs.
func (s *storeHarness) found(text string, limit int) []string {
	s.Helper()
	f, err := filter.Parse(text)
	s.must(err)
	var list []string
	q := bot.Query{Filter: f, Limit: limit}
	for {
		page := s.search(q)
		if len(page.Articles) > limit || len(page.Articles) < limit && page.Next != 0 && !page.Partial {
			s.Fatalf("a page of %d articles of %d, and a next one: %v", len(page.Articles), limit, page.Next != 0)
		}
		for _, a := range page.Articles {
			list = append(list, a.GUID)
		}
		if page.Next == 0 {
			return list
		}
		q.Before = page.Next
	}
}

// widePrefixes finds the same articles whether the index is asked or not.
func widePrefixes(s *storeHarness) {
	var articles []bot.Article
	for i := range 30 {
		a := s.story(fmt.Sprint(i))
		a.Title, a.Tags = fmt.Sprintf("contract%d", i), []string{fmt.Sprintf("Rare-%d", i%15)}
		if i < 3 {
			a.Title = "moon"
		}
		articles = append(articles, a)
	}
	s.put(articles...)
	for text, want := range map[string]struct {
		asks  bool // the index
		found int
	}{
		"con*": {false, 27}, "contract2*": {false, 10}, "contract29*": {true, 1}, "con* rare-1*": {true, 11}, "con* moon": {true, 0}, "con* OR moon": {false, 30},
		"contract7 con*": {true, 1}, "mo*": {true, 3}, "moo* tag:rare-2": {true, 1},
	} {
		f, err := filter.Parse(text)
		s.must(err)
		query, _, err := s.searchText(s.Context(), f, public, nil)
		s.must(err)
		if asks := query == s.dialect.textQuery(articleColumns); asks != want.asks {
			s.Errorf("%s: the index is asked: %t, want %t", text, asks, want.asks)
		}
		if got := s.found(text, 7); len(got) != want.found {
			s.Errorf("%s: found %q, want %d", text, got, want.found)
		}
		if t := s.tally(text, 1, 1); t.TotalMatched() != want.found || t.Partial {
			s.Errorf("%s: counted %d, want %d", text, t.TotalMatched(), want.found)
		}
	}
}

func datedAheadStandsByArrival(s *storeHarness) {
	ahead, early := s.story("ahead"), s.story("early")
	early.Published = s.clock.now().Add(-time.Minute)
	ahead.Published = s.clock.now().Add(20 * time.Hour)
	s.put(early, ahead)
	s.clock.advance(time.Hour)
	late := s.story("late")
	late.Published = s.clock.now()
	s.put(late)
	want := []string{late.GUID, ahead.GUID, early.GUID}
	if got := s.found("", 2); !slices.Equal(got, want) {
		s.Errorf("found %q, want %q", got, want)
	}
	ahead.Title += " revised"
	s.put(ahead)
	if got := s.found("revised", 2); !slices.Equal(got, []string{ahead.GUID}) {
		s.Errorf("revised, it is found as %q", got)
	}
	if got := s.found("", 2); !slices.Equal(got, want) {
		s.Errorf("revised, found %q, want %q", got, want)
	}
	if a, err := s.Find(s.Context(), "", "2"); err != nil || !a.Published.Equal(ahead.Published) {
		s.Errorf("its date is %v, %v, want %v as its source has it", a.Published, err, ahead.Published)
	}
}

func searchPages(s *storeHarness) {
	var want []string
	for i := range 10 {
		a := s.story(fmt.Sprint(i))
		a.Published = a.Published.Add(time.Duration(i/2) * time.Minute) // some at the same moment
		s.put(a)
		want = append([]string{a.GUID}, want...)
	}
	for limit := 1; limit <= 11; limit++ {
		for _, text := range []string{"", "story", "-nothing"} {
			if got := s.found(text, limit); !slices.Equal(got, want) {
				s.Errorf("filter %q by %d: %v, want %v", text, limit, got, want)
			}
		}
	}
	if page := s.search(bot.Query{Limit: 10}); page.Next != 0 || page.Partial {
		s.Errorf("a page of all articles goes on: %+v", page)
	}
}

// searchIsMatch compares the index with the filter itself, over invented articles and filters.
func searchIsMatch(s *storeHarness) {
	r := rand.New(rand.NewPCG(7, 11))
	words := []string{
		"kim", "Kim", "nuclear", "U.S.", "13,259", "café", "cafe", "미사일을", "미사일", "朝鮮中央通信", "Moskau's", "ballistic",
		"missile", "missiles", "test-fire", "tests-fires", "AT&T", "NOT", "or", "i", "ÅNGSTRÖM", "e\u0301tude", "ประเทศไทย", "\"quoted\"", "*",
	}
	text := func(n int) string {
		var list []string
		for range 1 + r.IntN(n) {
			list = append(list, words[r.IntN(len(words))])
		}
		return strings.Join(list, " ")
	}
	articles := make([]bot.Article, 120)
	for i := range articles {
		a := s.story(fmt.Sprint(i))
		a.Title, a.Summary, a.Authors, a.Tags = text(4), text(6), []string{text(2), text(2)}, []string{text(1), text(2)}
		a.Source, a.Lang = []string{"wire", "nknews", "nk-news"}[r.IntN(3)], []string{"", "en", "en-GB", "ko"}[r.IntN(4)]
		a.URL = fmt.Sprintf("https://news.example/pro/%d", i)
		articles[i] = a
	}
	s.put(articles...)
	documents := make([]*filter.Document, 0, len(articles))
	for _, e := range s.entries(0) {
		documents = append(documents, filter.NewDocument(e.Article.Fields()))
	}
	tried := 0
	for range 250 {
		expression := randomFilter(r, words, 3)
		f, err := filter.Parse(expression)
		if err != nil {
			continue // chance makes nonsense too
		}
		tried++
		var want []string
		for i, d := range slices.Backward(documents) {
			if f.Match(d) {
				want = append(want, articles[i].GUID)
			}
		}
		if got := s.found(expression, 100); !slices.Equal(got, want) {
			s.Errorf("filter %q finds %d articles, matches %d", expression, len(got), len(want))
		}
	}
	if tried < 100 {
		s.Errorf("only %d filters were tried", tried)
	}
}

// randomFilter writes a filter of the given depth.
func randomFilter(r *rand.Rand, words []string, depth int) string {
	word := func() string { return words[r.IntN(len(words))] }
	if depth > 0 {
		switch r.IntN(5) {
		case 0:
			return randomFilter(r, words, depth-1) + " " + randomFilter(r, words, depth-1)
		case 1:
			return "(" + randomFilter(r, words, depth-1) + " OR " + randomFilter(r, words, depth-1) + ")"
		case 2:
			return "-(" + randomFilter(r, words, depth-1) + ")"
		}
	}
	fields := []string{"", "", "title:", "summary:", "author:", "tag:"}
	field := fields[r.IntN(len(fields))]
	switch r.IntN(8) {
	case 0:
		return field + `"` + word() + " " + word() + `"`
	case 1:
		return field + word() + "*"
	case 2:
		return []string{"source:wire", "source:nk-news", "source:nk*", "lang:en", "lang:en-GB", "lang:k*", "url:/pro/1"}[r.IntN(7)]
	case 3:
		return "/[Kk]im|caf./"
	default:
		return field + word()
	}
}

// largeFilters returns filters of the size and depth that package filter just accepts.
func largeFilters(s *storeHarness) {
	s.put(s.story("1"))
	deep, wide := "story", "story"
	for range 24 {
		deep = "(a OR (story " + deep + "))"
	}
	for range 6 {
		wide = "((" + wide + " OR a) (" + wide + " OR b))"
	}
	for _, text := range []string{
		strings.Repeat("a OR ", 199) + "story", strings.Repeat("story ", 200), deep, wide, `"` + strings.Repeat("story ", 200) + `" OR story`,
	} {
		if got := s.found(text, 1); !slices.Equal(got, []string{"1"}) {
			s.Errorf("filter of %d characters finds %v, want the story", len(text), got)
		}
	}
}

func searchSince(s *storeHarness) {
	for i := range 5 {
		s.put(s.story(fmt.Sprint(i)))
		s.clock.advance(time.Minute)
	}
	page := s.search(bot.Query{Since: s.clock.now().Add(-2 * time.Minute), Limit: 10})
	if len(page.Articles) != 2 || page.Articles[1].GUID != "3" || page.Next != 0 {
		s.Errorf("since two minutes ago: %+v, want articles 4 and 3", page)
	}
}

func revisionIsFound(s *storeHarness) {
	a := s.story("1")
	a.Title = "alpha"
	s.put(a)
	a.Title, a.Published = "beta", a.Published.Add(-time.Hour)
	s.put(a, s.story("2"))
	if got := s.found("alpha", 5); len(got) != 0 {
		s.Errorf("found %v by old text", got)
	}
	if got := s.found("beta", 5); !slices.Equal(got, []string{"1"}) {
		s.Errorf("found %v by new text, want 1", got)
	}
	if got := s.found("", 5); !slices.Equal(got, []string{"2", "1"}) {
		s.Errorf("found %v, want 2 and 1 by their new dates", got)
	}
}

func hiddenArticles(s *storeHarness) {
	secret, gone := s.story("secret"), s.story("gone")
	secret.Embargo = s.clock.now().Add(time.Hour)
	gone.Status = bot.Withdrawn
	s.put(s.story("1"), secret, gone)
	for _, text := range []string{"", "story", "-nothing"} {
		if got := s.found(text, 5); !slices.Equal(got, []string{"1"}) {
			s.Errorf("filter %q: %v, want 1", text, got)
		}
	}
	s.clock.advance(time.Hour)
	if got := s.found("", 5); !slices.Equal(got, []string{"secret", "1"}) {
		s.Errorf("after the embargo: %v", got)
	}
}

func datesOfAnyAge(s *storeHarness) {
	var want []string
	for _, year := range []int{1605, 1702, 1913, 1969, 1970, 1971, 2026} {
		a := s.story(fmt.Sprint(year))
		a.Published = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		s.put(a)
		want = append([]string{a.GUID}, want...)
	}
	for _, text := range []string{"", "story"} {
		if got := s.found(text, 2); !slices.Equal(got, want) {
			s.Errorf("filter %q: %v, want %v", text, got, want)
		}
	}
}

func articleIsFound(s *storeHarness) {
	first, second := s.story("1"), s.story("2")
	first.URL, second.URL = "https://news.example/a", "https://news.example/a"
	first.Published, second.Embargo = second.Published.Add(-time.Minute), s.clock.now().Add(time.Hour)
	s.put(second, first, s.story("3"))
	for ref, want := range map[string]string{"2": "1", "https://news.example/a": "2", "3": "3"} {
		if a, err := s.Find(s.Context(), "", ref); err != nil || a.GUID != want {
			s.Errorf("find %q: %q, %v, want %q", ref, a.GUID, err, want)
		}
	}
	for _, ref := range []string{"", "4", "-1", "https://news.example/b", "nonsense", "99999999999999999999"} {
		if a, err := s.Find(s.Context(), "", ref); !errors.Is(err, bot.ErrNotFound) {
			s.Errorf("find %q: %+v, %v, want ErrNotFound", ref, a, err)
		}
	}
}

func figuresAreRight(s *storeHarness) {
	ids := s.stories(3)
	newest := s.clock.now()
	s.clock.advance(time.Minute)
	a, b := s.subscribe(chat("1"), ""), s.subscribe(chat("2"), "")
	s.subscribe(chat("2"), "x")
	s.enqueue(a.ID, ids...)
	s.enqueue(b.ID, ids...)
	s.enqueue(s.subscribe(bot.Target{Platform: "radio", Chat: "1"}, "").ID, ids[0])
	_, err := s.Suspend(s.Context(), chat("2"), bot.Suspension{Reason: "kicked"})
	s.must(err)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Sent})
	st, err := s.Stats(s.Context())
	s.must(err)
	want := bot.Stats{
		Articles: 3, Sources: 1, Subscriptions: 4, Suspended: 1, NewestArticle: newest,
		Backlog: map[string]int64{platform: 2, "radio": 1},
	}
	if fmt.Sprint(st) != fmt.Sprint(want) {
		s.Errorf("figures %+v, want %+v", st, want)
	}
}
