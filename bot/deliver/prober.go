package deliver

import (
	"context"
	"errors"
	"hash/fnv"
	"time"

	"tidings/bot"
	"tidings/bot/pace"
	"tidings/internal/retry"
)

const (
	// probeFirst is how long after its suspension a target is tried again, probeMost the longest wait between two
	// tries; the waits between double. Platforms have been wrong about bots for hours, and groups close every night.
	probeFirst = 5 * time.Minute
	probeMost  = 6 * time.Hour
	// probeSpread is up to what part of each wait is added to it, so that targets that were lost together are not
	// tried together.
	probeSpread = 0.25
	// probeAgain is how far apart tries are where nobody knows how long ago the suspension was, as the clock was set
	// back since.
	probeAgain = 30 * time.Minute
	// probeEvery is how often the suspended targets are looked at.
	probeEvery = 30 * time.Second
)

// ProbeStore returns which suspended targets may be tried again, and with what. The alert of a try is not leased: only
// that it was sent, or may have been, is recorded.
type ProbeStore interface {
	// Probable returns the suspended targets of a platform that are to be tried again, as an alert waits for each.
	Probable(ctx context.Context, platform string) ([]bot.Suspended, error)
	// OldestWaiting returns the oldest post that waits for a target, rather one that can't have arrived; bot.ErrNotFound if
	// there is none.
	OldestWaiting(ctx context.Context, t bot.Target) (bot.Delivery, error)
	Settle(ctx context.Context, d *bot.Delivery, o bot.Outcome) error
}

// Prober tries targets again whose suspension may end without an event: a right came back, or the platform had been
// wrong about the bot. It asks where it can, and then sends the oldest alert that waits.
type Prober struct {
	sender *Sender
	store  ProbeStore
	// back is called when an alert has got through.
	back func(ctx context.Context, t bot.Target)
}

// NewProber returns a Prober that sends like s and does nothing until Run. back is called for each target that can be
// sent to again.
func NewProber(s *Sender, store ProbeStore, back func(ctx context.Context, t bot.Target)) *Prober {
	return &Prober{sender: s, store: store, back: back}
}

// Run probes until ctx ends.
func (p *Prober) Run(ctx context.Context) error {
	trouble := retry.Trouble{Logger: p.sender.logger, Work: "trying suspended targets again"}
	for last := p.sender.now(); retry.Sleep(ctx, probeEvery) == nil; {
		now := p.sender.now()
		err := p.round(ctx, last, now)
		if trouble.Note(ctx, err); err == nil {
			last = now
		}
	}
	return nil
}

// round tries the targets whose turn came within a span of time, one of each space: what the platform refuses counts
// against the bot, and spaces are lost as a whole.
func (p *Prober) round(ctx context.Context, from, to time.Time) error {
	list, err := p.store.Probable(ctx, p.sender.adapter.Platform())
	if err != nil {
		return err
	}
	tried := map[string]bool{}
	for _, t := range list {
		if nextProbe(t, from).After(to) || t.Space != "" && tried[t.Space] {
			continue
		}
		tried[t.Space] = true
		if err := p.probe(ctx, t.Target); err != nil {
			return err
		}
	}
	return nil
}

// nextProbe returns when a suspended target is to be tried for the first time after a moment.
func nextProbe(t bot.Suspended, after time.Time) time.Time {
	h := fnv.New32a()
	_, _ = h.Write([]byte(t.String()))
	spread := 1 + probeSpread*float64(h.Sum32())/(1<<32)
	if t.Since.After(after) {
		every := time.Duration(spread * float64(probeAgain))
		return after.Truncate(every).Add(every)
	}
	at := t.Since
	for wait := probeFirst; ; wait = min(2*wait, probeMost) {
		if at = at.Add(time.Duration(spread * float64(wait))); at.After(after) {
			return at
		}
	}
}

// probe tries a target. Only errors of the store are returned: a target that still refuses stays as it was.
func (p *Prober) probe(ctx context.Context, t bot.Target) error {
	s := p.sender
	log := s.logger.With("target", t.String())
	if c, ok := s.adapter.(bot.AccessChecker); ok {
		if may, why, err := c.CanSend(ctx, t); err == nil && !may {
			log.DebugContext(ctx, "target still refuses", "reason", why)
			return nil
		}
	}
	dl, err := p.store.OldestWaiting(ctx, t)
	if errors.Is(err, bot.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	o, ok := s.mayRepeat(ctx, &dl)
	if ok {
		o = p.send(ctx, &dl)
	}
	if o.State == bot.Pending && !o.Uncertain {
		log.DebugContext(ctx, "target still refuses", "reason", o.Reason)
		return nil
	}
	if err := p.store.Settle(context.WithoutCancel(ctx), &dl, o); err != nil || o.State != bot.Sent {
		return err
	}
	log.InfoContext(ctx, "target accepts alerts again")
	p.back(ctx, t)
	return nil
}

// send sends the alert of a try, and returns how that went.
func (p *Prober) send(ctx context.Context, dl *bot.Delivery) bot.Outcome {
	s := p.sender
	slot, err := s.slots.Take(ctx, dl.Target, pace.Ordinary)
	if err != nil { // ctx has ended, and the next leader goes on
		return pending(notTried)
	}
	start := s.now()
	if dl.Unknown == 0 {
		dl.UnknownFrom = start
	}
	receipt, err := s.perform(ctx, dl, whole)
	s.slots.Done(slot, dl.Target, err)
	if err != nil {
		e := asSendError(err)
		o := pending(e.Error())
		o.Uncertain, o.Unanswered = e.Uncertain, errors.Is(e, context.DeadlineExceeded)
		return o
	}
	s.sent(dl, s.now().Sub(start), s.now())
	return bot.Outcome{State: bot.Sent, Receipt: receipt}
}
