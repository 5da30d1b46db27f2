package telegram

import (
	"context"

	"tidings/internal/sandbox"
)

// EventKind says what became visible.
type EventKind string

// What can become visible.
const (
	Sent          EventKind = "sent"
	Edited        EventKind = "edited"
	Deleted       EventKind = "deleted"
	Answered      EventKind = "answered"
	Typing        EventKind = "typing"
	MenuChanged   EventKind = "menu"
	MemberChanged EventKind = "member"
)

// Event is one visible change.
type Event struct {
	Kind EventKind
	// Chat is where it happened; 0 for menus of more than one chat.
	Chat int64
	// Message is the message as it is now: for the kinds sent, edited and deleted.
	Message Message
	// Answer is for the kind answered.
	Answer Answer
}

// Watch returns a channel of all visible changes from now on, in order. It is closed when ctx ends or the stand-in
// closes.
func (t *StandIn) Watch(ctx context.Context) <-chan Event {
	events := make(chan Event)
	w := sandbox.NewWatcher[Event]()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		close(events)
		return events
	}
	t.watchers[w] = struct{}{}
	t.start(func(closing context.Context) {
		defer close(events)
		defer t.unwatch(w)
		w.Pump(ctx, closing, events)
	})
	return events
}

func (t *StandIn) unwatch(w *sandbox.Watcher[Event]) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.watchers, w)
}

// notify passes e to all watchers. t.mu must be held.
func (t *StandIn) notify(e Event) {
	for w := range t.watchers {
		w.Push(e)
	}
}
