package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/bot"
)

// hangIn makes sends to chats with a prefix hang until they give up, and keeps when each began.
func (w *world) hangIn(prefix string) (begun func() []time.Time, stop func()) {
	w.Helper()
	var mu sync.Mutex
	var times []time.Time
	stop = w.startFussy(func(ctx context.Context, to bot.Target, _ bot.Message) error {
		if !strings.HasPrefix(to.Chat, prefix) {
			return nil
		}
		mu.Lock()
		times = append(times, time.Now())
		mu.Unlock()
		<-ctx.Done()
		return ctx.Err()
	})
	return func() []time.Time {
		mu.Lock()
		defer mu.Unlock()
		return times
	}, stop
}

func TestDeliver_IsNotDelayedByChatsThatHang(t *testing.T) {
	for _, hanging := range []int{32, 50} {
		t.Run(fmt.Sprint(hanging), func(t *testing.T) {
			inWorld(t, func(w *world) {
				for i := range hanging {
					w.subscribe(chat(fmt.Sprint("hangs", i)), "")
				}
				w.hangIn("hangs")
				w.put("first") // for those that hang alone
				w.settle()
				for i := range 20 {
					w.subscribe(chat(fmt.Sprint("well", i)), "news")
				}
				for n := range 5 {
					w.put(fmt.Sprint("news ", n))
					if got := len(w.after(3 * time.Second)); got != 20*(n+1) {
						w.Fatalf("3 s after article %d the other chats have %d alerts, want %d", n, got, 20*(n+1))
					}
				}
			})
		})
	}
}

func TestDeliver_SendsOneCopyAtMostSoonToAChatThatNeverAnswers(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("hangs"), "story")
		w.subscribe(chat("well"), "news")
		begun, _ := w.hangIn("hangs")
		w.put("story")
		for n := range 60 { // others succeed, so it isn't an outage
			w.put(fmt.Sprint("news ", n))
			w.after(10 * time.Second)
		}
		times := begun()
		if len(times) != 2 {
			w.Fatalf("it was sent %d times in 10 minutes, want 2", len(times))
		}
		if d := times[1].Sub(times[0]); d < time.Minute {
			w.Errorf("the copy came %v after the first, before a late answer could", d)
		}
		if s := w.status(chat("hangs")); s.Rejected != 0 || s.Waiting != 1 || s.Uncertain != 2 {
			w.Errorf("status = %+v, want the alert waiting and both sends on record", s)
		}
		w.after(24 * time.Hour)
		if s := w.status(chat("hangs")); len(begun()) > 5 || s.Rejected != 1 || !strings.Contains(s.LastRejected, "may have arrived") {
			w.Errorf("after a day it was sent %d times, status = %+v; want 5 at most and on record that it may have arrived", len(begun()), s)
		}
	})
}

// mute is an adapter whose platform says nothing unless it is asked.
type mute struct {
	*fussy
	down atomic.Bool // it answers nothing at all
}

func (*mute) PlatformTime() (time.Time, bool) { return time.Time{}, false }

func (m *mute) CanSend(context.Context, bot.Target) (ok bool, reason string, err error) {
	if m.down.Load() {
		return false, "", &bot.SendError{Err: errors.New("no answer")}
	}
	return true, "", nil
}

func TestDeliver_AsksWhetherThePlatformAnswersWhereNothingElseShowsIt(t *testing.T) {
	inWorld(t, func(w *world) {
		m, sends := &mute{}, atomic.Int64{}
		m.fussy = &fussy{Recorder: w.paper, before: func(ctx context.Context, _ bot.Target, _ bot.Message) error {
			sends.Add(1)
			if !m.down.Load() {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}}
		m.down.Store(true)
		cfg := w.config()
		cfg.Adapters = []bot.Adapter{m}
		w.subscribe(chat("only"), "")
		w.start(cfg)
		w.put("story")
		w.after(10 * time.Hour)
		if n := sends.Load(); n > 2 {
			w.Errorf("it was sent %d times while the platform answered nothing, want twice at most", n)
		}
		m.down.Store(false)
		w.after(time.Minute)
		if s := w.status(chat("only")); s.Waiting != 0 || s.Rejected != 0 {
			w.Errorf("status = %+v, want the alert sent once the platform answers", s)
		}
	})
}

func TestDeliver_MakesNoMoreSendsHangThanItMustInAnOutage(t *testing.T) {
	inWorld(t, func(w *world) {
		const chats = 300
		for i := range chats {
			w.subscribe(chat(fmt.Sprint("c", i)), "")
		}
		begun, _ := w.hangIn("c")
		w.put("story")
		w.after(9 * time.Second)
		if n := len(begun()); n > 32+64 {
			w.Errorf("%d sends hang at once though none was ever answered, want at most 96", n)
		}
	})
}

func TestStop_WaitsForASendInHandWithinABound(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("hangs"), "")
		_, stop := w.hangIn("hangs")
		w.put("story")
		w.after(time.Second)
		began := time.Now()
		stop()
		if took := time.Since(began); took < 9*time.Second || took > 11*time.Second {
			t.Errorf("the stop took %v, want 10 s", took)
		}
		if s := w.status(chat("hangs")); s.Waiting != 1 || s.Uncertain != 1 {
			t.Errorf("status = %+v, want the alert waiting and on record as of unknown outcome", s)
		}
	})
}
