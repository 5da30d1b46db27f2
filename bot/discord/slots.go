package discord

import (
	"context"
	"slices"
	"sync"
)

// maxAnswering is how many interactions the handler works on at a time.
const maxAnswering = 64

// slots limits how many interactions the handler works on, and lets channels take turns. Its methods may be called concurrently.
type slots struct {
	mu      sync.Mutex // guards what follows
	taken   int
	ring    []string                   // the channels in which somebody waits, in their order
	waiting map[string][]chan struct{} // closed when it is their turn
}

// enter waits for a turn of a channel, which lasts until leave is called.
func (t *slots) enter(ctx context.Context, channel string) error {
	t.mu.Lock()
	if t.taken < maxAnswering {
		t.taken++
		t.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	if t.waiting == nil {
		t.waiting = map[string][]chan struct{}{}
	}
	if len(t.waiting[channel]) == 0 {
		t.ring = append(t.ring, channel)
	}
	t.waiting[channel] = append(t.waiting[channel], turn)
	t.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	if t.giveUp(channel, turn) {
		t.leave() // the turn came after all
	}
	return ctx.Err()
}

// giveUp cancels a wait, and reports whether its turn has come already.
func (t *slots) giveUp(channel string, turn chan struct{}) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.waiting[channel], turn)
	if i < 0 {
		return true
	}
	t.keep(channel, slices.Delete(t.waiting[channel], i, i+1))
	return false
}

// leave ends a turn, and gives it to the next channel.
func (t *slots) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.ring) == 0 {
		t.taken--
		return
	}
	channel := t.ring[0]
	list := t.waiting[channel]
	close(list[0])
	t.ring = append(t.ring[1:], channel)
	t.keep(channel, list[1:])
}

// keep has those of a channel wait that are left. The lock is held.
func (t *slots) keep(channel string, list []chan struct{}) {
	if t.waiting[channel] = list; len(list) == 0 {
		delete(t.waiting, channel)
		t.ring = slices.DeleteFunc(t.ring, func(c string) bool { return c == channel })
	}
}
