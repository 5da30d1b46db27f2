package store

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tidings/bot"
)

func linkTests() []storeTest {
	return []storeTest{
		{"items that all link to one page are articles of their own", oneLinkForAll},
		{"a page that is written anew each week is new each week", pageWrittenAnew},
		{"trackers in an address are no change", trackersAreNoChange},
		{"another headline under another GUID is another article, whatever its link", anotherGUIDAndTitleIsNew},
		{"a corrected headline is a revision where the link is the name", correctedHeadlineIsRevision},
		{"a link that has carried two articles names none", sharedLinkNamesNone},
		{"items without GUIDs that share a link are known by link and title", sharedLinkWithTitle},
		{"title and shared link name an article whatever its date and dek", sharedLinkWithTitleAlone},
		{"a page that reports another story a day later is another article", pageReusedForAnotherStory},
		{"a fragment distinguishes articles of one page", fragmentMakesADifference},
		{"a visit's number in all links is no name", visitIsNoName},
		{"items that differ only in reader counters are distinct", trackersMakeNoDifference},
		{"a link that only a reader counter distinguishes names its article", trackerDistinguishesLinks},
		{"an article is found by any address that leads to it", foundByAnyAddress},
		{"an address of several thousand bytes is kept and found", longAddresses},
	}
}

func oneLinkForAll(s *storeHarness) {
	s.areNew(func(a *bot.Article) { a.URL = "https://news.example/live" })
}

func pageWrittenAnew(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	a.URL, b.URL = "https://news.example/weekly", "https://news.example/weekly"
	b.Published = a.Published.Add(7 * 24 * time.Hour)
	s.clock.advance(7 * 24 * time.Hour)
	s.isNew(a, b)
}

func trackersAreNoChange(s *storeHarness) {
	a := s.report(1)
	b := a
	b.URL += "?fbclid=1&utm_campaign=x"
	s.isSame(a, b)
}

func anotherGUIDAndTitleIsNew(s *storeHarness) {
	a := s.report(1)
	b := a
	b.GUID, b.Title = "another", "Storm passes over coast, ten ships lost"
	s.isNew(a, b)
	for _, again := range []bot.Article{a, b} {
		if got := s.put(again); got != (bot.IngestResult{Unchanged: 1}) {
			s.Errorf("put %q again: %+v, want it unchanged", again.Title, got)
		}
	}
}

func correctedHeadlineIsRevision(s *storeHarness) {
	for _, guid := range []string{"", "https://news.example/2026/report-1", "http://www.news.example/2026/report-1/#3"} {
		a := s.report(1)
		a.Source, a.GUID = "desk-"+fmt.Sprint(len(guid)), guid
		a.URL += "-" + fmt.Sprint(len(guid))
		if guid != "" {
			a.GUID = strings.Replace(guid, "report-1", "report-1-"+fmt.Sprint(len(guid)), 1)
		}
		s.put(a)
		a.Title = "Storm leaves coast unharmed, mayor says"
		if got := s.put(a); got != (bot.IngestResult{Revised: 1}) {
			s.Errorf("GUID %q: put %+v, want one revised", guid, got)
		}
	}
}

func sharedLinkNamesNone(s *storeHarness) {
	const show = "https://news.example/show"
	episode := func(n int) bot.Article {
		a := s.report(n)
		a.GUID, a.URL = fmt.Sprintf("ep-%d", n), show
		return a
	}
	s.put(episode(0))
	for n := 1; n < 4; n++ {
		if got := s.put(episode(n), episode(n-1)); got != (bot.IngestResult{Added: 1, Unchanged: 1}) {
			s.Errorf("put episode %d and the one before: %+v, want one added and one unchanged", n, got)
		}
	}
	other := s.report(9)
	other.Source, other.URL = "desk", show
	if got := s.put(other); got != (bot.IngestResult{Added: 1}) {
		s.Errorf("put an article of another source with the link: %+v, want one added", got)
	}
}

func sharedLinkWithTitle(s *storeHarness) {
	list := s.areNew(func(a *bot.Article) { a.GUID, a.URL, a.Summary, a.Authors = "", "https://news.example/live", "", nil })
	for _, a := range list { // one by one, days later
		s.clock.advance(24 * time.Hour)
		if got := s.put(a); got != (bot.IngestResult{Unchanged: 1}) {
			s.Errorf("put %q alone: %+v, want it unchanged", a.Title, got)
		}
	}
}

// sharedLinkWithTitleAlone leaves nothing but title and link to know the articles by.
func sharedLinkWithTitleAlone(s *storeHarness) {
	list := s.areNew(func(a *bot.Article) { a.GUID, a.URL = "", "https://news.example/live" })
	s.clock.advance(24 * time.Hour)
	for _, a := range list {
		a.Published, a.Summary = s.clock.now(), "Told anew: "+strings.ToLower(a.Title)
		if got := s.put(a); got != (bot.IngestResult{Revised: 1}) {
			s.Errorf("put %q with another date and dek: %+v, want one revised", a.Title, got)
		}
	}
}

func pageReusedForAnotherStory(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	a.GUID, a.URL, b.GUID, b.URL = "", "https://news.example/today", "", "https://news.example/today"
	b.Published = a.Published.Add(13 * time.Hour)
	s.isNew(a, b)
	for _, again := range []bot.Article{a, b} {
		if got := s.put(again); got != (bot.IngestResult{Unchanged: 1}) {
			s.Errorf("put %q again: %+v, want it unchanged", again.Title, got)
		}
	}
}

func fragmentMakesADifference(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	for i, r := range []*bot.Article{&a, &b} {
		r.URL = fmt.Sprintf("https://news.example/log#v%d", i)
		r.GUID = r.URL
	}
	s.isNew(a, b)
}

func visitIsNoName(s *storeHarness) {
	document := func(visit string) (list []bot.Article) {
		for n := range 3 {
			a := s.report(n)
			a.GUID, a.URL = "", fmt.Sprintf("https://news.example/view?id=%d&sid=%s", n, visit)
			a.Published, a.Title = time.Time{}, a.Title+" "+visit
			list = append(list, a)
		}
		return list
	}
	s.put(document("a1")...)
	if got := s.put(document("b2")...); got != (bot.IngestResult{Revised: 3}) {
		s.Errorf("put %+v, want three known and revised", got)
	}
}

func trackersMakeNoDifference(s *storeHarness) {
	s.areNew(func(a *bot.Article) {
		a.URL = "https://news.example/show?utm_content=" + strings.ReplaceAll(a.Title, " ", "-")
		a.GUID = ""
	})
}

func trackerDistinguishesLinks(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	a.GUID, a.URL = "", "https://news.example/show?utm_content=storm"
	b.GUID, b.URL = "", "https://news.example/show?utm_content=budget"
	s.put(a, b)
	a.Title = "Coast unharmed as gale moves on"
	if got := s.put(a, b); got != (bot.IngestResult{Revised: 1, Unchanged: 1}) {
		s.Errorf("put one with another headline: %+v, want that revised", got)
	}
}

// longAddresses keeps apart what differs only far beyond what databases take into an index.
func longAddresses(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	a.URL, a.GUID = "https://news.example/r?to="+strings.Repeat("x", 7000), ""
	b.URL, b.GUID = a.URL+"2", ""
	a.URL += "1"
	if got := s.put(a, b); got != (bot.IngestResult{Added: 2}) {
		s.Errorf("put %+v, want two added", got)
	}
	if got := s.put(a, b); got != (bot.IngestResult{Unchanged: 2}) {
		s.Errorf("put again %+v, want two unchanged", got)
	}
	for want, ref := range map[int64]string{1: a.URL, 2: b.URL} {
		if got, err := s.Find(s.Context(), "", ref); err != nil || got.ID != want || got.URL != ref {
			s.Errorf("found %d by the address of %d, %v", got.ID, want, err)
		}
	}
	s.must(s.AddSource(s.Context(), bot.Source{Name: "far", Kind: bot.FeedSource, URL: a.URL}))
	if err := s.AddSource(s.Context(), bot.Source{Name: "far-2", Kind: bot.FeedSource, URL: a.URL}); !errors.Is(err, bot.ErrExists) {
		s.Errorf("a feed added twice: %v, want ErrExists", err)
	}
}

func foundByAnyAddress(s *storeHarness) {
	s.put(s.report(1))
	for _, ref := range []string{
		"https://news.example/2026/report-1", "http://www.news.example/2026/report-1/?utm_source=x#top", "//news.example/2026/report-1",
	} {
		if a, err := s.Find(s.Context(), "", ref); err != nil || a.ID != 1 {
			s.Errorf("%s finds %d, %v, want the article", ref, a.ID, err)
		}
	}
	if a, err := s.Find(s.Context(), "", "https://news.example/"); err == nil {
		s.Errorf("the front page finds article %d", a.ID)
	}
}
