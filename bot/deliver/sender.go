package deliver

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"tidings/bot"
	"tidings/bot/pace"
	"tidings/internal/retry"
)

const (
	// sendTimeout bounds one send. A slow data center answers after half a minute, a group in slow mode after a minute,
	// and both have posted the message all the same: whoever gives up earlier sends a copy.
	sendTimeout = 65 * time.Second
	// stopTimeout bounds how long a stop waits for the sends in hand. What is cut off is on record as of unknown
	// outcome.
	stopTimeout = 10 * time.Second
	// slotTimeout bounds how long a claimed delivery waits for a slot before it is given back.
	slotTimeout = 2 * time.Second
	// leaseTime is how long a claim lasts, and how long after a crash the deliveries that were in hand wait. The leases
	// of all deliveries in hand are renewed every renewEvery.
	leaseTime  = 12 * time.Second
	renewEvery = leaseTime / 3
	// lead is how long before a target may be sent to its next delivery is claimed, so that no limit is left unused
	// while the store is at work.
	lead = 50 * time.Millisecond
)

// Outbox is what the deliverer works from.
type Outbox interface {
	// Claim leases up to n due deliveries of a platform: of each target that is not suspended and
	// has none leased, the first urgent one or else the oldest. A lease that is not settled in time
	// ends, so a message may be sent twice but is never lost. What waited for too long is claimed as lists;
	// see [Delivery.With].
	Claim(ctx context.Context, platform string, n int, lease time.Duration) ([]bot.Delivery, error)
	// Settle records how a claimed delivery went. Sent is recorded even if the lease has ended.
	Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error
	// Renew begins the leases of claimed deliveries anew, but for those that have ended.
	Renew(ctx context.Context, list []*bot.Delivery, lease time.Duration) error
	// WaitDue blocks until Claim may have something to return. A return is a hint, not a promise.
	WaitDue(ctx context.Context, platform string) error
	// SentSince returns the messages of a platform that were settled as sent since a moment, oldest first.
	SentSince(ctx context.Context, platform string, since time.Time) ([]bot.Dispatch, error)
	// HoldEmbargoes sets the function that reports whether embargoes are on hold, as they are while the wall clock
	// is wrong, and up to which moment they have ended nevertheless. It is called before the first Claim.
	HoldEmbargoes(state func() (ended time.Time, onHold bool))
}

// Targets is where a Sender notes what a send revealed about a target.
type Targets interface {
	// Suspend stops sending to every known target within scope, says why, and keeps everything. It
	// returns those that were not suspended before. A target is known from its first subscription.
	Suspend(ctx context.Context, scope bot.Target, why bot.Suspension) ([]bot.Target, error)
	// Move gives everything that belongs to a chat to another chat. Where both have a subscription
	// with the same filter, one is kept. Doing it twice does no harm.
	Move(ctx context.Context, from, to bot.Target) error
	// SubscriptionsOf returns the subscriptions of a target by number.
	SubscriptionsOf(ctx context.Context, t bot.Target) ([]bot.Subscription, error)
}

// Metrics counts what a Watcher and a Sender do, as it happens. All methods may be called concurrently and must
// not block.
type Metrics interface {
	// Matched counts entries of the article log and the deliveries that followed from them.
	Matched(entries, deliveries int)
	// Flooded tells of urgent articles that pass nobody, as too many of their source came.
	Flooded(articles int)
	// Settled reports how an attempt to send went: "sent", or the label of what was decided after a failure; how long the
	// platform took; and, if it was sent, how long after the store had the article.
	Settled(platform, outcome string, took, lag time.Duration)
	// RateLimited counts that a platform asked to wait.
	RateLimited(platform string)
}

// SenderConfig is what a Sender is made of. Every field is needed.
type SenderConfig struct {
	Adapter bot.Adapter
	Outbox  Outbox
	Targets Targets
	Slots   *pace.Scheduler
	Delays  *Delays
	// Zone is that of dates where the platform does not know the reader's.
	Zone    *time.Location
	Logger  *slog.Logger
	Metrics Metrics
	Now     func() time.Time
}

// Sender sends what is due on one platform. The store hands out one delivery per target at a time, which keeps the
// order within a target and lets targets not wait for each other.
type Sender struct {
	adapter bot.Adapter
	outbox  Outbox
	targets Targets
	now     func() time.Time
	logger  *slog.Logger
	metrics Metrics
	delays  *Delays
	zone    *time.Location

	slots      *pace.Scheduler
	inFlight   *inFlight
	leases     *leases
	records    *records
	health     health
	highlights highlights
}

// NewSender returns a Sender that does nothing until Run.
func NewSender(cfg SenderConfig) *Sender {
	logger := cfg.Logger.With("component", "deliver", "platform", cfg.Adapter.Platform())
	return &Sender{
		adapter: cfg.Adapter, outbox: cfg.Outbox, targets: cfg.Targets, now: cfg.Now, metrics: cfg.Metrics,
		delays: cfg.Delays, zone: cfg.Zone, slots: cfg.Slots, inFlight: newInFlight(cfg.Now),
		leases: newLeases(cfg.Outbox, cfg.Now, logger), records: newRecords(cfg.Outbox, logger), logger: logger,
	}
}

// Run delivers until ctx ends, then waits for the sends in hand, for stopTimeout at most. They end with leaderCtx too.
func (s *Sender) Run(ctx, leaderCtx context.Context) error {
	sending, cut := context.WithCancel(leaderCtx)
	defer cut()
	keeping, letGo := context.WithCancel(sending)
	var keeper, hands sync.WaitGroup
	keeper.Go(func() { s.leases.keep(keeping) })
	defer keeper.Wait()
	defer letGo()
	defer hands.Wait()
	defer context.AfterFunc(ctx, func() {
		_ = retry.Sleep(sending, stopTimeout)
		cut()
	})()
	trouble := retry.Trouble{Logger: s.logger, Work: "delivering alerts"}
	for ctx.Err() == nil {
		trouble.Note(ctx, s.round(ctx, sending, &hands))
	}
	return nil
}

// round claims as many deliveries as there is capacity for and starts them, or waits for one.
func (s *Sender) round(ctx, sending context.Context, hands *sync.WaitGroup) error {
	n := s.inFlight.capacity(ctx)
	if wait := s.slots.AlertsFrom().Sub(s.now()); wait > 0 {
		_ = retry.Sleep(ctx, wait)
		return nil
	}
	if n == 0 {
		return nil
	}
	claimedAt := s.now()
	claimed, err := s.outbox.Claim(ctx, s.adapter.Platform(), n, leaseTime)
	if err != nil {
		return err
	}
	if len(claimed) == 0 {
		return s.outbox.WaitDue(ctx, s.adapter.Platform())
	}
	claimed = slices.DeleteFunc(claimed, func(dl bot.Delivery) bool { return s.records.awaits(&dl) })
	s.inFlight.claimed(len(claimed))
	s.leases.add(claimed, claimedAt)
	for i := range claimed {
		hands.Go(func() { s.handle(ctx, sending, &claimed[i]) })
	}
	return nil
}

// handle sends a claimed delivery when there is a slot for it, and records how it went.
func (s *Sender) handle(ctx, sending context.Context, dl *bot.Delivery) {
	o := s.attempt(ctx, sending, dl)
	s.leases.remove(dl)
	s.records.record(ctx, dl, o)
}

// attempt sends a claimed delivery if it may be sent and there is a slot in time, and returns how it went. One whose lease
// may have ended meanwhile, as it does when the machine sleeps, is given back: another sender could have it as well.
func (s *Sender) attempt(ctx, sending context.Context, dl *bot.Delivery) bot.Outcome {
	if o, ok := s.mayRepeat(sending, dl); !ok {
		s.inFlight.unsent()
		return o
	}
	waiting, cancel := context.WithTimeout(ctx, slotTimeout)
	defer cancel()
	class := pace.Ordinary
	if dl.Urgent {
		class = pace.Urgent
	}
	slot, err := s.slots.Take(waiting, dl.Target, class)
	if err == nil && s.leases.age(dl) >= leaseTime-renewEvery/2 {
		s.slots.GiveBack(slot)
		err = context.DeadlineExceeded
	}
	if err != nil {
		s.inFlight.unsent()
		o := pending("not tried in time")
		o.NotBefore = s.slots.FreeAt(dl.Target)
		return o
	}
	s.inFlight.begun(slot)
	return s.deliver(sending, dl, slot)
}

// deliver sends one claimed delivery, and returns how it went.
func (s *Sender) deliver(sending context.Context, dl *bot.Delivery, slot *pace.Slot) bot.Outcome {
	ctx := context.WithoutCancel(sending)
	d := s.try(sending, dl, slot, whole)
	if d.effect == tryBare {
		s.logger.InfoContext(ctx, "trying the alert in its bare form", "target", dl.Target.String(), "article", dl.Article.ID)
		slot, err := s.slots.Take(sending, dl.Target, pace.Ordinary)
		if err != nil {
			return pending("not tried in time")
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
	if err == nil {
		if n := s.health.succeeded(dl, now); n > 0 {
			s.logger.InfoContext(ctx, "sends succeed again", "failures", n)
		}
		s.sent(dl, now.Sub(start), now)
		return decision{outcome: bot.Outcome{State: bot.Sent, Receipt: receipt, NotBefore: next.Add(-lead)}}
	}
	return s.failed(ctx, dl, err, as, start, now)
}

// sent counts a success, and of posts how long they took.
func (s *Sender) sent(dl *bot.Delivery, took time.Duration, now time.Time) {
	lag := now.Sub(dl.Article.VisibleSince())
	if dl.Action == bot.Post {
		s.delays.Add(lag, now)
	}
	s.metrics.Settled(s.adapter.Platform(), "sent", took, lag)
}

// failed decides what follows from an error, and does it.
func (s *Sender) failed(ctx context.Context, dl *bot.Delivery, err error, as form, begun, ended time.Time) decision {
	e, ok := errors.AsType[*bot.SendError](err)
	unanswered := errors.Is(err, context.DeadlineExceeded)
	if !ok {
		e = &bot.SendError{Reason: "the send failed", Err: err}
		if unanswered || errors.Is(err, context.Canceled) {
			e.Reason, e.Uncertain = "no answer in time", true
		}
	}
	d := decide(failure{
		err: e, action: dl.Action, attempts: dl.Attempts, bare: as == bare, unanswered: unanswered, ended: ended,
		history: s.health.failed(dl, e, begun, ended),
	})
	platform := s.adapter.Platform()
	s.metrics.Settled(platform, d.label, ended.Sub(begun), 0)
	if e.Kind == bot.RateLimited && !e.Local {
		s.metrics.RateLimited(platform)
	}
	s.logger.Log(ctx, d.level, "send failed", "target", dl.Target.String(), "article", dl.Article.ID,
		"attempts", dl.Attempts+1, "decision", d.label, "state", d.outcome.State, "err", e)
	if d.pause > 0 {
		s.slots.PauseAlerts(ended.Add(d.pause))
	}
	switch d.effect {
	case suspend:
		lost, err := s.targets.Suspend(ctx, dl.Target, suspension(e))
		if err != nil {
			s.logger.ErrorContext(ctx, "target not suspended", "target", dl.Target.String(), "err", err)
		}
		if e.ThreadOnly && len(lost) > 0 { // else it has been reported
			s.reportLostThread(ctx, dl.Target, e)
		}
	case move:
		if err := s.targets.Move(ctx, dl.Target, e.To); err != nil {
			s.logger.ErrorContext(ctx, "target not moved", "target", dl.Target.String(), "to", e.To.String(), "err", err)
			d.outcome.NotBefore = ended.Add(retryBase)
		}
	case nothing, tryBare:
	}
	return d
}
