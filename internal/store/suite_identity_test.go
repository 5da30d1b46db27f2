package store

import (
	"fmt"
	"strings"
	"time"

	"tidings/bot"
)

// identityTests show what feeds of the wild do to the names of their articles. Each is something that a
// reader of feeds was once reported for.
func identityTests() []storeTest {
	return []storeTest{
		{"a retitled article whose GUID contains the headline is the same", sameWhenGUIDHoldsHeadline},
		{"a site that turns to https brings nothing anew, and no edits", sameOverHTTPS},
		{"a site that moves to another host and back brings nothing anew, and no edits", sameOnAnotherHost},
		{"GUIDs made anew each day are the same articles", sameWithDailyGUIDs},
		{"old items that slide back into the window are the same", sameWhenOldItemsReturn},
		{"a feed that shrinks and grows again brings nothing anew", sameWhenFeedShrinks},
		{"an article pulled and pushed under two GUIDs is one", samePulledAndPushed},
		{"items that all have one GUID are articles of their own", oneGUIDForAll},
		{"items that all have one GUID and the front page are articles of their own", oneGUIDAndFrontPage},
		{"an edited date is no news", sameWithEditedDate},
		{"a GUID given again years later is another article", reusedGUIDIsAnother},
		{"an article without GUID is known by its address", sameWithoutGUID},
		{"a story issued again under another id and address is the same", sameIssuedAgain},
		{"an article of one site under two domains is one", sameUnderTwoDomains},
		{"a GUID that stood for several names nothing from then on", voidGUIDStaysVoid},
		{"a count behind the link in a GUID is no name", countInGUIDIsNoName},
		{"an alias once learned is known for good", aliasesLast},
	}
}

// report returns an article with everything that distinguishes it.
func (s *storeHarness) report(n int) bot.Article {
	return bot.Article{
		Source: "wire", GUID: fmt.Sprintf("https://news.example/?p=%d", n), URL: fmt.Sprintf("https://news.example/2026/report-%d", n),
		Title:   []string{"Harbor opens", "Storm passes over coast", "Council votes on budget", "Ferry line resumes"}[n%4],
		Summary: fmt.Sprintf("What happened in case %d, according to those who were there.", n),
		Authors: []string{"Ann Author"}, Published: s.clock.now().Add(-time.Duration(n) * time.Hour),
	}
}

// isSame puts an article and then what became of it, and fails the test if that is another or changed.
func (s *storeHarness) isSame(was, is bot.Article) {
	s.Helper()
	s.put(was)
	after := s.head()
	s.clock.advance(time.Hour)
	if got := s.put(is); got != (bot.IngestResult{Unchanged: 1}) {
		s.Errorf("put %+v, want one unchanged", got)
	}
	if n := len(s.entries(after)); n != 0 {
		s.Errorf("the log grew by %d entries, want none", n)
	}
}

// isNew puts an article and then another, and fails the test if the store merges them.
func (s *storeHarness) isNew(was, is bot.Article) {
	s.Helper()
	s.put(was)
	s.clock.advance(time.Hour)
	if got := s.put(is); got.Added != 1 {
		s.Errorf("put %+v, want one added", got)
	}
}

// areNew puts articles that are alike in what mark sets, twice, and fails the test if the store merges them or
// does not know them again. It returns them.
func (s *storeHarness) areNew(mark func(*bot.Article)) (list []bot.Article) {
	s.Helper()
	for n := range 4 {
		a := s.report(n)
		mark(&a)
		list = append(list, a)
	}
	if got := s.put(list...); got != (bot.IngestResult{Added: 4}) {
		s.Errorf("put %+v, want four added", got)
	}
	if got := s.put(list...); got != (bot.IngestResult{Unchanged: 4}) {
		s.Errorf("put again %+v, want four unchanged", got)
	}
	return list
}

func sameWhenGUIDHoldsHeadline(s *storeHarness) {
	a := s.report(1)
	a.GUID, a.URL = "https://news.example/1/storm-passes-over-coast", "https://news.example/a/1"
	s.put(a)
	a.GUID, a.Title = "https://news.example/1/storm-passes-coast-unharmed", "Storm passes, coast unharmed"
	if got := s.put(a); got != (bot.IngestResult{Revised: 1}) {
		s.Errorf("put %+v, want one revised", got)
	}
	a.GUID, a.Title = "https://news.example/1/storm-passes-over-coast", "Storm passes over coast" // the other half of the test
	if got := s.put(a); got != (bot.IngestResult{Revised: 1}) {
		s.Errorf("put %+v, want one revised", got)
	}
}

func sameOverHTTPS(s *storeHarness) {
	var was, is []bot.Article
	for n := range 4 {
		a := s.report(n)
		a.GUID = strings.Replace(a.GUID, "https://", "http://www.", 1)
		a.URL = strings.Replace(a.URL, "https://", "http://www.", 1)
		was, is = append(was, a), append(is, s.report(n))
	}
	s.put(was...)
	after := s.head()
	if got := s.put(is...); got != (bot.IngestResult{Unchanged: 4}) || s.head() != after {
		s.Errorf("put %+v, want four unchanged", got)
	}
}

func sameOnAnotherHost(s *storeHarness) {
	var home, away []bot.Article
	for n := range 4 {
		a := s.report(n)
		home = append(home, a)
		a.GUID = strings.Replace(a.GUID, "news.example", "blog.news.example", 1)
		a.URL = strings.Replace(a.URL, "news.example", "blog.news.example", 1)
		away = append(away, a)
	}
	s.put(home...)
	after := s.head()
	for range 2 {
		for _, list := range [][]bot.Article{away, home} {
			s.clock.advance(45 * time.Minute)
			if got := s.put(list...); got != (bot.IngestResult{Unchanged: 4}) || s.head() != after {
				s.Errorf("put %+v, want four unchanged", got)
			}
			if a, err := s.Find(s.Context(), "", "1"); err != nil || a.URL != list[0].URL {
				s.Errorf("the address is %q, %v, want the new one", a.URL, err)
			}
		}
	}
}

func sameWithDailyGUIDs(s *storeHarness) {
	a := s.report(1)
	for day := range 3 {
		a.GUID, a.Published = fmt.Sprintf("made-%d", day), s.clock.now()
		want := bot.IngestResult{Unchanged: 1}
		if day == 0 {
			want = bot.IngestResult{Added: 1}
		}
		if got := s.put(a); got != want {
			s.Errorf("day %d: put %+v, want %+v", day, got, want)
		}
		s.clock.advance(24 * time.Hour)
	}
}

func sameWhenOldItemsReturn(s *storeHarness) {
	old := s.report(200)
	s.put(old)
	for n := range 4 {
		s.put(s.report(n))
		s.clock.advance(24 * time.Hour)
	}
	s.isSame(old, old)
}

func sameWhenFeedShrinks(s *storeHarness) {
	all := []bot.Article{s.report(0), s.report(1), s.report(2), s.report(3)}
	s.put(all...)
	s.put(all[:1]...)
	if got := s.put(all...); got != (bot.IngestResult{Unchanged: 4}) {
		s.Errorf("put %+v, want four unchanged", got)
	}
}

func samePulledAndPushed(s *storeHarness) {
	pulled, pushed := s.report(1), s.report(1)
	pushed.GUID, pushed.URL = "urn:uuid:1b4e28ba", pushed.URL+"/?utm_source=push#top"
	s.isSame(pulled, pushed)
}

func oneGUIDForAll(s *storeHarness) {
	list := s.areNew(func(a *bot.Article) { a.GUID = "the-feed" })
	next := s.report(5)
	next.GUID = "the-feed"
	if got := s.put(append(list[1:], next)...); got != (bot.IngestResult{Added: 1, Unchanged: 3}) {
		s.Errorf("put %+v, want one added and the others unchanged", got)
	}
}

func oneGUIDAndFrontPage(s *storeHarness) {
	s.areNew(func(a *bot.Article) { a.GUID, a.URL = "the-feed", "https://news.example/" })
}

func sameWithEditedDate(s *storeHarness) {
	a := s.report(1)
	b := a
	b.Published = a.Published.Add(100 * time.Hour)
	b.Updated = b.Published
	s.isSame(a, b)
}

func reusedGUIDIsAnother(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	a.GUID, b.GUID = "17", "17"
	a.Published = a.Published.AddDate(-3, 0, 0)
	s.isNew(a, b)
	for _, again := range []bot.Article{a, b} {
		if got := s.put(again); got != (bot.IngestResult{Unchanged: 1}) {
			s.Errorf("put %s again: %+v, want it unchanged", again.URL, got)
		}
	}
}

func sameWithoutGUID(s *storeHarness) {
	a := s.report(1)
	a.GUID = ""
	b := a
	b.URL += "?utm_medium=rss"
	s.isSame(a, b)
}

func sameIssuedAgain(s *storeHarness) {
	a, b := s.report(1), s.report(1)
	b.GUID, b.URL = "https://news.example/77#0", "https://news.example/77"
	b.Published = b.Published.Add(-2 * time.Hour)
	s.put(a)
	if got := s.put(b); got.Added != 0 {
		s.Errorf("put %+v, want none added", got)
	}
}

func sameUnderTwoDomains(s *storeHarness) {
	a, b := s.report(1), s.report(1)
	b.GUID = strings.Replace(b.GUID, "news.example", "news.test", 1)
	b.URL = strings.Replace(b.URL, "news.example", "news.test", 1)
	s.isSame(a, b)
}

func voidGUIDStaysVoid(s *storeHarness) {
	a, b, c := s.report(1), s.report(2), s.report(3)
	a.GUID, b.GUID, c.GUID = "N/A", "N/A", "N/A"
	s.put(a, b)
	if got := s.put(c); got != (bot.IngestResult{Added: 1}) {
		s.Errorf("put a third alone: %+v, want one added", got)
	}
	if got := s.put(c); got != (bot.IngestResult{Unchanged: 1}) {
		s.Errorf("put it again: %+v, want it unchanged", got)
	}
	c.Title = "Ferry line resumes, corrected"
	if got := s.put(c); got != (bot.IngestResult{Revised: 1}) {
		s.Errorf("put it corrected: %+v, want one revised", got)
	}
}

func countInGUIDIsNoName(s *storeHarness) {
	a := s.report(1)
	a.GUID = a.URL + "#0"
	s.put(a)
	a.GUID, a.Title = a.URL+"#3", "Storm leaves coast unharmed, mayor says"
	if got := s.put(a); got != (bot.IngestResult{Revised: 1}) {
		s.Errorf("put %+v, want one revised", got)
	}
}

func aliasesLast(s *storeHarness) {
	a := s.report(1)
	s.put(a)
	a.GUID = "learned"
	s.put(a)
	a.URL, a.Title, a.Summary = "https://news.example/elsewhere", "Another headline", "And another dek."
	if got := s.put(a); got != (bot.IngestResult{Revised: 1}) {
		s.Errorf("put %+v, want one revised", got)
	}
}
