package telegram

import "context"

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
// closes. A slow reader delays no one; unread events are kept for it.
func (t *StandIn) Watch(ctx context.Context) <-chan Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		events := make(chan Event)
		close(events)
		return events
	}
	return t.watchers.Watch(ctx, t.ctx, t.workers.Go)
}
