package store

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

func pruneTests() []storeTest {
	return []storeTest{
		{"what was kept for long enough goes, and comes back as no news", prunedComesBackAsNoNews},
		{"what is still needed stays", neededStays},
		{"pruning goes in steps", pruningGoesInSteps},
		{"a name that was given again after pruning is another article", reusedAfterPruningIsNew},
		{"what no article has any more is not suggested", suggestsWhatIsThere},
		{"what is left of a source's articles follows it", tombstonesFollowTheirSource},
	}
}

// prune forgets all that is older than a month, in steps of n, and returns how many articles and steps that were.
func (s *storeHarness) prune(n int) (total bot.Pruned, steps int) {
	s.Helper()
	for from := int64(0); ; from = total.Next {
		p, err := s.PruneArticles(s.Context(), s.clock.now().Add(-30*24*time.Hour), from, n)
		s.must(err)
		total = bot.Pruned{Articles: total.Articles + p.Articles, Bytes: total.Bytes + p.Bytes, Next: p.Next}
		if steps++; p.Next == 0 {
			return total, steps
		}
	}
}

// watched moves the cursor past all that there is.
func (s *storeHarness) watched() {
	s.Helper()
	from, err := s.Cursor(s.Context())
	s.must(err)
	_, err = s.Enqueue(s.Context(), from, max(from, s.head()), nil)
	s.must(err)
}

func prunedComesBackAsNoNews(s *storeHarness) {
	a := s.fullStory()
	a.Source, a.Summary = "wire", "A dek of some words."
	s.put(a)
	id := s.entries(0)[0].Article.ID
	s.watched()
	if p, _ := s.prune(10); p.Articles != 0 {
		s.Fatalf("pruned %+v at once", p)
	}
	s.clock.advance(31 * 24 * time.Hour)
	if p, _ := s.prune(10); p.Articles != 1 || p.Bytes < int64(len(a.Summary)) {
		s.Fatalf("pruned %+v, want the one article", p)
	}
	stats, err := s.Stats(s.Context())
	s.must(err)
	if stats.Articles != 0 || stats.NewestArticle.IsZero() || s.sources()[0].Articles != 0 || len(s.found("", 10)) != 0 || len(s.found("dek", 10)) != 0 {
		s.Errorf("the article is still there: %+v, %+v", stats, s.sources())
	}
	if _, err := s.Find(s.Context(), "", strconv.FormatInt(id, 10)); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("found: %v", err)
	}
	head := s.head()
	changed := a
	changed.Summary += " And more."
	byLink := a
	byLink.GUID = ""
	for name, again := range map[string]bot.Article{"as it was": a, "changed": changed, "by its address": byLink} {
		if r := s.put(again); r.Added != 0 || r.Revised != 0 || r.Unchanged != 1 {
			s.Errorf("%s: %+v, want nothing new", name, r)
		}
	}
	if s.head() != head || len(s.found("", 10)) != 0 {
		s.Error("it came anew")
	}
	if p, _ := s.prune(10); p.Articles != 0 {
		s.Errorf("pruned again: %+v", p)
	}
}

func neededStays(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(2)
	s.enqueue(sub.ID, ids[0]) // waits for good
	other := s.subscribe(chat("2"), "")
	s.enqueue(other.ID, ids[1])
	for _, d := range s.claim(10) {
		if d.Target == other.Target {
			s.settle(d, bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "7"}})
		}
	}
	secret := s.story("secret")
	secret.Embargo = s.clock.now().AddDate(1, 0, 0)
	s.put(secret)
	s.watched()
	s.clock.advance(31 * 24 * time.Hour)
	late := s.story("late")
	late.Published = s.clock.now().AddDate(-10, 0, 0) // an archive
	s.put(late)
	s.put(bot.Article{Source: "wire", GUID: "old", Title: "Nobody has seen it yet", Published: s.clock.now().AddDate(-1, 0, 0)})
	if p, _ := s.prune(10); p.Articles != 0 {
		s.Errorf("pruned %+v", p)
	}
	if d := s.claimOne(); d.Article.ID != ids[0] || d.Article.Title == "" {
		s.Errorf("what waited has lost its article: %+v", d.Article)
	}
	_, err := s.PruneDeliveries(s.Context(), s.clock.now(), 10)
	s.must(err)
	if p, _ := s.prune(10); p.Articles != 1 {
		s.Errorf("once its alert is forgotten, pruned %+v, want the one", p)
	}
}

func pruningGoesInSteps(s *storeHarness) {
	s.stories(5)
	s.watched()
	s.clock.advance(31 * 24 * time.Hour)
	if p, steps := s.prune(2); p.Articles != 5 || steps != 3 {
		s.Errorf("pruned %+v in %d steps, want 5 in 3", p, steps)
	}
}

func reusedAfterPruningIsNew(s *storeHarness) {
	page := bot.Article{Source: "wire", GUID: "7", URL: "https://wire.example/a", Title: "Budget talks fail", Published: s.clock.now()}
	s.put(page)
	s.watched()
	s.clock.advance(60 * 24 * time.Hour)
	s.prune(10)
	is := bot.Article{Source: "wire", GUID: "7", URL: "https://wire.example/b", Title: "Storm closes the harbor", Published: s.clock.now()}
	if r := s.put(is); r.Added != 1 {
		s.Errorf("%+v, want a new article", r)
	}
}

func tombstonesFollowTheirSource(s *storeHarness) {
	place := bot.Place(platform + ":1")
	s.subscribe(chat("1"), "")
	theirs := s.followIn(place, "gazette")
	s.follow("wire")
	s.feed(s.window("wire", 0, 2)...)
	s.secretsOf(theirs)
	s.watched()
	s.clock.advance(90 * 24 * time.Hour)
	if p, _ := s.prune(10); p.Articles < 3 {
		s.Fatalf("pruned %+v", p)
	}
	s.must(s.RenameSource(s.Context(), "wire", "kestrel"))
	s.must(s.RemoveSource(s.Context(), "wire"))
	s.must(s.AddSource(s.Context(), bot.Source{Name: "wire", Kind: bot.FeedSource, URL: "https://other.example/"}))
	for _, src := range s.sources() {
		if src.Name == "wire" && src.ID == "wire" {
			s.Error("a new source has the ID of one of which there are tombstones")
		}
	}
	_, err := s.Forget(s.Context(), chat("1"))
	s.must(err)
	n, err := database.Number(s.Context(), s.db, `SELECT count(*) FROM tombstones WHERE owner > $1 AND owner <> 0`, 0)
	if err != nil || n != 0 {
		s.Errorf("%d tombstones are left of a place that was forgotten, %v", n, err)
	}
}

// secretsOf stores two articles of a private source.
func (s *storeHarness) secretsOf(id string) {
	s.Helper()
	for i := range 2 {
		s.feedAs(id, bot.Article{Source: id, GUID: fmt.Sprint(i), Title: fmt.Sprintf("Secret number %d of the gazette", i), Published: s.clock.now()})
	}
}

// suggestsWhatIsThere counts authors after everything that may change whose articles there are.
func suggestsWhatIsThere(s *storeHarness) {
	place := bot.Place(platform + ":1")
	s.subscribe(chat("1"), "")
	theirs := s.followIn(place, "gazette")
	by := func(guid string, authors ...string) bot.Article {
		a := s.story(guid)
		a.Authors = authors
		return a
	}
	check := func(after string, want string) {
		s.Helper()
		read := func(row database.Scan) (line string, err error) {
			var value string
			var owner, n int64
			err = row(&owner, &value, &n)
			if owner != public {
				value = "their " + value
			}
			return fmt.Sprint(value, " ", n), err
		}
		got, err := database.Collect(s.Context(), s.db, read, `SELECT owner, value, articles FROM facets WHERE owner >= 0 AND field = 'author'`)
		s.must(err)
		slices.Sort(got)
		if fmt.Sprint(got) != want {
			s.Errorf("%s: %v, want %s", after, got, want)
		}
	}
	s.put(by("1", "Ann", "Bo"), by("2", "Ann"))
	check("two articles", "[Ann 2 Bo 1]")
	s.put(by("1", "Ann", "Cho"))
	check("a revision", "[Ann 2 Cho 1]")
	s.put(by("3", "Ann"), by("3", "Dee"))
	if got := s.found("author:dee", 5); !slices.Equal(got, []string{"3"}) {
		s.Errorf("by Dee: %v", got)
	}
	check("one that came twice at once", "[Ann 2 Cho 1 Dee 1]")
	again := by("1", "Ann", "Cho")
	again.URL = "https://wire.example/1"
	s.put(again)
	again.Source, again.GUID = "herald", "other"
	s.put(again)
	check("a further source", "[Ann 2 Cho 1 Dee 1]")
	private := by("4", "Eve")
	private.Source = theirs
	s.feedAs(theirs, private)
	check("a private source", "[Ann 2 Cho 1 Dee 1 their Eve 1]")
	s.watched()
	s.clock.advance(60 * 24 * time.Hour)
	s.put(by("5", "Bo"))
	s.prune(2)
	check("pruning", "[Bo 1]")
}
