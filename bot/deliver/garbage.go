package deliver

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

// garbageAfter is for how long no alert is on its way when garbage is collected: most articles come after a longer pause.
const garbageAfter = 3 * time.Millisecond

// garbage has what alerts leave in memory collected while the sender has none on its way. Left to itself the collector comes when the heap
// has grown enough, which is always in the midst of work: the alert that it meets takes twice as long, and in a process with a small heap
// that is one in twenty.
type garbage struct {
	near    func() bool // the collector would come soon
	collect func()

	mu       sync.Mutex // guards what follows
	underWay int
	timer    *time.Timer // nil before the first alert has ended
}

func newGarbage() *garbage { return &garbage{near: collectorIsNear, collect: runtime.GC} }

// begun and ended follow alerts.
func (g *garbage) begun(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.underWay += n
}

func (g *garbage) ended() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.underWay--
	switch {
	case g.underWay > 0:
	case g.timer == nil:
		g.timer = time.AfterFunc(garbageAfter, g.pause)
	default:
		g.timer.Reset(garbageAfter)
	}
}

// pause collects garbage if it is worth while and no alert has come meanwhile.
func (g *garbage) pause() {
	g.mu.Lock()
	quiet := g.underWay == 0
	g.mu.Unlock()
	if quiet && g.near() {
		g.collect()
	}
}

// stop has nothing more collected.
func (g *garbage) stop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
	}
}

// largeHeap is by how much a heap grows between two collections that is left to itself: the collector meets one alert in hundreds then,
// and takes long.
const largeHeap = 32 << 20

// collectorIsNear reports whether the collector would come soon, and is worth forestalling.
func collectorIsNear() bool {
	list := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/goal:bytes"}}
	metrics.Read(list)
	return isNear(list[0].Value.Uint64(), list[1].Value.Uint64(), list[2].Value.Uint64())
}

// isNear reports whether a heap that has so many bytes, of which so many were alive after the last collection, has grown half the way
// to where it is collected at the latest. The collector begins at seven tenths at the earliest. https://go.dev/src/runtime/mgcpacer.go
//
// A goal that leaves less than half as much again as is alive was set by a limit of memory. There the collector has enough to do, and
// the runtime bounds how much of the processor it takes, but not what is collected on demand.
func isNear(has, live, goal uint64) bool {
	if live == 0 || goal < live+live/2 {
		return false
	}
	most := goal - live
	return most < largeHeap && has > live && has-live >= most/2
}
