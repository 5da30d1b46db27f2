package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"tidings/bot"
)

// staleAfter is the age at which a command left over from another run is dropped.
const staleAfter = 5 * time.Minute

// task is an update on its way to the handler.
type task struct {
	stored bot.Update
	update update
	chat   int64
	sender int64 // see [update.sender]
	press  press // that it is, if it is one
	ack    *ack  // of a press
	do     func()
}

// key is the sender in the chat.
func (t *task) key() memberKey { return memberKey{chat: t.chat, user: t.sender} }

// correctWithin is how long a failed command can be corrected by editing it.
const correctWithin = 15 * time.Minute

// origin says how an update came in.
type origin int

const (
	fresh   origin = iota // from Telegram just now
	adopted               // from the inbox, left over from another run
)

// press identifies a pressed button: equal presses have the same effect.
type press struct {
	chat, user int64
	message    int
	data       string
}

// screen returns tasks for the updates to handle, without those that don't concern the bot or exceed a limit.
func (s *session) screen(ctx context.Context, updates []bot.Update, from origin) []*task {
	var tasks []*task
	for _, stored := range updates {
		t := &task{stored: stored}
		if err := json.Unmarshal(stored.Body, &t.update); err != nil || !t.update.valid() {
			s.log.ErrorContext(ctx, "update not understood", "update_id", stored.ID, "err", err)
			continue
		}
		if s.prepare(ctx, t, from) {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// prepare fills in a task, and reports whether it is to be handled.
func (s *session) prepare(ctx context.Context, t *task, from origin) bool {
	if !s.concerns(&t.update) {
		return false
	}
	if from == adopted && s.isStale(&t.update) {
		s.log.InfoContext(ctx, "command left over from an earlier run is too old", "update_id", t.stored.ID)
		return false
	}
	t.chat, t.sender = t.update.chat(), t.update.sender()
	if c := t.update.Callback; c != nil {
		t.ack = newAck(s, c.ID)
		if c.Message == nil || c.Message.Chat == nil || c.Data == "" {
			s.acknowledge(ctx, t.ack, "")
			return false
		}
		t.press = press{chat: t.chat, user: t.sender, message: c.Message.key(), data: c.Data}
	}
	if why := s.queues.admit(t); why != admitted {
		s.turnDown(ctx, t, why)
		return false
	}
	if t.ack != nil {
		t.ack.after(ctx)
	}
	t.do = func() { s.perform(ctx, t) }
	return true
}

// perform handles an update, unless the end has come or another process has adopted it.
func (s *session) perform(ctx context.Context, t *task) {
	if t.ack != nil {
		defer t.ack.stop()
	}
	if s.isEnding() || !s.leases.owns(t.stored.ID, s.now()) {
		return // another run finds it in the inbox
	}
	s.handle(ctx, t)
	if ctx.Err() == nil {
		s.forget(ctx, t.stored.ID)
	}
}

// enqueue queues those tasks whose updates are this process's to handle.
func (s *session) enqueue(ctx context.Context, tasks []*task, taken []bot.Update) {
	ours := make(map[int64]bool, len(taken))
	for _, u := range taken {
		ours[u.ID] = true
	}
	var left []int64
	for _, t := range tasks {
		if ours[t.stored.ID] {
			if s.queues.add(t) {
				continue
			}
			left = append(left, t.stored.ID)
		}
		s.queues.release(t)
		if t.ack != nil {
			t.ack.stop()
		}
	}
	s.handBack(ctx, left)
}

// updatesOf returns what the inbox is to keep.
func updatesOf(tasks []*task) []bot.Update {
	list := make([]bot.Update, len(tasks))
	for i, t := range tasks {
		list[i] = t.stored
	}
	return list
}

// concerns reports whether the bot has anything to do with an update. In groups, most talk is among people.
func (s *session) concerns(u *update) bool {
	m := u.message()
	switch {
	case m == nil, m.isFact(), m.pointsAtChannel():
		return true
	case !m.says(), m.From != nil && m.From.ID == serviceAccount:
		return false
	case m.Chat.Type != private && m.Forwarded != nil: // it was meant for somewhere else
		return false
	case u.Edited != nil:
		return s.corrects(m)
	case m.Chat.Type == private, m.repliesToBot(s.id):
		return true
	}
	_, _, ok := s.command(m)
	if !ok && isCommandText(m.command()) { // perhaps a typo
		s.mistakes.add(m.mistake(), s.now())
	}
	return ok
}

// corrects reports whether an edited message has become a valid command. One that was carried out before doesn't count.
func (s *session) corrects(m *message) bool {
	_, _, ok := s.command(m)
	if !ok || !isCommandText(m.command()) || !s.mistakes.has(m.mistake(), s.now(), correctWithin) {
		return false
	}
	s.mistakes.forget(m.mistake())
	return true
}

// isStale reports whether u is a text that was written long ago. Everything else reports facts, which don't age.
func (s *session) isStale(u *update) bool {
	m := u.message()
	return m != nil && m.says() && s.sentNow().Sub(time.Unix(m.Date, 0)) > staleAfter
}

// forget removes an update that needs no more handling from the inbox.
func (s *session) forget(ctx context.Context, id int64) {
	defer s.leases.drop(id)
	if err := s.inbox.Handled(ctx, s.box, id); err != nil && !errors.Is(err, context.Canceled) {
		s.log.ErrorContext(ctx, "update not marked as handled", "update_id", id, "err", err)
	}
}
