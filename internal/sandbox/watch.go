package sandbox

import (
	"context"
	"sync"
)

// Watchers hands every event to each reader, in order. A reader's queue has no bound, so that a slow one delays no one.
// The zero value has no readers, and its methods may be called concurrently.
type Watchers[E any] struct {
	mu   sync.Mutex // guards list
	list map[*watcher[E]]struct{}
}

// Notify passes an event to all readers and never waits.
func (ws *Watchers[E]) Notify(e E) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for w := range ws.list {
		w.push(e)
	}
}

// Watch returns a channel of all events from now on. It is closed when the reader's context or the stand-in's, closing,
// ends. start runs the work in a goroutine that somebody waits for.
func (ws *Watchers[E]) Watch(ctx, closing context.Context, start func(work func())) <-chan E {
	events := make(chan E)
	w := &watcher[E]{wake: make(chan struct{}, 1)}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.list == nil {
		ws.list = map[*watcher[E]]struct{}{}
	}
	ws.list[w] = struct{}{}
	start(func() {
		defer close(events)
		defer ws.remove(w)
		w.pump(ctx, closing, events)
	})
	return events
}

func (ws *Watchers[E]) remove(w *watcher[E]) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	delete(ws.list, w)
}

// watcher hands events to one reader.
type watcher[E any] struct {
	mu    sync.Mutex // guards queue
	queue []E
	wake  chan struct{} // has one token while queue may have grown
}

func (w *watcher[E]) push(e E) {
	w.mu.Lock()
	w.queue = append(w.queue, e)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *watcher[E]) pending() []E {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.queue
	w.queue = nil
	return list
}

// pump hands events on until the reader's context or the stand-in's, closing, ends.
func (w *watcher[E]) pump(ctx, closing context.Context, events chan<- E) {
	for {
		for _, e := range w.pending() {
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
