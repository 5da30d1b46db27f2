package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Config is what a Bot is made of.
type Config struct {
	Store    Store
	Adapters []Adapter
	// Feeds looks at the feeds that operators add from a chat. Nil means that they cannot.
	Feeds Prober
	// Operators are those who run the bot, each as platform:ID.
	Operators []string
	// Zone is the time zone of dates in messages where the platform does not know the reader's.
	// Nil means UTC.
	Zone *time.Location
	// SuspendedFor is how long the setup of a target is kept that the bot cannot reach. Zero means the constant
	// of that name.
	SuspendedFor time.Duration
	// Logger is where the loops report. Nil means nowhere.
	Logger *slog.Logger
	// Metrics hears what the loops do. Nil means nobody does.
	Metrics Metrics
	// Now is the clock. Nil means time.Now.
	Now func() time.Time
}

// Prober looks at a feed once.
type Prober interface {
	// Check looks at a feed, or at a page that names feeds. The error is fit for people and names no
	// secret; see [Advice].
	Check(ctx context.Context, url string) (FeedCheck, error)
}

// advised is an error with advice.
type advised interface {
	error
	Advice() string
}

// Advice returns what an operator can do about an error, as sentences, if it has a method of this name.
func Advice(err error) string {
	if a, ok := errors.AsType[advised](err); ok {
		return a.Advice()
	}
	return ""
}

// Metrics hears what the loops do, as it happens. All methods may be called concurrently and must
// not block.
type Metrics interface {
	// Matched tells of entries of the article log and the deliveries that followed from them.
	Matched(entries, deliveries int)
	// Settled tells how a try to send went: "sent", "retry", "suspended", "moved" or "rejected"; how
	// long the platform took; and, if it was sent, how long after the store had the article.
	Settled(platform, outcome string, took, lag time.Duration)
	// RateLimited tells that a platform asked to wait.
	RateLimited(platform string)
	// Answered tells of a command or pressed button and how long its answer took.
	Answered(platform, command string, took time.Duration)
}

// Bot is the three loops over one store: watch, deliver and answer.
type Bot struct {
	cfg     Config
	handler *handler
	outlets map[string]*outlet // by platform
	notices *notices
}

// outlet is an adapter and what goes with it.
type outlet struct {
	adapter Adapter
	slots   *scheduler
	post    *post
	delays  *delays
}

// New returns a Bot that does nothing until Run.
func New(cfg Config) (*Bot, error) {
	if cfg.Store == nil {
		return nil, errors.New("bot: no store")
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Metrics == nil {
		cfg.Metrics = noMetrics{}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	b := &Bot{cfg: cfg, handler: newHandler(cfg), notices: newNotices(cfg), outlets: map[string]*outlet{}}
	b.handler.delay = b.Delay
	for _, a := range cfg.Adapters {
		if b.outlets[a.Platform()] != nil {
			return nil, fmt.Errorf("bot: two adapters for %s", a.Platform())
		}
		b.outlets[a.Platform()] = &outlet{
			adapter: a, slots: newScheduler(a, cfg.Now), post: newPost(cfg, a), delays: &delays{},
		}
	}
	return b, nil
}

// Handler returns what answers commands, for a platform that hands them over by itself.
func (b *Bot) Handler() Handler { return b.handler }

// Run works until ctx ends, then finishes the sends in hand, within a bound, and returns nil. If a
// platform refuses its token it returns an error with [ErrUnauthorized] in its chain.
func (b *Bot) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	w := newWatcher(b.cfg)
	g.Go(func() error { return w.run(ctx) })
	c := newChores(b.cfg)
	g.Go(func() error { return c.run(ctx) })
	g.Go(func() error { return b.notices.run(ctx) })
	for _, o := range b.outlets {
		g.Go(func() error { return b.serve(ctx, o) })
	}
	return g.Wait()
}

// serve runs one platform: its alerts and its answers, both while this process has the place for them, and what
// gives slots to both, which ends last.
func (b *Bot) serve(ctx context.Context, o *outlet) error {
	pacing, stop := context.WithCancel(context.WithoutCancel(ctx))
	var paced sync.WaitGroup
	defer paced.Wait()
	defer stop()
	paced.Go(func() { o.slots.run(pacing) })
	g, ctx := errgroup.WithContext(ctx)
	if multiListener(o.adapter) {
		g.Go(func() error { return b.listen(ctx, o.adapter) })
	}
	g.Go(func() error {
		return o.post.hold(ctx, func(ctx context.Context, t *tenure) error { return b.lead(ctx, o, t) })
	})
	return g.Wait()
}

// lead sends, and listens unless all may. What the one before has sent counts for the limits too.
func (b *Bot) lead(ctx context.Context, o *outlet, t *tenure) error {
	if t.over {
		o.slots.holdAlerts(t.taken.Add(takeoverPause))
	}
	if err := b.recall(ctx, o, t); err != nil && ctx.Err() == nil {
		b.cfg.Logger.WarnContext(ctx, "what was sent last is not known, so the platform may ask to wait", "err", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	d := newDeliverer(b.cfg, o.adapter, o.slots, o.delays)
	sent := make(chan struct{})
	g.Go(func() error {
		defer close(sent)
		return d.run(ctx, t.held)
	})
	if !multiListener(o.adapter) {
		g.Go(func() error { return b.attend(ctx, o, t, sent) })
	}
	return g.Wait()
}

// recall lets what others have sent lately count for the limits.
func (b *Bot) recall(ctx context.Context, o *outlet, t *tenure) error {
	since := t.taken.Add(-maxWindow)
	if t.last.After(since) { // what went before is counted
		since = t.last
	}
	list, err := b.cfg.Store.SentSince(ctx, o.adapter.Platform(), since)
	o.slots.recall(list)
	return err
}

func (b *Bot) listen(ctx context.Context, a Adapter) error {
	if err := a.Run(ctx, b.handler); err != nil {
		return fmt.Errorf("%s: %w", a.Platform(), err)
	}
	return nil
}

// Delay returns how long alerts of a platform took of late, from the store to the platform's receipt.
func (b *Bot) Delay(platform string) Delay {
	if o := b.outlets[platform]; o != nil {
		return o.delays.recent(b.cfg.Now())
	}
	return Delay{}
}

type noMetrics struct{}

func (noMetrics) Matched(int, int)                                     {}
func (noMetrics) Settled(string, string, time.Duration, time.Duration) {}
func (noMetrics) RateLimited(string)                                   {}
func (noMetrics) Answered(string, string, time.Duration)               {}
