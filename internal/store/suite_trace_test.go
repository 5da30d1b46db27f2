package store

import (
	"slices"
	"time"

	"tidings/bot"
)

func traceTests() []storeTest {
	return []storeTest{
		{"a trace shows what became of an article in a chat", traceListsSteps},
		{"a trace shows what is before a delivery that waits", traceShowsTheQueue},
		{"a trace of an article that nobody took has no steps", traceOfNothing},
		{"an article is found by the message it became", postedIsFound},
		{"an article is found by what answered its alert", answerIsFound},
	}
}

func (s *storeHarness) trace(t bot.Target, article int64) bot.Trace {
	s.Helper()
	trace, err := s.Trace(s.Context(), t, article)
	s.must(err)
	return trace
}

func traceListsSteps(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	id := s.stories(1)[0]
	first := s.clock.now()
	if got := s.trace(chat("1"), id); got.Seen || len(got.Steps) != 0 || len(got.Revisions) != 1 || !got.Revisions[0].Equal(first) {
		s.Errorf("before the watcher came: %+v", got)
	}
	s.enqueue(sub.ID, id)
	s.clock.advance(time.Second)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Pending, Reason: "busy", Counted: true})
	s.clock.advance(time.Second)
	got := s.trace(chat("1"), id)
	if !got.Seen || len(got.Steps) != 1 {
		s.Fatalf("a delivery that waits: %+v", got)
	}
	step := got.Steps[0]
	if step.Action != bot.Post || step.State != bot.Pending || step.Attempts != 1 || step.Reason != "busy" ||
		!step.Enqueued.Equal(first) || !step.Settled.IsZero() {
		s.Errorf("the step that waits: %+v", step)
	}
	s.settle(s.claimOne(), bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "77", Chat: "elsewhere"}})
	step = s.trace(chat("1"), id).Steps[0]
	if step.State != bot.Sent || step.Receipt != (bot.Receipt{MessageID: "77", Chat: "elsewhere"}) || !step.Settled.Equal(s.clock.now()) {
		s.Errorf("the step that is done: %+v", step)
	}
}

func traceShowsTheQueue(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(3)
	s.enqueue(sub.ID, ids...)
	if got := s.trace(chat("1"), ids[2]); got.Ahead != 2 || !got.Ready.IsZero() {
		s.Errorf("the last of three: %+v", got)
	}
	until := s.clock.now().Add(time.Minute)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Sent, NotBefore: until})
	if got := s.trace(chat("1"), ids[2]); got.Ahead != 1 || !got.Ready.Equal(until) {
		s.Errorf("after the first: %+v, want one ahead and a wait until %v", got, until)
	}
	secret := s.story("secret")
	secret.Embargo = s.clock.now().Add(time.Hour)
	s.put(secret)
	id := s.entries(s.head() - 1)[0].Article.ID
	s.enqueue(sub.ID, id)
	if got := s.trace(chat("1"), id).Steps; len(got) != 1 || got[0].State != bot.Pending || !got[0].Due.Equal(secret.Embargo) {
		s.Errorf("under embargo: %+v", got)
	}
}

func traceOfNothing(s *storeHarness) {
	s.subscribe(chat("1"), "")
	id := s.stories(1)[0]
	for _, t := range []bot.Target{chat("1"), chat("unknown")} {
		if got := s.trace(t, id); len(got.Steps) != 0 || len(got.Revisions) != 1 {
			s.Errorf("in %s: %+v", t, got)
		}
	}
	if got := s.trace(chat("1"), 99); len(got.Revisions) != 0 || len(got.Steps) != 0 {
		s.Errorf("no article: %+v", got)
	}
}

func postedIsFound(s *storeHarness) {
	a, b := s.subscribe(chat("1"), ""), s.subscribe(chat("2"), "")
	ids := s.stories(2)
	s.enqueue(a.ID, ids[0])
	s.enqueue(b.ID, ids[1])
	for range 2 {
		d := s.claim(1)[0]
		s.settle(d, bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "5"}})
	}
	for t, want := range map[bot.Target][]int64{chat("1"): ids[:1], chat("2"): ids[1:], chat("3"): nil} {
		if got, err := s.Posted(s.Context(), t, "5"); err != nil || !slices.Equal(got, want) {
			s.Errorf("message 5 in %s is about %v, %v, want %v", t, got, err, want)
		}
	}
	for _, id := range []string{"", "6"} {
		if got, err := s.Posted(s.Context(), chat("1"), id); err != nil || len(got) != 0 {
			s.Errorf("message %q is about %v, %v", id, got, err)
		}
	}
}

func answerIsFound(s *storeHarness) {
	a, sub := s.posted()
	for _, message := range []string{"m1", "m2"} { // edited in place, then corrected in answer
		a.Title += " again"
		s.revise(a, sub)
		s.settle(s.claimOne(), sentAs(message))
	}
	for _, message := range []string{"m1", "m2"} {
		if got, err := s.Posted(s.Context(), chat("1"), message); err != nil || !slices.Equal(got, []int64{1}) {
			s.Errorf("message %s is about %v, %v, want the article once", message, got, err)
		}
	}
}
