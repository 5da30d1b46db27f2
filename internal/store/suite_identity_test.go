package store

import (
	"errors"
	"fmt"
	"slices"
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
		{"items that all link to one page are articles of their own", oneLinkForAll},
		{"an edited date is no news", sameWithEditedDate},
		{"a GUID given again years later is another article", reusedGUIDIsAnother},
		{"an article without GUID is known by its address", sameWithoutGUID},
		{"a story issued again under another id and address is the same", sameIssuedAgain},
		{"an article of one site under two domains is one", sameUnderTwoDomains},
		{"a column of the same title is new each day", columnIsNewEachDay},
		{"the same title over other text is new", sameTitleOtherText},
		{"parts of a series are articles of their own", seriesArePartsOfTheirOwn},
		{"a page that is written anew each week is new each week", pageWrittenAnew},
		{"trackers in an address are no change", trackersAreNoChange},
		{"another headline under another GUID is another article, whatever its link", anotherGUIDAndTitleIsNew},
		{"a corrected headline is a revision where the link is the name", correctedHeadlineIsRevision},
		{"a link that has carried two articles names none", sharedLinkNamesNone},
		{"items without GUIDs that share a link are known by link and title", sharedLinkWithTitle},
		{"title and shared link name an article whatever its date and dek", sharedLinkWithTitleAlone},
		{"a page that reports another story a day later is another article", pageReusedForAnotherStory},
		{"a GUID that stood for several names nothing from then on", voidGUIDStaysVoid},
		{"a fragment distinguishes articles of one page", fragmentMakesADifference},
		{"a count behind the link in a GUID is no name", countInGUIDIsNoName},
		{"a visit's number in all links is no name", visitIsNoName},
		{"items that differ only in reader counters are distinct", trackersMakeNoDifference},
		{"a link that only a reader counter distinguishes names its article", trackerDistinguishesLinks},
		{"the same title with the same dek and a later date is new", laterColumnIsNew},
		{"undated articles of one title are one", undatedTitleIsSame},
		{"a title that has named two articles names none", titleOfTwoNamesNone},
		{"filings of one title and minute that differ in a number are apart", filingsAreApart},
		{"how many readers there were is neither news nor a correction", countsAreNoRevision},
		{"an alias once learned is known for good", aliasesLast},
		{"an article that two feeds have is one with two sources", twoFeedsOneArticle},
		{"two feeds that report an article differently do not revise it in turn", feedsDoNotQuarrel},
		{"a further source revises the article if it is fetched from its host", ownerRevises},
		{"no other further source does", strangerDoesNotRevise},
		{"a further source withdraws the article if it is fetched from its host, and no other", ownerWithdraws},
		{"an article is found by any address that leads to it", foundByAnyAddress},
		{"an address of several thousand bytes is kept and found", longAddresses},
		{"a further source brings the article to its subscribers, and to nobody twice", furtherSourceAlerts},
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

func oneLinkForAll(s *storeHarness) {
	s.areNew(func(a *bot.Article) { a.URL = "https://news.example/live" })
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

func columnIsNewEachDay(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	a.Title, b.Title = "Morning briefing", "Morning briefing"
	a.Summary, b.Summary = "The council, the harbor and the price of bread.", "A storm, a strike and what the ferry brought."
	b.Published = a.Published.Add(24 * time.Hour)
	s.isNew(a, b)
}

func sameTitleOtherText(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	a.Title, b.Title = "Ferry runs again", "Ferry runs again"
	a.Summary, b.Summary, a.Authors, b.Authors = "", "", nil, nil
	s.isNew(a, b) // nothing says that they are one: better reported twice than never
}

func seriesArePartsOfTheirOwn(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	a.Title, b.Title, b.Summary = "The long road, part 1", "The long road, part 2", a.Summary
	s.isNew(a, b)
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

func fragmentMakesADifference(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	for i, r := range []*bot.Article{&a, &b} {
		r.URL = fmt.Sprintf("https://news.example/log#v%d", i)
		r.GUID = r.URL
	}
	s.isNew(a, b)
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

func laterColumnIsNew(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	b.Title, b.Summary, b.Published = a.Title, a.Summary, a.Published.Add(time.Hour)
	s.isNew(a, b)
}

func undatedTitleIsSame(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	a.Published, b.Published, b.Title, a.Summary, b.Summary = time.Time{}, time.Time{}, a.Title, "", ""
	b.URL = a.URL + "-moved"
	s.put(a)
	s.clock.advance(time.Hour)
	if got := s.put(b); got.Added != 0 {
		s.Errorf("put %+v, want none added", got)
	}
	c := s.report(3)
	c.Published, c.Title, c.Summary = time.Time{}, a.Title, ""
	s.clock.advance(8 * 24 * time.Hour)
	if got := s.put(c); got != (bot.IngestResult{Added: 1}) {
		s.Errorf("put the title a week later: %+v, want one added", got)
	}
}

func titleOfTwoNamesNone(s *storeHarness) {
	a, b, c := s.report(1), s.report(2), s.report(3)
	b.Title, c.Title = a.Title, a.Title
	s.put(a)
	s.put(b)
	for _, old := range []bot.Article{a, b} {
		c.GUID, c.URL, c.Published, c.Summary = old.GUID+"-again", old.URL+"-again", old.Published, old.Summary
		if got := s.put(c); got != (bot.IngestResult{Added: 1}) {
			s.Errorf("put what looks like %s: %+v, want one added", old.GUID, got)
		}
	}
}

func filingsAreApart(s *storeHarness) {
	a, b := s.report(1), s.report(2)
	b.Title, b.Published = a.Title, a.Published
	a.Summary, b.Summary = "Filed under No. 26-000101 of the day's register, 24 pages", "Filed under No. 26-000102 of the day's register, 31 pages"
	s.isNew(a, b)
}

func countsAreNoRevision(s *storeHarness) {
	a := s.report(1)
	a.Title, a.Summary = "Storm passes over coast (3 comments)", "All ships are back. 31 views"
	s.put(a)
	after := s.head()
	a.Title, a.Summary = "Storm passes over coast (7 comments)", "All ships are back. 58 views"
	if got := s.put(a); got != (bot.IngestResult{Unchanged: 1}) || s.head() != after {
		s.Errorf("put %+v, want one unchanged and no entry", got)
	}
	if got := s.find(1); got.Title != a.Title || got.Summary != a.Summary {
		s.Errorf("stored %q and %q, want the new counts", got.Title, got.Summary)
	}
	a.Title = "Storm passes over coast, ten ships lost (8 comments)"
	if got := s.put(a); got != (bot.IngestResult{Revised: 1}) {
		s.Errorf("put a correction: %+v, want one revised", got)
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
