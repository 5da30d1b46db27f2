package bot

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// sendTimeout bounds one send, and with it how long a stop waits for the sends in hand; retryTimeout
	// one to a target where the last was not answered.
	sendTimeout  = 10 * time.Second
	retryTimeout = 3 * time.Second
	// slotTimeout bounds how long a claimed delivery waits for a slot before it is given back.
	slotTimeout = 2 * time.Second
	// leaseTime covers the wait for a slot and one send; after a crash it is how long the deliveries
	// that were in hand wait.
	leaseTime = slotTimeout + sendTimeout
	// lead is how long before a target may be sent to its next delivery is claimed, so that no limit
	// is left unused while the store is at work.
	lead = 50 * time.Millisecond
	// maxAttempts is how many tries a delivery gets while others of its platform succeed. With the waits
	// between them that is more than 8 minutes.
	maxAttempts = 10
	// healthyFor is how long after a success the platform is taken to work, so that a failure is
	// blamed on the delivery and not on an outage.
	healthyFor = time.Minute
	// outageAfter is how many failures in a row make an outage, in which sends are held back for up to
	// outageMost at a time.
	outageAfter = 4
	outageMost  = 15 * time.Second
	retryBase   = time.Second
	retryMost   = 5 * time.Minute
)

// deliverer sends what is due on one platform. The store hands out one delivery per target at a
// time, which keeps the order within a target and lets targets not wait for each other.
type deliverer struct {
	adapter Adapter
	outbox  Outbox
	targets Targets
	now     func() time.Time
	logger  *slog.Logger
	metrics Metrics
	delays  *delays
	zone    *time.Location

	slots   *scheduler
	flights *flights
	records *records
	hangs   hangs
	lastOK  atomic.Int64 // unix nanoseconds of the last success
	streak  streak
}

func newDeliverer(cfg Config, a Adapter, s *scheduler, d *delays) *deliverer {
	logger := cfg.Logger.With("component", "deliver", "platform", a.Platform())
	return &deliverer{
		adapter: a, outbox: cfg.Store, targets: cfg.Store, now: cfg.Now, metrics: cfg.Metrics, delays: d, zone: cfg.Zone,
		slots: s, flights: newFlights(cfg.Now), records: newRecords(cfg.Store, logger), logger: logger,
	}
}

// run delivers until ctx ends, then waits for the sends in hand, which end with held.
func (d *deliverer) run(ctx, held context.Context) error {
	var hands sync.WaitGroup
	defer hands.Wait()
	trouble := trouble{logger: d.logger, what: "delivering alerts"}
	for ctx.Err() == nil {
		trouble.note(ctx, d.round(ctx, held, &hands))
	}
	return nil
}

// round claims as many deliveries as there is room for and starts them, or waits for one.
func (d *deliverer) round(ctx, held context.Context, hands *sync.WaitGroup) error {
	n := d.flights.room(ctx)
	if wait := d.slots.alertsFrom().Sub(d.now()); wait > 0 {
		pause(ctx, wait)
		return nil
	}
	if n == 0 {
		return nil
	}
	leaseEnd := d.now().Add(leaseTime)
	claimed, err := d.outbox.Claim(ctx, d.adapter.Platform(), n, leaseTime)
	if err != nil {
		return err
	}
	if len(claimed) == 0 {
		return d.outbox.WaitDue(ctx, d.adapter.Platform())
	}
	claimed = slices.DeleteFunc(claimed, func(dl Delivery) bool { return d.records.awaits(&dl) })
	d.flights.claimed(len(claimed))
	for i := range claimed {
		hands.Go(func() { d.handle(ctx, held, &claimed[i], leaseEnd) })
	}
	return nil
}

// handle sends a claimed delivery when there is a slot for it. A lease too short to cover the send could
// let another sender have the delivery as well, so it is given back then.
func (d *deliverer) handle(ctx, held context.Context, dl *Delivery, leaseEnd time.Time) {
	waiting, cancel := context.WithTimeout(ctx, leaseEnd.Add(-sendTimeout).Sub(d.now()))
	defer cancel()
	c := ordinary
	if dl.Article.Urgent() {
		c = urgent
	}
	slot, err := d.slots.take(waiting, dl.Target, c)
	if err != nil {
		d.flights.unsent()
		d.records.record(ctx, dl, Outcome{State: Pending, Reason: "not tried in time", NotBefore: d.slots.free(dl.Target)})
		return
	}
	d.flights.begun(slot)
	d.records.record(ctx, dl, d.deliver(held, dl, slot))
}

// deliver sends one claimed delivery while the place is held, and returns how it went.
func (d *deliverer) deliver(held context.Context, dl *Delivery, slot *slot) Outcome {
	start := d.now()
	receipt, err := d.try(held, dl)
	ctx := context.WithoutCancel(held)
	now := d.now()
	next := d.slots.answered(slot, dl.Target, err)
	d.flights.ended(slot)
	if errors.Is(err, context.DeadlineExceeded) {
		d.hangs.hung(dl.Target)
	} else {
		d.hangs.heard(dl.Target)
		d.flights.heard()
	}
	if err == nil {
		d.lastOK.Store(now.UnixNano())
		if n := d.streak.end(); n > 0 {
			d.logger.InfoContext(ctx, "sends succeed again", "failures", n)
		}
		d.sent(dl, now.Sub(start), now)
		return Outcome{State: Sent, Receipt: receipt, NotBefore: next.Add(-lead)}
	}
	o := d.failed(ctx, dl, err, tried{start, now})
	d.metrics.Settled(d.adapter.Platform(), outcomeLabel(err, o), now.Sub(start), 0)
	return o
}

// sent counts a success, and of posts how long they took.
func (d *deliverer) sent(dl *Delivery, took time.Duration, now time.Time) {
	lag := now.Sub(dl.Article.tellable())
	if dl.Action == Post {
		d.delays.add(lag, now)
	}
	d.metrics.Settled(d.adapter.Platform(), "sent", took, lag)
}

// try hands a delivery to the adapter. A panic there is that delivery's failure and nobody else's.
func (d *deliverer) try(ctx context.Context, dl *Delivery) (receipt Receipt, err error) {
	defer func() {
		if r := recover(); r != nil {
			d.logger.ErrorContext(ctx, "adapter broke", "target", dl.Target.String(), "article", dl.Article.ID, "err", panicked(r))
			err = &SendError{Reason: "something went wrong inside the bot", Uncertain: true}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, d.hangs.patience(dl.Target))
	defer cancel()
	return perform(ctx, d.adapter, dl, d.zone)
}

// failed decides what follows from an error of Send.
func (d *deliverer) failed(ctx context.Context, dl *Delivery, err error, at tried) Outcome {
	var se *SendError
	if !errors.As(err, &se) { // the time was over
		se = &SendError{Reason: "no answer in time", Err: err, Uncertain: true}
	}
	log := d.logger.With("target", dl.Target.String(), "article", dl.Article.ID, "err", err)
	switch se.Kind {
	case RateLimited:
		if !se.Local {
			d.metrics.RateLimited(d.adapter.Platform())
			log.WarnContext(ctx, "platform asked to wait", "after", se.After, "global", se.Global)
		}
		if se.Global { // which the slots keep
			return Outcome{State: Pending, Reason: se.Error()}
		}
		return Outcome{State: Pending, Reason: se.Error(), NotBefore: at.ended.Add(se.After)}
	case TargetGone:
		log.WarnContext(ctx, "target suspended")
		if _, err := d.targets.Suspend(ctx, dl.Target, cmp.Or(se.Reason, "the platform refuses messages there")); err != nil {
			log.ErrorContext(ctx, "target not suspended", "suspend_err", err)
		}
		return Outcome{State: Pending, Reason: se.Error()}
	case TargetMoved:
		log.InfoContext(ctx, "target moved", "to", se.To.String())
		if err := d.targets.Move(ctx, dl.Target, se.To); err != nil {
			log.ErrorContext(ctx, "target not moved", "move_err", err)
			o, _ := d.retry(dl, se, at)
			return o
		}
		return Outcome{State: Pending, Reason: se.Error()}
	case Unsendable:
		if dl.Action != Post {
			log.InfoContext(ctx, "alert not changed")
			return Outcome{State: Superseded, Reason: se.Error()}
		}
		log.ErrorContext(ctx, "alert can never be sent")
		return Outcome{State: Rejected, Reason: se.Error()}
	case Transient:
	}
	o, failures := d.retry(dl, se, at)
	level := slog.LevelDebug // of an outage, its beginning and end are enough
	switch {
	case o.State == Rejected:
		level = slog.LevelError
	case failures == 1 && dl.Attempts == 0:
		level = slog.LevelWarn
	}
	log.Log(ctx, level, "send failed", "attempts", dl.Attempts+1, "state", o.State)
	return o
}

// tried is when a send began and ended.
type tried struct{ begun, ended time.Time }

// retry decides when a delivery that failed for a passing reason is tried again. A failure counts
// only while others succeed: a platform that is down for hours is a backlog, not a loss. It also
// returns how many failures there were in a row, this one among them.
func (d *deliverer) retry(dl *Delivery, se *SendError, at tried) (o Outcome, failures int) {
	now, lastOK := at.ended, time.Unix(0, d.lastOK.Load())
	count, inRow := d.streak.failed(dl.Target)
	// What failed while others were answered is no outage, however many fail at once.
	if n := count - outageAfter; n >= 0 && lastOK.Before(at.begun) {
		d.slots.holdAlerts(now.Add(backoff(n, troubleBase, outageMost)))
	}
	counted := now.Sub(lastOK) < healthyFor
	if counted && dl.Attempts+1 >= maxAttempts {
		return Outcome{State: Rejected, Reason: "gave up: " + se.Error(), Counted: true, Uncertain: se.Uncertain}, count
	}
	wait := max(backoff(dl.Attempts, retryBase, retryMost), se.After)
	if !counted { // nobody's fault, so the wait is short enough to notice the end of it soon
		wait = max(backoff(inRow-1, retryBase, outageMost), se.After)
	}
	return Outcome{
		State: Pending, Reason: se.Error(), NotBefore: now.Add(wait), Counted: counted, Uncertain: se.Uncertain,
	}, count
}

func outcomeLabel(err error, o Outcome) string {
	var se *SendError
	errors.As(err, &se)
	switch {
	case o.State == Rejected:
		return "rejected"
	case se != nil && se.Kind == TargetGone:
		return "suspended"
	case se != nil && se.Kind == TargetMoved:
		return "moved"
	}
	return "retry"
}
