package store

import (
	"context"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

func catchUpTests() []storeTest {
	return []storeTest{
		{"what waited for hours comes as lists", hoursComeAsLists},
		{"a list passes nothing that waits between its entries", listPassesNothing},
		{"few old alerts stay alerts", fewStayAlerts},
		{"a manager chooses between alerts and lists", managerChooses},
		{"a list that cannot be sent becomes alerts", failedListBecomesAlerts},
		{"what is listed is not edited", listedIsNotEdited},
		{"a delivery that keeps failing steps aside", failingStepsAside},
		{"a list that waits alone lets others pass and comes back whole", listStepsAside},
		{"a digest that waits alone lets others pass and comes back whole", digestStepsAside},
	}
}

// articlesOf returns the articles of a delivery in the order of their list.
func articlesOf(d *bot.Delivery) []int64 {
	var ids []int64
	for i := range d.With {
		ids = append(ids, d.With[i].Article.ID)
	}
	return append(ids, d.Article.ID)
}

// deliverLists sends until nothing is left, and returns the articles of each message.
func (s *storeHarness) deliverLists() [][]int64 {
	s.Helper()
	var got [][]int64
	for {
		list := s.claim(10)
		if len(list) == 0 {
			return got
		}
		for i := range list {
			got = append(got, articlesOf(&list[i]))
			s.settle(list[i], sentAs("list"))
		}
	}
}

func hoursComeAsLists(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(12)
	s.enqueue(sub.ID, ids...)
	s.clock.advance(3 * time.Hour)
	fresh := s.stories(1)
	s.enqueue(sub.ID, fresh...)
	first := s.claimOne()
	s.settle(first, bot.Outcome{State: bot.Pending, Counted: true})
	got := s.deliverLists()
	if len(got) < 3 || !slices.Equal(slices.Concat(got...), append(ids, fresh...)) || len(got[0]) < 2 {
		s.Errorf("messages %v, want lists of %v and then %v", got, ids, fresh)
	}
	if len(got[len(got)-1]) != 1 {
		s.Errorf("what is fresh came as %v, want an alert of its own", got[len(got)-1])
	}
	if st := s.status(sub.Target); st.Waiting != 0 {
		s.Errorf("status %+v, want nothing waiting", st)
	}
}

func fewStayAlerts(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	s.enqueue(sub.ID, s.stories(5)...)
	s.clock.advance(3 * time.Hour)
	if got := s.deliverLists(); len(got) != 5 {
		s.Errorf("messages %v, want five", got)
	}
	s.enqueue(sub.ID, s.stories(30)...)
	s.clock.advance(time.Hour)
	if got := s.deliverLists(); len(got) != 30 {
		s.Errorf("messages %v, want 30", got)
	}
}

func managerChooses(s *storeHarness) {
	for how, want := range map[bot.CatchUp]int{bot.CatchUpEach: 8, bot.CatchUpList: 1} {
		sub := s.subscribe(chat(string(how)), "")
		s.enqueue(sub.ID, s.stories(8)...)
		_, err := s.Suspend(s.Context(), sub.Target, bot.Suspension{Reason: "kicked"})
		s.must(err)
		s.clock.advance(3 * time.Hour)
		_, err = s.Resume(s.Context(), sub.Target)
		s.must(err)
		if n, err := s.Release(s.Context(), sub.Target, how); err != nil || n != 8 {
			s.Errorf("released %d, %v, want 8", n, err)
		}
		if got := s.deliverLists(); len(got) != want {
			s.Errorf("%s: messages %v, want %d", how, got, want)
		}
	}
	if _, err := s.Release(s.Context(), chat(string(bot.CatchUpEach)), "sing"); err == nil {
		s.Error("released in a way that there is not")
	}
}

// late has articles wait for chat 1 until they are a list.
func (s *storeHarness) late(n int) (bot.Subscription, []int64) {
	s.Helper()
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(n)
	s.enqueue(sub.ID, ids...)
	s.clock.advance(3 * time.Hour)
	return sub, ids
}

func failedListBecomesAlerts(s *storeHarness) {
	_, ids := s.late(8)
	s.settle(s.claimOne(), bot.Outcome{State: bot.Rejected, Reason: "no"})
	got := s.deliverLists()
	if len(got) != 8 || !slices.Equal(slices.Concat(got...), ids) {
		s.Errorf("messages %v, want %v one by one", got, ids)
	}
	if st := s.status(chat("1")); st.Rejected != 0 {
		s.Errorf("status %+v, want none rejected", st)
	}
}

func listedIsNotEdited(s *storeHarness) {
	sub, _ := s.late(7)
	s.deliverLists()
	list := s.entries(0)
	for _, e := range list {
		a := e.Article
		a.Title = "Other words " + a.GUID
		s.put(a)
	}
	if n := s.enqueue(sub.ID); n != 0 {
		s.Errorf("%d edits of listed articles", n)
	}
	s.claimNone()
}

func failingStepsAside(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(2)
	s.enqueue(sub.ID, ids...)
	for range 6 {
		d := s.claimOne()
		if d.Article.ID != ids[0] {
			s.Fatalf("claimed article %d after %d failures, want the first", d.Article.ID, d.Attempts)
		}
		s.claimNone()
		s.settle(d, bot.Outcome{State: bot.Pending, Counted: true, Reason: "no", NotBefore: s.clock.now().Add(time.Minute)})
		if d.Attempts < 5 {
			s.clock.advance(time.Minute)
		}
	}
	if got := s.deliver(); !slices.Equal(got, ids[1:]) {
		s.Errorf("delivered %v meanwhile, want %v", got, ids[1:])
	}
	if st := s.status(sub.Target); st.Waiting != 1 {
		s.Errorf("status %+v, want one waiting", st)
	}
	s.clock.advance(time.Minute)
	if got := s.deliver(); !slices.Equal(got, ids[:1]) {
		s.Errorf("delivered %v in the end, want %v", got, ids[:1])
	}
}

func listPassesNothing(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	ids := s.stories(9)
	s.enqueue(sub.ID, ids[:3]...)
	s.clock.advance(3 * time.Hour)
	s.enqueue(sub.ID, ids[3])
	s.clock.advance(-3 * time.Hour)
	s.enqueue(sub.ID, ids[4:]...)
	s.clock.advance(oldAge + time.Minute)
	want := [][]int64{ids[:3], ids[3:4], ids[4:]}
	if got := s.deliverLists(); !slices.EqualFunc(got, want, slices.Equal) {
		s.Errorf("messages %v, want %v", got, want)
	}
}

// stepsAside has a list wait alone that may have arrived, and be tried again, and returns it as it is claimed then. Others are sent
// meanwhile.
func (s *storeHarness) stepsAside(d bot.Delivery, sub int64) bot.Delivery {
	s.Helper()
	s.settle(d, bot.Outcome{
		State: bot.Pending, Uncertain: true, Aside: true, Reason: "it may have arrived", NotBefore: s.clock.now().Add(time.Minute),
	})
	s.claimNone()
	since := s.stories(1)
	s.enqueue(sub, since...)
	if got := s.deliver(); !slices.Equal(got, since) {
		s.Errorf("delivered %v meanwhile, want %v", got, since)
	}
	s.claimNone()
	s.clock.advance(time.Minute)
	// A Claim of many has released one of them.
	s.must(s.db.InTx(s.Context(), database.Shared, func(ctx context.Context, tx *database.Tx) error {
		if err := tx.Queue(ctx, `UPDATE deliveries SET state = 'pending' WHERE id = $1`, d.With[0].ID); err != nil {
			return err
		}
		return queueAgain(ctx, tx, 1, tx.Now)
	}))
	again := s.claimOne()
	s.wantArticles(again, articlesOf(&d)...)
	if again.Key() != d.Key() || again.Unknown != 1 {
		s.Errorf("key %s, %d sends of unknown outcome, want %s and one", again.Key(), again.Unknown, d.Key())
	}
	return again
}

func listStepsAside(s *storeHarness) {
	sub, ids := s.late(8)
	again := s.stepsAside(s.claimOne(), sub.ID)
	s.wantArticles(again, ids...)
	s.settle(again, sentAs("list"))
	s.claimNone()
}

func digestStepsAside(s *storeHarness) {
	s.enqueue(s.daily(chat("1")).ID, s.stories(4)...)
	s.until(s.digestAt())
	d := s.claimOne()
	now := s.subscribe(chat("1"), "-digest")
	if !d.Digest || len(d.With) != 3 {
		s.Fatalf("claimed %+v, want a digest of four", d)
	}
	again := s.stepsAside(d, now.ID)
	if !again.Digest {
		s.Error("it comes back as no digest")
	}
	s.settle(again, sentAs("digest"))
	s.claimNone()
}
