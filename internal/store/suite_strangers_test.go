package store

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tidings/bot"
)

func strangerTests() []storeTest {
	return []storeTest{
		{"a private source owns neither row nor headline of a public one", strangersOwnNothing},
		{"a private source that came later changes nothing public", strangersChangeNothing},
		{"what is published tells nothing of private articles", publishingTellsNothing},
		{"stories stay on their side of the wall", storiesStayOnTheirSide},
		{"places with one address have an article each", placesHaveArticlesOfTheirOwn},
		{"a removed private feed is withdrawn from no more", withdrawalsStayInPlace},
	}
}

// newspaper is an article of a public newspaper, and what a stranger's feed makes of it.
func (s *storeHarness) newspaper() (theirs, strangers bot.Article) {
	theirs = s.window("gazette", 1, 1)[0]
	strangers = theirs
	strangers.GUID, strangers.Title, strangers.Summary = "stranger", "Buy my stocks", "Now"
	return theirs, strangers
}

func strangersOwnNothing(s *storeHarness) {
	s.follow("gazette")
	id := s.followIn(here, "stranger")
	theirs, strangers := s.newspaper()
	private := s.feedAs(id, strangers)
	public := s.feedAs("gazette", theirs)
	if len(private) != 1 || len(public) != 1 || private[0] == public[0] {
		s.Fatalf("rows %v and %v, want one each", private, public)
	}
	for p, title := range map[bot.Place]string{"": theirs.Title, there: theirs.Title} {
		a, err := s.Find(s.Context(), p, theirs.URL)
		s.must(err)
		if a.ID != public[0] || a.Title != title || len(a.OtherSources) > 0 || a.Source != "gazette" {
			s.Errorf("in %q: %+v", p, a)
		}
	}
	own, err := s.Find(s.Context(), here, strconv.FormatInt(private[0], 10))
	s.must(err)
	if own.Title != strangers.Title || own.Source != "stranger" || len(own.OtherSources) > 0 {
		s.Errorf("the stranger's is %+v", own)
	}
}

func strangersChangeNothing(s *storeHarness) {
	s.follow("gazette")
	theirs, strangers := s.newspaper()
	public := s.feedAs("gazette", theirs)
	id := s.followIn(here, "gazette") // of the newspaper's own host
	s.feedAs(id, strangers)
	strangers.Title, strangers.Status = "Buy them now", bot.Withdrawn
	s.feedAs(id, strangers)
	_, err := s.Withdraw(s.Context(), id, []string{theirs.GUID})
	s.must(err)
	a, err := s.Find(s.Context(), "", strconv.FormatInt(public[0], 10))
	s.must(err)
	if a.Title != theirs.Title || a.Revision != 1 || a.Status != bot.Live || len(a.OtherSources) > 0 {
		s.Errorf("the newspaper's article is %+v", a)
	}
	theirs.Title = "Report 1 of gazette, corrected"
	s.feedAs("gazette", theirs)
	own, err := s.Find(s.Context(), here, strconv.FormatInt(s.foundIn(here, "-nothing")[0], 10))
	s.must(err)
	if strings.Contains(own.Title, "now") && own.Place != here {
		s.Errorf("the stranger's is %+v", own)
	}
}

func publishingTellsNothing(s *storeHarness) {
	theirs, strangers := s.newspaper()
	s.feedAs(s.followIn(here, "stranger"), strangers, theirs)
	list, err := s.publish("key", "digest", theirs)
	s.must(err)
	if len(list) != 1 || list[0] != (bot.Published{ID: 1, Outcome: bot.Added}) {
		s.Errorf("published %+v, want article 1 added", list)
	}
}

func storiesStayOnTheirSide(s *storeHarness) {
	s.follow("gazette")
	s.follow("herald")
	id := s.followIn(here, "stranger")
	for i, source := range []string{"gazette", id, "herald"} {
		a := bot.Article{
			Source: source, GUID: "g", URL: fmt.Sprintf("https://site%d.example/1", i), Published: s.clock.now(),
			Title: "Parliament passes fishing quota reform after marathon session",
		}
		s.feedAs(source, a)
	}
	for _, a := range s.search(bot.Query{Place: here, Limit: 10}).Articles {
		for _, r := range a.Related {
			if a.Source == "stranger" || r.Source == "stranger" {
				s.Errorf("%s is related to %s", a.Source, r.Source)
			}
		}
		if a.Source != "stranger" && len(a.Related) != 1 {
			s.Errorf("%s is related to %v, want the other public one", a.Source, a.Related)
		}
	}
}

func placesHaveArticlesOfTheirOwn(s *storeHarness) {
	first, second := s.secrets(here), s.secrets(there)
	if len(first) != 2 || len(second) != 2 || slices.ContainsFunc(first, func(id int64) bool { return slices.Contains(second, id) }) {
		s.Errorf("articles %v and %v, want two for each", first, second)
	}
	if got := s.foundIn(there, "uranium"); len(got) != 2 || !slices.Contains(second, got[0]) {
		s.Errorf("found %v, want %v", got, second)
	}
}

func withdrawalsStayInPlace(s *storeHarness) {
	id, other := s.followIn(here, "kestrel"), s.followIn(there, "kestrel")
	list := s.window("kestrel", 1, 1)
	s.feedAs(id, list...)
	s.feedAs(other, list...)
	n, err := s.Withdraw(s.Context(), id, []string{list[0].GUID})
	s.must(err)
	if n != 1 || len(s.foundIn(here, "")) != 0 || len(s.foundIn(there, "")) != 1 {
		s.Errorf("%d withdrawn; %v here, %v there", n, s.foundIn(here, ""), s.foundIn(there, ""))
	}
	s.must(s.RemoveSource(s.Context(), other))
	if _, err := s.Withdraw(s.Context(), other, []string{list[0].GUID}); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("withdraw of a source that is gone: %v", err)
	}
}
