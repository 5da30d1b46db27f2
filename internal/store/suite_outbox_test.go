package store

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tidings/bot"
)

func outboxTests() []storeTest {
	return []storeTest{
		{"a delivery carries the newest revision", deliveryCarriesNewest},
		{"a target gets one at a time, oldest first", oneAtATime},
		{"an urgent article passes", urgentPasses},
		{"targets with something urgent go first", urgentTargetsFirst},
		{"a flood of urgent articles passes nobody, and is passed", floodPassesNobody},
		{"the urgent articles of a source are counted", urgentAreCounted},
		{"a target for which nothing waited goes before those in line", newcomersGoFirst},
		{"claim is bounded and keeps to its platform", claimIsBounded},
		{"targets take turns", targetsTakeTurns},
		{"a retry makes the whole target wait", retryMakesTargetWait},
		{"only counted tries count", onlyCountedTriesCount},
		{"a rejected delivery lets the next one go", rejectedLetsNextGo},
		{"a target in trouble does not delay others", troubleStaysAtHome},
		{"a withdrawn article is not posted", withdrawnIsNotPosted},
		{"nothing is sent where the subscription has ended", endedIsNotSent},
		{"concurrent claimers share, in order, and nothing goes twice", claimersShare},
		{"settling what is not there says so", settleUnknown},
		{"what was sent lately is known", sentLately},
		{"wait wakes when something is due", waitDueWakes},
	}
}

func deliveryCarriesNewest(s *storeHarness) {
	target := bot.Target{Platform: platform, Space: "server", Chat: "1", Thread: "7"}
	sub := s.subscribe(target, "")
	a := s.story("1")
	s.put(a)
	s.enqueue(sub.ID, 1)
	enqueued := s.clock.now()
	s.clock.advance(time.Second)
	a.Title = "Newer"
	s.put(a)
	d := s.claimOne()
	if d.Target != target || d.Action != bot.Post || d.Attempts != 0 || !d.Enqueued.Equal(enqueued) || d.Lease == 0 {
		s.Errorf("delivery %+v", d)
	}
	if d.Article.Title != "Newer" || d.Article.Revision != 2 {
		s.Errorf("article %+v, want its newest revision", d.Article)
	}
}

func oneAtATime(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(3)
	s.enqueue(sub.ID, ids...)
	for _, want := range ids {
		d := s.claimOne()
		if d.Article.ID != want {
			s.Errorf("claimed article %d, want %d", d.Article.ID, want)
		}
		s.claimNone()
		s.settle(d, bot.Outcome{State: bot.Sent})
	}
	s.claimNone()
}

func urgentPasses(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(2)
	for _, urgency := range []int{3, 1} {
		flash := s.story(fmt.Sprint("flash ", urgency))
		flash.Urgency = urgency
		s.put(flash)
		ids = append(ids, ids[len(ids)-1]+1)
	}
	s.enqueue(sub.ID, ids...)
	want := []int64{ids[2], ids[3], ids[0], ids[1]}
	if got := s.deliver(); !slices.Equal(got, want) {
		s.Errorf("delivered %v, want %v", got, want)
	}
}

func urgentTargetsFirst(s *storeHarness) {
	ids := s.stories(1)
	for i := range 5 {
		s.enqueue(s.subscribe(chat(fmt.Sprint(i)), "").ID, ids...)
		s.clock.advance(time.Second)
	}
	flash := s.story("flash")
	flash.Urgency = 1
	s.put(flash)
	late := s.subscribe(chat("late"), "")
	s.enqueue(late.ID, ids[0]+1)
	list := s.claim(1)
	if len(list) != 1 || list[0].Target != late.Target {
		s.Errorf("claimed %v, want the urgent one first", list)
	}
}

func floodPassesNobody(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	flash := s.story("flash")
	flash.Urgency = 1
	s.put(flash)
	ids := []int64{s.entries(0)[0].Article.ID}
	ids = append(ids, s.stories(2)...)
	matches := []bot.Match{{Article: ids[0], Subscription: sub.ID, Flood: true}}
	for _, id := range ids[1:] {
		matches = append(matches, bot.Match{Article: id, Subscription: sub.ID, Flood: true}) // which means nothing for ordinary ones
	}
	_, err := s.Enqueue(s.Context(), 0, s.head(), matches)
	s.must(err)
	if !s.trace(chat("1"), ids[0]).Steps[0].Flood || s.trace(chat("1"), ids[1]).Steps[0].Flood {
		s.Error("the trace does not tell the urgent article of the flood alone")
	}
	d := s.claimOne()
	if d.Urgent || d.Article.ID != ids[1] {
		s.Errorf("claimed article %d, urgent: %t; want the ordinary one first", d.Article.ID, d.Urgent)
	}
	s.settle(d, bot.Outcome{State: bot.Sent})
	if got, want := s.deliver(), []int64{ids[2], ids[0]}; !slices.Equal(got, want) {
		s.Errorf("delivered %v then, want %v", got, want)
	}
}

func urgentAreCounted(s *storeHarness) {
	count := func(a bot.Article, most, want int) {
		s.Helper()
		n, err := s.UrgentBefore(s.Context(), &a, time.Hour, most)
		s.must(err)
		if n != want {
			s.Errorf("%d urgent articles before %q, want %d", n, a.GUID, want)
		}
	}
	for i := range 4 {
		a := s.story(fmt.Sprint("flash ", i))
		a.Urgency = i // 0 says nothing
		s.put(a)
		s.clock.advance(20 * time.Minute)
	}
	other := s.story("other")
	other.Source, other.Urgency = "other", 1
	s.put(other)
	list := s.entries(0)
	count(list[0].Article, 9, 0)
	count(list[3].Article, 9, 2)
	count(list[3].Article, 1, 1)
	count(list[4].Article, 9, 0)
	late := list[3].Article
	late.FirstSeen = late.FirstSeen.Add(40 * time.Minute) // an hour after the first
	count(late, 9, 1)
}

func newcomersGoFirst(s *storeHarness) {
	ids := s.stories(2)
	busy := s.subscribe(chat("busy"), "")
	s.enqueue(busy.ID, ids...)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Sent})
	s.clock.advance(time.Minute) // for which the other alert of the busy one has waited
	calm := s.subscribe(chat("calm"), "")
	s.enqueue(calm.ID, ids[1])
	if list := s.claim(1); len(list) != 1 || list[0].Target != calm.Target {
		s.Errorf("claimed %v, want what the calm chat gets", list)
	}
}

func claimIsBounded(s *storeHarness) {
	ids := s.stories(1)
	for i := range 5 {
		s.enqueue(s.subscribe(chat(fmt.Sprint(i)), "").ID, ids...)
	}
	s.enqueue(s.subscribe(bot.Target{Platform: "radio", Chat: "1"}, "").ID, ids...)
	if n := len(s.claim(3)); n != 3 {
		s.Errorf("claimed %d of at most 3", n)
	}
	list := s.claim(10)
	if len(list) != 2 {
		s.Errorf("claimed %d, want the 2 that are left", len(list))
	}
	other, err := s.Claim(s.Context(), "radio", 10, time.Minute)
	if err != nil || len(other) != 1 || other[0].Target.Platform != "radio" {
		s.Errorf("the other platform's: %v, %v", other, err)
	}
}

func targetsTakeTurns(s *storeHarness) {
	ids := s.stories(3)
	for i := range 3 {
		s.enqueue(s.subscribe(chat(fmt.Sprint(i)), "").ID, ids...)
	}
	got := map[string]int{}
	for range 3 {
		s.clock.advance(time.Second)
		d := s.claim(1)[0]
		got[d.Target.Chat]++
		s.settle(d, bot.Outcome{State: bot.Sent})
	}
	if len(got) != 3 {
		s.Errorf("three claims went to %v, want each target once", got)
	}
}

func retryMakesTargetWait(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(2)
	s.enqueue(sub.ID, ids...)
	d := s.claimOne()
	s.settle(d, bot.Outcome{State: bot.Pending, Reason: "busy", NotBefore: s.clock.now().Add(time.Minute)})
	s.claimNone()
	urgent := s.story("urgent")
	urgent.Urgency = 1
	s.put(urgent)
	s.enqueue(sub.ID, ids[1]+1)
	s.claimNone() // what comes later does not shorten the wait
	s.clock.advance(time.Minute)
	if got, want := s.deliver(), []int64{ids[1] + 1, ids[0], ids[1]}; !slices.Equal(got, want) {
		s.Errorf("delivered %v, want %v", got, want)
	}
}

func onlyCountedTriesCount(s *storeHarness) {
	s.enqueue(s.subscribe(chat("1"), "").ID, s.stories(1)...)
	key := ""
	for i, counted := range []bool{false, true, true} {
		d := s.claimOne()
		if key == "" {
			key = d.Key()
		}
		if d.Key() != key {
			s.Error("another try has another key")
		}
		if want := max(0, i-1); d.Attempts != want {
			s.Errorf("try %d has %d attempts, want %d", i, d.Attempts, want)
		}
		s.settle(d, bot.Outcome{State: bot.Pending, Counted: counted})
	}
	if d := s.claimOne(); d.Attempts != 2 {
		s.Errorf("%d attempts, want 2", d.Attempts)
	}
}

func rejectedLetsNextGo(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(2)
	s.enqueue(sub.ID, ids...)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Rejected, Reason: "too\x00 long\xff"})
	if got := s.deliver(); !slices.Equal(got, ids[1:]) {
		s.Errorf("delivered %v, want %v", got, ids[1:])
	}
	if st := s.status(sub.Target); st.Rejected != 1 || st.LastRejected != "too long" || st.Waiting != 0 {
		s.Errorf("status %+v, want one rejected as too long", st)
	}
}

func troubleStaysAtHome(s *storeHarness) {
	ids := s.stories(3)
	poison, good := s.subscribe(chat("poison"), ""), s.subscribe(chat("good"), "")
	s.enqueue(poison.ID, ids...)
	s.enqueue(good.ID, ids...)
	var got []int64
	for len(got) < len(ids) {
		list := s.claim(10)
		if len(list) == 0 {
			s.Fatalf("only %v went to the good target", got)
		}
		for _, d := range list {
			o := bot.Outcome{State: bot.Pending, Counted: true, NotBefore: s.clock.now().Add(time.Hour)}
			if d.Target == good.Target {
				got, o = append(got, d.Article.ID), bot.Outcome{State: bot.Sent}
			}
			s.settle(d, o)
		}
	}
	if !slices.Equal(got, ids) {
		s.Errorf("the good target got %v, want %v", got, ids)
	}
}

func withdrawnIsNotPosted(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	a := s.story("1")
	s.put(a)
	s.enqueue(sub.ID, 1, s.stories(1)[0])
	a.Status = bot.Withdrawn
	s.put(a)
	if got := s.deliver(); !slices.Equal(got, []int64{2}) {
		s.Errorf("delivered %v, want 2 alone", got)
	}
	if st := s.status(sub.Target); st.Waiting != 0 || st.Rejected != 0 {
		s.Errorf("status %+v, want nothing waiting or rejected", st)
	}
}

func endedIsNotSent(s *storeHarness) {
	sub, other := s.subscribe(chat("1"), "a"), s.subscribe(chat("1"), "b")
	ids := s.stories(2)
	s.enqueue(sub.ID, ids...)
	s.must(s.Unsubscribe(s.Context(), sub.ID))
	d := s.claimOne() // the target still has a subscription
	s.must(s.Unsubscribe(s.Context(), other.ID))
	s.settle(d, bot.Outcome{State: bot.Sent}) // it was on its way
	s.claimNone()
	if st := s.status(sub.Target); st.Waiting != 0 || st.LastSent.IsZero() {
		s.Errorf("status %+v, want one sent and nothing waiting", st)
	}
	again := s.subscribe(chat("1"), "a")
	if n := s.enqueue(again.ID, ids...); n != 0 {
		s.Errorf("what was settled came back: %d", n)
	}
}

func claimersShare(s *storeHarness) {
	const targets, articles, claimers = 10, 12, 6
	ids := s.stories(articles)
	for i := range targets {
		s.enqueue(s.subscribe(chat(fmt.Sprint(i)), "").ID, ids...)
	}
	var mu sync.Mutex
	got := map[string][]int64{} // guarded by mu
	sent := 0
	var wg sync.WaitGroup
	for range claimers {
		wg.Go(func() {
			for {
				list, err := s.Claim(s.Context(), platform, 3, time.Minute)
				if err != nil {
					s.Error(err)
					return
				}
				mu.Lock()
				for _, d := range list {
					got[d.Target.Chat] = append(got[d.Target.Chat], d.Article.ID)
				}
				sent += len(list)
				enough := sent >= targets*articles
				mu.Unlock()
				for _, d := range list {
					if err := s.Settle(s.Context(), &d, bot.Outcome{State: bot.Sent}); err != nil {
						s.Error(err)
						return
					}
				}
				if enough {
					return
				}
			}
		})
	}
	wg.Wait()
	for name, list := range got {
		if !slices.Equal(list, ids) {
			s.Errorf("target %s got %v, want %v", name, list, ids)
		}
	}
	if len(got) != targets {
		s.Errorf("%d targets got something, want %d", len(got), targets)
	}
}

func settleUnknown(s *storeHarness) {
	err := s.Settle(s.Context(), &bot.Delivery{ID: 4711, Lease: 1}, bot.Outcome{State: bot.Sent})
	if !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("settled with %v, want ErrNotFound", err)
	}
}

func waitDueWakes(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(1)
	ctx := s.soon()
	done := inBackground(func() error {
		_, err := claimSoon(ctx, s.Store, platform, 1, time.Minute)
		return err
	})
	s.enqueue(sub.ID, ids...)
	s.must(<-done)
}

func sentLately(s *storeHarness) {
	quiet, busy := chat("quiet"), chat("busy")
	ids := s.stories(4)
	s.enqueue(s.subscribe(quiet, "").ID, ids[0])
	s.settle(s.claimOne(), bot.Outcome{State: bot.Sent})
	s.clock.advance(time.Minute)
	since := s.clock.now()
	s.enqueue(s.subscribe(busy, "").ID, ids...)
	want := []bot.Dispatch{}
	for _, state := range []bot.DeliveryState{bot.Sent, bot.Superseded, bot.Sent, bot.Rejected} {
		s.settle(s.claimOne(), bot.Outcome{State: state})
		if state == bot.Sent {
			want = append(want, bot.Dispatch{Target: busy, At: s.clock.now()})
		}
		s.clock.advance(time.Second)
	}
	got, err := s.SentSince(s.Context(), platform, since)
	if err != nil || !slices.Equal(got, want) {
		s.Errorf("sent since %v: %v, %v, want %v", since, got, err, want)
	}
	if got, err := s.SentSince(s.Context(), "another", since); err != nil || len(got) > 0 {
		s.Errorf("sent on another platform: %v, %v", got, err)
	}
}
