package telegram

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// maxPoll is the longest a poll may wait, in seconds.
const maxPoll = 50

// The kinds of updates the stand-in sends.
const (
	onMessage     = "message"
	onChannelPost = "channel_post"
	onEdited      = "edited_message"
	onCallback    = "callback_query"
	onBotMember   = "my_chat_member"
	onMember      = "chat_member"
)

// update is one update, encoded at the moment it happened.
type update struct {
	id   int
	body json.RawMessage
}

// queue has the updates that the bot has not confirmed.
type queue struct {
	pending []update
	next    int
	allowed []string      // nil means the default kinds
	wake    chan struct{} // closed and replaced when something arrives
	poll    chan struct{} // closed to end the poll that is waiting; nil when none is
}

// allows reports whether the bot wants this kind. By default it gets all but chat_member.
func (q *queue) allows(kind string) bool {
	if len(q.allowed) == 0 {
		return kind != onMember
	}
	return slices.Contains(q.allowed, kind)
}

func (q *queue) confirm(before int) {
	q.pending = slices.DeleteFunc(q.pending, func(u update) bool { return u.id < before })
}

// head returns up to n updates, oldest first.
func (q *queue) head(n int) []json.RawMessage {
	n = min(n, len(q.pending))
	list := make([]json.RawMessage, n)
	for i := range list {
		list[i] = q.pending[i].body
	}
	return list
}

// endPoll ends the poll that is waiting, if there is one.
func (q *queue) endPoll() {
	if q.poll != nil {
		close(q.poll)
		q.poll = nil
	}
}

// send queues an update for the bot. t.mu must be held.
func (t *StandIn) send(kind string, payload any) {
	q := &t.updates
	if !q.allows(kind) {
		return
	}
	id := q.next
	q.next++
	body, err := json.Marshal(map[string]any{"update_id": id, kind: payload})
	if err != nil {
		panic(err) // the payloads are our own structs, which always encode
	}
	q.pending = append(q.pending, update{id: id, body: body})
	close(q.wake)
	q.wake = make(chan struct{})
}

// readAllowed remembers allowed_updates; a call without it keeps the last choice.
func (t *StandIn) readAllowed(c call) error {
	if c.text("allowed_updates") == "" {
		return nil
	}
	var kinds []string
	if err := c.object("allowed_updates", "allowed updates", &kinds); err != nil {
		return err
	}
	t.updates.allowed = kinds
	return nil
}

// getUpdates answers at once when there are updates, and otherwise waits. A new poll ends one that is waiting.
// Unlike the real server it neither slows down a client that polls in a loop nor delays a second conflict.
func (t *StandIn) getUpdates(ctx context.Context, c call) (any, error) {
	limit := c.within("limit", 100, 1, 100)
	wait := time.Duration(c.within("timeout", 0, 0, maxPoll)) * time.Second
	first, poll, err := t.beginPoll(c, limit, wait)
	if err != nil || poll == nil {
		return first, err
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		list, wake, err := t.peek(c, poll, limit)
		if err != nil || len(list) > 0 {
			return list, err
		}
		select {
		case <-wake:
		case <-poll:
		case <-timer.C:
			t.leavePoll(poll)
			return list, nil
		case <-ctx.Done():
			t.leavePoll(poll)
			return list, nil
		}
	}
}

// beginPoll confirms what the offset says; the poll is nil when the answer is ready.
func (t *StandIn) beginPoll(c call, limit int, wait time.Duration) (any, chan struct{}, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.webhook.url != "" {
		return nil, nil, conflict("can't use getUpdates method while webhook is active; " +
			"use deleteWebhook to delete the webhook first")
	}
	if err := t.readAllowed(c); err != nil {
		return nil, nil, err
	}
	q := &t.updates
	switch offset := int(c.number("offset")); {
	case offset > 0:
		q.confirm(offset)
	case offset < 0 && len(q.pending) > -offset:
		q.confirm(q.pending[len(q.pending)+offset].id)
	}
	if list := q.head(limit); len(list) > 0 || wait == 0 {
		return list, nil, nil
	}
	q.endPoll()
	q.poll = make(chan struct{})
	return nil, q.poll, nil
}

// peek returns what has arrived for a poll, or a channel that is closed when something does.
func (t *StandIn) peek(c call, poll chan struct{}, limit int) ([]json.RawMessage, <-chan struct{}, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q := &t.updates
	if q.poll != poll {
		if c.token != t.token {
			return nil, nil, unauthorized()
		}
		if t.webhook.url != "" {
			return nil, nil, conflict("terminated by setWebhook request")
		}
		return nil, nil, conflict("terminated by other getUpdates request; " +
			"make sure that only one bot instance is running")
	}
	list := q.head(limit)
	if len(list) > 0 {
		q.poll = nil
	}
	return list, q.wake, nil
}

func (t *StandIn) leavePoll(poll chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.updates.poll == poll {
		t.updates.poll = nil
	}
}

// Pending returns how many updates the bot has not confirmed yet.
func (t *StandIn) Pending() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.updates.pending)
}
