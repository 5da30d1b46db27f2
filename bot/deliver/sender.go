package deliver

import (
	"context"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"tidings/bot"
	"tidings/bot/pace"
	"tidings/bot/plan"
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

// SenderConfig is what a Sender is made of. Every field but the last three is needed.
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
	// Localizer puts alerts into the languages of their targets. Nil means that all are in English.
	Localizer bot.Localizer
	// LocalizeFor puts what isn't an alert into the language of a chat. Nil means that all is in English.
	LocalizeFor func(ctx context.Context, to bot.Target, m bot.Message) bot.Message
	// Suspended is called when the refusal of a send has suspended a target, with when the send began: the target may have come
	// back since. Nil means that nobody is told.
	Suspended func(ctx context.Context, t bot.Target, begun time.Time)
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
	planner *plan.Planner
	// localizer puts what is sent into the language of its target; nil if everything is in English.
	localizer   bot.Localizer
	localizeFor func(context.Context, bot.Target, bot.Message) bot.Message // nil likewise
	suspended   func(context.Context, bot.Target, time.Time)               // nil if nobody is told

	slots      *pace.Scheduler
	inFlight   *inFlight
	leases     *leases
	records    *records
	health     health
	highlights highlights
	more       bool // the last claim got all that it asked for; Run's alone
	garbage    *garbage
}

// NewSender returns a Sender that does nothing until Run.
func NewSender(cfg SenderConfig) *Sender {
	logger := cfg.Logger.With("component", "deliver", "platform", cfg.Adapter.Platform())
	return &Sender{
		adapter: cfg.Adapter, outbox: cfg.Outbox, targets: cfg.Targets, now: cfg.Now, metrics: cfg.Metrics,
		delays: cfg.Delays, zone: cfg.Zone, planner: plan.New(cfg.Zone), localizer: cfg.Localizer, localizeFor: cfg.LocalizeFor,
		suspended: cfg.Suspended, slots: cfg.Slots, inFlight: newInFlight(cfg.Now),
		leases: newLeases(cfg.Outbox, cfg.Now, logger), records: newRecords(cfg.Outbox, logger), logger: logger,
		garbage: newGarbage(),
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
	defer s.garbage.stop()
	defer letGo()
	trouble := retry.Trouble{Logger: s.logger, Work: "delivering alerts"}
	for ctx.Err() == nil {
		trouble.Note(ctx, s.round(ctx, sending, &hands))
	}
	bound := time.AfterFunc(stopTimeout, cut)
	defer bound.Stop()
	hands.Wait()
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
	claimed, err := s.claim(ctx, n)
	if err != nil {
		return err
	}
	claimed = slices.DeleteFunc(claimed, func(dl bot.Delivery) bool {
		recorded := s.records.awaited(&dl)
		if recorded != nil {
			hands.Go(func() { s.records.giveBack(ctx, &dl, recorded) })
		}
		return recorded != nil
	})
	s.inFlight.claimed(len(claimed))
	s.leases.add(claimed)
	s.garbage.begun(len(claimed))
	for i := range claimed {
		hands.Go(func() { s.handle(ctx, sending, &claimed[i]) })
	}
	runtime.Gosched() // they begin before the next claim does
	return nil
}

// claim claims up to n deliveries. If the last claim took all that was due, it waits first until something is: what is found then
// is claimed without another question.
func (s *Sender) claim(ctx context.Context, n int) (claimed []bot.Delivery, err error) {
	if !s.more {
		claimed, err = s.outbox.ClaimNext(ctx, s.adapter.Platform(), n, leaseTime)
		if len(claimed) > 0 || err != nil {
			return claimed, err
		}
	}
	defer s.inFlight.claiming()()
	claimed, err = s.outbox.Claim(ctx, s.adapter.Platform(), n, leaseTime)
	s.more = len(claimed) == n
	return claimed, err
}

// handle sends a claimed delivery when there is a slot for it, and records how it went.
func (s *Sender) handle(ctx, sending context.Context, dl *bot.Delivery) {
	o := s.attempt(ctx, sending, dl)
	s.leases.remove(dl)
	s.records.record(ctx, dl, o)
	s.garbage.ended()
}
