package deliver

import (
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestGarbage_IsCollectedInAPauseAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		alerts func(g *garbage)
		near   bool
		want   int64
	}{
		"in the pause after an alert": {func(g *garbage) { g.begun(1); g.ended() }, true, 1},
		"once for several":            {func(g *garbage) { g.begun(2); g.ended(); g.ended() }, true, 1},
		"after the last": {func(g *garbage) {
			for range 5 {
				g.begun(1)
				g.ended()
				<-time.After(garbageAfter - 1)
			}
		}, true, 1},
		"in each pause": {func(g *garbage) {
			for range 3 {
				g.begun(1)
				g.ended()
				<-time.After(time.Second)
			}
		}, true, 3},
		"not while one is under way":  {func(g *garbage) { g.begun(2); g.ended() }, true, 0},
		"not if another comes":        {func(g *garbage) { g.begun(1); g.ended(); g.begun(1) }, true, 0},
		"not if the heap is small":    {func(g *garbage) { g.begun(1); g.ended() }, false, 0},
		"not after the end":           {func(g *garbage) { g.begun(1); g.ended(); g.stop() }, true, 0},
		"not if there were no alerts": {func(g *garbage) { g.stop() }, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var got atomic.Int64
				g := &garbage{near: func() bool { return c.near }, collect: func() { got.Add(1) }}
				c.alerts(g)
				<-time.After(time.Minute)
				synctest.Wait()
				if n := got.Load(); n != c.want {
					t.Errorf("collected %d times, want %d", n, c.want)
				}
			})
		})
	}
}

func TestIsNear_ForestallsTheCollectorOfASmallHeap(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for name, tt := range map[string]struct {
		has, live, goal uint64
		want            bool
	}{
		"half the way":                        {has: 15 * mb, live: 10 * mb, goal: 20 * mb, want: true},
		"not half the way":                    {has: 14 * mb, live: 10 * mb, goal: 20 * mb},
		"just collected":                      {has: 10*mb - 300, live: 10 * mb, goal: 20 * mb},
		"never collected":                     {has: 3 * mb, goal: 4 * mb},
		"a million subscriptions":             {has: 900 * mb, live: 500 * mb, goal: 1000 * mb},
		"a million, and a limit of memory":    {has: 519 * mb, live: 500 * mb, goal: 520 * mb},
		"a limit below what is alive":         {has: 501 * mb, live: 500 * mb, goal: 500 * mb},
		"a small heap at its limit of memory": {has: 21 * mb, live: 20 * mb, goal: 20 * mb},
		"collected on demand alone":           {has: 11 * mb, live: 10 * mb, goal: 1 << 63},
	} {
		if got := isNear(tt.has, tt.live, tt.goal); got != tt.want {
			t.Errorf("%s: near %t, want %t", name, got, tt.want)
		}
	}
}

// TestCollectorIsNear_KnowsTheRuntimesNames fails if a version of Go calls them otherwise: a metric that isn't there panics.
func TestCollectorIsNear_KnowsTheRuntimesNames(t *testing.T) {
	runtime.GC()
	_ = collectorIsNear()
}
