package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func logTests() []storeTest {
	return []storeTest{
		{"entries come in order, as many as asked for", entriesComeInOrder},
		{"no entry appears below one that was read", noEntryAppearsLate},
		{"news come at once if there are some", newsComeAtOnce},
		{"news come with an article", newsComeWithAnArticle},
		{"news follow the cursor, wherever it is", newsFollowTheCursor},
		{"news know of each subscription that was made before them", newsKnowOfSubscriptions},
		{"waits end with their context", waitsEnd},
		{"enqueue moves the cursor with the deliveries", enqueueMovesCursor},
		{"enqueue from elsewhere changes nothing", enqueueFromElsewhere},
		{"of two watchers one wins", oneWatcherWins},
		{"a target gets one post of an article", onePostPerTarget},
		{"matches of what is not there are passed over", unknownMatchesArePassedOver},
		{"changes begin with what is live", changesBeginWithLive},
		{"changes list what was made, changed and ended", changesListEverything},
	}
}

func entriesComeInOrder(s *storeHarness) {
	ids := s.stories(5)
	first, err := s.EntriesAfter(s.Context(), 0, 3)
	s.must(err)
	rest, err := s.EntriesAfter(s.Context(), first[2].Seq, 3)
	s.must(err)
	var got []int64
	for _, e := range append(first, rest...) {
		got = append(got, e.Article.ID)
	}
	if !slices.Equal(got, ids) {
		s.Errorf("articles %v, want %v", got, ids)
	}
	if end, err := s.EntriesAfter(s.Context(), rest[1].Seq, 3); err != nil || len(end) != 0 {
		s.Errorf("beyond the end: %v, %v", end, err)
	}
}

func noEntryAppearsLate(s *storeHarness) {
	const writers, each = 8, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				if _, err := s.Put(s.Context(), []bot.Article{s.story(fmt.Sprintf("%d-%d", w, i))}); err != nil {
					s.Error(err)
				}
			}
		})
	}
	seen := map[int64]bool{}
	ctx := s.soon()
	for len(seen) < writers*each {
		entries, err := readNews(ctx, s.Store, 100)
		s.must(err)
		for _, e := range entries {
			seen[e.Article.ID] = true
		}
	}
	wg.Wait()
}

// readNews waits for news, moves the cursor past them, and returns them.
func readNews(ctx context.Context, s *Store, n int) ([]bot.Entry, error) {
	news, err := s.News(ctx, n)
	if err != nil {
		return nil, err
	}
	_, err = s.Enqueue(ctx, news.Cursor, news.Entries[len(news.Entries)-1].Seq, nil)
	return news.Entries, err
}

func newsComeAtOnce(s *storeHarness) {
	ids := s.stories(3)
	for _, part := range [][]int64{ids[:2], ids[2:]} {
		entries, err := readNews(s.soon(), s.Store, 2)
		s.must(err)
		var got []int64
		for _, e := range entries {
			got = append(got, e.Article.ID)
		}
		if !slices.Equal(got, part) {
			s.Errorf("news of %v, want %v", got, part)
		}
	}
}

func newsComeWithAnArticle(s *storeHarness) {
	s.stories(1)
	ctx := s.soon()
	_, err := readNews(ctx, s.Store, 10)
	s.must(err)
	done := inBackground(func() error {
		_, err := s.News(ctx, 10)
		return err
	})
	s.stories(1)
	s.must(<-done)
}

// newsFollowTheCursor holds after a server has lost its last commits, too.
func newsFollowTheCursor(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(2)
	s.enqueue(sub.ID, ids...)
	_, err := writes(s.Store).ExecContext(s.Context(), `UPDATE counters SET value = value - 1 WHERE name = 'cursor'`)
	s.must(err)
	cursor, err := s.Cursor(s.Context())
	s.must(err)
	news, err := s.News(s.soon(), 10)
	s.must(err)
	if news.Cursor != cursor || len(news.Entries) != 1 || news.Entries[0].Article.ID != ids[1] {
		s.Errorf("beyond %d come %v, want %d beyond %d", news.Cursor, news.Entries, ids[1], cursor)
	}
}

func newsKnowOfSubscriptions(s *storeHarness) {
	known := int64(0)
	for i := range 3 {
		s.subscribe(chat(fmt.Sprint(i)), "")
		s.stories(1)
		news, err := s.News(s.soon(), 10)
		s.must(err)
		version, err := s.Changes(s.Context(), known, func([]bot.Interest) {})
		s.must(err)
		if news.Version <= known || news.Version != version {
			s.Errorf("news at version %d, after %d; the subscriptions are at %d", news.Version, known, version)
		}
		known = version
	}
}

func waitsEnd(s *storeHarness) {
	ctx, cancel := context.WithCancel(s.Context())
	log := inBackground(func() error {
		_, err := s.News(ctx, 1)
		return err
	})
	due := inBackground(func() error { return waitDue(ctx, s.Store) })
	cancel()
	for _, done := range []<-chan error{log, due} {
		if err := <-done; !errors.Is(err, context.Canceled) {
			s.Errorf("wait ended with %v, want that its context was canceled", err)
		}
	}
}

func enqueueMovesCursor(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(2)
	if n := s.enqueue(sub.ID, ids...); n != 2 {
		s.Errorf("%d deliveries added, want 2", n)
	}
	cursor, err := s.Cursor(s.Context())
	s.must(err)
	if head := s.head(); cursor != head {
		s.Errorf("cursor at %d, want %d", cursor, head)
	}
	if got := s.deliver(); !slices.Equal(got, ids) {
		s.Errorf("delivered %v, want %v", got, ids)
	}
}

func enqueueFromElsewhere(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(2)
	s.enqueue(sub.ID, ids[0])
	matches := []bot.Match{{Article: ids[1], Subscription: sub.ID}}
	if n, err := s.Enqueue(s.Context(), 0, 99, matches); n != 0 || !errors.Is(err, bot.ErrCursorMoved) {
		s.Errorf("enqueue from 0: %d, %v, want ErrCursorMoved", n, err)
	}
	if got := s.deliver(); !slices.Equal(got, ids[:1]) {
		s.Errorf("delivered %v, want %v", got, ids[:1])
	}
}

func oneWatcherWins(s *storeHarness) {
	const watchers = 8
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(1)
	var mu sync.Mutex
	won := 0
	var wg sync.WaitGroup
	for range watchers {
		wg.Go(func() {
			n, err := s.Enqueue(s.Context(), 0, 1, []bot.Match{{Article: ids[0], Subscription: sub.ID}})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && n == 1:
				won++
			case !errors.Is(err, bot.ErrCursorMoved):
				s.Errorf("enqueue: %d, %v, want ErrCursorMoved", n, err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		s.Errorf("%d watchers won, want 1", won)
	}
}

func onePostPerTarget(s *storeHarness) {
	a, b := s.subscribe(chat("1"), "story"), s.subscribe(chat("1"), "title:story")
	id := s.stories(1)[0]
	n, err := s.Enqueue(s.Context(), 0, 1, []bot.Match{{Article: id, Subscription: a.ID}, {Article: id, Subscription: b.ID}})
	if err != nil || n != 1 {
		s.Errorf("two matches of one target: %d, %v, want 1", n, err)
	}
	if got := s.deliver(); !slices.Equal(got, []int64{id}) {
		s.Errorf("delivered %v, want %d once", got, id)
	}
	// A revision comes by the log again, after the post was sent.
	if n := s.enqueue(b.ID, id); n != 0 {
		s.Errorf("a second post added %d deliveries", n)
	}
}

func unknownMatchesArePassedOver(s *storeHarness) {
	live, ended := s.subscribe(chat("1"), ""), s.subscribe(chat("2"), "")
	s.must(s.Unsubscribe(s.Context(), ended.ID))
	id := s.stories(1)[0]
	n, err := s.Enqueue(s.Context(), 0, 1, []bot.Match{
		{Article: id, Subscription: ended.ID},
		{Article: id, Subscription: 999},
		{Article: 999, Subscription: live.ID},
		{Article: id, Subscription: live.ID},
	})
	if err != nil || n != 1 {
		s.Errorf("added %d, %v, want 1", n, err)
	}
}

// changes returns the interests that changed since version, and the version they lead to.
func (s *storeHarness) changes(version int64) (list []bot.Interest, to int64) {
	s.Helper()
	to, err := s.Changes(s.Context(), version, func(page []bot.Interest) { list = append(list, page...) })
	s.must(err)
	return list, to
}

func changesBeginWithLive(s *storeHarness) {
	list, version := s.changes(0)
	if len(list) != 0 {
		s.Errorf("of an empty store: %v", list)
	}
	if again, _ := s.changes(version); len(again) != 0 {
		s.Errorf("nothing happened: %v", again)
	}
	s.stories(3)
	live, ended := s.subscribe(chat("1"), "a"), s.subscribe(chat("1"), "b")
	s.must(s.Unsubscribe(s.Context(), ended.ID))
	list, version = s.changes(0)
	if diff := cmp.Diff([]bot.Interest{{ID: live.ID, Filter: "a", Since: live.Since()}}, list); diff != "" {
		s.Errorf("from the beginning (-want +got):\n%s", diff)
	}
	if again, _ := s.changes(version); len(again) != 0 {
		s.Errorf("nothing happened: %v", again)
	}
}

func changesListEverything(s *storeHarness) {
	a, b := s.subscribe(chat("1"), "a"), s.subscribe(chat("2"), "b")
	_, version := s.changes(0)
	s.must(s.SetFilter(s.Context(), a.ID, "aa"))
	s.must(s.Unsubscribe(s.Context(), b.ID))
	c := s.subscribe(chat("3"), "c")
	list, _ := s.changes(version)
	got := map[int64]string{}
	for _, i := range list {
		got[i.ID] = fmt.Sprint(i.Filter, " ", i.Ended)
	}
	want := map[int64]string{a.ID: "aa false", b.ID: "b true", c.ID: "c false"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.Errorf("changes %v, want %v", got, want)
	}
}
