package store

import (
	"fmt"
	"time"

	"tidings/bot"
)

// handedOnTests are about GUIDs that belong to one article now and to another later.
func handedOnTests() []storeTest {
	return []storeTest{
		{"GUIDs that count places in the document name nothing", func(s *storeHarness) { s.placesNameNothing(false) }},
		{"GUIDs that count places name nothing though all is dated anew each time", func(s *storeHarness) { s.placesNameNothing(true) }},
		{"a correction stays one beside a new article that has the old title", correctedBesideOldTitle},
		{"a correction stays one beside a known article that has the old title", correctedBesideKnownTitle},
	}
}

// placesNameNothing shows documents whose GUIDs are places, and whose dates may be those of the documents.
func (s *storeHarness) placesNameNothing(datedAnew bool) {
	s.Helper()
	list := make([]bot.Article, 5)
	for i := range list {
		list[i] = s.report(i)
		list[i].Title = fmt.Sprintf("Report %d of the harbor", i)
	}
	for from, want := range []bot.IngestResult{{Added: 3}, {Added: 1, Unchanged: 2}, {Added: 1, Unchanged: 2}} {
		document := make([]bot.Article, 3) // newest first
		for place := range document {
			document[place] = list[from+2-place]
			document[place].GUID = fmt.Sprint(place)
			if datedAnew {
				document[place].Published = s.clock.now()
			}
		}
		if got := s.put(document...); got != want {
			s.Errorf("document %d: put %+v, want %+v", from, got, want)
		}
		s.clock.advance(time.Hour)
	}
}

// warning returns a bulletin, of which several have one title and none has a link.
func (s *storeHarness) warning(guid, title string) bot.Article {
	return bot.Article{Source: "wire", GUID: guid, Title: title, Published: s.clock.now()}
}

func correctedBesideOldTitle(s *storeHarness) {
	was := s.warning("w1", "Flood warning for the lower Elm")
	s.put(was)
	s.clock.advance(6 * time.Hour)
	is, other := was, s.warning("w2", was.Title)
	is.Title = "Flood warning for the lower Elm is lifted"
	if got := s.put(other, is); got != (bot.IngestResult{Added: 1, Revised: 1}) {
		s.Errorf("put %+v, want one added and one revised", got)
	}
}

func correctedBesideKnownTitle(s *storeHarness) {
	was := s.warning("w1", "Flood warning for the lower Elm")
	s.clock.advance(6 * time.Hour)
	other := s.warning("w2", was.Title)
	s.put(other, was)
	is := was
	is.Title = "Flood warning for the lower Elm is lifted"
	if got := s.put(other, is); got != (bot.IngestResult{Revised: 1, Unchanged: 1}) {
		s.Errorf("put %+v, want one revised and one unchanged", got)
	}
}
