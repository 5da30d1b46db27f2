package store

import (
	"context"
	"reflect"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

func targetTests() []storeTest {
	return []storeTest{
		{"of an unknown target nothing is known", unknownTarget},
		{"what was tried in a suspended target, and may have arrived, is remembered", triesOfSuspendedTargetsAreRemembered},
		{"suspending stops sending and keeps everything", suspendKeeps},
		{"a scope covers its threads, a space its chats", scopesCoverWhatIsWithin},
		{"a scope must name a place", emptyScopeIsRefused},
		{"suspending in mid-send lets the send be recorded", suspendInMidSend},
		{"a target that a send has suspended is free once it is back", backRightAfterASend},
		{"coming back puts what waited on hold", resumeKeepsWhatWaitsOnHold},
		{"what was not suspended comes back without waiting for others", resumeOfNothingWaitsForNobody},
		{"what was on hold goes on, oldest first", releaseGoesOn},
		{"what was on hold can be ended", releaseEnds},
		{"the status shows the last send", statusShowsTheLastSend},
	}
}

func unknownTarget(s *storeHarness) {
	if st := s.status(chat("1")); !reflect.DeepEqual(st, bot.TargetStatus{}) {
		s.Errorf("status %+v, want nothing", st)
	}
	list, err := s.Suspend(s.Context(), chat("1"), bot.Suspension{Reason: "gone"})
	if err != nil || len(list) != 0 {
		s.Errorf("suspended %v, %v, want none", list, err)
	}
	if n, err := s.Release(s.Context(), chat("1"), bot.CatchUpEach); err != nil || n != 0 {
		s.Errorf("released %d, %v, want none", n, err)
	}
	s.must(s.Move(s.Context(), chat("1"), chat("2")))
}

func suspendKeeps(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(2)
	s.enqueue(sub.ID, ids[0])
	for i, want := range []int{1, 0} {
		list, err := s.Suspend(s.Context(), chat("1"), bot.Suspension{Reason: "kicked"})
		if err != nil || len(list) != want {
			s.Errorf("time %d: suspended %v, %v, want %d", i, list, err, want)
		}
	}
	s.claimNone()
	s.enqueue(sub.ID, ids[1])
	s.claimNone()
	st := s.status(chat("1"))
	if st.Suspended != "kicked" || !st.SuspendedSince.Equal(s.clock.now()) || st.Waiting != 2 {
		s.Errorf("status %+v, want two waiting", st)
	}
	subs, err := s.SubscriptionsOf(s.Context(), chat("1"))
	if err != nil || len(subs) != 1 {
		s.Errorf("subscriptions %v, %v, want the one", subs, err)
	}
}

func scopesCoverWhatIsWithin(s *storeHarness) {
	place := func(space, chat, thread string) bot.Target {
		return bot.Target{Platform: platform, Space: space, Chat: chat, Thread: thread}
	}
	all := []bot.Target{
		place("a", "1", ""), place("a", "1", "7"), place("a", "2", ""), place("b", "3", ""), place("b", "3", "7"),
	}
	for _, t := range all {
		s.subscribe(t, "")
	}
	s.subscribe(bot.Target{Platform: "radio", Space: "a", Chat: "1"}, "")
	for _, test := range []struct {
		scope bot.Target
		want  []bot.Target
	}{
		{place("a", "1", "7"), all[1:2]},
		{place("a", "1", ""), all[0:2]},
		{place("a", "", ""), all[0:3]},
		{place("", "3", ""), all[3:5]},
		{place("b", "1", ""), nil},
	} {
		got, err := s.Suspend(s.Context(), test.scope, bot.Suspension{Reason: "gone"})
		if err != nil || !slices.Equal(got, test.want) {
			s.Errorf("suspend %+v: %v, %v, want %v", test.scope, got, err, test.want)
		}
		got, err = s.Resume(s.Context(), test.scope)
		if err != nil || !slices.Equal(got, test.want) {
			s.Errorf("resume %+v: %v, %v, want %v", test.scope, got, err, test.want)
		}
	}
}

func emptyScopeIsRefused(s *storeHarness) {
	s.subscribe(chat("1"), "")
	if list, err := s.Suspend(s.Context(), bot.Target{Platform: platform}, bot.Suspension{Reason: "gone"}); err == nil {
		s.Errorf("suspended %v, want an error", list)
	}
}

func suspendInMidSend(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.enqueue(sub.ID, s.stories(2)...)
	d := s.claimOne()
	_, err := s.Suspend(s.Context(), chat("1"), bot.Suspension{Reason: "kicked"})
	s.must(err)
	s.settle(d, bot.Outcome{State: bot.Sent})
	s.claimNone()
	if st := s.status(chat("1")); st.Waiting != 1 || st.LastSent.IsZero() {
		s.Errorf("status %+v, want one sent and one waiting", st)
	}
}

// comeBack suspends a chat with deliveries waiting and resumes it.
func (s *storeHarness) comeBack(n int) (bot.Subscription, []int64) {
	s.Helper()
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(n)
	s.enqueue(sub.ID, ids...)
	_, err := s.Suspend(s.Context(), chat("1"), bot.Suspension{Reason: "kicked"})
	s.must(err)
	list, err := s.Resume(s.Context(), chat("1"))
	if err != nil || !slices.Equal(list, []bot.Target{chat("1")}) {
		s.Errorf("resumed %v, %v", list, err)
	}
	return sub, ids
}

func backRightAfterASend(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.enqueue(sub.ID, s.stories(1)...)
	d := s.claimOne()
	_, err := s.Suspend(s.Context(), sub.Target, bot.Suspension{Reason: "locked"})
	s.must(err)
	s.settle(d, bot.Outcome{State: bot.Pending, Reason: "locked"})
	_, err = s.Resume(s.Context(), sub.Target)
	s.must(err)
	if n, err := s.Release(s.Context(), sub.Target, bot.CatchUpEach); err != nil || n != 1 {
		s.Errorf("released %d, %v, want 1", n, err)
	}
	if got := s.claimOne(); got.ID != d.ID {
		s.Errorf("claimed %d, want the one that waited", got.ID)
	}
}

func resumeKeepsWhatWaitsOnHold(s *storeHarness) {
	sub, _ := s.comeBack(2)
	s.claimNone()
	if st := s.status(chat("1")); st.Suspended != "" || !st.SuspendedSince.IsZero() || st.OnHold != 2 || st.Waiting != 0 {
		s.Errorf("status %+v, want two on hold", st)
	}
	if list, err := s.Resume(s.Context(), chat("1")); err != nil || len(list) != 0 {
		s.Errorf("resumed again %v, %v, want none", list, err)
	}
	fresh := s.stories(1)
	s.enqueue(sub.ID, fresh...)
	if got := s.deliver(); !slices.Equal(got, fresh) {
		s.Errorf("delivered %v, want what is new, %v", got, fresh)
	}
}

func releaseGoesOn(s *storeHarness) {
	sub, ids := s.comeBack(3)
	fresh := s.stories(1)
	s.enqueue(sub.ID, fresh...)
	if n, err := s.Release(s.Context(), chat("1"), bot.CatchUpEach); err != nil || n != 3 {
		s.Errorf("released %d, %v, want 3", n, err)
	}
	if got, want := s.deliver(), append(ids, fresh...); !slices.Equal(got, want) {
		s.Errorf("delivered %v, want %v", got, want)
	}
}

func releaseEnds(s *storeHarness) {
	s.comeBack(3)
	if n, err := s.Release(s.Context(), chat("1"), bot.CatchUpNone); err != nil || n != 3 {
		s.Errorf("ended %d, %v, want 3", n, err)
	}
	s.claimNone()
	if st := s.status(chat("1")); !reflect.DeepEqual(st, bot.TargetStatus{}) {
		s.Errorf("status %+v, want nothing left", st)
	}
	if n, err := s.Release(s.Context(), chat("1"), bot.CatchUpEach); err != nil || n != 0 {
		s.Errorf("released %d, %v, want none", n, err)
	}
}

func statusShowsTheLastSend(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.enqueue(sub.ID, s.stories(1)...)
	s.clock.advance(1500 * time.Millisecond)
	s.deliver()
	st := s.status(chat("1"))
	if !st.LastSent.Equal(s.clock.now()) || st.LastLag != 1500*time.Millisecond {
		s.Errorf("status %+v, want a lag of 1.5 s at %v", st, s.clock.now())
	}
}

func resumeOfNothingWaitsForNobody(s *storeHarness) {
	s.subscribe(chat("1"), "")
	s.must(s.db.InTx(s.Context(), database.Exclusive, func(ctx context.Context, _ *database.Tx) error {
		ctx, cancel := context.WithTimeout(ctx, patience) // if it waits, it waits for this transaction
		defer cancel()
		list, err := s.Resume(ctx, chat("1"))
		if len(list) != 0 {
			s.Errorf("resumed %v", list)
		}
		return err
	}))
}

func triesOfSuspendedTargetsAreRemembered(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.enqueue(sub.ID, s.stories(2)...)
	_, err := s.Suspend(s.Context(), sub.Target, bot.Suspension{Reason: "no right", Probe: true})
	s.must(err)
	oldest := func() bot.Delivery {
		s.Helper()
		d, err := s.OldestWaiting(s.Context(), sub.Target)
		s.must(err)
		return d
	}
	try := func(d bot.Delivery, o bot.Outcome) (from time.Time) {
		s.Helper()
		from = s.clock.now()
		if d.Unknown == 0 {
			d.UnknownFrom = from
		}
		s.clock.advance(time.Minute)
		s.settle(d, o)
		s.clock.advance(time.Hour)
		return from
	}
	noAnswer := bot.Outcome{State: bot.Pending, Uncertain: true, Reason: "no answer"}
	first := oldest()
	from := try(first, noAnswer)
	second := oldest()
	if second.ID == first.ID || second.Unknown != 0 {
		s.Errorf("next comes %+v, want the one that can't have arrived", second)
	}
	_ = try(second, noAnswer)
	again := oldest()
	if again.ID != first.ID || again.Unknown != 1 || !again.UnknownFrom.Equal(from) {
		s.Errorf("then comes %d with %d sends of unknown outcome from %v on, want %d with one from %v on", again.ID, again.Unknown, again.UnknownFrom, first.ID, from)
	}
	_ = try(again, noAnswer)
	if again = oldest(); again.Unknown != 2 || !again.UnknownFrom.Equal(from) {
		s.Errorf("%d sends of unknown outcome from %v on, want two from %v on", again.Unknown, again.UnknownFrom, from)
	}
}
