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
	// secret.
	Check(ctx context.Context, url string) (FeedCheck, error)
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
	slots   map[string]*scheduler // by platform
	posts   map[string]*post
	delays  map[string]*delays
	notices *notices
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
	seen := map[string]bool{}
	for _, a := range cfg.Adapters {
		if seen[a.Platform()] {
			return nil, fmt.Errorf("bot: two adapters for %s", a.Platform())
		}
		seen[a.Platform()] = true
	}
	b := &Bot{cfg: cfg, handler: newHandler(cfg), slots: map[string]*scheduler{}, delays: map[string]*delays{}, posts: map[string]*post{}}
	b.notices = newNotices(cfg)
	b.handler.delay = b.Delay
	for _, a := range cfg.Adapters {
		b.slots[a.Platform()] = newScheduler(a, cfg.Now)
		b.delays[a.Platform()] = &delays{}
		b.posts[a.Platform()] = newPost(cfg, a)
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
	for _, a := range b.cfg.Adapters {
		g.Go(func() error { return b.serve(ctx, a) })
	}
	return g.Wait()
}

// serve runs one platform: its alerts and its answers, both while this process has the place for them, and what
// gives slots to both, which ends last.
func (b *Bot) serve(ctx context.Context, a Adapter) error {
	pacing, stop := context.WithCancel(context.WithoutCancel(ctx))
	var paced sync.WaitGroup
	defer paced.Wait()
	defer stop()
	slots := b.slots[a.Platform()]
	paced.Go(func() { slots.run(pacing) })
	g, ctx := errgroup.WithContext(ctx)
	shared := isShared(a)
	if shared {
		g.Go(func() error { return b.listen(ctx, a) })
	}
	g.Go(func() error {
		return b.posts[a.Platform()].hold(ctx, func(ctx context.Context, t tenure) error {
			if t.over { // what the one before has sent counts for the limits too
				slots.holdAlerts(t.taken.Add(takeoverPause))
			}
			g, ctx := errgroup.WithContext(ctx)
			d := newDeliverer(b.cfg, a, slots, b.delays[a.Platform()])
			g.Go(func() error { return d.run(ctx, t.held) })
			if !shared {
				g.Go(func() error { return b.listen(ctx, a) })
			}
			return g.Wait()
		})
	})
	return g.Wait()
}

func (b *Bot) listen(ctx context.Context, a Adapter) error {
	if err := a.Run(ctx, b.handler); err != nil {
		return fmt.Errorf("%s: %w", a.Platform(), err)
	}
	return nil
}

// Delay returns how long alerts of a platform took of late, from the store to the platform's receipt.
func (b *Bot) Delay(platform string) Delay {
	if d := b.delays[platform]; d != nil {
		return d.recent(b.cfg.Now())
	}
	return Delay{}
}

type noMetrics struct{}

func (noMetrics) Matched(int, int)                                     {}
func (noMetrics) Settled(string, string, time.Duration, time.Duration) {}
func (noMetrics) RateLimited(string)                                   {}
func (noMetrics) Answered(string, string, time.Duration)               {}
