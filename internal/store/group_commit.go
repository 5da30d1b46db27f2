package store

import (
	"context"
	"slices"
	"sync"
)

// groupCommit does in one transaction what comes at once: what comes while something is under way is done next, with all that has
// come meanwhile. Beginning and committing takes as long for many as for one. What becomes of a request:
//
//	its context has ended before              it is not done
//	nothing is under way                      it is done at once, alone, on its caller's goroutine
//	something is under way                    it waits, and joins the next list: the oldest first, up to most
//	another of its key is under way           it waits for that one, and lets others pass
//	its context ends while it waits           it is taken back, and is never done
//	its context ends once it has begun        its caller waits nevertheless, and hears what became of it
//	its list fails                            it is done alone: the fault may be another's
//	its list leaves it out                    it is done alone, while the next lists are
//	either of these, but its context ended    it is not done, and its caller hears why
//
// So nothing is done for which nobody waits, nothing is done again that went well, and nothing fails for another's fault. Safe for
// concurrent use.
type groupCommit[K, T comparable] struct {
	most int // how many are done at a time
	// do does a list, or fails and has done none of it; where it can't know that, as when the answer to a commit is lost, what it
	// does bears doing again. It may leave some out, which it returns; but not one that is alone.
	do func(ctx context.Context, list []T) (left []T, err error)
	// key says which requests have an order: of those with one key each begins when the one before has ended. Nil if none has.
	key     func(T) K
	workers sync.WaitGroup

	mu       sync.Mutex // guards what follows
	waiting  []*request[T]
	busy     bool       // somebody does a list, and looks for the next
	underWay map[K]bool // the keys of what has begun and not ended
}

// request is what somebody waits for.
type request[T any] struct {
	ctx  context.Context //nolint:containedctx // of who waits
	of   T
	done chan error // gets one, if it had to wait
}

// run does something, and returns what became of it.
func (g *groupCommit[K, T]) run(ctx context.Context, of T) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request[T]{ctx: ctx, of: of}
	if g.enter(r) {
		defer g.handOver(r)
		return g.doAlone(r)
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

// wait waits for the goroutines that hand over. Nothing else may come.
func (g *groupCommit[K, T]) wait() { g.workers.Wait() }

// enter begins a request if nothing is under way, and has it wait otherwise.
func (g *groupCommit[K, T]) enter(r *request[T]) (begun bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.busy && g.begin(r) {
		g.busy = true
		return true
	}
	r.done = make(chan error, 1)
	g.waiting = append(g.waiting, r)
	return false
}

// begin notes that a request has begun, unless another of its key is under way. The lock is held.
func (g *groupCommit[K, T]) begin(r *request[T]) bool {
	if g.key == nil {
		return true
	}
	key := g.key(r.of)
	if g.underWay[key] {
		return false
	}
	if g.underWay == nil {
		g.underWay = map[K]bool{}
	}
	g.underWay[key] = true
	return true
}

// end notes that a request has ended. The lock is held.
func (g *groupCommit[K, T]) end(r *request[T]) {
	if g.key != nil {
		delete(g.underWay, g.key(r.of))
	}
}

// handOver ends the request with which its caller began, and has done what waits.
func (g *groupCommit[K, T]) handOver(r *request[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.end(r)
	g.busy = false
	g.goOn()
}

// goOn has done what waits, unless somebody does that. The lock is held.
func (g *groupCommit[K, T]) goOn() {
	if !g.busy && len(g.waiting) > 0 {
		g.busy = true
		g.workers.Go(g.serve)
	}
}

// withdraw takes back what has not begun, and reports whether that was so.
func (g *groupCommit[K, T]) withdraw(r *request[T]) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, r)
	if i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
	}
	return i >= 0
}

// serve does what waits until nothing does that can begin.
func (g *groupCommit[K, T]) serve() {
	for list := g.next(); len(list) > 0; list = g.next() {
		g.doAll(list)
	}
}

// next begins what is done next.
func (g *groupCommit[K, T]) next() (list []*request[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = slices.DeleteFunc(g.waiting, func(r *request[T]) bool {
		begun := len(list) < g.most && g.begin(r)
		if begun {
			list = append(list, r)
		}
		return begun
	})
	g.busy = len(list) > 0
	return list
}

// doAll does a list, and has those done alone for which that is to be.
func (g *groupCommit[K, T]) doAll(list []*request[T]) {
	if len(list) == 1 {
		g.tell(list[0], g.doAlone(list[0]))
		return
	}
	all := make([]T, len(list))
	for i, r := range list {
		all[i] = r.of
	}
	left, err := g.do(context.WithoutCancel(list[0].ctx), all)
	if err != nil {
		left = all
	}
	for _, r := range list {
		switch ended := r.ctx.Err(); {
		case !slices.Contains(left, r.of):
			g.tell(r, nil)
		case ended != nil && err != nil:
			g.tell(r, err)
		case ended != nil:
			g.tell(r, ended)
		default:
			g.workers.Go(func() { g.tell(r, g.doAlone(r)) })
		}
	}
}

// doAlone does one request.
func (g *groupCommit[K, T]) doAlone(r *request[T]) error {
	_, err := g.do(r.ctx, []T{r.of})
	return err
}

// tell ends a request that waited, and tells its caller what became of it.
func (g *groupCommit[K, T]) tell(r *request[T], err error) {
	g.mu.Lock()
	g.end(r)
	g.goOn()
	g.mu.Unlock()
	r.done <- err
}
