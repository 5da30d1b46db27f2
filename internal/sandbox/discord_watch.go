package sandbox

import (
	"context"
)

// DiscordEventKind says what people see happen.
type DiscordEventKind string

// What people see happen.
const (
	DiscordPosted  DiscordEventKind = "posted"  // a message, also a reply only one person sees
	DiscordEdited  DiscordEventKind = "edited"  // a message, also a loading one that got its text
	DiscordDeleted DiscordEventKind = "deleted" // a message
	DiscordInvoked DiscordEventKind = "invoked" // a person used a command or a component
	DiscordFailed  DiscordEventKind = "failed"  // the bot did not answer an interaction in time
	DiscordAsked   DiscordEventKind = "asked"   // the bot opened a form for a person
)

// DiscordEvent is one visible change.
type DiscordEvent struct {
	Kind DiscordEventKind
	// Message is what was posted, edited or deleted, as it is after the change. Zero for the other kinds.
	Message DiscordMessage
	// Invocation is what was invoked or failed, and ChannelID is where. For messages see Message.Interaction.
	Invocation DiscordInvocation
	ChannelID  string
	// Modal is the form of DiscordAsked; nil for the other kinds.
	Modal *DiscordModal
}

// Watch returns a channel of all visible changes from now on, in order. It is closed when ctx ends or the stand-in
// closes. A slow reader delays nobody; what it has not read is kept for it.
func (d *Discord) Watch(ctx context.Context) <-chan DiscordEvent {
	out := make(chan DiscordEvent)
	w := newWatcher[DiscordEvent]()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		close(out)
		return out
	}
	d.watchers[w] = struct{}{}
	d.running.Go(func() {
		defer close(out)
		w.pump(ctx, d.ctx, out)
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.watchers, w)
	})
	return out
}

// tell hands e to all watchers. The lock is held.
func (d *Discord) tell(e DiscordEvent) {
	for w := range d.watchers {
		w.push(e)
	}
	d.broadcast()
}

// broadcast wakes everyone in await. The lock is held.
func (d *Discord) broadcast() {
	close(d.changed)
	d.changed = make(chan struct{})
}

// await waits until done, called with the lock held, reports true.
func (d *Discord) await(ctx context.Context, done func() bool) error {
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
