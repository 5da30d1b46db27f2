package store

import (
	"errors"
	"slices"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

func nameTests() []storeTest {
	return []storeTest{
		{"a name or a feed's address is used once", sourceTakenOnce},
		{"a source that is renamed keeps its articles", renamedKeepsItsArticles},
		{"a name that is free again inherits nothing", freedNameInheritsNothing},
		{"a name is taken once, and not from what is gone", namesAreTakenOnce},
		{"what a source reports of others' articles is renamed", furtherReportsAreRenamed},
	}
}

func sourceTakenOnce(s *storeHarness) {
	feed := func(name, url string) bot.Source { return bot.Source{Name: name, Kind: bot.FeedSource, URL: url} }
	s.must(s.AddSource(s.Context(), feed("a", "https://news.example/1")))
	for _, src := range []bot.Source{feed("a", "https://news.example/2"), feed("b", "https://news.example/1")} {
		if err := s.AddSource(s.Context(), src); !errors.Is(err, bot.ErrExists) {
			s.Errorf("added %+v with %v, want ErrExists", src, err)
		}
	}
	s.must(s.AddSource(s.Context(), bot.Source{Name: "c", Kind: bot.ImportSource}))
	s.must(s.AddSource(s.Context(), bot.Source{Name: "d", Kind: bot.ImportSource})) // neither has an address
}

func renamedKeepsItsArticles(s *storeHarness) {
	s.follow("gazette")
	list := s.window("gazette", 1, 3)
	s.feedAs("gazette", list...)
	ids := s.foundIn("", "source:gazette")
	subs := s.subscribe(chat("1"), "source:kestrel")
	s.subscribe(chat("2"), "harbor -source:gazette")
	if n, err := s.SubscriptionsNaming(s.Context(), "", "gazette"); n != 1 || err != nil {
		s.Errorf("%d subscriptions name it, %v, want 1", n, err)
	}
	s.must(s.RenameSource(s.Context(), "gazette", "kestrel"))
	if got := s.foundIn("", "source:kestrel"); len(ids) != 3 || !slices.Equal(got, ids) {
		s.Errorf("the new name finds %v, want %v", got, ids)
	}
	if got := s.foundIn("", "source:gazette"); len(got) != 0 {
		s.Errorf("the old name finds %v", got)
	}
	for prefix, want := range map[string]int{"kes": 1, "gaz": 0} {
		if got, err := s.Suggest(s.Context(), "", filter.Source, prefix, 5); err != nil || len(got) != want {
			s.Errorf("%s suggests %q, %v", prefix, got, err)
		}
	}
	after := s.head()
	if got := s.feedAs("gazette", list...); len(got) != 0 {
		s.Errorf("%d articles are new once more", len(got))
	}
	s.clock.advance(time.Hour)
	s.feedAs("gazette", s.window("gazette", 1, 4)...)
	if n := s.alerting(subs, after); n != 1 {
		s.Errorf("%d articles are news by the new name, want 1", n)
	}
}

func freedNameInheritsNothing(s *storeHarness) {
	s.follow("gazette")
	s.feedAs("gazette", s.window("gazette", 1, 3)...)
	s.must(s.RenameSource(s.Context(), "gazette", "kestrel"))
	for _, gone := range []bool{false, true} {
		if gone {
			s.must(s.RemoveSource(s.Context(), s.idOf("", "gazette")))
			s.must(s.RemoveSource(s.Context(), "gazette"))
		}
		s.must(s.AddSource(s.Context(), bot.Source{Name: "gazette", Kind: bot.APISource}))
		if got := s.foundIn("", "source:gazette"); len(got) != 0 {
			s.Errorf("a source of the old name has %v", got)
		}
		for _, src := range s.sources() {
			if src.Name == "gazette" && (src.ID == "gazette" || src.Articles != 0) {
				s.Errorf("a source of the old name is %s with %d articles", src.ID, src.Articles)
			}
		}
	}
	s.must(s.RemoveSource(s.Context(), s.idOf("", "gazette")))
	a := s.window("gazette", 3, 3)[0]
	a.Source, a.Title = "gazette", "Of another gazette"
	s.put(a)
	if got := s.foundIn("", "source:kestrel"); len(got) != 3 {
		s.Errorf("what was published by the old name belongs to %v", got)
	}
}

func namesAreTakenOnce(s *storeHarness) {
	s.follow("gazette")
	s.follow("herald")
	s.put(s.story("1")) // of a source that is gone
	s.must(s.RemoveSource(s.Context(), "wire"))
	id := s.followIn(here, "kestrel")
	for _, tt := range []struct {
		id, name string
		want     error
	}{
		{"gazette", "herald", bot.ErrExists},
		{"gazette", "wire", bot.ErrExists},
		{id, "gazette", bot.ErrExists}, // people there see both
		{"nosuch", "post", bot.ErrNotFound},
		{"gazette", "gazette", nil},
		{"gazette", "kestrel", nil}, // nobody learns that a place has it
		{"gazette", "gazette", nil}, // back
		{id, "post", nil},
	} {
		if err := s.RenameSource(s.Context(), tt.id, tt.name); !errors.Is(err, tt.want) {
			s.Errorf("%s renamed %s: %v, want %v", tt.id, tt.name, err, tt.want)
		}
	}
	if got := s.idOf(here, "post"); got != id {
		s.Errorf("the ID is %s, was %s", got, id)
	}
}

func furtherReportsAreRenamed(s *storeHarness) {
	s.follow("gazette")
	s.follow("herald")
	s.feedAs("gazette", s.window("x", 1, 2)...)
	s.clock.advance(time.Hour)
	s.feedAs("herald", s.window("x", 1, 2)...)
	reported := s.foundIn("", "source:herald")
	s.must(s.RenameSource(s.Context(), "herald", "kestrel"))
	if got := s.foundIn("", "source:kestrel"); len(got) != 2 || !slices.Equal(got, reported) {
		s.Errorf("the new name finds %v, want %v", got, reported)
	}
	after := s.head()
	s.clock.advance(time.Hour)
	s.feedAs("herald", s.window("x", 1, 2)...)
	if got := s.entries(after); len(got) != 0 {
		s.Errorf("reported before, and logged again: %d", len(got))
	}
}
