package deliver

import (
	"context"
	"errors"

	"tidings/bot"
	"tidings/bot/pace"
)

// notTried is why a delivery that was claimed is still to be sent.
const notTried = "not tried in time"

// attempt takes a claimed delivery through the stages of the package comment, and returns how it went.
func (s *Sender) attempt(ctx, sending context.Context, dl *bot.Delivery) bot.Outcome {
	if o, ok := s.mayRepeat(sending, dl); !ok {
		s.inFlight.unsent()
		return o
	}
	slot, err := s.slotFor(ctx, dl)
	if err != nil {
		s.inFlight.unsent()
		o := pending(notTried)
		o.NotBefore = s.slots.FreeAt(dl.Target)
		return o
	}
	s.inFlight.begun(slot)
	return s.deliver(sending, dl, slot)
}

// slotFor waits for a slot, for slotTimeout at most. It refuses one if the lease may have ended meanwhile, as it does when
// the machine sleeps: another sender could have the delivery as well.
func (s *Sender) slotFor(ctx context.Context, dl *bot.Delivery) (*pace.Slot, error) {
	ctx, cancel := context.WithTimeout(ctx, slotTimeout)
	defer cancel()
	class := pace.Ordinary
	if dl.Urgent {
		class = pace.Urgent
	}
	slot, err := s.slots.Take(ctx, dl.Target, class)
	if err == nil && s.leases.age(dl) >= leaseTime-renewEvery/2 {
		s.slots.GiveBack(slot)
		return nil, context.DeadlineExceeded
	}
	return slot, err
}

// deliver sends a delivery, in its bare form too if the platform refuses it whole, and returns how it went.
func (s *Sender) deliver(sending context.Context, dl *bot.Delivery, slot *pace.Slot) bot.Outcome {
	ctx := context.WithoutCancel(sending)
	d := s.try(sending, dl, slot, whole)
	if d.effect == tryBare {
		s.logger.InfoContext(ctx, "trying the alert in its bare form", "target", dl.Target.String(), "article", dl.Article.ID)
		slot, err := s.slots.Take(sending, dl.Target, pace.Ordinary)
		if err != nil {
			return pending(notTried)
		}
		s.inFlight.replaced(slot)
		d = s.try(sending, dl, slot, bare)
	}
	if d.outcome.State == bot.Rejected || d.outcome.State == bot.Superseded {
		s.health.ended(dl)
	}
	return d.outcome
}

// form is how much of an alert is sent.
type form int

const (
	whole form = iota
	bare       // title, source and address as plain text: what no platform has ever refused for its looks
)

// try makes one request for a delivery, and decides what follows from its answer.
func (s *Sender) try(sending context.Context, dl *bot.Delivery, slot *pace.Slot, as form) decision {
	start := s.now()
	receipt, err := s.perform(sending, dl, as)
	ctx := context.WithoutCancel(sending)
	now := s.now()
	next := s.slots.Done(slot, dl.Target, err)
	s.inFlight.ended(slot)
	if !errors.Is(err, context.DeadlineExceeded) {
		s.inFlight.noteAnswer()
	}
	if err != nil {
		return s.failed(ctx, dl, asSendError(err), as, start, now)
	}
	if n := s.health.succeeded(dl, now); n > 0 {
		s.logger.InfoContext(ctx, "sends succeed again", "failures", n)
	}
	s.sent(dl, now.Sub(start), now)
	return decision{outcome: bot.Outcome{State: bot.Sent, Receipt: receipt, NotBefore: next.Add(-lead)}}
}
