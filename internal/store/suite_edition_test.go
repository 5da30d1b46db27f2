package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tidings/bot"
)

// longNews stores articles of which a message shows few.
func (s *storeHarness) longNews(n int) (ids []int64) {
	s.Helper()
	for i := range n {
		s.clock.advance(time.Second)
		a := s.story(fmt.Sprintf("long %d", i))
		a.Title, a.Summary, a.URL = strings.Repeat("Word ", 20)+a.GUID, strings.Repeat("dek ", 100), "https://wire.example/"+fmt.Sprint(i)
		s.put(a)
	}
	for _, e := range s.entries(s.head() - int64(n)) {
		ids = append(ids, e.Article.ID)
	}
	return ids
}

func digestComesInParts(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.longNews(14)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	s.until(s.digestAt())
	var got []int64
	var rest, parts int
	var list int64
	for {
		claimed := s.claim(10)
		if len(claimed) == 0 {
			break
		}
		d := claimed[0]
		if parts++; parts == 2 { // a try that failed changes nothing
			s.settle(d, bot.Outcome{State: bot.Pending, Counted: true})
			d = s.claimOne()
		}
		if got = append(got, articlesOf(&d)...); len(d.Rest) > 0 {
			rest, list = len(d.Rest), d.ID
		}
		if first := d.With[0].Place == 1; first != (parts == 1) {
			s.Errorf("part %d begins at place %d", parts, d.With[0].Place)
		}
		s.settle(d, sentAs(fmt.Sprint("part ", parts)))
	}
	if want := reversed(ids)[:10]; !slices.Equal(got, want) || parts < 2 || rest != 4 {
		s.Errorf("%d parts with %v and %d more, want several with %v and 4 more", parts, got, rest, want)
	}
	more, err := s.ListedOnly(s.Context(), chat("1"), list)
	s.must(err)
	var counted []int64
	for _, a := range more {
		counted = append(counted, a.ID)
	}
	if want := reversed(ids)[10:]; !slices.Equal(counted, want) {
		s.Errorf("counted %v, want %v", counted, want)
	}
	if more, err := s.ListedOnly(s.Context(), chat("2"), list); err != nil || len(more) > 0 {
		s.Errorf("another chat reads %d, %v", len(more), err)
	}
	if n := len(s.rhythm(chat("1")).Sent); n != parts {
		s.Errorf("%d messages are on record, want %d", n, parts)
	}
}

func partIsRepeatedAsItWas(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.longNews(9)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	s.until(s.digestAt())
	first := s.claimOne() // and the process dies
	s.clock.advance(2 * time.Minute)
	more := s.news(1) // comes meanwhile, and withdraws nothing
	s.enqueue(sub.ID, more...)
	_, err := s.ChangePreferences(s.Context(), sub.ID, func(w *bot.Preferences) { w.When = "" })
	s.must(err)
	again := s.claimOne()
	s.wantArticles(again, articlesOf(&first)...)
	if again.Unknown != 1 || again.Key() != first.Key() {
		s.Errorf("unknown %d, key %s, want 1 and %s", again.Unknown, again.Key(), first.Key())
	}
	s.settle(again, bot.Outcome{State: bot.Pending, Uncertain: true})
	again = s.claimOne()
	s.wantArticles(again, articlesOf(&first)...)
	if again.Unknown != 2 {
		s.Errorf("unknown %d, want 2", again.Unknown)
	}
	s.settle(again, sentAs("part"))
	got := articlesOf(&first)
	for _, part := range s.deliverLists() {
		got = append(got, part...)
	}
	slices.Sort(got)
	if want := append(ids, more...); !slices.Equal(got, want) {
		s.Errorf("delivered %v, want each of %v once", got, want)
	}
}

func withdrawnLeavesDigests(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.news(4)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	guid := func(i int) string { return s.entries(0)[i].Article.GUID }
	_, err := s.Withdraw(s.Context(), "wire", []string{guid(0)})
	s.must(err)
	s.enqueue(sub.ID)
	if got := s.status(chat("1")).Waits; len(got) != 1 || got[0].Alerts != 3 {
		s.Errorf("waits %+v, want 3", got)
	}
	s.until(s.digestAt())
	d := s.claimOne()
	s.wantArticles(d, ids[3], ids[2], ids[1])
	s.settle(d, sentAs("digest"))
	_, err = s.Withdraw(s.Context(), "wire", []string{guid(1), guid(3)})
	s.must(err)
	s.enqueue(sub.ID)
	for range 2 {
		e := s.claimOne()
		if e.Action != bot.Withdraw || e.Message.MessageID != "digest" || !e.Digest || e.List != d.ID || len(e.With) != 2 {
			s.Fatalf("edit %+v", e)
		}
		withdrawn := 0
		for _, other := range e.With {
			if other.Article.Status == bot.Withdrawn {
				withdrawn++
			}
		}
		if withdrawn != 1 {
			s.Errorf("%d others are withdrawn, want 1", withdrawn)
		}
		s.settle(e, sentAs("digest"))
	}
	s.claimNone()
	back := s.entries(0)[1].Article
	back.Status = bot.Live
	s.put(back)
	s.enqueue(sub.ID)
	if e := s.claimOne(); e.Action != bot.Edit || e.Article.ID != ids[1] || e.List != d.ID {
		s.Errorf("claimed %+v, want the digest to show article %d again", e, ids[1])
	}
}

func refusedDigestBecomesAlerts(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.news(3)
	s.enqueue(sub.ID, ids...)
	s.claimNone()
	s.until(s.digestAt())
	s.settle(s.claimOne(), bot.Outcome{State: bot.Rejected, Reason: "too odd", Counted: true})
	for i, id := range ids {
		d := s.claimOne()
		if d.IsList() || d.Article.ID != id {
			s.Fatalf("%+v, want an alert of %d", d, id)
		}
		if i == 1 {
			s.settle(d, bot.Outcome{State: bot.Rejected, Reason: "too odd"})
		} else {
			s.settle(d, sentAs("alert"))
		}
	}
	if st := s.status(chat("1")); st.Rejected != 1 || st.Waiting+len(st.Waits) != 0 {
		s.Errorf("status %+v, want one rejected and none waiting", st)
	}
}

func lateListsObeySettings(s *storeHarness) {
	now, daily := s.subscribe(chat("1"), "-digest"), s.daily(chat("1"))
	ids := s.news(12)
	s.enqueue(now.ID, ids[:6]...)
	s.enqueue(daily.ID, ids[6:]...)
	_, err := s.ChangePreferences(s.Context(), now.ID, func(w *bot.Preferences) { w.Silent = true })
	s.must(err)
	s.must(s.SetFilter(s.Context(), now.ID, "nothing"))
	s.clock.advance(3 * time.Hour)
	d := s.claimOne()
	s.wantArticles(d, ids[:6]...)
	if !d.Silent {
		s.Error("the list makes a sound")
	}
	s.settle(d, sentAs("list"))
	s.claimNone()
	if got := s.status(chat("1")).Waits; len(got) != 1 || got[0].Alerts != 6 {
		s.Errorf("waits %+v, want 6 for the digest", got)
	}
}

func lateForItsDigest(s *storeHarness) {
	daily := s.daily(chat("1"))
	ids := s.news(5)
	s.enqueue(daily.ID, ids[0])
	s.claimNone()
	s.enqueue(daily.ID, ids[1:4]...) // the chat is busy until after its digest's moment
	s.until(s.digestAt().Add(3 * time.Minute))
	s.enqueue(daily.ID, ids[4]) // comes after it
	d := s.claimOne()
	s.wantArticles(d, ids[3], ids[2], ids[1], ids[0])
	if !d.Digest || !d.Due.Equal(s.digestAt()) {
		s.Errorf("digest %t of %v, want that of %v", d.Digest, d.Due, s.digestAt())
	}
	s.settle(d, sentAs("digest"))
	s.claimNone()

	_, err := s.ChangePreferences(s.Context(), daily.ID, func(w *bot.Preferences) { w.Silent = true })
	s.must(err)
	more := s.news(1)
	s.enqueue(daily.ID, more...)
	s.until(s.digestAt().Add(24*time.Hour + time.Minute)) // nothing of this digest was planned in time
	d = s.claimOne()
	s.wantArticles(d, more[0], ids[4])
	if !d.Digest || d.Due.Day() != s.digestAt().Day()+1 || !d.Silent {
		s.Errorf("digest %t of %v, silent %t", d.Digest, d.Due, d.Silent)
	}
	s.settle(d, sentAs("digest 2"))
	s.claimNone()
}

func digestOfAChatThatWasAway(s *storeHarness) {
	sub := s.daily(chat("1"))
	ids := s.news(2)
	s.enqueue(sub.ID, ids[0])
	s.claimNone()
	_, err := s.Suspend(s.Context(), chat("1"), bot.Suspension{Reason: "removed"})
	s.must(err)
	s.until(s.digestAt())
	s.claimNone()
	s.enqueue(sub.ID, ids[1])
	_, err = s.Resume(s.Context(), chat("1"))
	s.must(err)
	s.claimNone()
	if st := s.status(chat("1")); st.OnHold != 2 {
		s.Errorf("status %+v, want both on hold", st)
	}
	_, err = s.Release(s.Context(), chat("1"), bot.CatchUpEach)
	s.must(err)
	if got := s.deliver(); !slices.Equal(got, ids) {
		s.Errorf("delivered %v, want %v", got, ids)
	}
}
