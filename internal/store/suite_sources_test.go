package store

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
	"tidings/internal/database"
)

func sourceTests() []storeTest {
	return []storeTest{
		{"sources are listed page by page, what fails first", sourcesByPage},
		{"sources come back by name, as they were added", sourcesComeBack},
		{"what the environment names is found among all sources", sourcesAreFoundByName},
		{"sources are found by name and address, by those who may know of them", sourcesAreFoundInPlaces},
		{"removing keeps the articles", removingKeepsArticles},
		{"sources come into being with their articles", sourcesComeIntoBeing},
		{"articles are counted by source and time", articlesAreCounted},
		{"articles are counted though the clock was ahead", articlesAreCountedThoughTheClockWasAhead},
		{"a feed that moves keeps its articles and begins anew", movedKeepsItsArticles},
		{"an address is followed once", addressIsFollowedOnce},
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
	const days = 30 // an article for each, and one for now
	for i := range days + 1 {
		a := s.story(fmt.Sprint("day ", i))
		a.Source, a.Published = "daily", now.AddDate(0, 0, -i).Truncate(time.Second)
		s.put(a)
	}
	got, err := s.PublishedSince(s.Context(), now.AddDate(0, 0, -days))
	s.must(err)
	if diff := cmp.Diff(map[string]int64{"a": 1, "b": 1, "daily": days + 1}, got); diff != "" {
		s.Errorf("counts (-want +got):\n%s", diff)
	}
	s.watched()
	s.clock.advance(20 * 24 * time.Hour)
	if p, err := s.PruneArticles(s.Context(), s.clock.now().Add(-time.Hour), 0, 100); err != nil || p.Articles != 3+days+1 {
		s.Fatalf("pruned %+v, %v, want all", p, err)
	}
	got, err = s.PublishedSince(s.Context(), s.clock.now().AddDate(0, 0, -days))
	s.must(err)
	if diff := cmp.Diff(map[string]int64{"a": 1, "b": 1, "daily": days - 20 + 1}, got); diff != "" {
		s.Errorf("counts of what was pruned (-want +got):\n%s", diff)
	}
}

func articlesAreCountedThoughTheClockWasAhead(s *storeHarness) {
	const year = 365 * 24 * time.Hour
	undated := s.story("undated")
	undated.Published = time.Time{}
	s.clock.advance(year)
	s.put(undated)
	s.clock.advance(-year)
	s.put(s.story("1"), s.story("2"))
	got, err := s.PublishedSince(s.Context(), s.clock.now())
	s.must(err)
	if diff := cmp.Diff(map[string]int64{"wire": 3}, got); diff != "" {
		s.Errorf("counts (-want +got):\n%s", diff)
	}
	s.clock.advance(year)
	got, err = s.PublishedSince(s.Context(), s.clock.now())
	s.must(err)
	if len(got) != 0 {
		s.Errorf("a year later %v are counted, want none", got)
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
