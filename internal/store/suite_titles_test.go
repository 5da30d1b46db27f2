package store

import (
	"time"

	"tidings/bot"
)

func titleTests() []storeTest {
	return []storeTest{
		{"a column of the same title is new each day", columnIsNewEachDay},
		{"the same title over other text is new", sameTitleOtherText},
		{"parts of a series are articles of their own", seriesArePartsOfTheirOwn},
		{"the same title with the same dek and a later date is new", laterColumnIsNew},
		{"undated articles of one title are one", undatedTitleIsSame},
		{"a title that has named two articles names none", titleOfTwoNamesNone},
		{"filings of one title and minute that differ in a number are apart", filingsAreApart},
		{"how many readers there were is neither news nor a correction", countsAreNoRevision},
	}
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
