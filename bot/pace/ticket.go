package pace

import (
	"context"
	"slices"
	"time"

	"tidings/bot"
)

// maxReplyWait bounds how long an answer waits for a slot. After it the answer goes out as it is.
const maxReplyWait = time.Minute

// ticket is a wait for a slot.
type ticket struct {
	to      bot.Target // that stands for all that share the limits
	rates   []bot.Rate
	granted chan *Slot // of one
}

// ticket returns a ticket for a target, or for the whole bot if it has no chat.
func (s *Scheduler) ticket(to bot.Target) *ticket {
	t := &ticket{to: s.rateKey(to), granted: make(chan *Slot, 1)}
	if to.Chat != "" {
		_, t.rates = s.limits(to)
	}
	return t
}

// Take waits for a slot.
func (s *Scheduler) Take(ctx context.Context, to bot.Target, c Class) (*Slot, error) {
	t := s.ticket(to)
	s.mu.Lock()
	s.queues[c] = append(s.queues[c], t)
	s.mu.Unlock()
	if s.running.Load() {
		s.round() // where there are slots, nobody has to wake another for one
	}
	if len(t.granted) == 0 {
		s.wakeUp()
	}
	select {
	case got := <-t.granted:
		if ctx.Err() == nil {
			return got, nil
		}
		s.GiveBack(got)
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		s.queues[c] = slices.DeleteFunc(s.queues[c], func(o *ticket) bool { return o == t })
		select {
		case got := <-t.granted:
			got.rtt = void
		default:
		}
	}
	return nil, ctx.Err()
}

// GiveBack returns a slot that was not used.
func (s *Scheduler) GiveBack(got *Slot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	got.rtt = void
	s.wakeUp()
}

// Reply waits for a slot for an answer.
func (s *Scheduler) Reply(ctx context.Context, to bot.Target) (answered func(error), err error) {
	var got *Slot
	if s.running.Load() {
		waiting, cancel := context.WithTimeout(ctx, maxReplyWait)
		defer cancel()
		got, err = s.Take(waiting, to, Answers)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if got == nil || err != nil {
		got = s.force(to)
	}
	return func(err error) { s.Done(got, to, err) }, nil
}

// force returns a slot although none is free.
func (s *Scheduler) force(to bot.Target) *Slot {
	t := s.ticket(to)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.give(s.view(s.clock.read(s.now())), t, Answers)
	return <-t.granted
}
