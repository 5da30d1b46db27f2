package poll

import (
	"context"
	"runtime/debug"
)

const (
	// hugeBody is the size in bytes from which on a body's memory is given back at once.
	hugeBody     = 1 << 20
	largeAtATime = 1
	parseAtATime = 2
)

// memoryBudget bounds what the bodies of all fetches occupy together: small ones always fit, and of the
// large ones one is read at a time. Hundreds of hostile servers then cost no more than one does.
type memoryBudget struct{ large, parse chan struct{} }

func newMemoryBudget() *memoryBudget {
	return &memoryBudget{large: make(chan struct{}, largeAtATime), parse: make(chan struct{}, parseAtATime)}
}

// reservation is one fetch's share of the budget. It begins small.
type reservation struct {
	budget  *memoryBudget
	isLarge bool
	isHuge  bool
}

// reserve waits until the fetch may read a large body.
func (r *reservation) reserve(ctx context.Context) error {
	if r.isLarge {
		return nil
	}
	select {
	case r.budget.large <- struct{}{}:
		r.isLarge = true
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// release lets the next fetch read a large body. What a huge one has left behind is given back first: the
// collector would only look once there is as much again.
func (r *reservation) release() {
	if !r.isLarge {
		return
	}
	if r.isHuge {
		debug.FreeOSMemory()
	}
	r.isLarge, r.isHuge = false, false
	<-r.budget.large
}

// work runs do while few others do the like: unpacking and parsing is what costs time and memory.
func (r *reservation) work(do func()) {
	r.budget.parse <- struct{}{}
	defer func() { <-r.budget.parse }()
	do()
}
