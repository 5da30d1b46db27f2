package store

import (
	"slices"
	"strings"

	"tidings/bot"
)

func reportTests() []storeTest {
	return []storeTest{
		{"an article that two feeds have is one with two sources", twoFeedsOneArticle},
		{"two feeds that report an article differently do not revise it in turn", feedsDoNotQuarrel},
		{"a further source revises the article if it is fetched from its host", ownerRevises},
		{"no other further source does", strangerDoesNotRevise},
		{"a further source withdraws the article if it is fetched from its host, and no other", ownerWithdraws},
		{"a further source brings the article to its subscribers, and to nobody twice", furtherSourceAlerts},
	}
}

func twoFeedsOneArticle(s *storeHarness) {
	a := s.report(1)
	b := a
	b.Source, b.GUID, b.URL = "desk", "desk-1", strings.Replace(b.URL, "https://", "http://www.", 1)
	if got := s.put(a, b); got != (bot.IngestResult{Added: 1, Unchanged: 1}) {
		s.Errorf("put %+v, want one added", got)
	}
	for _, text := range []string{"source:wire", "source:desk", "source:wire source:desk"} {
		if got := s.found(text, 5); len(got) != 1 {
			s.Errorf("%s finds %v, want the article", text, got)
		}
	}
	got, err := s.Find(s.Context(), "", "1")
	s.must(err)
	if got.Source != "wire" || !slices.Equal(got.OtherSources, []string{"desk"}) {
		s.Errorf("sources %s and %v, want wire and desk", got.Source, got.OtherSources)
	}
	count := map[string]int64{}
	for _, src := range s.sources() {
		count[src.Name] = src.Articles
	}
	if count["wire"] != 1 || count["desk"] != 1 {
		s.Errorf("articles by source %v, want one each", count)
	}
}

func feedsDoNotQuarrel(s *storeHarness) {
	a := s.report(1)
	b := a
	b.Source, b.Title, b.Summary = "desk", "Coast: storm passes over", "A shorter dek."
	s.put(a)
	s.put(b)
	after := s.head()
	for range 2 {
		if got := s.put(a, b); got != (bot.IngestResult{Unchanged: 2}) || s.head() != after {
			s.Errorf("put %+v, want both unchanged", got)
		}
	}
}

// firstReportedBy stores an article of news.example as a source reports it, and then as desk does.
func (s *storeHarness) firstReportedBy(source string) (as bot.Article) {
	a := s.report(1)
	a.Source = source
	b := a
	b.Source = "desk"
	s.put(a, b)
	return b
}

func ownerRevises(s *storeHarness) {
	s.must(s.AddSource(s.Context(), bot.Source{Name: "desk", Kind: bot.FeedSource, URL: "https://www.news.example/feed"}))
	b := s.firstReportedBy("wire")
	b.Title = "Storm passes over coast, ten ships lost"
	if got := s.put(b); got != (bot.IngestResult{Revised: 1}) {
		s.Errorf("put %+v, want one revised", got)
	}
	if got := s.find(1); got.Title != b.Title || got.Source != "wire" {
		s.Errorf("article %+v, want the new title and the first source", got)
	}
}

func strangerDoesNotRevise(s *storeHarness) {
	s.must(s.AddSource(s.Context(), bot.Source{Name: "desk", Kind: bot.FeedSource, URL: "https://desk.example/feed"}))
	b := s.firstReportedBy("wire")
	after := s.head()
	b.Title, b.Status = "Desk: storm passes", bot.Withdrawn
	for range 2 {
		if got := s.put(b); got != (bot.IngestResult{Unchanged: 1}) || s.head() != after {
			s.Errorf("put %+v, want one unchanged", got)
		}
	}
	b.Source, b.Status, b.Title = "wire", "", "Storm passes over coast, ten ships lost"
	if got := s.put(b); got != (bot.IngestResult{Revised: 1}) {
		s.Errorf("put by the first source: %+v, want one revised", got)
	}
}

func ownerWithdraws(s *storeHarness) {
	s.must(s.AddSource(s.Context(), bot.Source{Name: "desk", Kind: bot.FeedSource, URL: "https://news.example/feed"}))
	s.must(s.AddSource(s.Context(), bot.Source{Name: "planet", Kind: bot.FeedSource, URL: "https://planet.example/feed"}))
	b := s.firstReportedBy("wire")
	p := b
	p.Source = "planet"
	s.put(p)
	for want, source := range []string{"planet", "desk"} {
		if n, err := s.Withdraw(s.Context(), source, []string{b.GUID}); n != want || err != nil {
			s.Errorf("%s withdraws %d, %v, want %d", source, n, err, want)
		}
	}
}

func furtherSourceAlerts(s *storeHarness) {
	sub := s.subscribe(chat("1"), "source:desk")
	a := s.report(1)
	s.put(a)
	after := s.head()
	a.Source = "desk"
	s.put(a)
	list := s.entries(after)
	if len(list) != 1 || !slices.Contains(list[0].Article.OtherSources, "desk") || list[0].Article.Revision != 1 {
		s.Fatalf("log %+v, want an entry that has the further source and is no revision", list)
	}
	if f := list[0].Further; f == nil || f.Source != "desk" || f.Title != a.Title || !f.At.Equal(s.clock.now()) {
		s.Errorf("the entry's report is %+v, want that of the further source", f)
	}
	if n := len(s.trace(chat("1"), list[0].Article.ID).Revisions); n != 1 {
		s.Errorf("the article has %d revisions, want 1", n)
	}
	if n := s.enqueue(sub.ID, list[0].Article.ID); n != 1 {
		s.Errorf("enqueued %d, want 1", n)
	}
	if n := s.enqueue(sub.ID, list[0].Article.ID); n != 0 {
		s.Errorf("enqueued %d again, want none", n)
	}
}
