package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tidings/bot"
)

func bulkTests() []storeTest {
	return []storeTest{
		{"a rebuilt site raises no alerts for what it reported before", rebuiltSiteIsQuiet},
		{"a column of daily titles is not renamed", columnIsNotRenamed},
		{"an undated archive below what is known is history", archiveBelowIsHistory},
		{"a feed with its news at the bottom is learned", bottomFeedIsLearned},
		{"many undated articles and none known wait for an operator", unknownBatchIsOnHold},
		{"an approved bulk update alerts", approvedUpdateAlerts},
		{"a dismissed bulk update never does", dismissedUpdateIsQuiet},
	}
}

// rebuilt returns articles as a rebuilt site lists them: under other names, and dated now.
func (s *storeHarness) rebuilt(list []bot.Article) []bot.Article {
	is := make([]bot.Article, len(list))
	for i, a := range list {
		a.GUID, a.URL = "other-"+a.GUID, strings.Replace(a.URL, ".example/", ".example/new/", 1)
		a.Published = s.clock.now()
		is[i] = a
	}
	return is
}

func rebuiltSiteIsQuiet(s *storeHarness) {
	s.follow("wire")
	was := dated(s.window("wire", 1, 3), s.clock.now().Add(-30*24*time.Hour))
	for i := range was {
		was[i].Title = fmt.Sprintf("Report %d of the long year", i)
	}
	s.feed(was...)
	after := s.head()
	s.clock.advance(time.Hour)
	is := s.rebuilt(was)
	if got := s.feed(is...); got != (bot.IngestResult{Unchanged: 3, Renamed: 3}) || s.head() != after {
		s.Errorf("put %+v and the log goes from %d to %d, want three renamed and no entry", got, after, s.head())
	}
	if got := s.feed(is...); got != (bot.IngestResult{Unchanged: 3}) {
		s.Errorf("put again %+v, want three unchanged", got)
	}
	if a := s.find(1); a.URL != is[0].URL || !a.Published.Equal(was[0].Published) {
		s.Errorf("the first is %+v, want its new address and its old date", a)
	}
	was[0].Title = "Report 0 of the long year, corrected"
	was[0].GUID = is[0].GUID
	if got := s.feed(was[0], is[1], is[2]); got.Revised != 1 {
		s.Errorf("put a correction under the new name: %+v, want one revised", got)
	}
	// A rebuilt site shows more than it did: what stands below what is known was never news.
	more := s.window("wire", 51, 2)
	for i := range more {
		more[i].GUID, more[i].Published = more[i].GUID+"-more", s.clock.now().Add(-time.Hour)
	}
	again := s.rebuilt(is)
	for i := range again {
		again[i].GUID, again[i].URL = again[i].GUID+"-again", again[i].URL+"-again"
	}
	again[0].Title = "Report 0 of the long year, corrected"
	news := s.window("wire", 61, 1)
	news[0].Published = s.clock.now().Add(time.Minute)
	if got := s.feed(slices.Concat(more, again, news)...); got != (bot.IngestResult{Added: 3, Unchanged: 3, Renamed: 3, Older: 2}) {
		s.Errorf("put %+v, want three renamed, two older and one new", got)
	}
}

func columnIsNotRenamed(s *storeHarness) {
	s.follow("wire")
	edition := func(day int) []bot.Article {
		list := s.window("wire", 10*day, 3)
		for i := range list {
			list[i].Title = fmt.Sprintf("What we learned in room %d today", i)
			list[i].Summary = fmt.Sprintf("All of it is of day %d: bread, tides and the mayor's %d dogs", day, day*i)
			list[i].Published = s.clock.now().Add(-time.Duration(3-i) * time.Minute)
		}
		return list
	}
	s.feed(edition(1)...)
	s.clock.advance(24 * time.Hour)
	second := edition(2)
	for i := range second {
		second[i].Summary = fmt.Sprintf("Nothing like yesterday, at last: rain, strikes and %d cats", i)
	}
	if got := s.feed(second...); got != (bot.IngestResult{Added: 3}) {
		s.Errorf("put %+v, want three that are new", got)
	}
}

func archiveBelowIsHistory(s *storeHarness) {
	s.follow("wire")
	known := undatedArticles(s.window("wire", 101, 5))
	s.feed(known...)
	news := undatedArticles(s.window("wire", 201, 7))
	archive := undatedArticles(s.window("wire", 1, 8))
	if got := s.feed(slices.Concat(archive, known, news)...); got != (bot.IngestResult{Added: 15, Unchanged: 5, Older: 8}) {
		s.Errorf("put %+v, want what stands below to be older and what stands above to be new", got)
	}
	few := undatedArticles(s.window("wire", 301, 5))
	if got := s.feed(slices.Concat(few, archive, known, news)...); got.Older != 0 {
		s.Errorf("put %+v, want five below to be news", got)
	}
	s.feed(news...)
	if got := s.feed(append(undatedArticles(s.window("wire", 401, 3)), news[2:]...)...); got != (bot.IngestResult{Added: 3, Unchanged: 5, Older: 3}) {
		s.Errorf("put %+v, want what stands where two were lost to be older", got)
	}
}

func bottomFeedIsLearned(s *storeHarness) {
	s.follow("wire")
	// The store gets the bottom first, so this is a list that grows downwards.
	all := undatedArticles(s.window("wire", 1, 40))
	show := func(from, to int) bot.IngestResult {
		list := slices.Clone(all[from:to])
		slices.Reverse(list)
		return s.feed(list...)
	}
	show(0, 10)
	for i := 1; i <= 2; i++ {
		if got := show(i, 10+i); got != (bot.IngestResult{Added: 1, Unchanged: 9}) {
			s.Errorf("put %+v, want one added", got)
		}
	}
	if got := show(2, 25); got != (bot.IngestResult{Added: 13, Unchanged: 10}) {
		s.Errorf("put %+v, want 13 at the bottom to be new", got)
	}
}

// unknown is a document that nothing is known to judge by.
func (s *storeHarness) unknown(from, n int) []bot.Article {
	list := undatedArticles(s.window("wire", from, n))
	for i := range list {
		list[i].Title = fmt.Sprintf("Item %d as another system calls it", from+i)
	}
	return list
}

// holdUpdate makes a feed bring 30 articles of which nothing shows whether they are news, and returns the Seq before.
func (s *storeHarness) holdUpdate() (after int64) {
	s.Helper()
	s.follow("wire")
	s.feed(s.window("wire", 1, 30)...)
	s.clock.advance(time.Hour)
	after = s.head()
	if got := s.feed(s.unknown(101, 30)...); got != (bot.IngestResult{Added: 30, OnHold: 30, Waiting: 30}) {
		s.Errorf("put %+v, want 30 on hold", got)
	}
	return after
}

func unknownBatchIsOnHold(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	after := s.holdUpdate()
	if n := s.alerting(sub, after); n != 0 {
		s.Errorf("%d articles on hold alert, want none", n)
	}
	list, err := s.BulkUpdates(s.Context())
	s.must(err)
	if want := (bot.BulkUpdate{Source: "wire", Articles: 30, Since: s.clock.now()}); len(list) != 1 || list[0] != want {
		s.Errorf("bulk updates %+v, want %+v", list, want)
	}
	if got := s.feed(s.unknown(201, 21)...); got != (bot.IngestResult{Added: 21, OnHold: 21, Waiting: 51}) {
		s.Errorf("put %+v, want 21 more on hold, and all of them counted", got)
	}
	if got := s.feed(s.unknown(301, 20)...); got != (bot.IngestResult{Added: 20}) {
		s.Errorf("put %+v, want 20 to be news", got)
	}
}

func approvedUpdateAlerts(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.holdUpdate()
	after := s.head()
	if n, err := s.ApproveBulkUpdate(s.Context(), "wire"); n != 30 || err != nil {
		s.Errorf("approved %d, %v, want 30", n, err)
	}
	list := s.entries(after)
	if n := s.alerting(sub, after); n != 30 || len(list) != 30 || list[0].Article.ID > list[29].Article.ID {
		s.Errorf("%d articles alert, want 30, the oldest first", n)
	}
	if n, err := s.ApproveBulkUpdate(s.Context(), "wire"); n != 0 || err != nil {
		s.Errorf("approved %d again, %v, want none", n, err)
	}
}

func dismissedUpdateIsQuiet(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	after := s.holdUpdate()
	if n, err := s.DismissBulkUpdate(s.Context(), "wire"); n != 30 || err != nil {
		s.Errorf("dismissed %d, %v, want 30", n, err)
	}
	list, err := s.BulkUpdates(s.Context())
	s.must(err)
	if n := s.alerting(sub, after); n != 0 || len(list) != 0 {
		s.Errorf("%d articles alert and bulk updates are %+v, want none", n, list)
	}
	if n, err := s.ApproveBulkUpdate(s.Context(), "wire"); n != 0 || err != nil {
		s.Errorf("approved %d, %v, want none", n, err)
	}
}
