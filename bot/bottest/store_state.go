package bottest

import (
	"bytes"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tidings/bot"
)

func stateTests() []storeTest {
	return []storeTest{
		{"a value is what was last set", valueIsLastSet},
		{"updates wait until they are handled, in the order they came", updatesWait},
		{"an update that comes again is passed over", updateComesAgain},
		{"platforms do not meet", platformsDoNotMeet},
	}
}

func valueIsLastSet(s *shelf) {
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
	if got, err := s.State(s.Context(), "unknown"); err != nil || got != "" {
		s.Errorf("unknown state %q, %v, want nothing", got, err)
	}
}

func (s *shelf) unhandled() []bot.Update {
	s.Helper()
	list, err := s.Unhandled(s.Context(), platform)
	s.must(err)
	return list
}

func updatesWait(s *shelf) {
	if n, err := s.Offset(s.Context(), platform); err != nil || n != 0 {
		s.Errorf("offset %d, %v, want 0", n, err)
	}
	all := bytes.Repeat([]byte{0, 255, '"'}, 1000)
	updates := []bot.Update{{ID: 7, Body: all}, {ID: 8, Body: []byte("{}")}, {ID: 9}}
	s.must(s.Receive(s.Context(), platform, updates, 10))
	s.must(s.Receive(s.Context(), platform, []bot.Update{{ID: 3}}, 4)) // the platform may begin anew
	want := append(updates, bot.Update{ID: 3})
	if diff := cmp.Diff(want, s.unhandled(), cmpopts.EquateEmpty()); diff != "" {
		s.Errorf("unhandled (-want +got):\n%s", diff)
	}
	s.must(s.Handled(s.Context(), platform, 8))
	s.must(s.Handled(s.Context(), platform, 8))
	want = []bot.Update{updates[0], updates[2], {ID: 3}}
	if diff := cmp.Diff(want, s.unhandled(), cmpopts.EquateEmpty()); diff != "" {
		s.Errorf("unhandled after one was (-want +got):\n%s", diff)
	}
	if n, err := s.Offset(s.Context(), platform); err != nil || n != 4 {
		s.Errorf("offset %d, %v, want the last, 4", n, err)
	}
}

func updateComesAgain(s *shelf) {
	updates := []bot.Update{{ID: 1, Body: []byte("a")}, {ID: 2, Body: []byte("b")}}
	s.must(s.Receive(s.Context(), platform, updates, 3))
	s.must(s.Handled(s.Context(), platform, 1))
	updates[1].Body = []byte("changed")
	s.must(s.Receive(s.Context(), platform, updates, 3))
	if diff := cmp.Diff([]bot.Update{{ID: 2, Body: []byte("b")}}, s.unhandled()); diff != "" {
		s.Errorf("unhandled (-want +got):\n%s", diff)
	}
}

func platformsDoNotMeet(s *shelf) {
	s.must(s.Receive(s.Context(), "radio", []bot.Update{{ID: 1}}, 2))
	s.must(s.Receive(s.Context(), platform, []bot.Update{{ID: 1}}, 5))
	s.must(s.Handled(s.Context(), "radio", 1))
	if n := len(s.unhandled()); n != 1 {
		s.Errorf("%d unhandled, want 1", n)
	}
	if n, err := s.Offset(s.Context(), "radio"); err != nil || n != 2 {
		s.Errorf("the other offset is %d, %v, want 2", n, err)
	}
}
