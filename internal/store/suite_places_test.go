package store

import (
	"errors"
	"slices"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

func placeTests() []storeTest {
	return []storeTest{
		{"a feed that is followed again is known", followedAgainIsKnownInItsPlace},
		{"a feed that is gone brings nothing", goneFeedBringsNothing},
		{"a place's feeds move with its chat", feedsMoveWithTheChat},
		{"a place's feeds join those of the chat that it moves to", feedsJoinOthers},
		{"a place's feeds stay when the bot is removed, and end when its data does", feedsEndWithTheData},
		{"what is shared is public, and news to nobody", sharedIsPublic},
		{"what is unshared brings news to its place alone, and what it brought stays public", unsharedIsPrivate},
		{"what is shared keeps its identity", sharedKeepsItsIdentity},
	}
}

func followedAgainIsKnownInItsPlace(s *storeHarness) {
	id := s.followIn(here, "kestrel")
	list := s.window("kestrel", 1, 5)
	s.feedAs(id, list...)
	s.must(s.RemoveSource(s.Context(), id))
	if again := s.followIn(here, "kestrel"); again != id {
		s.Errorf("its ID is %s, was %s", again, id)
	}
	if got := s.feedAs(id, list...); len(got) != 0 {
		s.Errorf("%d articles are new", len(got))
	}
	if got := s.feedAs(s.followIn(there, "kestrel"), list...); len(got) != 5 {
		s.Errorf("%d articles are new in another place, want 5", len(got))
	}
}

func goneFeedBringsNothing(s *storeHarness) {
	id := s.followIn(here, "kestrel")
	s.must(s.RemoveSource(s.Context(), id))
	list := s.window("kestrel", 1, 2)
	if _, err := s.PutFeed(s.Context(), id, list); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("PutFeed: %v", err)
	}
	if _, err := s.PutPushed(s.Context(), id, list); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("PutPushed: %v", err)
	}
	if got := s.foundIn(here, ""); len(got) > 0 || len(s.sources()) > 0 {
		s.Errorf("found %v, sources %v", got, s.sources())
	}
}

func feedsMoveWithTheChat(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.secrets(here)
	s.enqueueAll([]bot.Subscription{sub}, ids[0])
	s.must(s.Move(s.Context(), chat("1"), chat("1000")))
	now := bot.Place(platform + ":1000")
	if got := s.foundIn(now, "uranium"); len(got) != 2 {
		s.Errorf("found %v where it has moved", got)
	}
	if got := s.foundIn(here, "uranium"); len(got) != 0 {
		s.Errorf("found %v where it was", got)
	}
	if d := s.claimOne(); d.Target != chat("1000") {
		s.Errorf("posted to %s", d.Target)
	}
	list := s.window("secretive", 1, 2)
	list[0].Title, list[1].Title = "Uranium ledger 0", "Uranium ledger 1"
	if got := s.feedAs(s.idOf(now, "secretive"), list...); len(s.foundIn(now, "uranium")) != 2 {
		s.Errorf("the feed brings %v anew", got)
	}
}

func feedsJoinOthers(s *storeHarness) {
	s.secrets(here)
	s.secrets(there)
	s.followIn(here, "kestrel")
	s.followIn(there, "falcon")
	s.must(s.Move(s.Context(), chat("1"), chat("2")))
	list, err := s.SourcesIn(s.Context(), there)
	s.must(err)
	if len(list) != 3 || len(s.sources()) != 3 {
		s.Errorf("sources %v, want three in one place", list)
	}
	if got := s.foundIn(there, "uranium"); len(got) != 4 {
		s.Errorf("found %v, want both places' articles", got)
	}
	if got := s.foundIn(here, "uranium"); len(got) != 0 {
		s.Errorf("found %v where it was", got)
	}
}

func feedsEndWithTheData(s *storeHarness) {
	s.subscribe(chat("1"), "")
	thread := chat("1")
	thread.Thread = "7"
	s.subscribe(thread, "")
	s.secrets(here)
	s.secrets(there)
	_, err := s.Suspend(s.Context(), chat("1"), bot.Suspension{Reason: "kicked"})
	s.must(err)
	_, err = s.Forget(s.Context(), thread)
	s.must(err)
	if got := s.foundIn(here, "uranium"); len(got) != 2 {
		s.Errorf("found %v after a kick, want all", got)
	}
	s.clock.advance(time.Hour)
	_, err = s.Purge(s.Context(), s.clock.now(), 10)
	s.must(err)
	if got := s.foundIn(here, ""); len(got) != 0 {
		s.Errorf("found %v after the data was deleted", got)
	}
	if list := s.sources(); len(list) != 1 || list[0].Place != there {
		s.Errorf("sources %v, want that of the other place", list)
	}
	if got := s.foundIn(there, "uranium"); len(got) != 2 {
		s.Errorf("found %v in the other place", got)
	}
	_, err = s.Forget(s.Context(), chat("2")) // which never had a subscription
	s.must(err)
	if list := s.sources(); len(list) != 0 {
		s.Errorf("sources %v, want none", list)
	}
}

// share makes a place's feed public and returns its name.
func (s *storeHarness) share(id string) string {
	s.Helper()
	name, err := s.ShareSource(s.Context(), id)
	s.must(err)
	return name
}

func sharedIsPublic(s *storeHarness) {
	others := s.subscribe(chat("2"), "")
	ids := s.secrets(here)
	s.follow("secretive-2")
	s.must(s.AddSource(s.Context(), bot.Source{Name: "secretive", Kind: bot.APISource}))
	after := s.head()
	if name := s.share(s.idOf(here, "secretive")); name != "secretive-3" {
		s.Errorf("its name is %s", name)
	}
	for _, text := range []string{"", "uranium", "source:secretive-3", "author:hidden"} {
		if got := s.foundIn("", text); len(got) != 2 || !slices.Contains(ids, got[0]) {
			s.Errorf("%q finds %v, want %v", text, got, ids)
		}
	}
	if a, err := s.Find(s.Context(), there, "http://secretive.example/2"); err != nil || a.Source != "secretive-3" {
		s.Errorf("by its link it is %+v, %v", a, err)
	}
	if list, err := s.Suggest(s.Context(), there, filter.Author, "hid", 5); err != nil || len(list) != 1 {
		s.Errorf("suggests %q, %v", list, err)
	}
	if n := s.alerting(others, after); n != 0 || len(s.entries(after)) != 0 {
		s.Errorf("%d old articles are news", n)
	}
	if _, err := s.ShareSource(s.Context(), s.idOf("", "secretive-3")); !errors.Is(err, bot.ErrExists) {
		s.Errorf("shared once more: %v", err)
	}
}

func unsharedIsPrivate(s *storeHarness) {
	s.follow("kestrel")
	list := s.window("kestrel", 1, 3)
	s.feedAs(s.idOf("", "kestrel"), list...)
	s.must(s.UnshareSource(s.Context(), s.idOf("", "kestrel"), here))
	id := s.idOf(here, "kestrel")
	if got := s.foundIn(there, ""); len(got) != 3 {
		s.Errorf("of what was public, others find %v", got)
	}
	s.feedAs(id, list...) // its first document
	s.clock.advance(time.Hour)
	added := s.feedAs(id, s.window("kestrel", 1, 4)...)
	if len(added) != 1 || len(s.foundIn(there, "")) != 3 || !slices.Contains(s.foundIn(here, ""), added[0]) {
		s.Errorf("added %v; here one finds %v, there %v", added, s.foundIn(here, ""), s.foundIn(there, ""))
	}
	if sources, err := s.SourcesIn(s.Context(), there); err != nil || len(sources) != 0 {
		s.Errorf("others know of %v, %v", sources, err)
	}
	for _, again := range []string{id, "nosuch"} {
		if err := s.UnshareSource(s.Context(), again, here); !errors.Is(err, bot.ErrNotFound) {
			s.Errorf("unshared %s: %v", again, err)
		}
	}
	s.must(s.AddSource(s.Context(), bot.Source{Name: "other", Kind: bot.FeedSource, URL: "https://kestrel.example/feed"}))
	if err := s.UnshareSource(s.Context(), s.idOf("", "other"), here); !errors.Is(err, bot.ErrExists) {
		s.Errorf("unshared what the place follows: %v", err)
	}
}

func sharedKeepsItsIdentity(s *storeHarness) {
	others := s.subscribe(chat("2"), "")
	id := s.followIn(here, "kestrel")
	list := s.window("kestrel", 1, 3)
	s.feedAs(id, list...)
	s.share(id)
	after := s.head()
	if got := s.feedAs(id, list...); len(got) != 0 {
		s.Errorf("%d articles are new", len(got))
	}
	list[2].Title += ", corrected"
	s.feedAs(id, list...)
	if n := s.alerting(others, after); n != 0 {
		s.Errorf("%d old articles are news", n)
	}
	s.clock.advance(time.Hour)
	s.feedAs(id, s.window("kestrel", 1, 4)...)
	if n := s.alerting(others, after); n != 1 {
		s.Errorf("%d new articles are news, want 1", n)
	}
}
