package store

import (
	"slices"
	"time"

	"tidings/bot"
)

func leaseTests() []storeTest {
	return []storeTest{
		{"a lease that ends can be claimed again", leaseEnds},
		{"leases that are renewed do not end, and the others do", renewedLeasesStay},
		{"who lost the lease undoes nothing", loserUndoesNothing},
		{"what was sent is recorded though the lease has ended", sentIsRecorded},
		{"wait wakes when a lease ends", waitWakesAtLeaseEnd},
		{"what a dead sender may have posted is counted, and edited if it was another revision", deadSenderIsCounted},
		{"what a dead sender may have posted is withdrawn visibly", deadSenderIsWithdrawn},
		{"a try that surely did not arrive leaves nothing to change", sureFailureLeavesNothing},
		{"an edit of a dead sender is made up for", deadEditIsMadeUpFor},
		{"the first send of unknown outcome is remembered", firstSendOfUnknownOutcomeIsRemembered},
		{"a list of a dead sender may have arrived, whatever was sent since", listOfADeadSenderIsUnknown},
		{"a clock that was set back delays nothing but embargoes", setBackDelaysNothing},
		{"a clock that was set back holds up no copy of what may have arrived", setBackEndsTheWaitForACopy},
		{"a clock that was set does not make a send come twice", setClockDoublesNothing},
		{"what a dead sender leased is due at once where the clock was set back", setBackAfterDeath},
	}
}

func leaseEnds(s *storeHarness) {
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

func renewedLeasesStay(s *storeHarness) {
	for _, c := range []string{"1", "2", "3"} {
		s.enqueue(s.subscribe(chat(c), "").ID, s.stories(1)...)
	}
	claimed := s.claim(3)
	s.clock.advance(time.Minute - time.Second)
	s.must(s.Renew(s.Context(), []*bot.Delivery{&claimed[0], &claimed[1]}, time.Minute))
	s.clock.advance(time.Second)
	if d := s.claimOne(); d.ID != claimed[2].ID {
		s.Errorf("claimed %d, want %d, whose lease was not renewed", d.ID, claimed[2].ID)
	}
	s.settle(claimed[0], bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "1"}})
	s.must(s.Renew(s.Context(), []*bot.Delivery{&claimed[0], &claimed[2]}, time.Hour)) // settled, and lost
	s.clock.advance(time.Minute)
	if got := s.claim(3); len(got) != 2 || got[0].ID == claimed[0].ID || got[1].ID == claimed[0].ID {
		s.Errorf("claimed %+v, want the two that were not settled", got)
	}
}

func loserUndoesNothing(s *storeHarness) {
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

func sentIsRecorded(s *storeHarness) {
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

// dead has a sender die with a post of an article in hand.
func (s *storeHarness) dead() (bot.Article, bot.Subscription) {
	s.Helper()
	sub := s.subscribe(chat("1"), "")
	a := s.story("1")
	s.put(a)
	s.enqueue(sub.ID, 1)
	s.claimOne()
	s.clock.advance(time.Minute)
	return a, sub
}

func deadSenderIsCounted(s *storeHarness) {
	a, sub := s.dead()
	s.claimOne()
	s.clock.advance(time.Minute) // another one
	a.Title = "Newer"
	s.revise(a, sub)
	d := s.claimOne()
	s.settle(d, bot.Outcome{State: bot.Pending, Reason: "refused for now"})
	s.settle(s.claimOne(), sentAs("m1"))
	if d := s.claimOne(); d.Action != bot.Edit || d.Posted == nil || d.Posted.Title != "Story 1" {
		s.Errorf("claimed %+v, want an edit of what may have arrived", d)
	}
	st, err := s.Stats(s.Context())
	if here := s.status(sub.Target); err != nil || st.Uncertain != 2 || here.Uncertain != 2 {
		s.Errorf("stats %+v, %v, status %+v, want two uncertain", st, err, here)
	}
}

func deadSenderIsWithdrawn(s *storeHarness) {
	a, sub := s.dead()
	a.Status = bot.Withdrawn
	s.revise(a, sub)
	d := s.claimOne()
	if d.Action != bot.Post || d.Article.Status != bot.Withdrawn {
		s.Errorf("claimed %+v, want the post once more", d)
	}
	s.settle(d, sentAs("m1"))
	if d := s.claimOne(); d.Action != bot.Withdraw || d.Message.MessageID != "m1" {
		s.Errorf("claimed %+v, want the withdrawal", d)
	}
}

func sureFailureLeavesNothing(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	a := s.story("1")
	s.put(a)
	s.enqueue(sub.ID, 1)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Pending, Reason: "refused for now"})
	a.Title = "Newer"
	s.revise(a, sub)
	s.settle(s.claimOne(), sentAs("m1"))
	s.claimNone()
	if st := s.status(sub.Target); st.Uncertain != 0 {
		s.Errorf("status %+v, want nothing uncertain", st)
	}
}

func deadEditIsMadeUpFor(s *storeHarness) {
	a, sub := s.posted()
	title := a.Title
	a.Title = "Other words"
	s.revise(a, sub)
	s.claimOne()
	s.clock.advance(time.Minute)
	a.Title = title
	s.revise(a, sub)
	if d := s.claimOne(); d.Action != bot.Edit || d.Article.Title != title {
		s.Errorf("claimed %+v, want an edit back: the other words may stand there", d)
	}
}

// waitWakesAtLeaseEnd has the machine's clock, because it is about the passing of time.
func waitWakesAtLeaseEnd(s *storeHarness) {
	s.Store = s.open(s.T, time.Now)
	s.enqueue(s.subscribe(chat("1"), "").ID, s.stories(1)...)
	list, err := s.Claim(s.Context(), platform, 1, 20*time.Millisecond)
	if err != nil || len(list) != 1 {
		s.Fatalf("claimed %v, %v", list, err)
	}
	s.must(waitDue(s.soon(), s.Store))
	s.claimOne()
}

func setBackDelaysNothing(s *storeHarness) {
	sub, other := s.subscribe(chat("1"), ""), s.subscribe(chat("2"), "")
	secret := s.story("secret")
	secret.Embargo = s.clock.now().Add(time.Minute)
	s.put(secret)
	embargoed := s.entries(0)[0].Article.ID
	s.enqueue(other.ID, embargoed)
	s.enqueue(sub.ID, s.stories(1)...)
	s.clock.advance(-time.Hour)
	if err := waitDue(s.soon(), s.Store); err != nil {
		s.Error(err)
	}
	d := s.claimOne()
	s.settle(d, bot.Outcome{State: bot.Pending, Reason: "busy", NotBefore: s.clock.now().Add(5 * time.Minute)})
	s.claimNone()
	s.clock.advance(-time.Hour)
	if again := s.claimOne(); again.ID != d.ID {
		s.Errorf("claimed %d, want %d", again.ID, d.ID)
	}
	s.clock.advance(2*time.Hour + time.Minute)
	list := s.claim(10)
	if !slices.ContainsFunc(list, func(d bot.Delivery) bool { return d.Article.ID == embargoed }) {
		s.Errorf("claimed %v, want what was under embargo", list)
	}
}

func setBackEndsTheWaitForACopy(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.enqueue(sub.ID, s.stories(1)...)
	d := s.claimOne()
	s.settle(d, bot.Outcome{
		State: bot.Pending, Reason: "it may have arrived", Uncertain: true, Unanswered: true, Aside: true,
		NotBefore: s.clock.now().Add(80 * time.Minute),
	})
	s.clock.advance(time.Hour)
	s.claimNone()
	s.clock.advance(-25 * time.Hour)
	if again := s.claimOne(); again.ID != d.ID {
		s.Errorf("claimed %d, want %d", again.ID, d.ID)
	}
}

func setClockDoublesNothing(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.enqueue(sub.ID, s.stories(1)...)
	s.claimOne()
	s.clock.advance(-time.Hour)
	s.claimNone()
}

func setBackAfterDeath(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.enqueue(sub.ID, s.stories(1)...)
	d := s.claimOne()
	s.clock.advance(-time.Hour)
	s.Store.inFlight, s.Store.clock = inFlight{}, clockWatch{skew: s.Store.clock.skew} // as of another process
	if again := s.claimOne(); again.ID != d.ID {
		s.Errorf("claimed %d, want %d", again.ID, d.ID)
	}
}

func firstSendOfUnknownOutcomeIsRemembered(s *storeHarness) {
	s.enqueue(s.subscribe(chat("1"), "").ID, s.stories(1)...)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Pending, Reason: "refused"}) // which can't have arrived
	s.clock.advance(time.Minute)
	began := s.clock.now()
	d := s.claimOne()
	for range 3 {
		s.clock.advance(30 * time.Second)
		s.settle(d, bot.Outcome{State: bot.Pending, Uncertain: true, Reason: "no answer"})
		d = s.claimOne()
	}
	for range 2 { // senders die
		s.clock.advance(2 * time.Minute)
		d = s.claimOne()
	}
	s.settle(d, bot.Outcome{State: bot.Pending, Reason: "not tried"})
	if d = s.claimOne(); !d.UnknownFrom.Equal(began) || !d.UnknownSince.After(began) || d.Unknown != 5 {
		s.Errorf("%d sends of unknown outcome from %v on and since %v, want 5 from %v on", d.Unknown, d.UnknownFrom, d.UnknownSince, began)
	}
}

// The next claim is of something urgent, whose lease says nothing of the list.
func listOfADeadSenderIsUnknown(s *storeHarness) {
	sub, _ := s.late(8)
	began := s.clock.now()
	first := s.claimOne() // and the sender dies
	s.clock.advance(2 * time.Minute)
	a := s.story("flash")
	a.Urgency = 1
	s.put(a)
	s.enqueue(sub.ID, s.head())
	flash := s.claimOne()
	s.wantArticles(flash, s.head())
	s.settle(flash, sentAs("flash"))
	again := s.claimOne()
	s.wantArticles(again, articlesOf(&first)...)
	if again.Unknown != 1 || !again.UnknownFrom.Equal(began) || again.Key() != first.Key() {
		s.Errorf("%d sends of unknown outcome from %v on, want one from %v on", again.Unknown, again.UnknownFrom, began)
	}
	s.settle(again, bot.Outcome{State: bot.Pending, Reason: "not tried"})
	if again = s.claimOne(); again.Unknown != 1 || !again.UnknownFrom.Equal(began) {
		s.Errorf("%d sends of unknown outcome from %v on after one that wasn't tried, want one from %v on", again.Unknown, again.UnknownFrom, began)
	}
}
