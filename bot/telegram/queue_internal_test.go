package telegram

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// served queues tasks that note when they are done.
type served struct {
	q     *queues
	start time.Time
	order []string
}

// queue admits and adds a task, and returns how that was decided. Only one task is done at a time in these tests.
func (s *served) queue(chat, sender int64, name string) admission {
	t := &task{chat: chat, sender: sender, do: func() {
		s.order = append(s.order, fmt.Sprintf("%s@%ds", name, int(time.Since(s.start).Seconds())))
	}}
	admission := s.q.admit(t)
	if admission == admitted {
		s.q.add(t)
	}
	return admission
}

// block keeps a chat's line from going on until open is called.
func block(q *queues, chat int64) (open func()) {
	gate := make(chan struct{})
	t := &task{chat: chat, do: func() { <-gate }}
	q.admit(t)
	q.add(t)
	return func() { close(gate) }
}

func TestQueues_AdmitSoManyOfAPersonAndInAChat(t *testing.T) {
	q := newQueues()
	admit := func(chat, sender int64) admission { return q.admit(&task{chat: chat, sender: sender}) }
	fill := func(chat, sender int64, n int) {
		t.Helper()
		for i := range n {
			if got := admit(chat, sender); got != admitted {
				t.Fatalf("request %d of %d in chat %d: %d, want it admitted", i, sender, chat, got)
			}
		}
	}
	fill(-1, 7, maxOfPersonInChat)
	if got := admit(-1, 7); got != overPerson {
		t.Errorf("one more in the chat: %d", got)
	}
	fill(-2, 7, maxOfPerson-maxOfPersonInChat)
	if got := admit(-3, 7); got != overPerson {
		t.Errorf("one more in a third chat: %d", got)
	}
	fill(-1, 8, maxOfPersonInChat)
	fill(-1, 9, maxInChat-2*maxOfPersonInChat)
	if got := admit(-1, 10); got != overChat {
		t.Errorf("somebody else's in the full chat: %d", got)
	}
	fill(-1, 0, maxInChat) // what happened is no request
	fill(-3, 10, 1)
}

func TestQueues_DropWhatIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := served{q: newQueues()}
		for range 3 {
			for range maxOfPersonInChat {
				if got := s.queue(5, 5, "x"); got != admitted {
					t.Fatalf("%d, want it admitted", got)
				}
			}
			<-time.After(time.Minute)
		}
		s.q.wait()
		if q := s.q; q.waiting != 0 || len(q.counts)+len(q.dropped)+len(q.presses)+len(q.lines) != 0 {
			t.Errorf("at the end %+v is left", q)
		}
	})
}

func TestQueues_AlternateBetweenSenders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := served{q: newQueues(), start: time.Now()}
		open := block(s.q, -1)
		for _, c := range []struct {
			sender int64
			name   string
		}{{7, "a1"}, {7, "a2"}, {7, "a3"}, {8, "b1"}, {8, "b2"}, {9, "c1"}} {
			s.queue(-1, c.sender, c.name)
		}
		open()
		s.q.wait()
		want := []string{"a1@0s", "b1@0s", "c1@0s", "a2@0s", "b2@0s", "a3@0s"}
		if diff := cmp.Diff(want, s.order); diff != "" {
			t.Errorf("turns (-want +got):\n%s", diff)
		}
	})
}

func TestQueues_DelayABurstAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := served{q: newQueues(), start: time.Now()}
		open := block(s.q, -1)
		for i := range 8 {
			s.queue(-1, 7, fmt.Sprint("burst", i))
		}
		open()
		<-time.After(time.Second)
		s.queue(-1, 8, "other")
		synctest.Wait()
		<-time.After(time.Minute)
		s.q.wait()
		want := []string{
			"burst0@0s", "other@1s", "burst1@6s", "burst2@12s", "burst3@18s", "burst4@18s", "burst5@18s", "burst6@18s", "burst7@18s",
		}
		if diff := cmp.Diff(want, s.order); diff != "" {
			t.Errorf("turns (-want +got):\n%s", diff)
		}
	})
}

func TestQueues_MergeARepeatedPress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueues()
		done := 0
		do := func(data string) admission {
			next := &task{chat: 5, sender: 5, press: press{chat: 5, user: 5, message: 1, data: data}, do: func() { done++ }}
			admission := q.admit(next)
			if admission == admitted {
				q.add(next)
			}
			return admission
		}
		open := block(q, 5)
		got := []admission{do("next"), do("next"), do("back"), do("next")}
		open()
		if want := []admission{admitted, repeated, admitted, repeated}; !slices.Equal(got, want) {
			t.Errorf("presses are %v, want %v", got, want)
		}
		<-time.After(time.Minute)
		if got := do("next"); got != admitted {
			t.Errorf("once the first is done, another is %v", got)
		}
		q.wait()
		if done != 3 {
			t.Errorf("%d presses were handled, want 3", done)
		}
	})
}

func TestQueues_EndWithoutPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := served{q: newQueues(), start: time.Now()}
		for i := range maxOfPersonInChat {
			s.queue(-1, 7, fmt.Sprint(i))
		}
		synctest.Wait()
		s.q.wait()
		if took := time.Since(s.start); took != 0 || len(s.order) != maxOfPersonInChat {
			t.Errorf("the end took %v, with %v done", took, s.order)
		}
		if s.q.add(&task{chat: 1}) {
			t.Error("closed queues accept another task")
		}
	})
}
