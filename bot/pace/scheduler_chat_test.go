package pace

import (
	"fmt"
	"testing"
	"time"

	"tidings/bot"
)

// TestScheduler_AppliesAChatsLimitToThatChatOnly has one chat rate limited for all that was on its way.
func TestScheduler_AppliesAChatsLimitToThatChatOnly(t *testing.T) {
	p := &platform{limits: limits{whole: []bot.Rate{{N: 30, Per: time.Second}}, target: []bot.Rate{{N: 5, Per: time.Second}}}}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		to := bot.Target{Chat: "busy"}
		var slots []*Slot
		for range strikesMeanAll {
			slots = append(slots, must(s.Take(t.Context(), to, Ordinary))(t))
		}
		for _, slot := range slots {
			s.Done(slot, to, &bot.SendError{Kind: bot.RateLimited, After: 20 * time.Second})
		}
		begun := time.Now()
		must(s.Take(t.Context(), bot.Target{Chat: "other"}, Ordinary))(t)
		if took := time.Since(begun); took > time.Second {
			t.Errorf("another chat waited %v", took)
		}
	})
}

// TestScheduler_SlowsARateLimitedChatForAWhile: what a chat allows less of than its platform says is learned, and
// forgotten again.
func TestScheduler_SlowsARateLimitedChatForAWhile(t *testing.T) {
	p := &platform{limits: limits{target: []bot.Rate{{N: 1, Per: time.Second}}}}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		to := bot.Target{Chat: "0"}
		s.Done(must(s.Take(t.Context(), to, Ordinary))(t), to, &bot.SendError{Kind: bot.RateLimited, After: time.Second})
		load(t, s, p, 1, 1)
		if took := load(t, s, p, 1, 10); took < 11*time.Second {
			t.Errorf("after a refusal 10 messages took %v, want more than the limit's 10 s", took)
		}
		load(t, s, p, 1, 20)
		if took := load(t, s, p, 1, 10); took > 10*time.Second {
			t.Errorf("after 31 messages without a refusal 10 more took %v, want the limit's 10 s", took)
		}
	})
}

func TestScheduler_LetsAnswersAndNothingElseBurst(t *testing.T) {
	p := &platform{limits: limits{target: []bot.Rate{{N: 1, Per: time.Second, Burst: 3}}}}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		for c, want := range map[Class]time.Duration{Answers: 0, Urgent: 2 * time.Second, Ordinary: 2 * time.Second} {
			begun := time.Now()
			for range 3 {
				to := bot.Target{Chat: fmt.Sprint(c)}
				s.Done(must(s.Take(t.Context(), to, c))(t), to, nil)
			}
			if took := time.Since(begun); took < want || took > want+time.Second {
				t.Errorf("3 messages of class %d took %v, want %v", c, took, want)
			}
		}
	})
}

func TestScheduler_GivesASlotThatWasNotUsedToAnother(t *testing.T) {
	p := &platform{limits: limits{target: []bot.Rate{{N: 1, Per: time.Hour}}}}
	inSchedule(t, p, func(t *testing.T, s *Scheduler) {
		to := bot.Target{Chat: "slow"}
		s.GiveBack(must(s.Take(t.Context(), to, Ordinary))(t))
		begun := time.Now()
		must(s.Take(t.Context(), to, Ordinary))(t)
		if took := time.Since(begun); took > time.Second {
			t.Errorf("the next waited %v", took)
		}
	})
}

// must returns a function that returns v, or ends the test if there was an error.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
