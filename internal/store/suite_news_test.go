package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func newsTests() []storeTest {
	return []storeTest{
		{"the first document of a feed raises no alerts", firstDocumentIsQuiet},
		{"a feed that was empty at first alerts from its first article on", emptyFeedThenArticle},
		{"a feed read before alerts as before", knownFeedAlerts},
		{"a source added anew under an old name is read for the first time", addedAnewIsFirst},
		{"a feed that is followed again is known", followedAgainIsKnown},
		{"many feeds added at once raise no alerts", manyFeedsAreQuiet},
		{"many new articles at once are news if their dates are recent", recentBatchIsNews},
		{"what is dated days before the last fetch is history", datedHistoryIsQuiet},
		{"what is dated days back but newer than all that was reported is news", laggingDatesAreNews},
		{"after an outage all that came meanwhile is news", outageIsCaughtUp},
		{"a date ahead does not make history of what follows", dateAheadIsNow},
		{"of a push no share says anything", pushIsNews},
		{"what one feed had at first alerts when another brings it", otherFeedBringsNews},
		{"a first document raises no alerts for what others reported", firstDocumentJoinsQuietly},
		{"what is published is news, however old", publishedIsNews},
		{"an archive raises no alerts", archiveIsQuiet},
		{"a recent digest is news, and a back number is none", digestIsNewsIfRecent},
		{"what was decided about a batch is kept with its source", decisionsAreKept},
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
		if sub.Fresh(&e.Article) {
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

func followedAgainIsKnown(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.follow("wire")
	s.feed(s.window("wire", 1, 30)...)
	s.must(s.RemoveSource(s.Context(), "wire"))
	s.clock.advance(time.Hour)
	s.must(s.AddSource(s.Context(), bot.Source{Name: "again", Kind: bot.FeedSource, URL: "https://wire.example/feed"}))
	after := s.head()
	list := s.window("wire", 2, 30)
	for i := range list {
		list[i].Source = "again"
	}
	s.feed(list...)
	if n := s.alerting(sub, after); n < 1 {
		s.Error("the article that is new does not alert")
	}
	if a := s.find(31); a.Source != "again" || a.Suppressed != "" {
		s.Errorf("the new article is %+v, want one that may alert", a)
	}
}

func recentBatchIsNews(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.follow("wire")
	s.feed(s.window("wire", 1, 30)...)
	after := s.head()
	s.clock.advance(10 * time.Minute)
	if got := s.feed(s.window("wire", 101, 30)...); got != (bot.IngestResult{Added: 30}) { // most before what was there
		s.Errorf("put %+v, want 30 added", got)
	}
	if n := s.alerting(sub, after); n != 30 {
		s.Errorf("%d articles alert, want 30", n)
	}
}

// dated dates articles, the last one at a moment and each before it an hour earlier.
func dated(list []bot.Article, at time.Time) []bot.Article {
	for i := range list {
		list[i].Published = at.Add(time.Duration(i-len(list)+1) * time.Hour)
	}
	return list
}

func undatedArticles(list []bot.Article) []bot.Article {
	for i := range list {
		list[i].Published = time.Time{}
	}
	return list
}

func datedHistoryIsQuiet(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.follow("wire")
	known := s.window("wire", 1, 5)
	s.feed(known...)
	after := s.head()
	old := dated(s.window("wire", 101, 30), s.clock.now().Add(-49*time.Hour))
	if got := s.feed(append(old, known...)...); got != (bot.IngestResult{Added: 30, Unchanged: 5, Older: 30}) {
		s.Errorf("put %+v, want 30 added that are older", got)
	}
	late := dated(s.window("wire", 201, 1), s.clock.now().Add(-47*time.Hour))
	if got := s.feed(append(late, known...)...); got != (bot.IngestResult{Added: 1, Unchanged: 5}) {
		s.Errorf("put %+v, want one added", got)
	}
	if n := s.alerting(sub, after); n != 1 {
		s.Errorf("%d articles alert, want the one of the last two days", n)
	}
	day := s.window("wire", 301, 1)
	day[0].Published, day[0].DateOnly = s.clock.now().Add(-50*time.Hour), true
	if got := s.feed(append(day, known...)...); got.Older != 0 {
		s.Errorf("put %+v, want a day to count from its end", got)
	}
}

func laggingDatesAreNews(s *storeHarness) {
	s.follow("wire")
	s.feed(dated(s.window("wire", 1, 5), s.clock.now().Add(-10*24*time.Hour))...)
	s.clock.advance(time.Hour)
	if got := s.feed(dated(s.window("wire", 11, 2), s.clock.now().Add(-4*24*time.Hour))...); got != (bot.IngestResult{Added: 2}) {
		s.Errorf("put %+v, want two added that are news", got)
	}
	if got := s.feed(dated(s.window("wire", 21, 1), s.clock.now().Add(-5*24*time.Hour))...); got != (bot.IngestResult{Added: 1, Older: 1}) {
		s.Errorf("put %+v, want one that is older than what was reported", got)
	}
}

func outageIsCaughtUp(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.follow("wire")
	s.feed(s.window("wire", 1, 5)...)
	after := s.head()
	s.clock.advance(9 * 24 * time.Hour)
	s.feed(dated(s.window("wire", 11, 8), s.clock.now().Add(-8*24*time.Hour))...)
	s.feed(s.window("wire", 21, 3)...)
	if n := s.alerting(sub, after); n != 11 {
		s.Errorf("%d articles alert, want 11", n)
	}
}

func dateAheadIsNow(s *storeHarness) {
	s.follow("wire")
	pinned := s.window("wire", 1, 1)
	pinned[0].Published = s.clock.now().Add(20 * time.Hour)
	s.feed(pinned...)
	s.clock.advance(3 * 24 * time.Hour)
	s.must(s.SaveFetch(s.Context(), "wire", "", bot.FetchState{LastSuccess: s.clock.now()}))
	late := dated(s.window("wire", 11, 1), s.clock.now().Add(-60*time.Hour)) // after the pinned one came, before its date
	if got := s.feed(late...); got != (bot.IngestResult{Added: 1}) {
		s.Errorf("put %+v, want one that is news", got)
	}
}

func pushIsNews(s *storeHarness) {
	s.follow("wire")
	s.feed(s.window("wire", 1, 30)...)
	got, err := s.PutPushed(s.Context(), "wire", s.unknown(101, 30))
	if s.must(err); got != (bot.IngestResult{Added: 30}) {
		s.Errorf("pushed %+v, want 30 that are news", got)
	}
	old := dated(s.window("wire", 201, 1), s.clock.now().Add(-72*time.Hour))
	if got, err = s.PutPushed(s.Context(), "wire", old); err != nil || got != (bot.IngestResult{Added: 1, Older: 1}) {
		s.Errorf("pushed %+v, %v, want one that is older", got, err)
	}
}

func publishedIsNews(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.must(s.AddSource(s.Context(), bot.Source{Name: "wire", Kind: bot.FeedSource, URL: "https://news.example/feed"}))
	list := append(s.window("wire", 1, 30), dated(s.window("wire", 101, 1), s.clock.now().AddDate(-3, 0, 0))...)
	if got := s.put(list...); got != (bot.IngestResult{Added: 31}) || s.alerting(sub, 0) != 31 {
		s.Errorf("put %+v, want 31 added that alert", got)
	}
}

func archiveIsQuiet(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	got, err := s.putArchive(s.Context(), s.window("wire", 1, 30))
	if s.must(err); got != (bot.IngestResult{Added: 30}) || s.alerting(sub, 0) != 0 {
		s.Errorf("put %+v, want 30 added that raise no alerts", got)
	}
}

func digestIsNewsIfRecent(s *storeHarness) {
	put := func(want int, list ...bot.Article) {
		s.Helper()
		got, err := s.PutDigest(s.Context(), list)
		if s.must(err); got.Added != len(list) || got.Older != want {
			s.Errorf("put %+v, want %d of %d older", got, want, len(list))
		}
	}
	number := func(from int, ago time.Duration) []bot.Article {
		list := s.window("digest", from, 2)
		for i := range list {
			list[i].Published, list[i].DateOnly = s.clock.now().Add(-ago), true
		}
		return list
	}
	const day = 24 * time.Hour
	put(2, number(1, 2000*day)...)
	put(2, number(11, 1999*day)...)
	put(0, number(21, 2*day)...)
	s.clock.advance(7 * day)
	put(0, number(31, 6*day)...) // a weekly that is read late
	put(2, number(41, 8*day)...)
	put(0, undatedArticles(s.window("digest", 51, 2))...)
	_, err := s.putArchive(s.Context(), s.window("wire", 1, 1100)) // which are newer
	s.must(err)
	s.clock.advance(9 * day)
	put(2, number(61, 11*day)...)
	put(0, number(71, 6*day)...)
}

func decisionsAreKept(s *storeHarness) {
	s.must(s.AddSource(s.Context(), bot.Source{Name: "wire", Kind: bot.FeedSource, URL: "https://news.example/feed"}))
	known := s.window("wire", 1, 5)
	s.feed(known...)
	first := bot.Batch{At: s.clock.now(), First: 5}
	s.clock.advance(time.Hour)
	s.must(s.SaveFetch(s.Context(), "wire", "", bot.FetchState{LastSuccess: s.clock.now()}))
	s.feed(known...)
	s.feed(slices.Concat(dated(s.window("wire", 101, 3), s.clock.now().Add(-100*time.Hour)), known, s.window("wire", 201, 2))...)
	want := []bot.Batch{first, {At: s.clock.now(), New: 2, Older: 3}}
	if diff := cmp.Diff(want, s.sources()[0].Batches); diff != "" {
		s.Errorf("what was decided (-want +got):\n%s", diff)
	}
	for i := range 9 {
		s.feed(s.window("wire", 1000+i, 1)...)
	}
	if n := len(s.sources()[0].Batches); n != batchesKept {
		s.Errorf("%d batches are kept, want %d", n, batchesKept)
	}
}

func firstDocumentJoinsQuietly(s *storeHarness) {
	sub := s.subscribe(chat("1"), "source:late")
	s.follow("early")
	list := s.window("early", 1, 3)
	s.feed(list...)
	for i := range list {
		list[i].Source = "late"
	}
	s.must(s.AddSource(s.Context(), bot.Source{Name: "late", Kind: bot.FeedSource, URL: "https://late.example/feed"}))
	after := s.head()
	s.feed(list...)
	if n := s.alerting(sub, after); n != 0 {
		s.Errorf("%d articles of a first document alert, want none", n)
	}
	if a := s.find(1); !slices.Contains(a.OtherSources, "late") {
		s.Errorf("the article is reported by %v too, want late", a.OtherSources)
	}
}

func otherFeedBringsNews(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	for _, name := range []string{"a", "b"} {
		s.must(s.AddSource(s.Context(), bot.Source{Name: name, Kind: bot.FeedSource, URL: "https://" + name + ".example/"}))
	}
	s.follow("c")
	report := func(source string) {
		list := s.window("wire", 1, 3)
		for i := range list {
			list[i].Source = source
		}
		s.feed(list...)
	}
	report("a")
	report("b")
	if n := s.alerting(sub, 0); n != 0 {
		s.Errorf("%d articles of two first documents alert, want none", n)
	}
	after := s.head()
	report("c")
	if n := s.alerting(sub, after); n != 3 {
		s.Errorf("%d articles alert when a known feed brings them, want 3", n)
	}
}
