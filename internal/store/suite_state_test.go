package store

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tidings/bot"
)

func stateTests() []storeTest {
	return []storeTest{
		{"a value is what was last set", valueIsLastSet},
		{"a session ends, and a link is spent once", sessionsEnd},
		{"updates wait until they are handled, in the order they came", updatesWait},
		{"an update that comes again is passed over", updateComesAgain},
		{"an update belongs to one until its lease ends", updateBelongsToOne},
		{"an update does not wait for a clock that was set back", updateOutlivesItsClock},
		{"of many who look for updates one gets each", updateIsAdoptedOnce},
		{"platforms do not meet", platformsDoNotMeet},
	}
}

func valueIsLastSet(s *storeHarness) {
	for _, want := range []string{"", "one", "two ☃ \n", ""} {
		if want != "" {
			s.must(s.SetState(s.Context(), "key", want))
		} else {
			s.must(s.SetState(s.Context(), "other", "value"))
			s.must(s.SetState(s.Context(), "key", ""))
		}
		if got, err := s.State(s.Context(), "key"); err != nil || got != want {
			s.Errorf("state %q, %v, want %q", got, err, want)
		}
	}
	s.must(s.SetState(s.Context(), "list/b", "2"))
	s.must(s.SetState(s.Context(), "list/a", "1"))
	s.must(s.SetState(s.Context(), "list/0", ""))
	if got, err := s.StateValues(s.Context(), "list/", 9); err != nil || fmt.Sprint(got) != "[1 2]" {
		s.Errorf("values %q, %v, want those that aren't empty", got, err)
	}
	if got, err := s.State(s.Context(), "unknown"); err != nil || got != "" {
		s.Errorf("unknown state %q, %v, want nothing", got, err)
	}
}

func sessionsEnd(s *storeHarness) {
	ctx := s.Context()
	begun := s.clock.now()
	of := func(who string, life time.Duration) bot.Session {
		return bot.Session{Who: who, Expires: begun.Add(life).Truncate(time.Microsecond).UTC()}
	}
	s.must(s.AddSession(ctx, "long", of("paper:1", time.Hour)))
	s.must(s.AddSession(ctx, "short", of("paper:2", time.Minute)))
	s.must(s.AddSignInLink(ctx, "link", of("paper:3", time.Minute)))
	s.must(s.AddSignInLink(ctx, "late", of("paper:3", time.Minute)))
	s.must(s.SetSessionMessage(ctx, "long", "done ☃"))
	got, err := s.Session(ctx, "long")
	want := of("paper:1", time.Hour)
	want.Message = "done ☃"
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		s.Errorf("session: %v (-want +got):\n%s", err, diff)
	}
	for _, key := range []string{"link", "none", ""} {
		if _, err := s.Session(ctx, key); !errors.Is(err, bot.ErrNotFound) {
			s.Errorf("session %q: %v, want none", key, err)
		}
	}
	if _, err := s.SpendSignInLink(ctx, "long"); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("a session is spent as a link: %v", err)
	}
	if got, err := s.SpendSignInLink(ctx, "link"); err != nil || got.Who != "paper:3" {
		s.Errorf("link of %q, %v", got.Who, err)
	}
	if _, err := s.SpendSignInLink(ctx, "link"); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("a link is spent twice: %v", err)
	}
	s.clock.advance(time.Minute)
	if _, err := s.SpendSignInLink(ctx, "late"); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("a link is spent after its end: %v", err)
	}
	if _, err := s.Session(ctx, "short"); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("a session goes on after its end: %v", err)
	}
	s.must(s.EndSession(ctx, "long"))
	s.must(s.EndSession(ctx, "long"))
	if _, err := s.Session(ctx, "long"); !errors.Is(err, bot.ErrNotFound) {
		s.Errorf("a session goes on after it was ended: %v", err)
	}
}

// updateLease is how long the suite's updates belong to who took them.
const updateLease = time.Minute

// receives stores updates, and tests which of them are new.
func (s *storeHarness) receives(from string, updates []bot.Update, next int64, want ...int64) {
	s.Helper()
	fresh, err := s.Receive(s.Context(), from, updates, next, updateLease)
	s.must(err)
	var ids []int64
	for _, u := range fresh {
		ids = append(ids, u.ID)
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		s.Errorf("received (-want +got):\n%s", diff)
	}
}

// adopts tests which updates nobody works on.
func (s *storeHarness) adopts(want ...bot.Update) {
	s.Helper()
	list, err := s.Adopt(s.Context(), platform, 100, updateLease)
	s.must(err)
	if diff := cmp.Diff(want, list, cmpopts.EquateEmpty()); diff != "" {
		s.Errorf("adopted (-want +got):\n%s", diff)
	}
}

func (s *storeHarness) offset(of string, want int64) {
	s.Helper()
	if n, err := s.Offset(s.Context(), of); err != nil || n != want {
		s.Errorf("offset %d, %v, want %d", n, err, want)
	}
}

func updatesWait(s *storeHarness) {
	s.offset(platform, 0)
	all := bytes.Repeat([]byte{0, 255, '"'}, 1000)
	updates := []bot.Update{{ID: 7, Body: all}, {ID: 8, Body: []byte("{}")}, {ID: 9}}
	s.receives(platform, updates, 10, 7, 8, 9)
	s.receives(platform, []bot.Update{{ID: 3}}, 4, 3) // the platform may begin anew
	s.clock.advance(updateLease)
	s.adopts(append(updates, bot.Update{ID: 3})...)
	s.must(s.Handled(s.Context(), platform, 8))
	s.must(s.Handled(s.Context(), platform, 8))
	s.clock.advance(updateLease)
	s.adopts(updates[0], updates[2], bot.Update{ID: 3})
	s.offset(platform, 4)
	s.receives(platform, []bot.Update{{ID: 20}}, 0, 20)
	s.offset(platform, 4)
}

func updateComesAgain(s *storeHarness) {
	updates := []bot.Update{{ID: 1, Body: []byte("a")}, {ID: 2, Body: []byte("b")}}
	s.receives(platform, updates, 3, 1, 2)
	s.must(s.Handled(s.Context(), platform, 1))
	updates[1].Body = []byte("changed")
	s.receives(platform, append(updates, bot.Update{ID: 3}), 4, 3)
	s.clock.advance(updateLease)
	s.adopts(bot.Update{ID: 2, Body: []byte("b")}, bot.Update{ID: 3})
}

func updateBelongsToOne(s *storeHarness) {
	s.receives(platform, []bot.Update{{ID: 1}, {ID: 2}, {ID: 3}}, 4, 1, 2, 3)
	s.adopts() // they are the receiver's
	s.clock.advance(updateLease - time.Microsecond)
	s.must(s.Keep(s.Context(), platform, []int64{2, 1, 99}, updateLease))
	s.adopts()
	s.clock.advance(time.Microsecond)
	s.adopts(bot.Update{ID: 3}) // who received it is gone
	s.adopts()
	s.must(s.Keep(s.Context(), platform, []int64{1}, 0))
	s.adopts(bot.Update{ID: 1})
	s.must(s.Handled(s.Context(), platform, 2))
	s.must(s.Keep(s.Context(), platform, []int64{2}, 0))
	s.adopts()
}

func updateOutlivesItsClock(s *storeHarness) {
	s.receives(platform, []bot.Update{{ID: 1}}, 2, 1)
	s.clock.advance(-updateLease / 2)
	s.adopts() // it may still be the receiver's
	s.clock.advance(-time.Hour)
	s.adopts(bot.Update{ID: 1})
	s.adopts()
}

func updateIsAdoptedOnce(s *storeHarness) {
	const n = 60
	updates := make([]bot.Update, n)
	for i := range updates {
		updates[i] = bot.Update{ID: int64(i + 1)}
	}
	_, err := s.Receive(s.Context(), platform, updates, n+1, 0)
	s.must(err)
	adopted := make(chan []bot.Update)
	for range 8 {
		go func() {
			var all []bot.Update
			for {
				list, err := s.Adopt(s.Context(), platform, 5, updateLease)
				if err != nil {
					s.Errorf("adopt: %v", err)
				}
				if len(list) == 0 {
					adopted <- all
					return
				}
				all = append(all, list...)
			}
		}()
	}
	times := map[int64]int{}
	for range 8 {
		for _, u := range <-adopted {
			times[u.ID]++
		}
	}
	for _, u := range updates {
		if times[u.ID] != 1 {
			s.Errorf("update %d was adopted %d times, want once", u.ID, times[u.ID])
		}
	}
}

func platformsDoNotMeet(s *storeHarness) {
	s.receives("radio", []bot.Update{{ID: 1}}, 2, 1)
	s.receives(platform, []bot.Update{{ID: 1}}, 5, 1)
	s.must(s.Handled(s.Context(), "radio", 1))
	s.must(s.Keep(s.Context(), "radio", []int64{1}, 0))
	s.adopts()
	s.clock.advance(updateLease)
	s.adopts(bot.Update{ID: 1})
	s.offset("radio", 2)
}
