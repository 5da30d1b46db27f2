package sandbox

import (
	"context"
	"sync"
)

// watcher hands events to one reader. Its queue has no bound, so that a slow reader holds nobody up.
type watcher[E any] struct {
	mu    sync.Mutex // guards queue
	queue []E
	wake  chan struct{} // holds one token while queue may have grown
}

func newWatcher[E any]() *watcher[E] { return &watcher[E]{wake: make(chan struct{}, 1)} }

func (w *watcher[E]) push(e E) {
	w.mu.Lock()
	w.queue = append(w.queue, e)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *watcher[E]) take() []E {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.queue
	w.queue = nil
	return list
}

// pump hands events on until the reader's context or the stand-in's ends.
func (w *watcher[E]) pump(ctx, closing context.Context, events chan<- E) {
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
