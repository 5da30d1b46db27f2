package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"tidings/bot"
)

// testStore tests what a store promises on any database. Opener makes an empty store whose clock is now, and closes it
// when the test ends. Every test opens its own.
func testStore(t *testing.T, opener opener) {
	groups := []struct {
		name  string
		tests []storeTest
	}{
		{"articles", articleTests()},
		{"identity", identityTests()},
		{"GUIDs handed on", handedOnTests()},
		{"links", linkTests()},
		{"titles", titleTests()},
		{"reports of several sources", reportTests()},
		{"news", newsTests()},
		{"bulk updates", bulkTests()},
		{"import", importTests()},
		{"stories", storyTests()},
		{"publishing", publishTests()},
		{"log", logTests()},
		{"outbox", outboxTests()},
		{"delivery leases", leaseTests()},
		{"standing claims", standingClaimTests()},
		{"outcomes", outcomeTests()},
		{"fan-out", fanoutTests()},
		{"edits", editTests()},
		{"rhythm", rhythmTests()},
		{"plan", planTests()},
		{"catching up", catchUpTests()},
		{"storing together", depositTests()},
		{"upkeep", upkeepTests()},
		{"pruning", pruneTests()},
		{"embargo", embargoTests()},
		{"targets", targetTests()},
		{"moves", moveTests()},
		{"subscriptions", subscriptionTests()},
		{"archive", archiveTests()},
		{"tally", tallyTests()},
		{"trace", traceTests()},
		{"overview", overviewTests()},
		{"sources", sourceTests()},
		{"fetches", fetchTests()},
		{"names", nameTests()},
		{"feeds", feedTests()},
		{"state", stateTests()},
		{"leases", acquireTests()},
		{"wall", wallTests()},
		{"strangers", strangerTests()},
		{"places", placeTests()},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, test := range g.tests {
				t.Run(test.promise, func(t *testing.T) {
					t.Parallel()
					c := &clock{at: time.Date(2026, 3, 14, 9, 26, 53, 589_793_000, time.UTC)}
					store := opener(t, c.now)
					store.tallyTime = patience // no promise is of how fast a machine is
					h := &storeHarness{T: t, Store: store, clock: c, open: opener}
					test.run(h)
					h.countsAreRight()
				})
			}
		})
	}
}

// opener makes an empty store for one test.
type opener func(t *testing.T, now func() time.Time) *Store

// storeTest is one promise of a store.
type storeTest struct {
	promise string
	run     func(s *storeHarness)
}

// clock stands still until somebody advances it.
type clock struct {
	mu sync.Mutex
	at time.Time // guarded by mu
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// storeHarness is a store under test, with the steps that most tests take. Steps fail the test themselves.
type storeHarness struct {
	*testing.T
	*Store
	clock *clock
	open  opener
}

// platform is that of the targets in this suite, unless it is about several.
const platform = "paper"

func chat(name string) bot.Target { return bot.Target{Platform: platform, Chat: name} }

// story returns an article that differs from others by its GUID alone.
func (s *storeHarness) story(guid string) bot.Article {
	return bot.Article{Source: "wire", GUID: guid, Title: "Story " + guid, Published: s.clock.now()}
}

func (s *storeHarness) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// put stores articles.
func (s *storeHarness) put(articles ...bot.Article) bot.IngestResult {
	s.Helper()
	r, err := s.Put(s.Context(), articles)
	s.must(err)
	return r
}

// stories stores n new articles and returns their IDs.
func (s *storeHarness) stories(n int) []int64 {
	s.Helper()
	after := s.head()
	for i := range n {
		s.put(s.story(fmt.Sprintf("%d-%d", after, i)))
	}
	ids := make([]int64, 0, n)
	for _, e := range s.entries(after) {
		ids = append(ids, e.Article.ID)
	}
	if len(ids) != n {
		s.Fatalf("%d new articles are %d entries", n, len(ids))
	}
	return ids
}

// entries returns the log beyond a Seq.
func (s *storeHarness) entries(after int64) []bot.Entry {
	s.Helper()
	list, err := s.EntriesAfter(s.Context(), after, 10_000)
	s.must(err)
	return list
}

// head returns the newest Seq.
func (s *storeHarness) head() int64 {
	s.Helper()
	list := s.entries(0)
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1].Seq
}

// subscribe makes a subscription.
func (s *storeHarness) subscribe(t bot.Target, text string) bot.Subscription {
	s.Helper()
	sub, err := s.Subscribe(s.Context(), bot.Subscription{Target: t, Filter: text, CreatedBy: "somebody"})
	s.must(err)
	return sub
}

// enqueue posts articles to the target of a subscription and returns how many deliveries were added.
func (s *storeHarness) enqueue(subscription int64, articles ...int64) int {
	s.Helper()
	from, err := s.Cursor(s.Context())
	s.must(err)
	matches := make([]bot.Match, 0, len(articles))
	for _, a := range articles {
		matches = append(matches, bot.Match{Article: a, Subscription: subscription})
	}
	n, err := s.Enqueue(s.Context(), from, max(s.head(), from), matches)
	s.must(err)
	return n
}

// claim leases up to n deliveries for a minute.
func (s *storeHarness) claim(n int) []bot.Delivery {
	s.Helper()
	list, err := s.Claim(s.Context(), platform, n, time.Minute)
	s.must(err)
	return list
}

// claimOne leases the only delivery that can be had.
func (s *storeHarness) claimOne() bot.Delivery {
	s.Helper()
	list := s.claim(10)
	if len(list) != 1 {
		s.Fatalf("claimed %d deliveries, want 1: %v", len(list), list)
	}
	return list[0]
}

// claimNone fails the test if anything can be claimed.
func (s *storeHarness) claimNone() {
	s.Helper()
	if list := s.claim(10); len(list) != 0 {
		s.Fatalf("claimed %d deliveries, want none: %v", len(list), list)
	}
}

func (s *storeHarness) settle(d bot.Delivery, o bot.Outcome) {
	s.Helper()
	s.must(s.Settle(s.Context(), &d, o))
}

// deliver claims and sends until nothing is left, and returns the IDs of the articles in order.
func (s *storeHarness) deliver() []int64 {
	s.Helper()
	var ids []int64
	for {
		list := s.claim(10)
		if len(list) == 0 {
			return ids
		}
		for _, d := range list {
			ids = append(ids, d.Article.ID)
			s.settle(d, bot.Outcome{State: bot.Sent})
		}
	}
}

func (s *storeHarness) status(t bot.Target) bot.TargetStatus {
	s.Helper()
	st, err := s.TargetStatus(s.Context(), t)
	s.must(err)
	return st
}

// soon returns a context that ends when a wait has taken longer than any machine needs.
func (s *storeHarness) soon() context.Context {
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	s.Cleanup(cancel)
	return ctx
}

// inBackground runs fn and returns a channel that has its error when it has ended.
func inBackground(fn func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- fn() }()
	return done
}
