package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

func outcomeTests() []storeTest {
	return []storeTest{
		{"outcomes that come together are each recorded", outcomesAreEachRecorded},
		{"a wrong outcome spoils no other", wrongOutcomeSpoilsNothing},
		{"of two outcomes for a target each sees what the other changed", outcomesOfOneTarget},
		{"outcomes don't wait for what another transaction has", outcomesPassWhatIsLocked},
		{"an outcome is recorded though its caller's context ends while it waits", outcomesOutlastTheirContexts},
	}
}

// claimFrom has a delivery claimed in each of n chats that have another one waiting.
func (s *storeHarness) claimFrom(n int) []bot.Delivery {
	s.Helper()
	subs := make([]bot.Subscription, n)
	for i := range subs {
		subs[i] = s.subscribe(chat(fmt.Sprint(i)), "")
	}
	for _, id := range s.stories(2) {
		s.enqueueAll(subs, id)
	}
	list := s.claim(n)
	if len(list) != n {
		s.Fatalf("%d deliveries claimed, want %d", len(list), n)
	}
	return list
}

func outcomesOf(list []bot.Delivery, o bot.Outcome) []*outcome {
	outcomes := make([]*outcome, len(list))
	for i := range list {
		outcomes[i] = &outcome{Outcome: o, of: &list[i]}
	}
	return outcomes
}

// settleTogether has outcomes come one after the other while others are being recorded, and returns where each caller hears what
// became of its.
func (s *storeHarness) settleTogether(outcomes []*outcome) []<-chan error {
	s.Helper()
	s.outcomes.busy = true
	all := make([]<-chan error, len(outcomes))
	for i, o := range outcomes {
		all[i] = inBackground(func() error { return s.Settle(s.Context(), o.of, o.Outcome) })
		s.awaitWaiting(i+1, s.outcomes.waits)
	}
	s.outcomes.serve()
	return all
}

func outcomesAreEachRecorded(s *storeHarness) {
	const chats = 6
	list := s.claimFrom(chats)
	outcomes := outcomesOf(list, bot.Outcome{State: bot.Sent})
	outcomes[1].Outcome = bot.Outcome{State: bot.Pending, Reason: "busy", NotBefore: s.clock.now().Add(time.Minute)}
	outcomes[2].Outcome = bot.Outcome{State: bot.Rejected, Reason: "no"}
	outcomes[3].Outcome = bot.Outcome{State: bot.Sent, NotBefore: s.clock.now().Add(time.Minute)}
	alone, err := s.settleAll(s.Context(), outcomes)
	s.must(err)
	if len(alone) > 0 {
		s.Errorf("%d outcomes have to be recorded alone", len(alone))
	}
	next := map[string]int64{}
	for _, d := range s.claim(chats) {
		next[d.Target.Chat] = d.Article.ID
	}
	for i, d := range list {
		switch got, waits := next[d.Target.Chat], i == 1 || i == 3; {
		case waits && got != 0:
			s.Errorf("%s gets article %d at once", d.Target, got)
		case !waits && got == d.Article.ID, !waits && got == 0:
			s.Errorf("%s gets article %d after %d", d.Target, got, d.Article.ID)
		}
	}
	s.clock.advance(time.Minute)
	for _, d := range s.claim(chats) {
		if i := slices.IndexFunc(list, func(c bot.Delivery) bool { return c.Target == d.Target }); i == 1 && d.Article.ID != list[1].Article.ID {
			s.Errorf("%s gets article %d, and not again %d", d.Target, d.Article.ID, list[1].Article.ID)
		}
	}
}

func wrongOutcomeSpoilsNothing(s *storeHarness) {
	list := s.claimFrom(3)
	outcomes := outcomesOf(list, bot.Outcome{State: bot.Sent})
	unknown := &bot.Delivery{ID: 1 << 40, Lease: 1, Target: chat("unknown")}
	outcomes[1].State = "nonsense"
	outcomes = append(outcomes, &outcome{Outcome: bot.Outcome{State: bot.Sent}, of: unknown})
	for i, settled := range s.settleTogether(outcomes) {
		err := <-settled
		switch i {
		case 1:
			if err == nil {
				s.Error("nonsense is recorded")
			}
		case 3:
			if !errors.Is(err, bot.ErrNotFound) {
				s.Errorf("an unknown delivery is settled with %v", err)
			}
		default:
			s.must(err)
		}
	}
	if got := s.claim(10); len(got) != 2 {
		s.Errorf("%d targets get their next delivery, want the 2 of which the first was sent", len(got))
	}
}

func outcomesOfOneTarget(s *storeHarness) {
	list := s.claimFrom(1)
	twice := []bot.Delivery{list[0], list[0]}
	outcomes := outcomesOf(twice, bot.Outcome{State: bot.Sent, Receipt: bot.Receipt{MessageID: "1"}})
	outcomes[1].Outcome = bot.Outcome{State: bot.Rejected, Reason: "too late"}
	for _, settled := range s.settleTogether(outcomes) {
		s.must(<-settled)
	}
	if d := s.claimOne(); d.Article.ID == list[0].Article.ID {
		s.Error("what was sent is sent again")
	}
}

func outcomesPassWhatIsLocked(s *storeHarness) {
	if s.dialect.queueHint == "" {
		return // nobody else writes
	}
	list := s.claimFrom(4)
	locked, release := make(chan struct{}), make(chan struct{})
	holding := inBackground(func() error {
		return s.db.InTx(s.Context(), database.Shared, func(ctx context.Context, tx *database.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE queue SET rank = rank WHERE target_id = (SELECT target_id FROM deliveries WHERE id = $1)`, list[1].ID)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `UPDATE articles SET title = title WHERE id = $1`, list[1].Article.ID+1) // of which nothing is settled
			close(locked)
			<-release
			return err
		})
	})
	<-locked
	outcomes := outcomesOf(list, bot.Outcome{State: bot.Sent})
	all := s.settleTogether(outcomes)
	for i, settled := range all {
		if i != 1 {
			s.must(<-settled)
		}
	}
	select {
	case err := <-all[1]:
		s.Errorf("recorded with %v while another transaction has the target", err)
	default:
	}
	close(release)
	s.must(<-holding)
	s.must(<-all[1])
}

func outcomesOutlastTheirContexts(s *storeHarness) {
	list := s.claimFrom(1)
	ctx, cancel := context.WithCancel(s.Context())
	s.outcomes.busy = true
	settled := inBackground(func() error { return s.Settle(ctx, &list[0], bot.Outcome{State: bot.Sent}) })
	s.awaitWaiting(1, s.outcomes.waits)
	cancel()
	s.outcomes.serve()
	s.must(<-settled)
	if d := s.claimOne(); d.Article.ID == list[0].Article.ID {
		s.Error("what was sent is sent again")
	}
	if err := s.Settle(ctx, &list[0], bot.Outcome{State: bot.Sent}); !errors.Is(err, context.Canceled) {
		s.Errorf("an outcome after its context's end: %v", err)
	}
}
