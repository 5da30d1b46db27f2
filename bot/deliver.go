package bot

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	// inFlight is how many sends of one platform are under way at once. At 50 ms an answer, 16 to 32
	// are needed to reach what the platforms allow.
	inFlight = 32
	// sendTimeout bounds one send, and with it how long a stop waits for the sends in hand.
	sendTimeout = 10 * time.Second
	// leaseTime covers the wait for a slot and one send; after a crash it is how long the deliveries
	// that were in hand wait.
	leaseTime = 2 * sendTimeout
	// settleTimeout bounds the recording of an outcome.
	settleTimeout = 5 * time.Second
	// maxAttempts is how many tries a delivery gets while others of its platform succeed. With the waits
	// between them that is more than 8 minutes, in which its target waits with it.
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

	bot    []*rate.Limiter // the limits of the whole bot
	pace   *pacer
	gate   gate
	lastOK atomic.Int64 // unix nanoseconds of the last success
	streak streak
}

func newDeliverer(cfg Config, a Adapter) *deliverer {
	d := &deliverer{
		adapter: a, outbox: cfg.Store, targets: cfg.Store, now: cfg.Now, metrics: cfg.Metrics,
		logger: cfg.Logger.With("component", "deliver", "platform", a.Platform()),
	}
	limits := func(Target) (bot, target []Rate) { return nil, nil }
	if l, ok := a.(Limiter); ok {
		limits = l.Limits
	}
	bot, _ := limits(Target{Platform: a.Platform()})
	for _, r := range bot {
		// A burst of one spreads sends evenly; any larger one would let twice the limit pass within
		// a window of the platform's.
		d.bot = append(d.bot, rate.NewLimiter(rate.Every(r.Per/time.Duration(r.N)), 1))
	}
	d.pace = newPacer(func(t Target) []Rate { _, target := limits(t); return target })
	return d
}

// run delivers until ctx ends, then waits for the sends in hand.
func (d *deliverer) run(ctx context.Context) error {
	var sends sync.WaitGroup
	defer sends.Wait()
	slots := make(chan struct{}, inFlight)
	trouble := trouble{logger: d.logger, what: "delivering alerts"}
	for ctx.Err() == nil {
		trouble.note(ctx, d.round(ctx, &sends, slots))
	}
	return nil
}

// round claims as many deliveries as there are free slots and starts them, or waits for one.
func (d *deliverer) round(ctx context.Context, sends *sync.WaitGroup, slots chan struct{}) error {
	select {
	case slots <- struct{}{}:
		<-slots // only this goroutine fills slots, so one stays free
	case <-ctx.Done():
		return nil
	}
	if !d.gate.wait(ctx, d.now) {
		return nil
	}
	leaseEnd := d.now().Add(leaseTime)
	claimed, err := d.outbox.Claim(ctx, d.adapter.Platform(), inFlight-len(slots), leaseTime)
	if err != nil {
		return err
	}
	if len(claimed) == 0 {
		return d.outbox.WaitDue(ctx, d.adapter.Platform())
	}
	for i := range claimed {
		dl := &claimed[i]
		// A lease too short to cover the send could let another sender have the delivery as well.
		if !d.slot(ctx) || leaseEnd.Sub(d.now()) < sendTimeout {
			d.giveBack(ctx, dl)
			continue
		}
		slots <- struct{}{}
		sends.Go(func() {
			defer func() { <-slots }()
			d.deliver(context.WithoutCancel(ctx), dl)
		})
	}
	return nil
}

// slot waits until the whole bot may send once more, and reports whether ctx is still alive.
func (d *deliverer) slot(ctx context.Context) bool {
	if !d.gate.wait(ctx, d.now) {
		return false
	}
	for _, l := range d.bot {
		if l.Wait(ctx) != nil {
			return false
		}
	}
	return ctx.Err() == nil
}

// giveBack returns a claimed delivery that will not be tried.
func (d *deliverer) giveBack(ctx context.Context, dl *Delivery) {
	d.settle(context.WithoutCancel(ctx), dl, Outcome{State: Pending, Reason: "not tried in time"})
}

// deliver sends one claimed delivery and records how it went.
func (d *deliverer) deliver(ctx context.Context, dl *Delivery) {
	sendCtx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	start := d.now()
	receipt, err := d.send(sendCtx, dl)
	now := d.now()
	var o Outcome
	if err == nil {
		d.lastOK.Store(now.UnixNano())
		if n := d.streak.end(); n > 0 {
			d.logger.InfoContext(ctx, "sends succeed again", "failures", n)
		}
		o = Outcome{State: Sent, Receipt: receipt, NotBefore: d.pace.sentAt(dl.Target, start)}
		d.metrics.Settled(d.adapter.Platform(), "sent", now.Sub(start), now.Sub(dl.Article.FirstSeen))
	} else {
		o = d.failed(ctx, dl, err, now)
		d.metrics.Settled(d.adapter.Platform(), outcomeLabel(err, o), now.Sub(start), 0)
	}
	d.settle(ctx, dl, o)
}

// send hands a delivery to the adapter. A panic there is that delivery's failure and nobody else's.
func (d *deliverer) send(ctx context.Context, dl *Delivery) (receipt Receipt, err error) {
	defer func() {
		if r := recover(); r != nil {
			d.logger.ErrorContext(ctx, "adapter broke", "target", dl.Target.String(), "article", dl.Article.ID, "err", panicked(r))
			err = &SendError{Reason: "something went wrong inside the bot"}
		}
	}()
	return d.adapter.Send(ctx, dl.Target, alert(dl))
}

// failed decides what follows from an error of Send.
func (d *deliverer) failed(ctx context.Context, dl *Delivery, err error, now time.Time) Outcome {
	var se *SendError
	if !errors.As(err, &se) {
		se = &SendError{Err: err}
	}
	log := d.logger.With("target", dl.Target.String(), "article", dl.Article.ID, "err", err)
	switch se.Kind {
	case RateLimited:
		d.metrics.RateLimited(d.adapter.Platform())
		log.WarnContext(ctx, "platform asked to wait", "after", se.After, "global", se.Global)
		if se.Global {
			d.gate.closeUntil(now.Add(se.After))
			return Outcome{State: Pending, Reason: se.Error()}
		}
		return Outcome{State: Pending, Reason: se.Error(), NotBefore: now.Add(se.After)}
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
			o, _ := d.retry(dl, se, now)
			return o
		}
		return Outcome{State: Pending, Reason: se.Error()}
	case Unsendable:
		log.ErrorContext(ctx, "alert can never be sent")
		return Outcome{State: Rejected, Reason: se.Error()}
	case Transient:
	}
	o, failures := d.retry(dl, se, now)
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

// retry decides when a delivery that failed for a passing reason is tried again. A failure counts
// only while others succeed: a platform that is down for hours is a backlog, not a loss. It also
// returns how many failures there were in a row, this one among them.
func (d *deliverer) retry(dl *Delivery, se *SendError, now time.Time) (o Outcome, failures int) {
	count, inRow := d.streak.failed(dl.Target)
	if n := count - outageAfter; n >= 0 {
		d.gate.closeUntil(now.Add(backoff(n, troubleBase, outageMost)))
	}
	counted := now.Sub(time.Unix(0, d.lastOK.Load())) < healthyFor
	if counted && dl.Attempts+1 >= maxAttempts {
		return Outcome{State: Rejected, Reason: "gave up: " + se.Error(), Counted: true}, count
	}
	wait := max(backoff(dl.Attempts, retryBase, retryMost), se.After)
	if !counted { // nobody's fault, so the wait is short enough to notice the end of it soon
		wait = max(backoff(inRow-1, retryBase, outageMost), se.After)
	}
	return Outcome{State: Pending, Reason: se.Error(), NotBefore: now.Add(wait), Counted: counted}, count
}

// settle records an outcome. If the store cannot, the lease ends by itself and the delivery is
// tried again.
func (d *deliverer) settle(ctx context.Context, dl *Delivery, o Outcome) {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	for n := 0; ; n++ {
		err := d.outbox.Settle(ctx, dl, o)
		if err == nil {
			return
		}
		if !pause(ctx, backoff(n, troubleBase, troubleMost)) {
			d.logger.ErrorContext(ctx, "outcome not recorded", "target", dl.Target.String(),
				"article", dl.Article.ID, "state", o.State, "err", err)
			return
		}
	}
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
