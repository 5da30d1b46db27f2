package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/database"
)

func embargoTests() []storeTest {
	return []storeTest{
		{"nothing is posted before its embargo ends", nothingBeforeEmbargo},
		{"an embargo that comes late is kept", lateEmbargoIsKept},
		{"an embargo that moves is followed", movedEmbargoIsFollowed},
		{"an embargo does not delay other articles", embargoDelaysNothingElse},
		{"wait wakes when an embargo ends", waitWakesAtEmbargo},
		{"wait wakes when an embargo is moved to now", waitWakesForMovedEmbargo},
		{"embargoes on hold do not end", suspendedEmbargoesDoNotEnd},
		{"an embargo in centuries keeps nobody busy", farEmbargoKeepsNobodyBusy},
	}
}

// secret stores an article that may be seen in an hour, and its delivery.
func (s *storeHarness) secret() (bot.Article, bot.Subscription) {
	s.Helper()
	sub := s.subscribe(chat("1"), "")
	a := s.story("secret")
	a.Embargo = s.clock.now().Add(time.Hour)
	s.put(a)
	s.enqueue(sub.ID, 1)
	return a, sub
}

func nothingBeforeEmbargo(s *storeHarness) {
	_, sub := s.secret()
	s.claimNone()
	if st := s.status(sub.Target); st.Waiting != 1 {
		s.Errorf("status %+v, want one waiting", st)
	}
	s.clock.advance(time.Hour - time.Microsecond)
	s.claimNone()
	s.clock.advance(time.Microsecond)
	if d := s.claimOne(); d.Article.ID != 1 {
		s.Errorf("claimed %+v", d)
	}
}

func lateEmbargoIsKept(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	a := s.story("1")
	s.put(a)
	s.enqueue(sub.ID, 1)
	a.Embargo = s.clock.now().Add(time.Hour)
	s.put(a)
	s.claimNone()
	s.clock.advance(time.Hour)
	s.claimOne()
}

func movedEmbargoIsFollowed(s *storeHarness) {
	a, _ := s.secret()
	a.Embargo = a.Embargo.Add(time.Hour)
	s.put(a)
	s.clock.advance(time.Hour)
	s.claimNone()
	a.Embargo = time.Time{}
	s.put(a)
	s.claimOne()
}

func embargoDelaysNothingElse(s *storeHarness) {
	_, sub := s.secret()
	later := s.stories(1)
	s.enqueue(sub.ID, later...)
	if got := s.deliver(); !slices.Equal(got, later) {
		s.Errorf("delivered %v, want %v", got, later)
	}
	s.clock.advance(time.Hour)
	if got := s.deliver(); !slices.Equal(got, []int64{1}) {
		s.Errorf("delivered %v after the embargo, want 1", got)
	}
}

// waitWakesAtEmbargo has the machine's clock, because it is about the passing of time.
func waitWakesAtEmbargo(s *storeHarness) {
	s.Store = s.open(s.T, time.Now)
	sub := s.subscribe(chat("1"), "")
	a := s.story("1")
	a.Published, a.Embargo = time.Now(), time.Now().Add(50*time.Millisecond)
	s.put(a)
	s.enqueue(sub.ID, 1)
	s.must(waitDue(s.soon(), s.Store))
	s.claimOne()
}

func waitWakesForMovedEmbargo(s *storeHarness) {
	sub := s.subscribe(chat("1"), "")
	a := s.story("1")
	a.Embargo = s.clock.now().Add(time.Hour)
	s.put(a)
	s.enqueue(sub.ID, 1)
	ctx := s.soon()
	due := inBackground(func() error { return waitDue(ctx, s.Store) })
	a.Embargo = s.clock.now()
	s.put(a)
	s.must(<-due)
	s.claimOne()
}

// suspendedEmbargoesDoNotEnd: the clock is an hour ahead, which is known.
func suspendedEmbargoesDoNotEnd(s *storeHarness) {
	begin := s.clock.now()
	_, sub := s.secret()
	s.clock.advance(time.Hour)
	onHold := true
	s.HoldEmbargoes(func() (time.Time, bool) { return begin, onHold })
	late := s.story("late")
	late.Embargo = begin.Add(time.Minute)
	s.put(late)
	past := s.story("past")
	past.Embargo = begin.Add(-time.Minute)
	s.put(past)
	s.enqueue(sub.ID, 2, 3)
	if got := s.deliver(); !slices.Equal(got, []int64{3}) {
		s.Errorf("delivered %v, want what has no embargo left", got)
	}
	s.claimNone()
	page, err := s.Search(s.Context(), bot.Query{Limit: 10})
	s.must(err)
	if len(page.Articles) != 1 {
		s.Errorf("a search finds %d articles, want one", len(page.Articles))
	}
	if st := s.status(sub.Target); st.Waiting != 2 {
		s.Errorf("status %+v, want two waiting", st)
	}
	onHold = false
	if got := s.deliver(); len(got) != 2 {
		s.Errorf("delivered %v once nothing is on hold, want two", got)
	}
}

// farEmbargoKeepsNobodyBusy has an embargo as earlier versions accepted it.
func farEmbargoKeepsNobodyBusy(s *storeHarness) {
	s.secret()
	far := s.clock.now().AddDate(400, 0, 0)
	s.must(s.db.InTx(s.Context(), database.Exclusive, func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE deliveries SET due = $1 WHERE article_id = 1 AND state = 'embargoed'`, far.UnixMicro())
		return err
	}))
	if d, err := s.untilDue(s.Context(), "test"); err != nil || d.in != maxWait {
		s.Errorf("the next look is in %v, %v, want %v", d, err, maxWait)
	}
	a := s.story("far")
	a.Embargo = far
	if _, err := s.Put(s.Context(), []bot.Article{a}); err == nil || !strings.Contains(err.Error(), "embargo") {
		s.Errorf("such an embargo is stored: %v", err)
	}
}
