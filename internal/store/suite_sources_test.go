package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/database"
)

func sourceTests() []storeTest {
	return []storeTest{
		{"sources are listed page by page, what fails first", sourcesByPage},
		{"sources come back by name, as they were added", sourcesComeBack},
		{"what the environment names is found among all sources", sourcesAreFoundByName},
		{"sources are found by name and address, by those who may know of them", sourcesAreFoundInPlaces},
		{"a name or a feed's address is used once", sourceTakenOnce},
		{"removing keeps the articles", removingKeepsArticles},
		{"what a fetch taught is kept byte for byte", fetchIsKept},
		{"sources come into being with their articles", sourcesComeIntoBeing},
		{"articles are counted by source and time", articlesAreCounted},
		{"a feed is fetched by one process at a time", feedClaimedOnce},
		{"of notes on feeds that come together each is written, and each says its own", feedNotesTogether},
		{"who finds another transaction at a feed doesn't wait for it", feedClaimPassesOthers},
		{"a source that is renamed keeps its articles", renamedKeepsItsArticles},
		{"a name that is free again inherits nothing", freedNameInheritsNothing},
		{"a name is taken once, and not from what is gone", namesAreTakenOnce},
		{"what a source reports of others' articles is renamed", furtherReportsAreRenamed},
		{"a feed that moves keeps its articles and begins anew", movedKeepsItsArticles},
		{"an address is followed once", addressIsFollowedOnce},
		{"a source has an interval of its own", intervalIsKept},
		{"a paused feed is not fetched until it is resumed", pausedIsNotFetched},
		{"a login is kept apart, for one server", loginIsKeptApart},
		{"who fetches next learns what another has", feedClaimReportsChanges},
	}
}

func (s *storeHarness) sources() []bot.Source {
	s.Helper()
	list, err := s.Sources(s.Context())
	s.must(err)
	return list
}

func sourcesAreFoundByName(s *storeHarness) {
	s.follows("a", "b", "c", "d", "e")
	s.must(s.AddSource(s.Context(), bot.Source{Name: "set", Kind: bot.FeedSource, URL: "https://set.example/", Configured: true}))
	s.must(s.AddSource(s.Context(), bot.Source{Name: "own", Kind: bot.FeedSource, URL: "https://own.example/", Place: "paper:room"}))
	s.must(s.RenameSource(s.Context(), "b", "bee"))
	var many []string
	for i := range 3 * namedAtATime {
		many = append(many, fmt.Sprint("nosuch", i))
	}
	for _, tt := range []struct {
		names, addresses []string
		want             string
	}{
		{nil, nil, "set"},
		{[]string{"a", "bee", "own", "set"}, []string{"https://a.example/feed", "https://c.example/feed", "https://own.example/"}, "a bee c set"},
		{append(many, "b", "d"), append(many, "https://e.example/feed"), "d e set"},
	} {
		list, err := s.SourcesNamed(s.Context(), tt.names, tt.addresses)
		s.must(err)
		var got []string
		for i := range list {
			got = append(got, list[i].Name)
		}
		if strings.Join(got, " ") != tt.want {
			s.Errorf("%v, %v: %v, want %s", tt.names, tt.addresses, got, tt.want)
		}
	}
}

func sourcesAreFoundInPlaces(s *storeHarness) {
	s.follows("a", "ab", "b")
	for _, src := range []bot.Source{
		{Name: "a", URL: "https://own.example/", Place: "paper:room"},
		{Name: "ac", URL: "https://b.example/feed", Place: "paper:room"},
		{Name: "ad", URL: "https://other.example/", Place: "paper:other"},
	} {
		src.Kind = bot.FeedSource
		s.must(s.AddSource(s.Context(), src))
	}
	s.must(s.SaveFetch(s.Context(), "ab", "", bot.FetchState{Memory: bot.FetchMemory{Address: "https://moved.example/"}}))
	found := func(list []bot.Source, err error) string {
		s.Helper()
		s.must(err)
		var names []string
		for i := range list {
			names = append(names, list[i].Name+strings.TrimPrefix(string(list[i].Place), "paper"))
		}
		return strings.Join(names, " ")
	}
	named := func(p bot.Place, name string) string {
		src, err := s.SourceNamed(s.Context(), p, name)
		if errors.Is(err, bot.ErrNotFound) {
			return "none"
		}
		return found([]bot.Source{src}, err)
	}
	names := func(p bot.Place, prefix string, n int) string {
		list, err := s.SourceNames(s.Context(), p, prefix, n)
		s.must(err)
		return strings.Join(list, " ")
	}
	first := func(p bot.Place, n int) string {
		list, all, err := s.FirstSources(s.Context(), p, n)
		return fmt.Sprint(found(list, err), " of ", all)
	}
	like := func(p bot.Place, address, prefix string) string {
		return found(s.SourcesLike(s.Context(), p, address, prefix))
	}
	for _, tt := range []struct{ what, got, want string }{
		{"named in public", named("", "a"), "a"},
		{"named in a place", named("paper:room", "a"), "a:room"},
		{"a public one named in a place", named("paper:room", "b"), "b"},
		{"another place's", named("paper:room", "ad"), "none"},
		{"names in public", names("", "a", 9), "a ab"},
		{"names in a place", names("paper:room", "a", 9), "a ab ac"},
		{"some names", names("paper:room", "", 2), "a ab"},
		{"the first in public", first("", 2), "a ab of 3"},
		{"the first in a place", first("paper:room", 4), "a a:room ab ac:room of 5"},
		{"by address or name", like("", "https://b.example/feed", "ab"), "ab b"},
		{"by the address moved to", like("", "https://moved.example/", "zz"), "ab"},
		{"by the address moved from", like("", "https://ab.example/feed", "zz"), "ab"},
		{"in a place", like("paper:room", "https://b.example/feed", "zz"), "ac:room b"},
		{"all private", found(s.PrivateSources(s.Context())), "a:room ac:room ad:other"},
	} {
		if tt.got != tt.want {
			s.Errorf("%s: %s, want %s", tt.what, tt.got, tt.want)
		}
	}
}

func sourcesComeBack(s *storeHarness) {
	b := bot.Source{
		Name: "b", Kind: bot.FeedSource, URL: "https://news.example/feed?key=1", Title: "B", Configured: true,
		Added: s.clock.now().Add(-time.Hour),
	}
	a := bot.Source{Name: "a", Kind: bot.APISource}
	s.must(s.AddSource(s.Context(), b))
	s.must(s.AddSource(s.Context(), a))
	a.Added = s.clock.now()
	a.ID, b.ID = "a", "b"
	if diff := cmp.Diff([]bot.Source{a, b}, s.sources()); diff != "" {
		s.Errorf("sources (-want +got):\n%s", diff)
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

func removingKeepsArticles(s *storeHarness) {
	s.stories(2)
	s.must(s.RemoveSource(s.Context(), "wire"))
	if list := s.sources(); len(list) != 0 {
		s.Errorf("sources %+v, want none", list)
	}
	if got := s.found("", 5); len(got) != 2 {
		s.Errorf("found %v, want both articles", got)
	}
	if err := s.RemoveSource(s.Context(), "wire"); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("removed again with %v, want ErrNotFound", err)
	}
	if err := s.SaveFetch(s.Context(), "wire", "", bot.FetchState{}); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("saved a fetch with %v, want ErrNotFound", err)
	}
	s.must(s.AddSource(s.Context(), bot.Source{Name: "wire", Kind: bot.APISource}))
	if list := s.sources(); len(list) != 1 || list[0].Articles != 2 {
		s.Errorf("sources %+v, want one with two articles", list)
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

func sourcesComeIntoBeing(s *storeHarness) {
	s.must(s.AddSource(s.Context(), bot.Source{Name: "known", Kind: bot.FeedSource, URL: "https://news.example/1"}))
	a, b := s.story("1"), s.story("1")
	a.Source, b.Source = "known", "new"
	s.put(a, b, s.story("2"))
	s.put(a, s.story("3"))
	got := map[string]bot.SourceKind{}
	count := map[string]int64{}
	for _, src := range s.sources() {
		got[src.Name], count[src.Name] = src.Kind, src.Articles
	}
	want := map[string]bot.SourceKind{"known": bot.FeedSource, "new": bot.ImportSource, "wire": bot.ImportSource}
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("kinds (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int64{"known": 1, "new": 1, "wire": 2}, count); diff != "" {
		s.Errorf("articles (-want +got):\n%s", diff)
	}
}

func articlesAreCounted(s *storeHarness) {
	now := s.clock.now()
	a, b, old := s.story("1"), s.story("2"), s.story("3")
	a.Source, b.Source, old.Source = "a", "b", "a"
	a.Published, b.Published, old.Published = now.Add(-time.Hour), now.Add(-2*time.Hour), now.AddDate(0, -2, 0)
	s.put(a, b, old)
	got, err := s.PublishedSince(s.Context(), now.AddDate(0, -1, 0))
	s.must(err)
	if diff := cmp.Diff(map[string]int64{"a": 1, "b": 1}, got); diff != "" {
		s.Errorf("counts (-want +got):\n%s", diff)
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

func movedKeepsItsArticles(s *storeHarness) {
	const url = "https://new.example/feed"
	subs := s.subscribe(chat("1"), "")
	s.follow("gazette")
	list := s.window("gazette", 1, 3)
	s.feedAs("gazette", list...)
	now := s.clock.now()
	old := bot.FetchState{
		Of: "https://gazette.example/feed", ETag: "e", LastModified: "m", BodyHash: "h", Next: now.Add(time.Hour), LastTry: now, LastSuccess: now,
		Failures: 2, Error: "gone", Memory: bot.FetchMemory{Address: "https://cdn.example/", Ended: true},
	}
	s.must(s.SaveFetch(s.Context(), "gazette", "", old))
	s.must(s.SetState(s.Context(), bot.LeaseKey("gazette"), "a lease"))
	s.must(s.MoveSource(s.Context(), "gazette", url))
	if got := s.sources()[0]; got.URL != url || got.Fetch != (bot.FetchState{LastSuccess: now}) || got.Articles != 3 {
		s.Errorf("moved: %+v", got)
	}
	if got, err := s.State(s.Context(), bot.LeaseKey("gazette")); got != "" || err != nil {
		s.Errorf("its hub still has a lease: %q, %v", got, err)
	}
	// A fetch that was under way has learned it of the old address.
	if err := s.SaveFetch(s.Context(), "gazette", "", old); !errors.Is(err, bot.ErrNotFound) || s.sources()[0].Fetch.ETag != "" {
		s.Errorf("of the old address: %v, kept %+v", err, s.sources()[0].Fetch)
	}
	if got := s.histories(); len(got) != 2 || got[0] != got[1] {
		s.Errorf("what its documents have shown: %q, want the same of both addresses", got)
	}
	after := s.head()
	s.clock.advance(time.Hour)
	s.feedAs("gazette", append(list, s.window("gazette", 4, 1)...)...)
	if got := s.entries(after); len(got) != 1 || s.alerting(subs, after) != 1 {
		s.Errorf("%d articles are logged, %d of them news, want the new one", len(got), s.alerting(subs, after))
	}
}

// histories returns what the documents of each address have shown.
func (s *storeHarness) histories() []string {
	s.Helper()
	read := func(row database.Scan) (string, error) {
		var newest, atBottom int64
		var items string
		err := row(&newest, &atBottom, &items)
		return fmt.Sprint(newest, atBottom, items), err
	}
	list, err := database.Collect(s.Context(), s.db, read, `SELECT newest, at_bottom, items FROM batch_history WHERE feed > $1`, int64(math.MinInt64))
	s.must(err)
	return list
}

func addressIsFollowedOnce(s *storeHarness) {
	s.follow("gazette")
	s.follow("herald")
	own, other := s.followIn(here, "kestrel"), s.followIn(there, "falcon")
	s.must(s.AddSource(s.Context(), bot.Source{Name: "files", Kind: bot.ImportSource}))
	for _, tt := range []struct {
		id, url string
		want    error
	}{
		{"gazette", "https://herald.example/feed", bot.ErrExists},
		{own, "https://herald.example/feed", bot.ErrExists},
		{own, "https://falcon.example/feed", nil}, // nobody learns who else follows it
		{other, "https://new.example/feed", nil},
		{"files", "https://x.example/feed", bot.ErrNotFound},
		{"nosuch", "https://x.example/feed", bot.ErrNotFound},
	} {
		if err := s.MoveSource(s.Context(), tt.id, tt.url); !errors.Is(err, tt.want) {
			s.Errorf("%s to %s: %v, want %v", tt.id, tt.url, err, tt.want)
		}
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

func sourcesByPage(s *storeHarness) {
	ctx := s.Context()
	for _, src := range []bot.Source{
		{Name: "b", Title: "Ü Bee"}, {Name: "a"}, {Name: "c", Fetch: bot.FetchState{Failures: 1}}, {Name: "d"}, {Name: "e", Place: "paper:room"},
	} {
		src.Kind, src.URL = bot.FeedSource, "https://"+src.Name+".example/feed"
		s.must(s.AddSource(ctx, src))
	}
	all, err := s.Sources(ctx)
	s.must(err)
	s.must(s.PauseSource(ctx, all[0].ID)) // a
	names := func(q bot.SourceQuery) string {
		q.Limit = 2
		var list []string
		for {
			page, err := s.SourcePage(ctx, q)
			s.must(err)
			for i := range page {
				list = append(list, page[i].Name)
				q.After = page[i].ID
			}
			if list = append(list, "/"); len(page) < q.Limit {
				return strings.Join(list, "")
			}
		}
	}
	for want, q := range map[string]bot.SourceQuery{
		"cb/de/a/": {}, "c/": {State: bot.FailingSources}, "a/": {State: bot.PausedSources}, "e/": {State: bot.PrivateSources},
		"b/": {Text: "u bee"}, "d/": {Text: "D.Example"}, "/": {Text: "nothing"}, "d/ ": {Text: "d.example", After: "gone"},
	} {
		want = strings.TrimSpace(want)
		if got := names(q); got != want {
			s.Errorf("%+v lists %s, want %s", q, got, want)
		}
	}
}
