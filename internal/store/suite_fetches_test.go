package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/internal/database"
)

func fetchTests() []storeTest {
	return []storeTest{
		{"what a fetch taught is kept byte for byte", fetchIsKept},
		{"a feed is fetched by one process at a time", feedClaimedOnce},
		{"of notes on feeds that come together each is written, and each says its own", feedNotesTogether},
		{"who finds another transaction at a feed doesn't wait for it", feedClaimPassesOthers},
		{"a source has an interval of its own", intervalIsKept},
		{"a paused feed is not fetched until it is resumed", pausedIsNotFetched},
		{"a login is kept apart, for one server", loginIsKeptApart},
		{"who fetches next learns what another has", feedClaimReportsChanges},
	}
}

func fetchIsKept(s *storeHarness) {
	s.must(s.AddSource(s.Context(), bot.Source{Name: "a", Kind: bot.FeedSource, URL: "https://news.example/1"}))
	now := s.clock.now()
	f := bot.FetchState{
		ETag: "W/\"\xff\x00 é\"", LastModified: " Tue, 03 Mar 2026\xfe", BodyHash: "abc", Next: now.Add(time.Minute), LastTry: now,
		LastSuccess: now.Add(-time.Hour), Failures: 3, Error: "answered 500",
		Memory: bot.FetchMemory{
			From: "https://cdn.example/\"f?a=1&b=2", Address: "https://news.example/2", NotBefore: now.Add(time.Hour), MaxAge: time.Hour,
			Hint: 2 * time.Hour, SkipHours: 1<<23 | 1, SkipDays: 1 << 6, Whole: now, Changed: now, Gap: time.Minute,
			Move:    bot.Move{To: "https://news.example/3", Since: now, Times: 2},
			Limited: now, HostPause: now, Failing: now, Reported: true, Gone: now, Ended: true, Pushed: now, Advice: "ask the site",
		},
	}
	s.must(s.SaveFetch(s.Context(), "a", "The Title", f))
	s.must(s.SaveFetch(s.Context(), "a", "", f)) // no title says nothing
	got := s.sources()[0]
	if diff := cmp.Diff(f, got.Fetch); diff != "" || got.Title != "The Title" {
		s.Errorf("title %q, fetch (-want +got):\n%s", got.Title, diff)
	}
	s.must(s.SaveFetch(s.Context(), "a", "", bot.FetchState{}))
	if got := s.sources()[0].Fetch; got != (bot.FetchState{}) {
		s.Errorf("fetch %+v, want nothing", got)
	}
}

func (s *storeHarness) claimFeed(known time.Time) bot.FetchClaim {
	s.Helper()
	c, err := s.ClaimFetch(s.Context(), "a", known, time.Minute)
	s.must(err)
	return c
}

func feedClaimedOnce(s *storeHarness) {
	s.must(s.AddSource(s.Context(), bot.Source{Name: "a", Kind: bot.FeedSource, URL: "https://news.example/1"}))
	for i, want := range []bot.FetchClaim{{Mine: true}, {Elsewhere: true}} {
		if c := s.claimFeed(time.Time{}); c != want {
			s.Errorf("claim %d: %+v, want %+v", i, c, want)
		}
	}
	s.clock.advance(time.Minute) // whoever had it is gone
	if !s.claimFeed(time.Time{}).Mine {
		s.Error("nobody gets the feed after the claim has ended")
	}
	s.clock.advance(-time.Hour)
	if !s.claimFeed(time.Time{}).Mine {
		s.Error("a claim of before the clock was set back holds the feed up")
	}
	if s.claimFeed(time.Time{}).Mine {
		s.Error("the claim that took its place does not hold")
	}
	if c, err := s.ClaimFetch(s.Context(), "gone", time.Time{}, time.Minute); c != (bot.FetchClaim{}) || err != nil {
		s.Errorf("a feed that is gone was claimed: %+v, %v", c, err)
	}
}

func feedNotesTogether(s *storeHarness) {
	for _, name := range []string{"a", "b", "c"} {
		s.must(s.AddSource(s.Context(), bot.Source{Name: name, Kind: bot.FeedSource, URL: "https://news.example/" + name}))
	}
	s.feedNotes.busy = true // all are there before the first is written
	var all sync.WaitGroup
	want := bot.FetchState{ETag: `"1"`, LastTry: s.clock.now(), Next: s.clock.now().Add(time.Hour)}
	var claims [3]bot.FetchClaim
	claim := func(i int, name string) {
		all.Go(func() {
			var err error
			if claims[i], err = s.ClaimFetch(s.Context(), name, time.Time{}, time.Minute); err != nil {
				s.Error(err)
			}
		})
	}
	claim(0, "c")
	claim(1, "c")
	claim(2, "b")
	all.Go(func() {
		if err := s.SaveFetch(s.Context(), "a", "A", want); err != nil {
			s.Error(err)
		}
	})
	all.Go(func() {
		if err := s.SaveFetch(s.Context(), "gone", "", want); !errors.Is(err, bot.ErrNotFound) {
			s.Errorf("a feed that is gone is saved: %v", err)
		}
	})
	comeTogether(s, &s.feedNotes, 5)
	all.Wait()
	if claims[0].Mine == claims[1].Mine || !claims[2].Mine {
		s.Errorf("claims: %+v, want one of the first two, and the third", claims)
	}
	for _, src := range s.sources() {
		if diff := cmp.Diff(want, src.Fetch); src.Name == "a" && diff != "" {
			s.Errorf("fetch (-want +got):\n%s", diff)
		}
	}
}

func feedClaimPassesOthers(s *storeHarness) {
	if s.dialect.claimHint == "" {
		return // nobody else writes
	}
	for _, name := range []string{"a", "b"} {
		s.must(s.AddSource(s.Context(), bot.Source{Name: name, Kind: bot.FeedSource, URL: "https://news.example/" + name}))
	}
	locked, release := make(chan struct{}), make(chan struct{})
	holding := inBackground(func() error {
		return s.db.InTx(s.Context(), database.Shared, func(ctx context.Context, tx *database.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE sources SET fetch_until = 0 WHERE name = 'a'`)
			close(locked)
			<-release
			return err
		})
	})
	<-locked
	for name, want := range map[string]bot.FetchClaim{"a": {}, "b": {Mine: true}} {
		if c, err := s.ClaimFetch(s.Context(), name, time.Time{}, time.Minute); c != want || err != nil {
			s.Errorf("%s claimed: %+v, %v, want %+v", name, c, err, want)
		}
	}
	close(release)
	s.must(<-holding)
	if !s.claimFeed(time.Time{}).Mine {
		s.Error("nobody gets the feed once it is free")
	}
}

func feedClaimReportsChanges(s *storeHarness) {
	s.must(s.AddSource(s.Context(), bot.Source{Name: "a", Kind: bot.FeedSource, URL: "https://news.example/1"}))
	s.claimFeed(time.Time{})
	want := bot.FetchState{ETag: `"1"`, LastTry: s.clock.now(), Next: s.clock.now().Add(time.Hour)}
	s.must(s.SaveFetch(s.Context(), "a", "", want))
	c := s.claimFeed(time.Time{})
	if c.Mine || !c.Elsewhere || !c.LastTry.Equal(want.LastTry) {
		s.Errorf("claimed: %+v, want one that was last tried elsewhere at %v", c, want.LastTry)
	}
	if !s.claimFeed(c.LastTry).Mine {
		s.Error("the feed cannot be claimed by who knows its last fetch")
	}
}

func intervalIsKept(s *storeHarness) {
	s.follow("gazette")
	s.must(s.SetInterval(s.Context(), "gazette", 90*time.Second))
	s.must(s.SaveFetch(s.Context(), "gazette", "", bot.FetchState{}))
	if got := s.sources()[0].Interval; got != 90*time.Second {
		s.Errorf("the interval is %v", got)
	}
	if err := s.SetInterval(s.Context(), "nosuch", time.Minute); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("of none: %v", err)
	}
}

func pausedIsNotFetched(s *storeHarness) {
	s.follow("a")
	s.must(s.AddSource(s.Context(), bot.Source{Name: "desk", Kind: bot.ImportSource}))
	state := bot.FetchState{Failures: 3, Error: "refused"}
	s.must(s.SaveFetch(s.Context(), "a", "", state))
	since := s.clock.now().Truncate(time.Microsecond)
	s.must(s.PauseSource(s.Context(), "a"))
	s.clock.advance(time.Hour)
	s.must(s.PauseSource(s.Context(), "a")) // changes nothing
	src := s.sources()[0]
	if !src.Paused.Equal(since) || src.Fetch.Failures != 3 {
		s.Errorf("paused since %v, failed %d times; want %v, 3", src.Paused, src.Fetch.Failures, since)
	}
	stats, err := s.Stats(s.Context())
	s.must(err)
	if c := s.claimFeed(time.Time{}); c.Mine || stats.Failing != 0 {
		s.Errorf("claimed: %+v, counted as failing: %d", c, stats.Failing)
	}
	s.must(s.ResumeSource(s.Context(), "a"))
	if c := s.claimFeed(time.Time{}); !c.Mine || !s.sources()[0].Paused.IsZero() {
		s.Errorf("after resuming, claimed: %+v, %+v", c, s.sources()[0])
	}
	for _, id := range []string{"nosuch", "desk"} {
		if p, r := s.PauseSource(s.Context(), id), s.ResumeSource(s.Context(), id); !errors.Is(p, bot.ErrNotFound) || !errors.Is(r, bot.ErrNotFound) {
			s.Errorf("%s: %v, %v", id, p, r)
		}
	}
}

func loginIsKeptApart(s *storeHarness) {
	s.must(s.AddSource(s.Context(), bot.Source{Name: "gazette", Kind: bot.FeedSource, URL: "https://ann:hunter2@a.example/1?b=c"}))
	is := func(when, url, want string) {
		s.Helper()
		got, err := s.Login(s.Context(), "gazette")
		s.must(err)
		src := s.sources()[0]
		if line := got.Header + ": " + got.Value.Reveal(); line != want || src.HasLogin != (want != ": ") || src.URL != url {
			s.Errorf("%s: %s at %s, want %s at %s", when, line, src.URL, want, url)
		}
	}
	is("added", "https://a.example/1?b=c", "Authorization: Basic YW5uOmh1bnRlcjI=")
	if err := s.AddSource(s.Context(), bot.Source{Name: "b", Kind: bot.FeedSource, URL: "https://bob:x@a.example/1?b=c"}); !errors.Is(err, bot.ErrExists) {
		s.Errorf("added with another password: %v", err)
	}
	s.must(s.SaveFetch(s.Context(), "gazette", "", bot.FetchState{ETag: "e", Failures: 2, LastTry: s.clock.now(), Next: s.clock.now().Add(time.Hour)}))
	key, err := bot.ReadLogin("X-Key: secret: 1")
	s.must(err)
	s.must(s.SetLogin(s.Context(), "gazette", key))
	is("set", "https://a.example/1?b=c", "X-Key: secret: 1")
	if f := s.sources()[0].Fetch; f != (bot.FetchState{LastTry: s.clock.now()}) {
		s.Errorf("with a new login the state is %+v", f)
	}
	s.must(s.MoveSource(s.Context(), "gazette", "https://A.example:443/2"))
	is("moved at its server", "https://A.example:443/2", "X-Key: secret: 1")
	s.must(s.MoveSource(s.Context(), "gazette", "http://a.example/2"))
	is("moved to where others listen", "http://a.example/2", ": ")
	s.must(s.SetLogin(s.Context(), "gazette", key))
	s.must(s.MoveSource(s.Context(), "gazette", "https://b.example/2"))
	is("moved to another server", "https://b.example/2", ": ")
	s.must(s.MoveSource(s.Context(), "gazette", "https://bob:x@c.example/2"))
	is("moved with a login", "https://c.example/2", "Authorization: Basic Ym9iOng=")
	s.must(s.SetLogin(s.Context(), "gazette", bot.Login{}))
	is("removed", "https://c.example/2", ": ")
	if err := s.SetLogin(s.Context(), "nosuch", key); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("of none: %v", err)
	}
}
