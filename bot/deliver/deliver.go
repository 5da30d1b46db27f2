package deliver

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tidings/bot"
	"tidings/bot/pace"
	"tidings/internal/retry"
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

// Outbox is what the deliverer works from.
type Outbox interface {
	// Claim leases up to n due deliveries of a platform: of each target that is not suspended and
	// has none leased, the first urgent one or else the oldest. A lease that is not settled in time
	// ends, so a message may be sent twice but is never lost. What waited for too long is claimed as lists;
	// see [Delivery.With].
	Claim(ctx context.Context, platform string, n int, lease time.Duration) ([]bot.Delivery, error)
	// Settle records how a claimed delivery went. Sent is recorded even if the lease has ended.
	Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error
	// WaitDue blocks until Claim may have something to return. A return is a hint, not a promise.
	WaitDue(ctx context.Context, platform string) error
	// SentSince returns the messages of a platform that were settled as sent since a moment, oldest first.
	SentSince(ctx context.Context, platform string, since time.Time) ([]bot.Dispatch, error)
}

// Targets is where a Sender notes what a send told of a target.
type Targets interface {
	// Suspend stops sending to every known target within scope, says why, and keeps everything. It
	// returns those that were not suspended before. A target is known from its first subscription.
	Suspend(ctx context.Context, scope bot.Target, reason string) ([]bot.Target, error)
	// Move gives everything that belongs to a chat to another chat. Where both have a subscription
	// with the same filter, one is kept. Doing it twice does no harm.
	Move(ctx context.Context, from, to bot.Target) error
}

// Metrics hears what a Watcher and a Sender do, as it happens. All methods may be called concurrently and must
// not block.
type Metrics interface {
	// Matched tells of entries of the article log and the deliveries that followed from them.
	Matched(entries, deliveries int)
	// Settled tells how a try to send went: "sent", "retry", "suspended", "moved" or "rejected"; how
	// long the platform took; and, if it was sent, how long after the store had the article.
	Settled(platform, outcome string, took, lag time.Duration)
	// RateLimited tells that a platform asked to wait.
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

// Sender sends what is due on one platform. The store hands out one delivery per target at a
// time, which keeps the order within a target and lets targets not wait for each other.
type Sender struct {
	adapter bot.Adapter
	outbox  Outbox
	targets Targets
	now     func() time.Time
	logger  *slog.Logger
	metrics Metrics
	delays  *Delays
	zone    *time.Location

	slots    *pace.Scheduler
	inFlight *inFlight
	records  *records
	hangs    hangs
	lastOK   atomic.Int64 // unix nanoseconds of the last success
	streak   streak
}

// NewSender returns a Sender that does nothing until Run.
func NewSender(cfg SenderConfig) *Sender {
	logger := cfg.Logger.With("component", "deliver", "platform", cfg.Adapter.Platform())
	return &Sender{
		adapter: cfg.Adapter, outbox: cfg.Outbox, targets: cfg.Targets, now: cfg.Now, metrics: cfg.Metrics,
		delays: cfg.Delays, zone: cfg.Zone, slots: cfg.Slots, inFlight: newInFlight(cfg.Now),
		records: newRecords(cfg.Outbox, logger), logger: logger,
	}
}

// Run delivers until ctx ends, then waits for the sends in hand, which end with held.
func (d *Sender) Run(ctx, held context.Context) error {
	var hands sync.WaitGroup
	defer hands.Wait()
	trouble := retry.Trouble{Logger: d.logger, Work: "delivering alerts"}
	for ctx.Err() == nil {
		trouble.Note(ctx, d.round(ctx, held, &hands))
	}
	return nil
}

// round claims as many deliveries as there is room for and starts them, or waits for one.
func (d *Sender) round(ctx, held context.Context, hands *sync.WaitGroup) error {
	n := d.inFlight.capacity(ctx)
	if wait := d.slots.AlertsFrom().Sub(d.now()); wait > 0 {
		_ = retry.Sleep(ctx, wait)
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
	claimed = slices.DeleteFunc(claimed, func(dl bot.Delivery) bool { return d.records.awaits(&dl) })
	d.inFlight.claimed(len(claimed))
	for i := range claimed {
		hands.Go(func() { d.handle(ctx, held, &claimed[i], leaseEnd) })
	}
	return nil
}

// handle sends a claimed delivery when there is a slot for it. A lease too short to cover the send could
// let another sender have the delivery as well, so it is given back then.
func (d *Sender) handle(ctx, held context.Context, dl *bot.Delivery, leaseEnd time.Time) {
	waiting, cancel := context.WithTimeout(ctx, leaseEnd.Add(-sendTimeout).Sub(d.now()))
	defer cancel()
	c := pace.Ordinary
	if dl.Article.Urgent() {
		c = pace.Urgent
	}
	slot, err := d.slots.Take(waiting, dl.Target, c)
	if err != nil {
		d.inFlight.unsent()
		d.records.record(ctx, dl, bot.Outcome{State: bot.Pending, Reason: "not tried in time", NotBefore: d.slots.FreeAt(dl.Target)})
		return
	}
	d.inFlight.begun(slot)
	d.records.record(ctx, dl, d.deliver(held, dl, slot))
}

// deliver sends one claimed delivery while the place is held, and returns how it went.
func (d *Sender) deliver(held context.Context, dl *bot.Delivery, slot *pace.Slot) bot.Outcome {
	start := d.now()
	receipt, err := d.try(held, dl)
	ctx := context.WithoutCancel(held)
	now := d.now()
	next := d.slots.Done(slot, dl.Target, err)
	d.inFlight.ended(slot)
	if errors.Is(err, context.DeadlineExceeded) {
		d.hangs.hung(dl.Target)
	} else {
		d.hangs.heard(dl.Target)
		d.inFlight.heardBack()
	}
	if err == nil {
		d.lastOK.Store(now.UnixNano())
		if n := d.streak.end(); n > 0 {
			d.logger.InfoContext(ctx, "sends succeed again", "failures", n)
		}
		d.sent(dl, now.Sub(start), now)
		return bot.Outcome{State: bot.Sent, Receipt: receipt, NotBefore: next.Add(-lead)}
	}
	o := d.failed(ctx, dl, err, tried{start, now})
	d.metrics.Settled(d.adapter.Platform(), outcomeLabel(err, o), now.Sub(start), 0)
	return o
}

// sent counts a success, and of posts how long they took.
func (d *Sender) sent(dl *bot.Delivery, took time.Duration, now time.Time) {
	lag := now.Sub(dl.Article.Tellable())
	if dl.Action == bot.Post {
		d.delays.Add(lag, now)
	}
	d.metrics.Settled(d.adapter.Platform(), "sent", took, lag)
}

// try hands a delivery to the adapter. A panic there is that delivery's failure and nobody else's.
func (d *Sender) try(ctx context.Context, dl *bot.Delivery) (receipt bot.Receipt, err error) {
	defer func() {
		if r := recover(); r != nil {
			d.logger.ErrorContext(ctx, "adapter broke", "target", dl.Target.String(), "article", dl.Article.ID, "err", bot.PanicError(r))
			err = &bot.SendError{Reason: "something went wrong inside the bot", Uncertain: true}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, d.hangs.patience(dl.Target))
	defer cancel()
	return perform(ctx, d.adapter, dl, d.zone)
}

// failed decides what follows from an error of Send.
func (d *Sender) failed(ctx context.Context, dl *bot.Delivery, err error, at tried) bot.Outcome {
	var se *bot.SendError
	if !errors.As(err, &se) { // the time was over
		se = &bot.SendError{Reason: "no answer in time", Err: err, Uncertain: true}
	}
	log := d.logger.With("target", dl.Target.String(), "article", dl.Article.ID, "err", err)
	switch se.Kind {
	case bot.RateLimited:
		if !se.Local {
			d.metrics.RateLimited(d.adapter.Platform())
			log.WarnContext(ctx, "platform asked to wait", "after", se.After, "global", se.Global)
		}
		if se.Global { // which the slots keep
			return bot.Outcome{State: bot.Pending, Reason: se.Error()}
		}
		return bot.Outcome{State: bot.Pending, Reason: se.Error(), NotBefore: at.ended.Add(se.After)}
	case bot.TargetGone:
		log.WarnContext(ctx, "target suspended")
		if _, err := d.targets.Suspend(ctx, dl.Target, cmp.Or(se.Reason, "the platform refuses messages there")); err != nil {
			log.ErrorContext(ctx, "target not suspended", "suspend_err", err)
		}
		return bot.Outcome{State: bot.Pending, Reason: se.Error()}
	case bot.TargetMoved:
		log.InfoContext(ctx, "target moved", "to", se.To.String())
		if err := d.targets.Move(ctx, dl.Target, se.To); err != nil {
			log.ErrorContext(ctx, "target not moved", "move_err", err)
			o, _ := d.retry(dl, se, at)
			return o
		}
		return bot.Outcome{State: bot.Pending, Reason: se.Error()}
	case bot.Unsendable:
		if dl.Action != bot.Post {
			log.InfoContext(ctx, "alert not changed")
			return bot.Outcome{State: bot.Superseded, Reason: se.Error()}
		}
		log.ErrorContext(ctx, "alert can never be sent")
		return bot.Outcome{State: bot.Rejected, Reason: se.Error()}
	case bot.Transient:
	}
	o, failures := d.retry(dl, se, at)
	level := slog.LevelDebug // of an outage, its beginning and end are enough
	switch {
	case o.State == bot.Rejected:
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
func (d *Sender) retry(dl *bot.Delivery, se *bot.SendError, at tried) (o bot.Outcome, failures int) {
	now, lastOK := at.ended, time.Unix(0, d.lastOK.Load())
	count, inRow := d.streak.failed(dl.Target)
	// What failed while others were answered is no outage, however many fail at once.
	if n := count - outageAfter; n >= 0 && lastOK.Before(at.begun) {
		d.slots.HoldAlerts(now.Add(retry.Backoff(n, retry.Base, outageMost)))
	}
	counted := now.Sub(lastOK) < healthyFor
	if counted && dl.Attempts+1 >= maxAttempts {
		return bot.Outcome{State: bot.Rejected, Reason: "gave up: " + se.Error(), Counted: true, Uncertain: se.Uncertain}, count
	}
	wait := max(retry.Backoff(dl.Attempts, retryBase, retryMost), se.After)
	if !counted { // nobody's fault, so the wait is short enough to notice the end of it soon
		wait = max(retry.Backoff(inRow-1, retryBase, outageMost), se.After)
	}
	return bot.Outcome{
		State: bot.Pending, Reason: se.Error(), NotBefore: now.Add(wait), Counted: counted, Uncertain: se.Uncertain,
	}, count
}

func outcomeLabel(err error, o bot.Outcome) string {
	var se *bot.SendError
	errors.As(err, &se)
	switch {
	case o.State == bot.Rejected:
		return "rejected"
	case se != nil && se.Kind == bot.TargetGone:
		return "suspended"
	case se != nil && se.Kind == bot.TargetMoved:
		return "moved"
	}
	return "retry"
}
