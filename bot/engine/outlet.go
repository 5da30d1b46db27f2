package engine

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/bot"
	"tidings/bot/deliver"
	"tidings/bot/pace"
)

// outlet is an adapter and what goes with it.
type outlet struct {
	adapter    bot.Adapter
	slots      *pace.Scheduler
	leadership *leadership
	delays     *deliver.Delays
	listens    atomic.Pointer[time.Time] // since when the adapter runs in this process; nil if it doesn't
	refused    atomic.Pointer[refusal]   // nil unless the platform refuses the token
}

func newOutlet(cfg Config, a bot.Adapter) *outlet {
	return &outlet{
		adapter: a, slots: pace.NewScheduler(a, cfg.Now), leadership: newLeadership(cfg, a), delays: &deliver.Delays{},
	}
}

// serve runs one platform: its alerts and its answers, both while this process leads, and what
// gives slots to both, which ends last.
func (e *Engine) serve(ctx context.Context, o *outlet) error {
	pacing, stop := context.WithCancel(context.WithoutCancel(ctx))
	var paced sync.WaitGroup
	defer paced.Wait()
	defer stop()
	paced.Go(func() { o.slots.Run(pacing) })
	g, ctx := errgroup.WithContext(ctx)
	if multiListener(o.adapter) {
		g.Go(func() error { return e.listen(ctx, o) })
	}
	g.Go(func() error {
		return o.leadership.run(ctx, func(ctx context.Context, t *term) error { return e.lead(ctx, o, t) })
	})
	return g.Wait()
}

// lead sends, and listens unless all may. What the one before has sent counts for the limits too.
func (e *Engine) lead(ctx context.Context, o *outlet, t *term) error {
	if t.takenOver {
		o.slots.PauseAlerts(t.began.Add(takeoverPause))
	}
	if err := e.recall(ctx, o, t); err != nil && ctx.Err() == nil {
		e.cfg.Logger.WarnContext(ctx, "what was sent last is not known, so the platform may ask to wait", "err", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	d := deliver.NewSender(deliver.SenderConfig{
		Adapter: o.adapter, Outbox: e.cfg.Store, Targets: e.cfg.Store, Slots: o.slots, Delays: o.delays, Zone: e.cfg.Zone,
		Logger: e.cfg.Logger, Metrics: e.cfg.Metrics, Now: e.cfg.Now, Localizer: e.cfg.Localizer, LocalizeFor: e.handler.LocalizeFor,
		Suspended: e.handler.Suspended,
	})
	g.Go(func() error { return d.Run(ctx, t.leaderCtx) })
	p := deliver.NewProber(d, e.cfg.Store, func(ctx context.Context, t bot.Target) {
		e.handler.Presence(ctx, bot.Presence{Kind: bot.Back, Scope: t})
	})
	g.Go(func() error { return p.Run(ctx) })
	if a, ok := o.adapter.(bot.Successor); ok {
		g.Go(func() error { a.Succeed(ctx); return nil })
	}
	g.Go(func() error { return newSilences(e.cfg, o.adapter, e.handler).run(ctx) })
	g.Go(func() error { return newMuteEnds(e.cfg, o.adapter, e.handler).run(ctx) })
	if !multiListener(o.adapter) {
		g.Go(func() error { return e.listen(ctx, o) })
	}
	return g.Wait()
}

// recall lets what others have sent lately count for the limits.
func (e *Engine) recall(ctx context.Context, o *outlet, t *term) error {
	since := t.began.Add(-pace.MaxWindow)
	if t.lastEnded.After(since) { // what went before is counted
		since = t.lastEnded
	}
	list, err := e.cfg.Store.SentSince(ctx, o.adapter.Platform(), since)
	o.slots.Recall(list)
	return err
}

func (e *Engine) listen(ctx context.Context, o *outlet) error {
	o.listens.Store(new(e.cfg.Now()))
	defer o.listens.Store(nil)
	if err := o.adapter.Run(ctx, e.handler); err != nil {
		return fmt.Errorf("%s: %w", o.adapter.Platform(), err)
	}
	return nil
}
