package store

import (
	"fmt"
	"slices"
	"time"

	"tidings/bot"
)

func editTests() []storeTest {
	return []storeTest{
		{"a revision edits what was posted", revisionEdits},
		{"a post on its way is edited when it has arrived", postOnItsWayIsEdited},
		{"an edit overtaken by a newer one is passed over", editIsOvertaken},
		{"a withdrawal is one, and coming back an edit", withdrawalAndBack},
		{"a withdrawal, and the way back, find what answered the alert", withdrawalFindsReplies},
		{"a withdrawal that was cut short is taken back", cutShortWithdrawalComesBack},
		{"what looks the same is not edited", sameLookIsNotEdited},
		{"an edit that cannot be made is no lost alert", failedEditIsNoLoss},
		{"an edit whose sender died may have been made", editOfADeadSender},
		{"edits go on after the subscription has ended, and after coming back", editsGoOn},
		{"a revision edits what a crowd was shown", crowdIsEdited},
		{"a try of unknown outcome is counted, and edited if it was another revision", uncertainIsCounted},
		{"a delivery carries its target's settings", deliveryCarriesSettings},
		{"a correction stays known", correctionStaysKnown},
	}
}

// posted posts an article to chat 1 and returns it and its subscription.
func (s *storeHarness) posted() (bot.Article, bot.Subscription) {
	s.Helper()
	sub := s.subscribe(chat("1"), "story")
	a := s.story("1")
	s.put(a)
	s.enqueue(sub.ID, 1)
	s.settle(s.claimOne(), sentAs("m1"))
	return a, sub
}

func sentAs(id string) bot.Outcome {
	return bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: id, Chat: "elsewhere"}}
}

// revise stores a revision of an article and enqueues what follows.
func (s *storeHarness) revise(a bot.Article, sub bot.Subscription) {
	s.Helper()
	s.put(a)
	s.enqueue(sub.ID)
}

func revisionEdits(s *storeHarness) {
	a, sub := s.posted()
	old := a.Title
	a.Title = "Story, corrected"
	s.revise(a, sub)
	if st := s.status(sub.Target); st.Waiting != 1 {
		s.Errorf("status %+v, want the edit waiting", st)
	}
	d := s.claimOne()
	if d.Action != bot.Edit || d.Message != (bot.Receipt{MessageID: "m1", Chat: "elsewhere"}) || d.Article.Title != a.Title {
		s.Errorf("claimed %+v, want an edit of m1", d)
	}
	if d.Posted == nil || d.Posted.Title != old || d.Posted.Revision != 1 {
		s.Errorf("posted was %+v, want revision 1", d.Posted)
	}
	s.settle(d, bot.Outcome{State: bot.Sent, Receipt: d.Message})
	s.claimNone()
	a.Title = "Story, once more"
	s.revise(a, sub)
	if d := s.claimOne(); d.Posted == nil || d.Posted.Revision != 2 || d.Message.MessageID != "m1" {
		s.Errorf("claimed %+v, want another edit of m1", d)
	}
}

func postOnItsWayIsEdited(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	a := s.story("1")
	s.put(a)
	s.enqueue(sub.ID, 1)
	post := s.claimOne()
	a.Title = "Newer"
	s.revise(a, sub)
	s.claimNone()
	s.settle(post, sentAs("m1"))
	if d := s.claimOne(); d.Action != bot.Edit || d.Article.Title != "Newer" || d.Message.MessageID != "m1" {
		s.Errorf("claimed %+v, want the edit", d)
	}
}

func editIsOvertaken(s *storeHarness) {
	a, sub := s.posted()
	for _, title := range []string{"Second", "Third"} {
		a.Title = title
		s.revise(a, sub)
	}
	d := s.claimOne()
	if d.Article.Title != "Third" {
		s.Errorf("edited to %q, want the newest", d.Article.Title)
	}
	s.settle(d, bot.Outcome{State: bot.Sent, Receipt: d.Message})
	s.claimNone()
	if st := s.status(sub.Target); st.Waiting != 0 {
		s.Errorf("status %+v, want nothing waiting", st)
	}
}

func withdrawalAndBack(s *storeHarness) {
	a, sub := s.posted()
	for _, step := range []struct {
		status bot.Status
		want   bot.Action
	}{{bot.Withdrawn, bot.Withdraw}, {bot.Live, bot.Edit}} {
		a.Status = step.status
		s.revise(a, sub)
		d := s.claimOne()
		if d.Action != step.want || d.Message.MessageID != "m1" {
			s.Errorf("%s: claimed %+v, want to %s m1", step.status, d, step.want)
		}
		s.settle(d, bot.Outcome{State: bot.Sent, Receipt: d.Message})
	}
}

func withdrawalFindsReplies(s *storeHarness) {
	a, sub := s.posted()
	for i, title := range []string{"Second", "Third", "Fourth"} {
		a.Title = title
		s.revise(a, sub)
		d := s.claimOne()
		if len(d.Replies) > 0 {
			s.Errorf("an edit has the replies %v", d.Replies)
		}
		receipt := bot.Receipt{MessageID: fmt.Sprint("r", i), Chat: "post"}
		if i == 1 {
			receipt = d.Message
		}
		s.settle(d, bot.Outcome{State: bot.Sent, Receipt: receipt})
	}
	a.Status = bot.Withdrawn
	s.revise(a, sub)
	d := s.claimOne()
	want := []bot.Receipt{{MessageID: "r2", Chat: "post"}, {MessageID: "r0", Chat: "post"}}
	if !slices.Equal(d.Replies, want) || d.Message.MessageID != "m1" {
		s.Errorf("withdraws %v with %v, want %v", d.Message, d.Replies, want)
	}
	s.settle(d, bot.Outcome{State: bot.Sent, Receipt: d.Message})
	a.Status = bot.Live
	s.revise(a, sub)
	d = s.claimOne()
	if d.Action != bot.Edit || !slices.Equal(d.Replies, want) {
		s.Errorf("to %s with the replies %v, want them back: %v", d.Action, d.Replies, want)
	}
	s.settle(d, bot.Outcome{State: bot.Sent, Receipt: d.Message})
	a.Title = "Fifth"
	s.revise(a, sub)
	if d := s.claimOne(); len(d.Replies) > 0 {
		s.Errorf("an edit after that has the replies %v", d.Replies)
	}
}

func cutShortWithdrawalComesBack(s *storeHarness) {
	a, sub := s.posted()
	a.Title = "Second"
	s.revise(a, sub)
	s.settle(s.claimOne(), sentAs("reply"))
	a.Status = bot.Withdrawn
	s.revise(a, sub)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Pending, Reason: "too many requests"})
	a.Status = bot.Live
	s.revise(a, sub)
	d := s.claimOne()
	if want := []bot.Receipt{{MessageID: "reply", Chat: "elsewhere"}}; d.Action != bot.Edit || !slices.Equal(d.Replies, want) {
		s.Errorf("to %s with the replies %v, want all edited that may have been withdrawn: %v", d.Action, d.Replies, want)
	}
}

func sameLookIsNotEdited(s *storeHarness) {
	a, sub := s.posted()
	a.Tags = []string{"economy"}
	s.revise(a, sub)
	s.claimNone()
	a.Title = "Other words"
	s.revise(a, sub)
	if d := s.claimOne(); d.Posted == nil || d.Posted.Title != "Story 1" {
		s.Errorf("posted was %+v", d.Posted)
	}
}

func failedEditIsNoLoss(s *storeHarness) {
	a, sub := s.posted()
	a.Title = "Other words"
	s.revise(a, sub)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Rejected, Reason: "the message is gone"})
	s.claimNone()
	if st := s.status(sub.Target); st.Rejected != 0 || st.LastRejected != "" {
		s.Errorf("status %+v, want nothing rejected", st)
	}
}

func editsGoOn(s *storeHarness) {
	a, sub := s.posted()
	_, err := s.Suspend(s.Context(), sub.Target, bot.Suspension{Reason: "kicked"})
	s.must(err)
	a.Title = "Other words"
	s.revise(a, sub)
	s.claimNone()
	_, err = s.Resume(s.Context(), sub.Target)
	s.must(err)
	d := s.claimOne()
	s.settle(d, bot.Outcome{State: bot.Sent, Receipt: d.Message})
	s.must(s.Unsubscribe(s.Context(), sub.ID))
	a.Status = bot.Withdrawn
	s.revise(a, sub)
	if d := s.claimOne(); d.Action != bot.Withdraw {
		s.Errorf("claimed %+v, want the withdrawal", d)
	}
}

func crowdIsEdited(s *storeHarness) {
	subs := s.crowd()
	a := s.story("1")
	s.put(a)
	s.enqueueAll(subs, 1)
	s.deliverByChat()
	a.Title = "Other words"
	s.put(a)
	if n := s.enqueueAll(nil, 1); n != crowdSize || s.backlog() != crowdSize {
		s.Errorf("%d edits, a backlog of %d, want %d", n, s.backlog(), crowdSize)
	}
	if st := s.status(subs[7].Target); st.Waiting != 1 {
		s.Errorf("status %+v, want one waiting", st)
	}
	edits := 0
	for {
		list := s.claim(50)
		if len(list) == 0 {
			break
		}
		for _, d := range list {
			if d.Action == bot.Edit && d.Message.MessageID == "m" {
				edits++
			}
			s.settle(d, bot.Outcome{State: bot.Sent, Receipt: d.Message})
		}
	}
	if edits != crowdSize {
		s.Errorf("%d chats were edited, want %d", edits, crowdSize)
	}
}

func uncertainIsCounted(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	a := s.story("1")
	s.put(a)
	s.enqueue(sub.ID, 1)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Pending, Uncertain: true, Reason: "no answer"})
	a.Title = "Newer"
	s.revise(a, sub)
	again := s.claimOne()
	if was := again.MayShow; again.Article.Title != "Newer" || was == nil || was.Title != "Story 1" {
		s.Errorf("claimed %q, which may show %+v, want the newer one and the older", again.Article.Title, was)
	}
	s.settle(again, sentAs("m1"))
	if d := s.claimOne(); d.Action != bot.Edit || d.MayShow != nil {
		s.Errorf("claimed %+v, want an edit of what may have arrived", d)
	}
	st, err := s.Stats(s.Context())
	if here := s.status(sub.Target); err != nil || st.Uncertain != 1 || here.Uncertain != 1 {
		s.Errorf("stats %+v, %v, status %+v, want one uncertain", st, err, here)
	}
}

func deliveryCarriesSettings(s *storeHarness) {
	first, second := s.subscribe(chat("1"), "one"), s.subscribe(chat("1"), "two")
	s.set(chat("1"), func(set *bot.Settings) { set.Corrections = bot.CorrectByReply })
	id := s.stories(1)[0]
	_, err := s.Enqueue(s.Context(), 0, 1, []bot.Match{{Article: id, Subscription: second.ID}, {Article: id, Subscription: first.ID}})
	s.must(err)
	if d := s.claimOne(); d.Filter != "one" || d.Corrections != bot.CorrectByReply {
		s.Errorf("filter %q, corrections %q", d.Filter, d.Corrections)
	}
	if st := s.status(chat("1")); st.Corrections != bot.CorrectByReply {
		s.Errorf("status %+v", st)
	}
}

func correctionStaysKnown(s *storeHarness) {
	a, sub := s.posted()
	s.clock.advance(time.Minute)
	a.Title = "Quite another story"
	s.revise(a, sub)
	at := s.clock.now()
	d := s.claimOne()
	if !d.Corrected.IsZero() {
		s.Errorf("corrected at %v before it was", d.Corrected)
	}
	s.settle(d, bot.Outcome{State: bot.Sent, Receipt: d.Message})
	s.clock.advance(time.Minute)
	a.Title += "!"
	s.revise(a, sub)
	if d := s.claimOne(); !d.Corrected.Equal(at) {
		s.Errorf("corrected at %v, want %v", d.Corrected, at)
	}
}

func editOfADeadSender(s *storeHarness) {
	a := s.story("1")
	s.put(a)
	sub := s.subscribe(chat("1"), "")
	s.enqueue(sub.ID, s.head())
	s.settle(s.claimOne(), sentAs("m1"))
	a.Title = "Newer"
	s.put(a)
	s.enqueue(sub.ID)
	if d := s.claimOne(); d.Action != bot.Edit || d.Unknown != 0 {
		s.Fatalf("claimed %+v, want an edit for the first time", d)
	}
	s.clock.advance(2 * time.Minute)
	d := s.claimOne()
	if d.Action != bot.Edit || d.Unknown != 1 || !d.UnknownSince.Equal(s.clock.now()) {
		s.Fatalf("claimed %+v, want an edit that may have been made", d)
	}
	s.settle(d, bot.Outcome{State: bot.Pending, Reason: "refused"})
	if d = s.claimOne(); d.Unknown != 1 {
		s.Errorf("claimed %+v, want it to be as unknown as it was", d)
	}
}
