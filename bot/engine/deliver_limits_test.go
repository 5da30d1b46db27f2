package engine_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"tidings/bot"
)

func TestDeliver_WaitsAsLongAsThePlatformAsks(t *testing.T) {
	for name, tt := range map[string]struct {
		limit bot.SendError
		early []string // what arrives before the time is over
	}{
		"in that chat alone":    {bot.SendError{Kind: bot.RateLimited, After: 30 * time.Second}, []string{"b: story for b"}},
		"in all, if it says so": {bot.SendError{Kind: bot.RateLimited, After: 30 * time.Second, Global: true}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.subscribe(chat("a"), "title:a")
				w.subscribe(chat("b"), "title:b")
				w.paper.ScriptFor(chat("a"), &tt.limit)
				w.start(w.config())
				w.put("story for a")
				w.settle()
				w.put("story for b")
				w.wantSent(w.after(29*time.Second), tt.early...)
				got := w.after(2 * time.Second)
				w.wantSent(of(got, "a"), "story for a")
				w.wantSent(of(got, "b"), "story for b")
			})
		})
	}
}

func TestDeliver_KeepsTheLimitsOfThePlatform(t *testing.T) {
	perChat := bot.Rate{N: 2, Per: 10 * time.Second}
	whole := bot.Rate{N: 10, Per: time.Second}
	inWorld(t, func(w *world) {
		var mu sync.Mutex
		at := map[string][]time.Time{}
		w.paper.Limit(func(bot.Target) (perBot, perTarget []bot.Rate) { return []bot.Rate{whole}, []bot.Rate{perChat} })
		for i := range 20 {
			w.subscribe(chat(fmt.Sprint("c", i)), "")
		}
		w.startFussy(func(_ context.Context, to bot.Target, _ bot.Message) error {
			mu.Lock()
			defer mu.Unlock()
			at[to.Chat], at["all"] = append(at[to.Chat], time.Now()), append(at["all"], time.Now())
			return nil
		})
		w.put(numbered(5)...)
		w.waitSent(100)
		for name, times := range at {
			rate := perChat
			if name == "all" {
				rate = whole
			}
			for i := rate.N; i < len(times); i++ {
				if d := times[i].Sub(times[i-rate.N]); d < rate.Per {
					w.Errorf("%s: %d sends within %v, limit %d in %v", name, rate.N+1, d, rate.N, rate.Per)
				}
			}
		}
		if took := at["all"][99].Sub(at["all"][0]); took > 30*time.Second {
			w.Errorf("100 sends took %v, longer than the limits ask", took)
		}
	})
}

// TestDeliver_KeepsTheLimitsOverARestart restarts the bot when a chat has got all that its limit allows, some of it
// later than the rest.
func TestDeliver_KeepsTheLimitsOverARestart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.paper.Limit(func(bot.Target) (perBot, perTarget []bot.Rate) {
			return nil, []bot.Rate{{N: 3, Per: 20 * time.Second}}
		})
		stop := w.start(w.config())
		begun := time.Now()
		w.put("one", "two")
		w.after(10 * time.Second)
		w.put("three")
		w.waitSent(3)
		stop()
		w.start(w.config())
		w.put("four", "five", "six")
		for i, want := range []time.Duration{20 * time.Second, 20 * time.Second, 30 * time.Second} {
			w.waitSent(4 + i)
			if d := time.Since(begun); d < want || d > want+time.Second {
				w.Errorf("alert %d came after %v, want %v", 4+i, d, want)
			}
		}
	})
}
