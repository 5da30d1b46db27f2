package discord

import "context"

// EventKind says what people see happen.
type EventKind string

// What people see happen.
const (
	Posted  EventKind = "posted"  // a message, also a reply only one person sees
	Edited  EventKind = "edited"  // a message, also a loading one that got its text
	Deleted EventKind = "deleted" // a message
	Invoked EventKind = "invoked" // a person used a command or a component
	Failed  EventKind = "failed"  // the bot did not answer an interaction in time
	Asked   EventKind = "asked"   // the bot opened a form for a person
)

// Event is one visible change.
type Event struct {
	Kind EventKind
	// Message is what was posted, edited or deleted, as it is after the change. Zero for the other kinds.
	Message Message
	// Invocation is what was invoked or failed, and ChannelID is where. For messages see Message.Interaction.
	Invocation Invocation
	ChannelID  string
	// Modal is the form of Asked; nil for the other kinds.
	Modal *Modal
}

// Watch returns a channel of all visible changes from now on, in order. It is closed when ctx ends or the stand-in
// closes. A slow reader delays no one; unread events are kept for it.
func (d *StandIn) Watch(ctx context.Context) <-chan Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		events := make(chan Event)
		close(events)
		return events
	}
	return d.watchers.Watch(ctx, d.ctx, d.running.Go)
}

// emit passes e to all watchers. The lock is held.
func (d *StandIn) emit(e Event) {
	d.watchers.Notify(e)
	d.broadcast()
}

// broadcast wakes everyone in await. The lock is held.
func (d *StandIn) broadcast() {
	close(d.changed)
	d.changed = make(chan struct{})
}

// await waits until done, called with the lock held, reports true.
func (d *StandIn) await(ctx context.Context, done func() bool) error {
	for {
		d.mu.Lock()
		ok, changed := done(), d.changed
		d.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}
