package store

import (
	"context"
	"slices"
	"sync"
)

// together does in one transaction what comes at once: what comes while others are being done is done next, with all that
// has come meanwhile. Beginning and committing takes as long for many as for one.
type together[T any] struct {
	most int // how many are done at a time
	// do does them all, or fails and has done none.
	do   func(ctx context.Context, list []T) error
	work sync.WaitGroup

	mu      sync.Mutex // guards what follows
	waiting []*request[T]
	busy    bool
}

// request is one of them, and who waits for it.
type request[T any] struct {
	ctx  context.Context //nolint:containedctx // of who waits: once that has ended, it is not done alone
	of   T
	done chan error // gets one
}

// run does something, alone if nothing else is being done. If ctx ends before it is begun, it is not done.
func (g *together[T]) run(ctx context.Context, of T) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request[T]{ctx: ctx, of: of, done: make(chan error, 1)}
	if !g.wait(r) {
		defer g.handOver(ctx)
		return g.do(ctx, []T{of})
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		if g.withdraw(r) {
			return ctx.Err()
		}
		return <-r.done
	}
}

// wait has a request wait, unless nothing is being done.
func (g *together[T]) wait(r *request[T]) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.busy {
		g.busy = true
		return false
	}
	g.waiting = append(g.waiting, r)
	return true
}

// handOver has what waits done.
func (g *together[T]) handOver(ctx context.Context) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.busy = len(g.waiting) > 0; g.busy {
		g.work.Go(func() { g.doAll(context.WithoutCancel(ctx)) })
	}
}

// withdraw takes back what has not been begun, and reports whether that was so.
func (g *together[T]) withdraw(r *request[T]) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, r)
	if i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
	}
	return i >= 0
}

// doAll does what waits until nothing does. If that fails, each is done alone for which somebody still waits: the fault may be
// one's.
func (g *together[T]) doAll(ctx context.Context) {
	for list := g.next(); len(list) > 0; list = g.next() {
		all := make([]T, len(list))
		for i, r := range list {
			all[i] = r.of
		}
		err := g.do(ctx, all)
		for _, r := range list {
			if err != nil && len(list) > 1 && r.ctx.Err() == nil {
				r.done <- g.do(ctx, []T{r.of})
				continue
			}
			r.done <- err
		}
	}
}

// next returns what is done next: what came first.
func (g *together[T]) next() []*request[T] {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(g.most, len(g.waiting))
	list := slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	g.busy = n > 0
	return list
}
