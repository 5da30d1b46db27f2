package store

import (
	"fmt"
	"runtime"
	"slices"
	"time"

	"tidings/bot"
)

func fanoutTests() []storeTest {
	return []storeTest{
		{"what many subscribe to reaches each once", crowdGetsAll},
		{"the order within a target is kept in a crowd", crowdKeepsOrder},
		{"an urgent article passes what waits for a crowd", urgentPassesCrowd},
		{"what waits for a crowd is seen by all that happens to a target", crowdIsSeen},
		{"an embargo applies to a crowd", crowdWaitsForEmbargo},
		{"wait wakes for a crowd", crowdWakes},
		{"who waits for articles knows the subscriptions before the first comes", subscriptionsAreKnown},
		{"the same is known of subscriptions that were read at once and one by one", subscriptionsAreKnownAlike},
	}
}

func subscriptionsAreKnown(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	came := make(chan error, 1)
	go func() {
		_, err := s.News(s.Context(), 1)
		came <- err
	}()
	known := func() bool {
		s.subscribers.mu.Lock()
		defer s.subscribers.mu.Unlock()
		return s.subscribers.begun
	}
	for !known() && s.Context().Err() == nil {
		runtime.Gosched()
	}
	s.put(s.story("1"))
	s.must(<-came)
	if got, ok := s.subscribers.of(sub.ID); !ok || got.target == 0 {
		s.Errorf("of subscription %d it is known %+v, %v", sub.ID, got, ok)
	}
	later := s.subscribe(chat("2"), "") // a fan-out finds what came since
	if n := s.enqueueAll([]bot.Subscription{sub, later}, 1); n != 2 {
		s.Errorf("%d deliveries, want 2", n)
	}
}

func subscriptionsAreKnownAlike(s *storeHarness) {
	one, all := &subscriberCache{}, &subscriberCache{}
	first := s.subscribe(chat("1"), "")
	s.must(one.refresh(s.Context(), s.db))
	list := []bot.Subscription{first, s.subscribe(chat("1"), "moon"), s.subscribe(chat("1"), "yoon")}
	loud, err := s.Subscribe(s.Context(), bot.Subscription{
		Target: bot.Target{Platform: "another", Chat: "1"}, Preferences: bot.Preferences{Level: bot.Urgent},
	})
	s.must(err)
	list = append(list, loud)
	s.must(s.Unsubscribe(s.Context(), list[1].ID))
	for _, c := range []*subscriberCache{one, all} {
		s.must(c.refresh(s.Context(), s.db))
	}
	for i, sub := range list {
		a, found := one.of(sub.ID)
		b, alike := all.of(sub.ID)
		if found != alike || found == (i == 1) || found && (a.target != b.target || a.number != int32(sub.Number) || b.number != a.number ||
			a.urgent != b.urgent || a.urgent != (sub.ID == loud.ID) || one.platforms[a.platform] != all.platforms[b.platform]) {
			s.Errorf("of subscription %d it is known %+v %v one by one, %+v %v at once", sub.Number, a, found, b, alike)
		}
	}
}

// crowdSize is more than a store writes one by one.
const crowdSize = 300

// crowd subscribes many chats and returns their subscriptions.
func (s *storeHarness) crowd() []bot.Subscription {
	s.Helper()
	list := make([]bot.Subscription, crowdSize)
	for i := range list {
		list[i] = s.subscribe(chat(fmt.Sprint(i)), "")
	}
	return list
}

// enqueueAll posts an article to the targets of many subscriptions.
func (s *storeHarness) enqueueAll(subs []bot.Subscription, article int64) int {
	s.Helper()
	from, err := s.Cursor(s.Context())
	s.must(err)
	matches := make([]bot.Match, len(subs))
	for i, sub := range subs {
		matches[i] = bot.Match{Article: article, Subscription: sub.ID}
	}
	n, err := s.Enqueue(s.Context(), from, max(s.head(), from), matches)
	s.must(err)
	return n
}

func (s *storeHarness) backlog() int {
	s.Helper()
	st, err := s.Stats(s.Context())
	s.must(err)
	return int(st.Backlog[platform])
}

// deliverByChat sends until nothing is left, and returns the articles of each chat in order.
func (s *storeHarness) deliverByChat() map[string][]int64 {
	s.Helper()
	got := map[string][]int64{}
	for {
		list := s.claim(50)
		if len(list) == 0 {
			return got
		}
		for _, d := range list {
			got[d.Target.Chat] = append(got[d.Target.Chat], d.Article.ID)
			s.settle(d, bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "m"}})
		}
	}
}

func crowdGetsAll(s *storeHarness) {
	subs := s.crowd()
	id := s.stories(1)[0]
	if n := s.enqueueAll(subs, id); n != crowdSize || s.backlog() != crowdSize {
		s.Errorf("%d deliveries, a backlog of %d, want %d", n, s.backlog(), crowdSize)
	}
	if n := s.enqueueAll(subs, id); n != 0 {
		s.Errorf("a second post adds %d deliveries", n)
	}
	s.settle(s.claim(1)[0], bot.Outcome{State: bot.Sent})
	if n := s.backlog(); n != crowdSize-1 {
		s.Errorf("a backlog of %d after one was sent, want %d", n, crowdSize-1)
	}
	if n := len(s.deliverByChat()); n != crowdSize-1 {
		s.Errorf("%d chats got it, want %d", n, crowdSize-1)
	}
	if n := s.enqueueAll(subs, id); n != 0 || s.backlog() != 0 {
		s.Errorf("after all was sent: %d deliveries, a backlog of %d", n, s.backlog())
	}
}

// crowdKeepsOrder has the last chats in another batch than the first, which becomes deliveries later.
func crowdKeepsOrder(s *storeHarness) {
	subs := s.crowd()
	for i := range crowdSize {
		subs = append(subs, s.subscribe(chat(fmt.Sprint("further ", i)), ""))
	}
	ids := s.stories(3)
	last := subs[len(subs)-1]
	s.enqueueAll(subs, ids[0])
	s.enqueueAll([]bot.Subscription{last}, ids[1])
	s.enqueueAll(subs, ids[2])
	first := s.claim(len(subs))
	got := map[string][]int64{}
	for _, d := range first {
		got[d.Target.Chat] = append(got[d.Target.Chat], d.Article.ID)
		s.settle(d, bot.Outcome{State: bot.Sent})
	}
	for chat, list := range s.deliverByChat() {
		got[chat] = append(got[chat], list...)
	}
	if list := got[last.Target.Chat]; !slices.Equal(list, ids) {
		s.Errorf("the last chat got %v, want %v", list, ids)
	}
	if list := got[subs[0].Target.Chat]; !slices.Equal(list, []int64{ids[0], ids[2]}) {
		s.Errorf("the first chat got %v, want %v and %v", list, ids[0], ids[2])
	}
}

func urgentPassesCrowd(s *storeHarness) {
	subs := s.crowd()
	s.enqueueAll(subs, s.stories(1)[0])
	flash := s.story("flash")
	flash.Urgency = 1
	s.put(flash)
	s.enqueueAll(subs, 2)
	for _, d := range s.claim(10) {
		if d.Article.ID != 2 {
			s.Errorf("claimed article %d for %v, want the urgent one", d.Article.ID, d.Target)
		}
	}
}

func crowdIsSeen(s *storeHarness) {
	subs := s.crowd()
	s.enqueueAll(subs, s.stories(1)[0])
	trace, err := s.Trace(s.Context(), subs[5].Target, 1)
	if err != nil || len(trace.Steps) != 1 || trace.Steps[0].State != bot.Pending || trace.Ahead != 0 {
		s.Errorf("trace %+v, %v, want one step that waits", trace, err)
	}
	away, moved, ended := subs[10].Target, subs[20].Target, subs[30]
	if st := s.status(away); st.Waiting != 1 {
		s.Errorf("status %+v, want one waiting", st)
	}
	_, err = s.Suspend(s.Context(), away, bot.Suspension{Reason: "kicked"})
	s.must(err)
	if st := s.status(away); st.Waiting != 1 || s.backlog() != crowdSize-1 {
		s.Errorf("status of a suspended one %+v, a backlog of %d", st, s.backlog())
	}
	later := s.stories(1)[0]
	s.enqueueAll(subs, later)
	if n := s.backlog(); n != 2*(crowdSize-1) {
		s.Errorf("a backlog of %d with one suspended, want %d", n, 2*(crowdSize-1))
	}
	_, err = s.Resume(s.Context(), away)
	s.must(err)
	if st := s.status(away); st.OnHold != 2 || st.Waiting != 0 {
		s.Errorf("status of one that came back %+v, want two on hold", st)
	}
	s.must(s.Move(s.Context(), moved, chat("new")))
	if st := s.status(chat("new")); st.Waiting != 2 {
		s.Errorf("status after a move %+v, want two waiting", st)
	}
	s.must(s.Move(s.Context(), subs[21].Target, subs[22].Target))
	if st := s.status(subs[22].Target); st.Waiting != 2 {
		s.Errorf("status after two became one %+v, want two waiting", st)
	}
	s.must(s.Unsubscribe(s.Context(), ended.ID))
	if st := s.status(ended.Target); st.Waiting != 0 {
		s.Errorf("status after the subscription ended %+v, want none waiting", st)
	}
	got := s.deliverByChat()
	if len(got["new"]) != 2 || len(got) != crowdSize-3 || len(got[ended.Target.Chat]) != 0 {
		s.Errorf("%d chats got something, %v of them moved", len(got), got["new"])
	}
}

func crowdWaitsForEmbargo(s *storeHarness) {
	subs := s.crowd()
	a := s.story("secret")
	a.Embargo = s.clock.now().Add(time.Hour)
	s.put(a)
	s.enqueueAll(subs, 1)
	s.claimNone()
	if st := s.status(subs[0].Target); st.Waiting != 1 || s.backlog() != 0 {
		s.Errorf("status %+v, a backlog of %d", st, s.backlog())
	}
	a.Embargo = a.Embargo.Add(time.Hour)
	s.put(a)
	s.clock.advance(time.Hour)
	s.claimNone()
	b := s.story("another secret")
	b.Embargo = s.clock.now().Add(2 * time.Hour)
	s.put(b)
	s.enqueueAll(subs, 2)
	b.Embargo = time.Time{}
	s.put(b)
	s.clock.advance(time.Hour)
	got := s.deliverByChat()
	if list := got[subs[0].Target.Chat]; len(got) != crowdSize || len(list) != 2 {
		s.Errorf("%d chats got %v after the embargoes, want %d, and both", len(got), list, crowdSize)
	}
}

func crowdWakes(s *storeHarness) {
	s.enqueueAll(s.crowd(), s.stories(1)[0])
	s.must(waitDue(s.soon(), s.Store))
	if n := len(s.claim(10)); n != 10 {
		s.Errorf("claimed %d, want 10", n)
	}
}
