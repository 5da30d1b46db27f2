package store

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/bot"
)

func subscriptionTests() []storeTest {
	return []storeTest{
		{"a subscription begins with the next article", subscriptionBegins},
		{"numbers stay while others come and go", numbersStay},
		{"a target has a filter once", filterOnce},
		{"filters that say different things are different", unlikeFilters},
		{"a filter changed counts as made now", filterChangedNow},
		{"a target has so many and no more", subscriptionsAreBounded},
		{"subscribing at once gives each its number", concurrentNumbers},
		{"unsubscribing ends what waits", unsubscribeEndsWaiting},
		{"hostile filters are kept harmless", hostileFilters},
		{"a platform's subscriptions are read page by page", subscriptionsOnPlatform},
	}
}

func subscriptionBegins(s *storeHarness) {
	ids := s.stories(3)
	target := bot.Target{Platform: platform, Space: "s", Chat: "1", Thread: "7"}
	got := s.subscribe(target, "a  b")
	want := bot.Subscription{
		ID: got.ID, Number: 1, Target: target, Filter: "a  b", After: ids[2], Created: s.clock.now(), CreatedBy: "somebody",
	}
	if !cmp.Equal(got, want) || got.ID == 0 {
		s.Errorf("subscribed %+v, want %+v", got, want)
	}
	list, err := s.SubscriptionsOf(s.Context(), target)
	if err != nil || !cmp.Equal(list, []bot.Subscription{want}) {
		s.Errorf("kept %+v, %v, want %+v", list, err, want)
	}
	if list, err := s.SubscriptionsOf(s.Context(), chat("1")); err != nil || len(list) != 0 {
		s.Errorf("another target has %+v, %v", list, err)
	}
}

func subscriptionsOnPlatform(s *storeHarness) {
	a, b, c := s.subscribe(chat("1"), "a"), s.subscribe(chat("1"), "b"), s.subscribe(chat("2"), "c")
	s.subscribe(bot.Target{Platform: "other", Chat: "1"}, "d")
	ended, gone := s.subscribe(chat("1"), "e"), s.subscribe(chat("3"), "f")
	s.must(s.Unsubscribe(s.Context(), ended.ID))
	_, err := s.Suspend(s.Context(), gone.Target, bot.Suspension{Reason: "removed"})
	s.must(err)
	for after, want := range map[int64][]bot.Subscription{0: {a, b}, b.ID: {c}, c.ID: nil} {
		got, err := s.SubscriptionsOn(s.Context(), platform, after, 2)
		if err != nil || !cmp.Equal(got, want) {
			s.Errorf("after %d there are %+v, %v, want %+v", after, got, err, want)
		}
	}
}

func numbersStay(s *storeHarness) {
	a, b, c := s.subscribe(chat("1"), "a"), s.subscribe(chat("1"), "b"), s.subscribe(chat("1"), "c")
	s.must(s.Unsubscribe(s.Context(), b.ID, 4711))
	if d := s.subscribe(chat("1"), "d"); d.Number != 4 {
		s.Errorf("number %d, want 4", d.Number)
	}
	list, err := s.SubscriptionsOf(s.Context(), chat("1"))
	s.must(err)
	if len(list) != 3 || list[0].Number != a.Number || list[1].Number != c.Number || list[2].Number != 4 {
		s.Errorf("subscriptions %+v, want numbers 1, 3 and 4", list)
	}
	for _, sub := range list {
		s.must(s.Unsubscribe(s.Context(), sub.ID))
	}
	if e := s.subscribe(chat("1"), "e"); e.Number != 1 {
		s.Errorf("number %d after all have ended, want 1", e.Number)
	}
}

func filterOnce(s *storeHarness) {
	a := s.subscribe(chat("1"), "Müller  missile")
	again := bot.Subscription{Target: chat("1"), Filter: "muller MISSILE"}
	if _, err := s.Subscribe(s.Context(), again); !errors.Is(err, bot.ErrExists) {
		s.Errorf("subscribed again with %v, want ErrExists", err)
	}
	b := s.subscribe(chat("1"), "b")
	if err := s.SetFilter(s.Context(), b.ID, "muller missile"); !errors.Is(err, bot.ErrExists) {
		s.Errorf("set to another's filter with %v, want ErrExists", err)
	}
	s.must(s.SetFilter(s.Context(), a.ID, "muller missile")) // its own
	s.subscribe(chat("2"), "muller missile")                 // elsewhere
	s.must(s.Unsubscribe(s.Context(), a.ID))
	s.subscribe(chat("1"), "muller missile") // ended
	if err := s.SetFilter(s.Context(), a.ID, "c"); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("set the filter of an ended one with %v, want ErrNotFound", err)
	}
}

func unlikeFilters(s *storeHarness) {
	for _, text := range []string{`/\d/`, `/\D/`, "moon or yoon", "moon OR yoon", "moon yoon or kim", `"moon yoon"`, "moon-yoon", "moon -yoon"} {
		s.subscribe(chat("1"), text)
	}
	for _, text := range []string{"yoon | MOON", "or moon  yoon", "-YOON moon", `"Moon  yoon"`, "MOON-yoon"} {
		again := bot.Subscription{Target: chat("1"), Filter: text}
		if _, err := s.Subscribe(s.Context(), again); !errors.Is(err, bot.ErrExists) {
			s.Errorf("subscribed to %q, which says what another one says: %v", text, err)
		}
	}
}

func filterChangedNow(s *storeHarness) {
	sub := s.subscribe(chat("1"), "a")
	s.clock.advance(time.Hour)
	ids := s.stories(2)
	s.must(s.SetFilter(s.Context(), sub.ID, "b"))
	list, err := s.SubscriptionsOf(s.Context(), chat("1"))
	s.must(err)
	want := sub
	want.Filter, want.Created, want.After = "b", s.clock.now(), ids[1]
	if !cmp.Equal(list, []bot.Subscription{want}) {
		s.Errorf("subscriptions %+v, want %+v", list, want)
	}
}

func subscriptionsAreBounded(s *storeHarness) {
	for i := range bot.MaxSubscriptions {
		s.subscribe(chat("1"), fmt.Sprintf("f%d", i))
	}
	_, err := s.Subscribe(s.Context(), bot.Subscription{Target: chat("1"), Filter: "more"})
	if _, ok := errors.AsType[*bot.UserError](err); !ok {
		s.Errorf("one too many: %v, want a UserError", err)
	}
	s.subscribe(chat("2"), "more")
}

func concurrentNumbers(s *storeHarness) {
	const n = 20
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if _, err := s.Subscribe(s.Context(), bot.Subscription{Target: chat("1"), Filter: fmt.Sprint("f", i)}); err != nil {
				s.Error(err)
			}
		})
	}
	wg.Wait()
	list, err := s.SubscriptionsOf(s.Context(), chat("1"))
	s.must(err)
	for i, sub := range list {
		if sub.Number != i+1 {
			s.Errorf("subscription %d has number %d", i+1, sub.Number)
		}
	}
	if len(list) != n {
		s.Errorf("%d subscriptions, want %d", len(list), n)
	}
}

func unsubscribeEndsWaiting(s *storeHarness) {
	sub, _ := s.comeBack(2) // two on hold
	s.enqueue(sub.ID, s.stories(2)...)
	a := s.story("secret")
	a.Embargo = s.clock.now().Add(time.Hour)
	s.put(a)
	s.enqueue(sub.ID, s.entries(s.head() - 1)[0].Article.ID)
	if st := s.status(chat("1")); st.OnHold != 2 || st.Waiting != 3 {
		s.Errorf("status %+v, want two on hold and three waiting", st)
	}
	s.must(s.Unsubscribe(s.Context(), sub.ID))
	if st := s.status(chat("1")); !reflect.DeepEqual(st, bot.TargetStatus{}) {
		s.Errorf("status %+v, want nothing left", st)
	}
	s.subscribe(chat("1"), "")
	s.clock.advance(time.Hour)
	s.claimNone()
}

func hostileFilters(s *storeHarness) {
	sub := s.subscribe(chat("1"), "a\x00b\xff '; DROP TABLE subscriptions; --")
	want := "ab '; DROP TABLE subscriptions; --"
	if got := s.filters(chat("1")); sub.Filter != want || !slices.Equal(got, []string{want}) {
		s.Errorf("kept %q and %q, want %q", sub.Filter, got, want)
	}
}
