package store

import (
	"fmt"
	"strings"
	"time"

	"tidings/bot"
)

func floodTests() []storeTest {
	return []storeTest{
		{"the first document of a feed alerts nobody", firstDocumentIsQuiet},
		{"a feed that was empty at first alerts from its first article on", emptyFeedThenArticle},
		{"a feed read before alerts as before", knownFeedAlerts},
		{"a source added anew under an old name is read for the first time", addedAnewIsFirst},
		{"many feeds added at once alert nobody", manyFeedsAreQuiet},
		{"a flood of new names is held back", floodIsHeld},
		{"what is newer than everything before passes a flood", newerPassesFlood},
		{"a few new articles are no flood", fewAreNoFlood},
		{"a feed that always brings many may bring many", manyAreUsual},
		{"a released flood alerts", releasedFloodAlerts},
		{"a forgotten flood never does", forgottenFloodIsQuiet},
		{"what one feed had at first alerts when another brings it", otherFeedBringsNews},
		{"what is imported or published is no document", importIsNoDocument},
	}
}

// follow adds a feed that was read before.
func (s *storeHarness) follow(name string) {
	s.Helper()
	s.must(s.AddSource(s.Context(), bot.Source{
		Name: name, Kind: bot.FeedSource, URL: "https://" + name + ".example/feed",
		Fetch: bot.FetchState{LastSuccess: s.clock.now()},
	}))
}

// feed stores a document of a feed and returns what came of it.
func (s *storeHarness) feed(articles ...bot.Article) bot.IngestResult {
	s.Helper()
	r, err := s.PutFeed(s.Context(), articles[0].Source, articles)
	s.must(err)
	return r
}

// window returns n articles of a feed, published one minute apart, the last one now.
func (s *storeHarness) window(name string, from, n int) []bot.Article {
	list := make([]bot.Article, n)
	for i := range list {
		list[i] = bot.Article{
			Source: name, GUID: fmt.Sprintf("%s-%d", name, from+i), URL: fmt.Sprintf("https://%s.example/%d", name, from+i),
			Title: fmt.Sprintf("Report %d of %s", from+i, name), Published: s.clock.now().Add(time.Duration(i-n+1) * time.Minute),
		}
	}
	return list
}

// alerting returns how many articles in the log beyond a Seq are news to a subscription.
func (s *storeHarness) alerting(sub bot.Subscription, after int64) (n int) {
	s.Helper()
	for _, e := range s.entries(after) {
		if sub.Fresh(&e.Article, s.clock.now()) {
			n++
		}
	}
	return n
}

func firstDocumentIsQuiet(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.must(s.AddSource(s.Context(), bot.Source{Name: "wire", Kind: bot.FeedSource, URL: "https://news.example/feed"}))
	if got := s.feed(s.window("wire", 1, 30)...); got != (bot.IngestResult{Added: 30}) {
		s.Errorf("put %+v, want 30 added", got)
	}
	if n := s.alerting(sub, 0); n != 0 {
		s.Errorf("%d articles of the first document alert, want none", n)
	}
	if got := s.found("", 50); len(got) != 30 {
		s.Errorf("found %d, want all 30", len(got))
	}
	after := s.head()
	s.clock.advance(time.Minute)
	s.feed(s.window("wire", 2, 30)...)
	if n := s.alerting(sub, after); n != 1 {
		s.Errorf("%d articles of the second document alert, want 1", n)
	}
}

func emptyFeedThenArticle(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.must(s.AddSource(s.Context(), bot.Source{Name: "wire", Kind: bot.FeedSource, URL: "https://news.example/feed"}))
	s.must(s.SaveFetch(s.Context(), "wire", "", bot.FetchState{LastSuccess: s.clock.now()}))
	s.feed(s.window("wire", 1, 1)...)
	if n := s.alerting(sub, 0); n != 1 {
		s.Errorf("%d articles alert, want 1", n)
	}
}

func knownFeedAlerts(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.follow("wire")
	s.feed(s.window("wire", 1, 3)...)
	if n := s.alerting(sub, 0); n != 3 {
		s.Errorf("%d articles alert, want 3", n)
	}
}

func addedAnewIsFirst(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.follow("wire")
	s.feed(s.window("wire", 1, 3)...)
	s.must(s.RemoveSource(s.Context(), "wire"))
	s.clock.advance(time.Minute)
	s.must(s.AddSource(s.Context(), bot.Source{Name: "wire", Kind: bot.FeedSource, URL: "https://other.example/feed"}))
	after := s.head()
	s.feed(s.window("wire", 10, 3)...)
	if n := s.alerting(sub, after); n != 0 {
		s.Errorf("%d articles alert, want none", n)
	}
}

func manyFeedsAreQuiet(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	for i := range 20 {
		name := fmt.Sprintf("feed-%d", i)
		s.must(s.AddSource(s.Context(), bot.Source{Name: name, Kind: bot.FeedSource, URL: "https://" + name + ".example/"}))
		s.feed(s.window(name, 1, 10)...)
	}
	if n := s.alerting(sub, 0); n != 0 {
		s.Errorf("%d articles alert, want none", n)
	}
}

// flood makes a feed give its 30 articles new names, of whatever kind, and returns the Seq before.
func (s *storeHarness) flood() (after int64) {
	s.Helper()
	s.follow("wire")
	was := s.window("wire", 1, 30)
	s.feed(was...)
	s.clock.advance(time.Hour)
	after = s.head()
	is := make([]bot.Article, len(was))
	for i, a := range was {
		a.GUID, a.URL = "other-"+a.GUID, strings.Replace(a.URL, "wire.example/", "wire.example/new/", 1)
		a.Title = fmt.Sprintf("Item %d as another system calls it", i)
		is[i] = a
	}
	if got := s.feed(is...); got != (bot.IngestResult{Added: 30, OnHold: 30, BulkUpdate: true}) {
		s.Errorf("put %+v, want 30 held", got)
	}
	return after
}

func floodIsHeld(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	after := s.flood()
	if n := s.alerting(sub, after); n != 0 {
		s.Errorf("%d articles of a flood alert, want none", n)
	}
	list, err := s.BulkUpdates(s.Context())
	s.must(err)
	if want := (bot.BulkUpdate{Source: "wire", Articles: 30, Since: s.clock.now()}); len(list) != 1 || list[0] != want {
		s.Errorf("floods %+v, want %+v", list, want)
	}
	// More of it is no news to operators.
	more := s.window("wire", 501, 20)
	for i := range more {
		more[i].Published = more[i].Published.Add(-10 * time.Hour)
	}
	if got := s.feed(more...); got != (bot.IngestResult{Added: 20, OnHold: 20}) {
		s.Errorf("put %+v, want 20 more held", got)
	}
}

func newerPassesFlood(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.follow("wire")
	s.feed(s.window("wire", 1, 30)...)
	after := s.head()
	s.clock.advance(10 * time.Minute)
	list := s.window("wire", 101, 30) // the last ten of them after what was there
	undated := s.window("wire", 201, 1)[0]
	undated.Published = time.Time{}
	if got := s.feed(append(list, undated)...); got != (bot.IngestResult{Added: 31, OnHold: 21, BulkUpdate: true}) {
		s.Errorf("put %+v, want 21 held", got)
	}
	if n := s.alerting(sub, after); n != 10 {
		s.Errorf("%d articles alert, want 10", n)
	}
}

func fewAreNoFlood(s *storeHarness) {
	s.follow("wire")
	s.feed(s.window("wire", 1, 30)...)
	old := s.window("wire", 101, 5)
	if got := s.feed(old...); got != (bot.IngestResult{Added: 5}) {
		s.Errorf("put %+v, want nothing held", got)
	}
}

func manyAreUsual(s *storeHarness) {
	s.must(s.AddSource(s.Context(), bot.Source{Name: "wire", Kind: bot.FeedSource, URL: "https://news.example/feed"}))
	undated := func(from, n int) []bot.Article {
		list := s.window("wire", from, n)
		for i := range list {
			list[i].Published = time.Time{}
		}
		return list
	}
	known := undated(1, 60)
	s.feed(known...)
	for batch := range 8 {
		next := undated(1000+batch*8, 8)
		s.feed(append(next, known...)...)
	}
	if got := s.feed(append(undated(2000, 20), known...)...); got != (bot.IngestResult{Added: 20, Unchanged: 60}) {
		s.Errorf("put %+v, want nothing held of less than three times the usual", got)
	}
	if got := s.feed(append(undated(3000, 61), known...)...); got != (bot.IngestResult{Added: 61, Unchanged: 60, OnHold: 61, BulkUpdate: true}) {
		s.Errorf("put %+v, want all held of more than half", got)
	}
}

func releasedFloodAlerts(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.flood()
	after := s.head()
	if n, err := s.ApproveBulkUpdate(s.Context(), "wire"); n != 30 || err != nil {
		s.Errorf("released %d, %v, want 30", n, err)
	}
	list := s.entries(after)
	if n := s.alerting(sub, after); n != 30 || len(list) != 30 || list[0].Article.ID > list[29].Article.ID {
		s.Errorf("%d articles alert, want 30, the oldest first", n)
	}
	if n, err := s.ApproveBulkUpdate(s.Context(), "wire"); n != 0 || err != nil {
		s.Errorf("released %d again, %v, want none", n, err)
	}
}

func forgottenFloodIsQuiet(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	after := s.flood()
	if n, err := s.DismissBulkUpdate(s.Context(), "wire"); n != 30 || err != nil {
		s.Errorf("forgot %d, %v, want 30", n, err)
	}
	list, err := s.BulkUpdates(s.Context())
	s.must(err)
	if n := s.alerting(sub, after); n != 0 || len(list) != 0 {
		s.Errorf("%d articles alert and floods are %+v, want none", n, list)
	}
	if n, err := s.ApproveBulkUpdate(s.Context(), "wire"); n != 0 || err != nil {
		s.Errorf("released %d, %v, want none", n, err)
	}
}

func importIsNoDocument(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.must(s.AddSource(s.Context(), bot.Source{Name: "wire", Kind: bot.FeedSource, URL: "https://news.example/feed"}))
	if got := s.put(s.window("wire", 1, 30)...); got != (bot.IngestResult{Added: 30}) || s.alerting(sub, 0) != 30 {
		s.Errorf("put %+v, want 30 added that alert", got)
	}
}

func otherFeedBringsNews(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	for _, name := range []string{"a", "b"} {
		s.must(s.AddSource(s.Context(), bot.Source{Name: name, Kind: bot.FeedSource, URL: "https://" + name + ".example/"}))
	}
	s.follow("c")
	tell := func(source string) {
		list := s.window("wire", 1, 3)
		for i := range list {
			list[i].Source = source
		}
		s.feed(list...)
	}
	tell("a")
	tell("b")
	if n := s.alerting(sub, 0); n != 0 {
		s.Errorf("%d articles of two first documents alert, want none", n)
	}
	after := s.head()
	tell("c")
	if n := s.alerting(sub, after); n != 3 {
		s.Errorf("%d articles alert when a known feed brings them, want 3", n)
	}
}
