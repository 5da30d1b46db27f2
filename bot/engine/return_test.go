package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
)

// outage starts a bot, lets its platform be down for a time in which n articles come, and returns all messages that
// a chat shows some minutes after the platform came back.
func outage(w *world, n int, lasts time.Duration) []string {
	w.Helper()
	var down atomic.Bool
	w.subscribe(room(), "")
	w.startFussy(func(context.Context, bot.Target, bot.Message) error {
		if down.Load() {
			return errors.New("connection refused")
		}
		return nil
	})
	down.Store(true)
	for i := range n {
		w.put(fmt.Sprintf("story %02d", i))
	}
	w.wantSent(w.after(time.Minute))
	w.skip(lasts)
	w.wantSent(w.after(time.Minute))
	down.Store(false)
	return of(w.after(time.Minute), "room")
}

func TestReturn_ListsWhatAnOutageOfHoursDelayed(t *testing.T) {
	inWorld(t, func(w *world) {
		const n = 25
		got := outage(w, n, 3*time.Hour)
		if len(got) != 3 { // of ten at most
			w.Errorf("%d messages, want 3 lists: %q", len(got), got)
		}
		all, last := strings.Join(got, "\n"), -1
		for i := range n {
			title := fmt.Sprintf("story %02d", i)
			at := strings.Index(all, title)
			if strings.Count(all, title) != 1 || at < last {
				w.Errorf("%s stands %d times, at %d after %d; want it once, in order", title, strings.Count(all, title), at, last)
			}
			last = at
		}
		if s := w.status(room()); s.Waiting != 0 || s.Rejected != 0 {
			w.Errorf("status %+v, want nothing waiting or given up", s)
		}
		w.put("afterwards")
		if got := of(w.settle(), "room"); got[len(got)-1] != "afterwards" {
			w.Errorf("what comes next is %q, want an alert of its own", got[len(got)-1])
		}
	})
}

func TestReturn_PostsWhatAShortOutageDelayed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.wantSent(outage(w, 3, 5*time.Minute), "story 00", "story 01", "story 02")
	})
}
