package sandbox

import (
	"context"
)

// TelegramEventKind says what became visible.
type TelegramEventKind string

// What can become visible.
const (
	TelegramSent          TelegramEventKind = "sent"
	TelegramEdited        TelegramEventKind = "edited"
	TelegramDeleted       TelegramEventKind = "deleted"
	TelegramAnswered      TelegramEventKind = "answered"
	TelegramTyping        TelegramEventKind = "typing"
	TelegramMenuChanged   TelegramEventKind = "menu"
	TelegramMemberChanged TelegramEventKind = "member"
)

// TelegramEvent is one visible change.
type TelegramEvent struct {
	Kind TelegramEventKind
	// Chat is where it happened; 0 for menus of more than one chat.
	Chat int64
	// Message is the message as it is now: for the kinds sent, edited and deleted.
	Message TelegramMessage
	// Answer is for the kind answered.
	Answer TelegramAnswer
}

// Watch tells every visible change from now on, in order. The channel is closed when ctx ends or the stand-in closes.
func (t *Telegram) Watch(ctx context.Context) <-chan TelegramEvent {
	events := make(chan TelegramEvent)
	w := newWatcher[TelegramEvent]()
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
		w.pump(ctx, closing, events)
	})
	return events
}

func (t *Telegram) unwatch(w *watcher[TelegramEvent]) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.watchers, w)
}

// notify tells the watchers. t.mu must be held.
func (t *Telegram) notify(e TelegramEvent) {
	for w := range t.watchers {
		w.push(e)
	}
}
