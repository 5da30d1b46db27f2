package store

import (
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tidings/bot"
	"tidings/bot/bottest"
)

func articleTests() []storeTest {
	return []storeTest{
		{"every field comes back as it was cleaned", everyFieldComesBack},
		{"an article reported twice is stored once", reportedTwiceStoredOnce},
		{"a changed article gets a revision and keeps its ID", changedArticleGetsRevision},
		{"an article reported without status stays withdrawn", silentSourceKeepsStatus},
		{"an article reported without date keeps its own", silentSourceKeepsDate},
		{"a source withdraws its own articles, once", sourceWithdraws},
		{"one bad article fails the call and is named", badArticleFailsCall},
		{"what the caller handed over is left alone", callersArticlesAreLeftAlone},
		{"hostile text is stored harmless", hostileTextIsStoredHarmless},
		{"IDs grow and a failed call leaves no gap to the cursor", idsGrow},
	}
}

func (s *storeHarness) fullStory() bot.Article {
	now := s.clock.now()
	return bot.Article{
		Source: "nknews", GUID: "tag:example,2026:1", URL: "https://news.example/1?a=b&c=d", Title: "Title <b>&</b> more",
		Summary: "Dek", Authors: []string{"Zwirko", "Ann Author", "Bo"}, Tags: []string{"economy", "a\"b,c"},
		Image: "https://news.example/1.png", Lang: "en-GB", Urgency: 3, Published: now.Add(-time.Hour), DateOnly: true,
		Updated: now.Add(-time.Minute), Embargo: now.Add(time.Hour), Status: bot.Corrected,
	}
}

func everyFieldComesBack(s *storeHarness) {
	a := s.fullStory()
	if got := s.put(a); got != (bot.IngestResult{Added: 1}) {
		s.Errorf("put %+v, want one added", got)
	}
	want := a
	want.ID, want.SourceID, want.Revision, want.FirstSeen = 1, "nknews", 1, s.clock.now()
	got := s.entries(0)[0].Article
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("stored article (-want +got):\n%s", diff)
	}
	if zone := got.Published.Location(); zone != time.UTC {
		s.Errorf("times are in %v, want UTC", zone)
	}
}

func reportedTwiceStoredOnce(s *storeHarness) {
	a := s.fullStory()
	other := a
	other.Source, other.URL = "elsewhere", "https://elsewhere.example/1" // a GUID holds within its source
	if got := s.put(a, a, other); got != (bot.IngestResult{Added: 2, Unchanged: 1}) {
		s.Errorf("put %+v, want two added and one unchanged", got)
	}
	if got := s.put(a); got != (bot.IngestResult{Unchanged: 1}) {
		s.Errorf("put again %+v, want one unchanged", got)
	}
	if n := len(s.entries(0)); n != 2 {
		s.Errorf("the log has %d entries, want 2", n)
	}
}

func changedArticleGetsRevision(s *storeHarness) {
	a := s.fullStory()
	s.put(a)
	first := s.clock.now()
	s.clock.advance(time.Minute)
	a.Title, a.Authors, a.Status = "Another title", []string{"Bo", "Zwirko"}, ""
	a.Published = a.Published.Add(-time.Hour)
	if got := s.put(a); got != (bot.IngestResult{Revised: 1}) {
		s.Errorf("put %+v, want one revised", got)
	}
	a.ID, a.SourceID, a.Revision, a.FirstSeen, a.Status = 1, "nknews", 2, first, bot.Corrected
	list := s.entries(0)
	if len(list) != 2 || list[0].Seq >= list[1].Seq {
		s.Fatalf("log %v, want two entries in order", list)
	}
	for _, e := range list {
		if diff := cmp.Diff(a, e.Article); diff != "" {
			s.Errorf("entry %d is not the newest revision (-want +got):\n%s", e.Seq, diff)
		}
	}
}

func silentSourceKeepsStatus(s *storeHarness) {
	a := s.story("1")
	s.put(a)
	a.Status = bot.Withdrawn
	s.put(a)
	a.Status = ""
	if got := s.put(a); got != (bot.IngestResult{Unchanged: 1}) {
		s.Errorf("put without status %+v, want unchanged", got)
	}
	a.Status = bot.Live
	if got := s.put(a); got != (bot.IngestResult{Revised: 1}) {
		s.Errorf("put as live %+v, want revised", got)
	}
}

func sourceWithdraws(s *storeHarness) {
	a, b := s.story("1"), s.story("2")
	other := s.story("3")
	other.Source = "elsewhere"
	s.put(a, b, other)
	withdraw := func(source string, want int, guids ...string) {
		if n, err := s.Withdraw(s.Context(), source, guids); err != nil || n != want {
			s.Errorf("Withdraw(%s, %v) = %d, %v; want %d", source, guids, n, err, want)
		}
	}
	withdraw(a.Source, 1, a.GUID, other.GUID, "unknown")
	withdraw(a.Source, 0, a.GUID)
	list := s.entries(0)
	if got := list[len(list)-1].Article; len(list) != 4 || got.GUID != a.GUID || got.Status != bot.Withdrawn || got.Title != a.Title {
		s.Errorf("log %+v, want one more entry, of a withdrawal", list)
	}
	if got := s.put(a); got != (bot.IngestResult{Unchanged: 1}) {
		s.Errorf("put of what the feed still shows %+v, want unchanged", got)
	}
}

func silentSourceKeepsDate(s *storeHarness) {
	a := s.story("1")
	s.put(a)
	published := a.Published
	s.clock.advance(time.Hour)
	a.Published, a.Title = time.Time{}, "Another title"
	s.put(a)
	if got := s.entries(0)[0].Article.Published; !got.Equal(published) {
		s.Errorf("published %v after a revision without date, want %v", got, published)
	}
}

func badArticleFailsCall(s *storeHarness) {
	bad := s.story("the-bad-one")
	bad.Title = " \x00 "
	_, err := s.Put(s.Context(), []bot.Article{s.story("1"), bad, s.story("2")})
	if err == nil || !strings.Contains(err.Error(), "the-bad-one") {
		s.Errorf("error %v, want one that names the article", err)
	}
	if n := len(s.entries(0)); n != 0 {
		s.Errorf("the log has %d entries after a failed call, want none", n)
	}
}

func callersArticlesAreLeftAlone(s *storeHarness) {
	a := s.fullStory()
	a.Title, a.Authors = "  spaces  ", []string{" Ann ", " Ann "}
	list := []bot.Article{a}
	want := a
	want.Authors = slices.Clone(a.Authors)
	s.put(list...)
	if diff := cmp.Diff(want, list[0]); diff != "" {
		s.Errorf("the caller's article changed (-want +got):\n%s", diff)
	}
}

func hostileTextIsStoredHarmless(s *storeHarness) {
	for _, sample := range bottest.Texts() {
		a := s.story(sample.Name)
		a.Title, a.Summary = "T "+sample.Text, sample.Text
		a.Authors, a.Tags = []string{sample.Text, "Ann"}, []string{sample.Text}
		after := s.head()
		s.put(a)
		want := a
		s.must(want.Clean(s.clock.now()))
		got := s.entries(after)[0].Article
		ignore := cmpopts.IgnoreFields(bot.Article{}, "ID", "SourceID", "Revision", "FirstSeen", "Story", "Related")
		if diff := cmp.Diff(want, got, ignore, cmpopts.EquateEmpty()); diff != "" {
			s.Errorf("%s (-want +got):\n%s", sample.Name, diff)
		}
		if r := s.put(a); r.Unchanged != 1 {
			s.Errorf("%s reported twice: %+v", sample.Name, r)
		}
	}
}

func idsGrow(s *storeHarness) {
	s.put(s.story("1"))
	if _, err := s.Put(s.Context(), []bot.Article{s.story("2"), {}}); err == nil {
		s.Error("an empty article was accepted")
	}
	s.put(s.story("3"))
	list := s.entries(0)
	if len(list) != 2 || list[0].Article.ID >= list[1].Article.ID || list[0].Seq >= list[1].Seq {
		s.Errorf("log %v, want IDs and Seqs that grow", list)
	}
}
