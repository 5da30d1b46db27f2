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

// TestCollectorIsNear_KnowsTheRuntimesNames fails if a version of Go calls them otherwise: a metric that isn't there panics.
func TestCollectorIsNear_KnowsTheRuntimesNames(t *testing.T) {
	runtime.GC()
	_ = collectorIsNear()
}
