package bottest

import (
	"time"

	"tidings/bot"
)

func leaseTests() []storeTest {
	return []storeTest{
		{"a lease that ends can be claimed again", leaseEnds},
		{"who lost the lease undoes nothing", loserUndoesNothing},
		{"what was sent is recorded though the lease has ended", sentIsRecorded},
		{"wait wakes when a lease ends", waitWakesAtLeaseEnd},
	}
}

func leaseEnds(s *shelf) {
	s.enqueue(s.subscribe(chat("1"), "").ID, s.stories(2)...)
	first := s.claimOne()
	s.clock.advance(time.Minute - time.Microsecond)
	s.claimNone()
	s.clock.advance(time.Microsecond)
	second := s.claimOne()
	if second.ID != first.ID || second.Lease == first.Lease {
		s.Errorf("claimed %d by %d, want %d by another lease than %d", second.ID, second.Lease, first.ID, first.Lease)
	}
}

func loserUndoesNothing(s *shelf) {
	s.enqueue(s.subscribe(chat("1"), "").ID, s.stories(2)...)
	loser := s.claimOne()
	s.clock.advance(time.Minute)
	holder := s.claimOne()
	for _, o := range []bot.Outcome{
		{State: bot.Pending, Counted: true},
		{State: bot.Rejected, Reason: "no"},
		{State: bot.Superseded, Reason: "no"},
	} {
		s.settle(loser, o)
		s.claimNone() // the holder still has it
	}
	s.settle(holder, bot.Outcome{State: bot.Pending})
	if d := s.claimOne(); d.ID != holder.ID || d.Attempts != 0 {
		s.Errorf("claimed %+v, want delivery %d without attempts", d, holder.ID)
	}
}

func sentIsRecorded(s *shelf) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(2)
	s.enqueue(sub.ID, ids...)
	loser := s.claimOne()
	s.clock.advance(time.Minute)
	holder := s.claimOne()
	s.settle(loser, bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "1"}})
	s.claimNone() // the holder is still sending
	s.settle(holder, bot.Outcome{State: bot.Rejected, Reason: "too late"})
	if st := s.status(sub.Target); st.LastSent.IsZero() || st.Rejected != 0 || st.Waiting != 1 {
		s.Errorf("status %+v, want one sent, one waiting, none rejected", st)
	}
	if d := s.claimOne(); d.Article.ID != ids[1] {
		s.Errorf("claimed article %d, want %d", d.Article.ID, ids[1])
	}
}

// waitWakesAtLeaseEnd has the machine's clock, because it is about the passing of time.
func waitWakesAtLeaseEnd(s *shelf) {
	s.Store = s.open(s.T, time.Now)
	s.enqueue(s.subscribe(chat("1"), "").ID, s.stories(1)...)
	list, err := s.Claim(s.Context(), platform, 1, 20*time.Millisecond)
	if err != nil || len(list) != 1 {
		s.Fatalf("claimed %v, %v", list, err)
	}
	s.must(s.WaitDue(s.soon(), platform))
	s.claimOne()
}
