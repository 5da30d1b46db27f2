package poll

import (
	"context"
	"runtime/debug"
)

const (
	// hugeBody is the size in bytes from which on memory is given back at once.
	hugeBody = 1 << 20
	// largeMemory is from where on the collector works harder than it likes while a large body is read.
	largeMemory  = 36 << 20
	largeAtATime = 1
	parseAtATime = 2
)

// room bounds what the bodies of all fetches take up together: small ones always find a place, of the
// large ones one is read at a time. Hundreds of hostile servers then cost no more than one does.
type room struct{ large, parse chan struct{} }

func newRoom() *room {
	return &room{large: make(chan struct{}, largeAtATime), parse: make(chan struct{}, parseAtATime)}
}

// guest is one fetch's place in the room.
type guest struct {
	room    *room
	isLarge bool
	isHuge  bool
	limit   int64 // of memory, to be restored
}

// grow waits until the guest may become large.
func (g *guest) grow(ctx context.Context) error {
	if g.isLarge {
		return nil
	}
	select {
	case g.room.large <- struct{}{}:
		g.isLarge = true
		if g.limit = debug.SetMemoryLimit(largeMemory); g.limit < largeMemory {
			debug.SetMemoryLimit(g.limit) // the operator wants even less
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave makes place for the next. What a huge body has left behind is given back first: the collector
// would only look once there is as much again.
func (g *guest) leave() {
	if !g.isLarge {
		return
	}
	if g.isHuge {
		debug.FreeOSMemory()
	}
	g.isLarge, g.isHuge = false, false
	debug.SetMemoryLimit(g.limit)
	<-g.room.large
}

// parse runs do while few others do the like: unpacking and parsing is what costs time and memory.
func (g *guest) parse(do func()) {
	g.room.parse <- struct{}{}
	defer func() { <-g.room.parse }()
	do()
}
