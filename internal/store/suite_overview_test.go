package store

import (
	"errors"
	"slices"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

func overviewTests() []storeTest {
	return []storeTest{
		{"targets are listed with what waits for each", targetsAreListed},
		{"a target is found by its name, until it is forgotten", targetsHaveNames},
		{"a crowd's deliveries count for each of its targets", crowdIsListed},
		{"deliveries are listed by state, target, article and time", deliveriesAreListed},
		{"it is known since when what waits could go out", oldestIsKnown},
		{"the size of the database is known", sizeIsKnown},
		{"all subscriptions are listed, page by page", subscriptionsAreListed},
	}
}

func (s *storeHarness) targets(q bot.TargetQuery) []bot.KnownTarget {
	s.Helper()
	list, err := s.Targets(s.Context(), q)
	s.must(err)
	return list
}

func (s *storeHarness) deliveries(q bot.DeliveryQuery) []bot.DeliveryRecord {
	s.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	list, err := s.Deliveries(s.Context(), q)
	s.must(err)
	return list
}

func targetsAreListed(s *storeHarness) {
	one := s.subscribe(chat("1"), "")
	s.subscribe(chat("1"), "missile")
	two := s.subscribe(chat("2"), "")
	s.subscribe(bot.Target{Platform: "radio", Chat: "3"}, "")
	s.subscribe(chat("4"), "")
	_, err := s.Forget(s.Context(), chat("4"))
	s.must(err)
	ids := s.stories(2)
	s.enqueue(one.ID, ids...)
	s.enqueue(two.ID, s.stories(1)...)
	s.settle(s.claim(1)[0], bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "7"}})
	_, err = s.Suspend(s.Context(), chat("2"), bot.Suspension{Reason: "kicked"})
	s.must(err)

	list := s.targets(bot.TargetQuery{Limit: 10})
	if len(list) != 3 || list[0].Target != chat("1") || list[1].Target != chat("2") || list[2].Target.Platform != "radio" {
		s.Fatalf("targets %+v", list)
	}
	if k := list[0]; k.Subscriptions != 2 || k.Waiting != 1 || !k.LastSent.Equal(s.clock.now()) || k.Suspended != "" {
		s.Errorf("the first: %+v", k)
	}
	if k := list[1]; k.Subscriptions != 1 || k.Waiting != 1 || k.Suspended != "kicked" || !k.SuspendedSince.Equal(s.clock.now()) {
		s.Errorf("the second: %+v", k)
	}
	if got := s.targets(bot.TargetQuery{Limit: 10, Suspended: true}); len(got) != 1 || got[0].Target != chat("2") {
		s.Errorf("suspended: %+v", got)
	}
	if got := s.targets(bot.TargetQuery{Limit: 10, Platform: "radio"}); len(got) != 1 || got[0].Target.Chat != "3" {
		s.Errorf("of a platform: %+v", got)
	}
	if got := s.targets(bot.TargetQuery{Limit: 1, After: list[0].ID}); len(got) != 1 || got[0].ID != list[1].ID {
		s.Errorf("the next page: %+v", got)
	}
	_, err = s.Resume(s.Context(), chat("2"))
	s.must(err)
	if got := s.targets(bot.TargetQuery{Limit: 10})[1]; got.Waiting != 0 || got.OnHold != 1 {
		s.Errorf("after coming back: %+v", got)
	}
}

func targetsHaveNames(s *storeHarness) {
	s.subscribe(chat("1"), "")
	s.subscribe(chat("2"), "")
	s.must(s.NameTarget(s.Context(), chat("1"), "100% Café_Desk\x00"))
	s.must(s.NameTarget(s.Context(), chat("2"), "Sport"))
	s.must(s.NameTarget(s.Context(), chat("3"), "Nobody"))
	for words, want := range map[string]string{"cafe": "1", "CAFÉ_": "1", "100%": "1", "sport": "2", "o%t": "", "s_ort": "", "nobody": "", "2": "2"} {
		list := s.targets(bot.TargetQuery{Limit: 10, Chat: words, Name: words})
		if got := strings.Join(chatsOf(list), " "); got != want {
			s.Errorf("%q finds %q, want %q", words, got, want)
		}
	}
	s.must(s.NameTarget(s.Context(), chat("2"), "News"))
	list := s.targets(bot.TargetQuery{Limit: 10})
	if len(list) != 2 || list[0].Name != "100% Café_Desk" || list[1].Name != "News" {
		s.Errorf("targets %+v", list)
	}
	_, err := s.Forget(s.Context(), chat("1"))
	s.must(err)
	n, err := database.Number(s.Context(), s.db, `SELECT count(*) FROM targets WHERE id = $1 AND (name <> '' OR name_key <> '')`, list[0].ID)
	if s.must(err); n != 0 {
		s.Error("the name of a chat that was forgotten is kept")
	}
}

func chatsOf(list []bot.KnownTarget) (chats []string) {
	for _, k := range list {
		chats = append(chats, k.Target.Chat)
	}
	return chats
}

func crowdIsListed(s *storeHarness) {
	subs := s.crowd()
	id := s.stories(1)[0]
	s.enqueueAll(subs, id)
	for _, k := range s.targets(bot.TargetQuery{Limit: crowdSize}) {
		if k.Waiting != 1 {
			s.Fatalf("%+v", k)
		}
	}
	for _, q := range []bot.DeliveryQuery{{Limit: crowdSize}, {Article: id, Limit: crowdSize, Waiting: true}} {
		list := s.deliveries(q)
		if len(list) != crowdSize || list[0].State != bot.Pending || list[0].Title == "" || list[0].Target.Chat == "" {
			s.Errorf("%+v lists %d", q, len(list))
		}
	}
	if list := s.deliveries(bot.DeliveryQuery{Target: chat("17")}); len(list) != 1 || list[0].Target != chat("17") || list[0].Article != id {
		s.Errorf("of one chat: %+v", list)
	}
	if list := s.deliveries(bot.DeliveryQuery{Limit: 5}); len(list) != 5 {
		s.Errorf("%d of 5", len(list))
	}
}

func deliveriesAreListed(s *storeHarness) {
	one, two := s.subscribe(chat("1"), ""), s.subscribe(chat("2"), "")
	ids := s.stories(3)
	began := s.clock.now()
	for _, o := range []bot.Outcome{{State: bot.Sent, Receipt: bot.Receipt{MessageID: "7"}}, {State: bot.Rejected, Reason: "too odd"}} {
		s.clock.advance(time.Minute)
		s.enqueue(one.ID, ids[0])
		s.settle(s.claimOne(), o)
		ids = ids[1:]
	}
	s.clock.advance(time.Minute)
	s.enqueue(two.ID, ids[0])

	states := func(q bot.DeliveryQuery) (list []bot.DeliveryState) {
		for _, r := range s.deliveries(q) {
			list = append(list, r.State)
		}
		return list
	}
	for _, tt := range []struct {
		q    bot.DeliveryQuery
		want []bot.DeliveryState
	}{
		{bot.DeliveryQuery{}, []bot.DeliveryState{bot.Pending, bot.Rejected, bot.Sent}},
		{bot.DeliveryQuery{Limit: 2}, []bot.DeliveryState{bot.Pending, bot.Rejected}},
		{bot.DeliveryQuery{Sent: true}, []bot.DeliveryState{bot.Sent}},
		{bot.DeliveryQuery{Refused: true}, []bot.DeliveryState{bot.Rejected}},
		{bot.DeliveryQuery{Waiting: true}, []bot.DeliveryState{bot.Pending}},
		{bot.DeliveryQuery{Target: chat("1")}, []bot.DeliveryState{bot.Rejected, bot.Sent}},
		{bot.DeliveryQuery{Target: chat("2"), Refused: true, Sent: true}, nil},
		{bot.DeliveryQuery{Article: ids[0]}, []bot.DeliveryState{bot.Pending}},
		{bot.DeliveryQuery{Article: ids[0], Target: chat("1")}, nil},
		{bot.DeliveryQuery{Since: began.Add(90 * time.Second)}, []bot.DeliveryState{bot.Pending, bot.Rejected}},
		{bot.DeliveryQuery{Since: began.Add(90 * time.Second), Target: chat("1")}, []bot.DeliveryState{bot.Rejected}},
	} {
		if got := states(tt.q); !slices.Equal(got, tt.want) {
			s.Errorf("%+v: %v, want %v", tt.q, got, tt.want)
		}
	}
	r := s.deliveries(bot.DeliveryQuery{Refused: true})[0]
	if r.Target != chat("1") || r.Source != "wire" || r.Title == "" || r.Reason != "too odd" || !r.At().Equal(began.Add(2*time.Minute)) {
		s.Errorf("%+v", r)
	}
	s.must(s.Unsubscribe(s.Context(), two.ID))
	if got := states(bot.DeliveryQuery{Article: ids[0]}); !slices.Equal(got, []bot.DeliveryState{bot.Superseded}) {
		s.Errorf("what ended otherwise, of an article: %v", got)
	}
	if _, err := s.Deliveries(s.Context(), bot.DeliveryQuery{Target: chat("9"), Limit: 1}); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("of an unknown target: %v", err)
	}
}

func subscriptionsAreListed(s *storeHarness) {
	s.subscribe(chat("1"), "missile")
	ended := s.subscribe(chat("1"), "drill")
	s.subscribe(chat("2"), "")
	s.must(s.Unsubscribe(s.Context(), ended.ID))
	_, err := s.Suspend(s.Context(), chat("2"), bot.Suspension{Reason: "kicked"})
	s.must(err)
	var got []bot.Subscription
	for after := int64(0); ; {
		page, err := s.Subscriptions(s.Context(), after, 1)
		s.must(err)
		if len(page) == 0 {
			break
		}
		got, after = append(got, page...), page[0].ID
	}
	if len(got) != 2 || got[0].Filter != "missile" || got[1].Target != chat("2") {
		s.Errorf("%+v", got)
	}
}

func (s *storeHarness) oldest() time.Time {
	s.Helper()
	oldest, err := s.OldestPending(s.Context())
	s.must(err)
	return oldest[platform]
}

func oldestIsKnown(s *storeHarness) {
	sub := s.subscribe(chat("alone"), "")
	if at := s.oldest(); !at.IsZero() {
		s.Errorf("with nothing: %v", at)
	}
	ids := s.stories(2)
	began := s.clock.now()
	s.enqueue(sub.ID, ids[0])
	s.clock.advance(time.Hour)
	s.enqueue(sub.ID, ids[1])
	if at := s.oldest(); !at.Equal(began) {
		s.Errorf("with two: %v, want %v", at, began)
	}
	s.settle(s.claimOne(), bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "7"}})
	if at := s.oldest(); !at.Equal(began.Add(time.Hour)) {
		s.Errorf("with one: %v", at)
	}
	s.deliver()
	if at := s.oldest(); !at.IsZero() {
		s.Errorf("after all: %v", at)
	}
	subs := s.crowd()
	s.enqueueAll(subs, s.stories(1)[0])
	if at := s.oldest(); !at.Equal(s.clock.now()) {
		s.Errorf("of a crowd: %v", at)
	}
}

func sizeIsKnown(s *storeHarness) {
	size, err := s.Size(s.Context())
	s.must(err)
	if size.Bytes < 100_000 || size.Reusable < 0 || size.Free > size.Volume {
		s.Errorf("%+v", size)
	}
}
