package sandbox

import (
	"context"
	"sync"
)

// Watcher hands events to one reader. Its queue has no bound, so that a slow reader delays no one.
type Watcher[E any] struct {
	mu    sync.Mutex // guards queue
	queue []E
	wake  chan struct{} // holds one token while queue may have grown
}

// NewWatcher returns a watcher without events.
func NewWatcher[E any]() *Watcher[E] { return &Watcher[E]{wake: make(chan struct{}, 1)} }

// Push queues e and never waits.
func (w *Watcher[E]) Push(e E) {
	w.mu.Lock()
	w.queue = append(w.queue, e)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *Watcher[E]) take() []E {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.queue
	w.queue = nil
	return list
}

// Pump hands events on until the reader's context or the stand-in's, closing, ends.
func (w *Watcher[E]) Pump(ctx, closing context.Context, events chan<- E) {
	for {
		for _, e := range w.take() {
			select {
			case events <- e:
			case <-ctx.Done():
				return
			case <-closing.Done():
				return
			}
		}
		select {
		case <-w.wake:
		case <-ctx.Done():
			return
		case <-closing.Done():
			return
		}
	}
}
