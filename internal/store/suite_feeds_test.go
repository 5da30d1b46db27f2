package store

import (
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func feedTests() []storeTest {
	return []storeTest{
		{"feeds are due in the order of their next fetches", feedsAreDueInOrder},
		{"what changes when a feed is fetched makes it due at once", changesMakeFeedsDue},
		{"what changes during a fetch is not forgotten", changesDuringAFetchCount},
		{"a feed that is postponed is free until then", postponedFeedIsFree},
		{"a shorter interval for all makes those due that follow it", shorterIntervalMakesFeedsDue},
		{"the feeds of an address are found by each of them", feedsOfAnAddress},
		{"all know which hosts pause", hostPausesAreKnown},
	}
}

// follows adds public feeds by their names.
func (s *storeHarness) follows(names ...string) {
	s.Helper()
	for _, name := range names {
		s.must(s.AddSource(s.Context(), bot.Source{Name: name, Kind: bot.FeedSource, URL: "https://" + name + ".example/feed"}))
	}
}

// fetched records that a feed was fetched now, and is fetched again after a time.
func (s *storeHarness) fetched(id string, next time.Duration) {
	s.Helper()
	now := s.clock.now()
	s.must(s.SaveFetch(s.Context(), id, "", bot.FetchState{LastTry: now, LastSuccess: now, Next: now.Add(next)}))
}

// due returns the IDs of the feeds that are due after one moment and until another.
func (s *storeHarness) due(after, until time.Time) string {
	s.Helper()
	var list []string
	s.must(s.EachDueFeed(s.Context(), after, until, func(f bot.DueFeed) { list = append(list, f.ID) }))
	return strings.Join(list, " ")
}

func feedsAreDueInOrder(s *storeHarness) {
	s.follows("a", "b", "c", "d")
	s.must(s.AddSource(s.Context(), bot.Source{Name: "api", Kind: bot.APISource}))
	s.put(s.story("1")) // its source is not a feed either
	s.fetched("a", 3*time.Minute)
	s.fetched("b", time.Minute)
	s.fetched("c", 2*time.Minute)
	s.must(s.PauseSource(s.Context(), "d"))
	start := s.clock.now()
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	for _, tt := range []struct {
		after, until time.Time
		want         string
	}{
		{time.Time{}, at(0), ""},
		{time.Time{}, at(2), "b c"},
		{at(1), at(3), "c a"},
		{at(3), at(9), ""},
	} {
		if got := s.due(tt.after, tt.until); got != tt.want {
			s.Errorf("after %v until %v: %s, want %s", tt.after, tt.until, got, tt.want)
		}
	}
	n, err := s.CountFeeds(s.Context())
	s.must(err)
	if n != 3 {
		s.Errorf("%d feeds are followed, want 3", n)
	}
	s.must(s.SaveFetch(s.Context(), "a", "", bot.FetchState{LastTry: start, Next: at(1), Memory: bot.FetchMemory{Address: "https://moved.example/"}}))
	want := bot.DueFeed{ID: "a", Address: "https://moved.example/", LastTry: start, Due: at(1)}
	s.must(s.EachDueFeed(s.Context(), time.Time{}, at(1), func(f bot.DueFeed) {
		if diff := cmp.Diff(want, f); f.ID == "a" && diff != "" {
			s.Errorf("a feed that has moved (-want +got):\n%s", diff)
		}
	}))
}

// feedChanges are what changes when the feed "a" is fetched.
func feedChanges() map[string]func(s *storeHarness) error {
	return map[string]func(s *storeHarness) error{
		"an interval": func(s *storeHarness) error { return s.SetInterval(s.Context(), "a", time.Minute) },
		"a pause that ends": func(s *storeHarness) error {
			s.must(s.PauseSource(s.Context(), "a"))
			return s.ResumeSource(s.Context(), "a")
		},
		"a login": func(s *storeHarness) error {
			l, err := bot.ReadLogin("X-Key: secret")
			s.must(err)
			return s.SetLogin(s.Context(), "a", l)
		},
		"an address": func(s *storeHarness) error { return s.MoveSource(s.Context(), "a", "https://b.example/feed") },
	}
}

func changesMakeFeedsDue(s *storeHarness) {
	s.follows("a")
	if now := s.clock.now(); s.due(now.Add(-time.Second), now) != "a" {
		s.Error("a new feed is not due")
	}
	for what, change := range feedChanges() {
		s.fetched("a", time.Hour)
		s.clock.advance(time.Minute)
		s.must(change(s))
		if now := s.clock.now(); s.due(now.Add(-time.Second), now) != "a" {
			s.Errorf("with %s the feed is not due", what)
		}
	}
	s.must(s.UnshareSource(s.Context(), "a", "paper:room"))
	if got := s.due(time.Time{}, s.clock.now()); got == "" || got == "a" {
		s.Errorf("due is %q, want the feed that the place has alone", got)
	}
}

func changesDuringAFetchCount(s *storeHarness) {
	s.follows("a")
	for what, change := range feedChanges() {
		s.fetched("a", time.Hour)
		s.clock.advance(2 * time.Hour)
		began := s.clock.now()
		s.clock.advance(time.Second)
		s.must(change(s))
		s.clock.advance(time.Second)
		s.must(s.SaveFetch(s.Context(), "a", "", bot.FetchState{LastTry: began, Next: began.Add(time.Hour)}))
		if s.due(began, s.clock.now()) != "a" {
			s.Errorf("with %s during its fetch the feed is not due", what)
		}
		s.clock.advance(time.Second)
		if s.fetched("a", time.Hour); s.due(time.Time{}, s.clock.now()) != "" {
			s.Error("it stays due")
		}
	}
}

func postponedFeedIsFree(s *storeHarness) {
	s.follows("a")
	s.claimFeed(time.Time{})
	until := s.clock.now().Add(time.Hour)
	isClaimed := func() (yes bool) {
		s.must(s.EachDueFeed(s.Context(), time.Time{}, until, func(f bot.DueFeed) { yes = f.Claimed }))
		return yes
	}
	if !isClaimed() {
		s.Error("others don't see that it is claimed")
	}
	s.must(s.PostponeFetch(s.Context(), "a", until))
	if got := s.due(time.Time{}, until.Add(-time.Second)); got != "" {
		s.Errorf("due before: %q", got)
	}
	if got := s.due(time.Time{}, until); got != "a" {
		s.Errorf("due then: %q", got)
	}
	if isClaimed() {
		s.Error("it is still claimed")
	}
	if !s.claimFeed(time.Time{}).Mine {
		s.Error("nobody may fetch it")
	}
}

func shorterIntervalMakesFeedsDue(s *storeHarness) {
	s.follows("a", "b", "c")
	s.must(s.SetInterval(s.Context(), "b", 2*time.Hour))
	s.must(s.ExpectInterval(s.Context(), time.Hour))
	fetch := func() {
		s.fetched("a", time.Hour)
		s.fetched("b", 2*time.Hour)
		s.fetched("c", time.Minute)
	}
	fetch()
	for _, tt := range []struct {
		interval time.Duration
		want     string
	}{{time.Hour, ""}, {2 * time.Hour, ""}, {30 * time.Minute, "a"}} {
		s.clock.advance(time.Second)
		s.must(s.ExpectInterval(s.Context(), tt.interval))
		if got := s.due(time.Time{}, s.clock.now()); got != tt.want {
			s.Errorf("with %v due is %q, want %q", tt.interval, got, tt.want)
		}
	}
}

func feedsOfAnAddress(s *storeHarness) {
	s.follows("a", "b", "c", "d")
	s.must(s.SaveFetch(s.Context(), "b", "", bot.FetchState{Memory: bot.FetchMemory{Address: "https://a.example/feed"}}))
	s.must(s.AddSource(s.Context(), bot.Source{Name: "a", Kind: bot.FeedSource, URL: "https://a.example/feed", Place: "paper:room"}))
	s.must(s.PauseSource(s.Context(), "d"))
	for id, want := range map[string]string{"a": "a a b", "b": "a a b", "c": "c", "d": "", "nosuch": ""} {
		list, err := s.FeedsAt(s.Context(), id)
		s.must(err)
		var names []string
		for i := range list {
			names = append(names, list[i].Name)
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != want {
			s.Errorf("at the address of %s: %s, want %s", id, got, want)
		}
	}
}

func hostPausesAreKnown(s *storeHarness) {
	s.follows("a", "b")
	until := s.clock.now().Add(time.Hour)
	s.must(s.SaveFetch(s.Context(), "a", "", bot.FetchState{Memory: bot.FetchMemory{HostPause: until}}))
	got := map[string]time.Time{}
	look := func() {
		s.must(s.EachHostPause(s.Context(), func(address string, until time.Time) { got[address] = until }))
	}
	look()
	if diff := cmp.Diff(map[string]time.Time{"https://a.example/feed": until}, got); diff != "" {
		s.Errorf("pauses (-want +got):\n%s", diff)
	}
	s.clock.advance(time.Hour)
	clear(got)
	if look(); len(got) > 0 {
		s.Errorf("after it: %v", got)
	}
}
