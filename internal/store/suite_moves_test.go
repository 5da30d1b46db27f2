package store

import (
	"reflect"
	"slices"

	"tidings/bot"
)

func moveTests() []storeTest {
	return []storeTest{
		{"a chat moves with its threads and all it has", chatMoves},
		{"a thread moves alone", threadMoves},
		{"moving twice does no harm", movingTwice},
		{"two chats become one", chatsBecomeOne},
		{"what either chat saw does not come again", movedChatSeesNothingTwice},
		{"a move keeps to its platform", moveKeepsToPlatform},
	}
}

// filters returns the filters of a target by number.
func (s *storeHarness) filters(t bot.Target) []string {
	s.Helper()
	subs, err := s.SubscriptionsOf(s.Context(), t)
	s.must(err)
	var list []string
	for i, sub := range subs {
		if sub.Target != t || i > 0 && sub.Number <= subs[i-1].Number {
			s.Errorf("subscriptions %+v, want those of %v by number", subs, t)
		}
		list = append(list, sub.Filter)
	}
	return list
}

func chatMoves(s *storeHarness) {
	thread := bot.Target{Platform: platform, Chat: "1", Thread: "7"}
	sub := s.subscribe(chat("1"), "a")
	s.subscribe(thread, "b")
	ids := s.stories(2)
	s.enqueue(sub.ID, ids...)
	_, err := s.Suspend(s.Context(), chat("1"), bot.Suspension{Reason: "kicked"})
	s.must(err)
	_, err = s.Resume(s.Context(), chat("1"))
	s.must(err)
	s.must(s.Move(s.Context(), chat("1"), chat("2")))
	if got := s.filters(chat("2")); !slices.Equal(got, []string{"a"}) {
		s.Errorf("filters %v, want a", got)
	}
	if got := s.filters(bot.Target{Platform: platform, Chat: "2", Thread: "7"}); !slices.Equal(got, []string{"b"}) {
		s.Errorf("filters of the thread %v, want b", got)
	}
	if got := s.filters(chat("1")); len(got) != 0 {
		s.Errorf("filters left behind: %v", got)
	}
	if st := s.status(chat("2")); st.OnHold != 2 {
		s.Errorf("status %+v, want two on hold", st)
	}
	if n, err := s.Release(s.Context(), chat("2"), bot.CatchUpEach); err != nil || n != 2 {
		s.Errorf("released %d, %v, want 2", n, err)
	}
	if d := s.claimOne(); d.Target != chat("2") {
		s.Errorf("claimed for %v, want %v", d.Target, chat("2"))
	}
}

func threadMoves(s *storeHarness) {
	from := bot.Target{Platform: platform, Chat: "1", Thread: "7"}
	to := bot.Target{Platform: platform, Chat: "1", Thread: "8"}
	s.subscribe(chat("1"), "a")
	s.subscribe(from, "b")
	s.must(s.Move(s.Context(), from, to))
	if got := s.filters(chat("1")); !slices.Equal(got, []string{"a"}) {
		s.Errorf("filters of the chat %v, want a", got)
	}
	if got := s.filters(to); !slices.Equal(got, []string{"b"}) {
		s.Errorf("filters of the thread %v, want b", got)
	}
}

func movingTwice(s *storeHarness) {
	sub := s.subscribe(chat("1"), "a")
	ids := s.stories(1)
	s.enqueue(sub.ID, ids...)
	for range 2 {
		s.must(s.Move(s.Context(), chat("1"), chat("2")))
	}
	s.must(s.Move(s.Context(), chat("2"), chat("2")))
	if got := s.filters(chat("2")); !slices.Equal(got, []string{"a"}) {
		s.Errorf("filters %v, want a", got)
	}
	if got := s.deliver(); !slices.Equal(got, ids) {
		s.Errorf("delivered %v, want %v", got, ids)
	}
}

func chatsBecomeOne(s *storeHarness) {
	old := s.subscribe(chat("1"), "both")
	s.subscribe(chat("1"), "old")
	s.subscribe(chat("2"), "new")
	s.subscribe(chat("2"), "Both")
	ids := s.stories(2)
	s.enqueue(old.ID, ids...)
	s.must(s.Move(s.Context(), chat("1"), chat("2")))
	if got, want := s.filters(chat("2")), []string{"new", "Both", "old"}; !slices.Equal(got, want) {
		s.Errorf("filters %v, want %v", got, want)
	}
	if got := s.deliver(); !slices.Equal(got, ids) {
		s.Errorf("delivered %v, want what waited, %v", got, ids)
	}
	if st := s.status(chat("1")); !reflect.DeepEqual(st, bot.TargetStatus{}) {
		s.Errorf("of the old chat is still known: %+v", st)
	}
}

func movedChatSeesNothingTwice(s *storeHarness) {
	a, b := s.subscribe(chat("1"), "a"), s.subscribe(chat("2"), "b")
	ids := s.stories(4)
	s.enqueue(a.ID, ids[0])
	s.deliver()
	s.enqueue(a.ID, ids[1], ids[2])
	s.enqueue(b.ID, ids[2], ids[3])
	s.must(s.Move(s.Context(), chat("1"), chat("2")))
	s.enqueue(b.ID, ids...) // what was revised comes by the log again
	if got, want := s.deliver(), ids[1:]; !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		s.Errorf("delivered %v, want %v, each once", got, want)
	}
}

func moveKeepsToPlatform(s *storeHarness) {
	other := bot.Target{Platform: "radio", Chat: "1"}
	s.subscribe(other, "a")
	s.must(s.Move(s.Context(), chat("1"), chat("2")))
	if got := s.filters(other); !slices.Equal(got, []string{"a"}) {
		s.Errorf("filters %v, want a", got)
	}
	if err := s.Move(s.Context(), other, chat("2")); err == nil {
		s.Error("moved from one platform to another")
	}
}
