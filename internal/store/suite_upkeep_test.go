package store

import (
	"reflect"
	"time"

	"tidings/bot"
)

func upkeepTests() []storeTest {
	return []storeTest{
		{"who is suspended for long is purged", suspendedIsPurged},
		{"a target is forgotten at once", targetIsForgotten},
		{"deliveries that ended long ago are forgotten", endedIsPruned},
		{"old values are forgotten by prefix", valuesArePruned},
	}
}

func suspendedIsPurged(s *storeHarness) {
	old, later := s.subscribe(chat("old"), "a"), s.subscribe(chat("new"), "b")
	s.enqueue(old.ID, s.stories(2)...)
	_, err := s.Suspend(s.Context(), old.Target, bot.Suspension{Reason: "kicked"})
	s.must(err)
	s.clock.advance(time.Hour)
	before := s.clock.now()
	_, err = s.Suspend(s.Context(), later.Target, bot.Suspension{Reason: "kicked"})
	s.must(err)
	_, version := s.changes(0)
	for _, want := range []int{1, 0} {
		if n, err := s.Purge(s.Context(), before, 10); err != nil || n != want {
			s.Errorf("purged %d, %v, want %d", n, err, want)
		}
	}
	if st := s.status(old.Target); !reflect.DeepEqual(st, bot.TargetStatus{}) || len(s.filters(old.Target)) != 0 {
		s.Errorf("of the purged one is left: %+v, %v", st, s.filters(old.Target))
	}
	if st := s.status(later.Target); st.Suspended == "" || len(s.filters(later.Target)) != 1 {
		s.Errorf("of the other is left: %+v, %v", st, s.filters(later.Target))
	}
	list, _ := s.changes(version)
	if len(list) != 1 || list[0].ID != old.ID || !list[0].Ended {
		s.Errorf("changes %+v, want that %d ended", list, old.ID)
	}
}

func targetIsForgotten(s *storeHarness) {
	sub, other := s.subscribe(chat("1"), "a"), s.subscribe(chat("2"), "a")
	ids := s.stories(1)
	s.enqueue(sub.ID, ids...)
	s.enqueue(other.ID, ids...)
	if n, err := s.Forget(s.Context(), sub.Target); err != nil || n != 1 {
		s.Errorf("forgot %d subscriptions, %v, want 1", n, err)
	}
	if n, err := s.Forget(s.Context(), sub.Target); err != nil || n != 0 {
		s.Errorf("forgot again %d subscriptions, %v, want none", n, err)
	}
	if st := s.status(sub.Target); !reflect.DeepEqual(st, bot.TargetStatus{}) {
		s.Errorf("status %+v, want nothing", st)
	}
	if d := s.claimOne(); d.Target != other.Target {
		s.Errorf("claimed for %v, want %v", d.Target, other.Target)
	}
	if again := s.subscribe(chat("1"), "a"); again.Number != 1 {
		s.Errorf("subscribed anew as number %d, want 1", again.Number)
	}
}

func endedIsPruned(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(3)
	s.enqueue(sub.ID, ids[:2]...)
	s.deliver()
	s.clock.advance(time.Hour)
	before := s.clock.now()
	s.enqueue(sub.ID, ids[2])
	for _, want := range []int{1, 1, 0} {
		if n, err := s.PruneDeliveries(s.Context(), before, 1); err != nil || n != want {
			s.Errorf("pruned %d, %v, want %d", n, err, want)
		}
	}
	if st := s.status(sub.Target); st.Waiting != 1 {
		s.Errorf("status %+v, want what waits untouched", st)
	}
}

func valuesArePruned(s *storeHarness) {
	s.must(s.SetState(s.Context(), "button:old", "1"))
	s.must(s.SetState(s.Context(), "hash:old", "1"))
	s.clock.advance(time.Hour)
	before := s.clock.now()
	s.must(s.SetState(s.Context(), "button:new", "1"))
	for _, want := range []int{1, 0} {
		if n, err := s.PruneState(s.Context(), "button:", before, 10); err != nil || n != want {
			s.Errorf("pruned %d, %v, want %d", n, err, want)
		}
	}
	for key, want := range map[string]string{"button:old": "", "button:new": "1", "hash:old": "1"} {
		if got, err := s.State(s.Context(), key); err != nil || got != want {
			s.Errorf("%s is %q, %v, want %q", key, got, err, want)
		}
	}
}
