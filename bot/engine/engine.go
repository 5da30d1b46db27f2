package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/deliver"
)

// Store is what the loops need of a store, each the methods that it calls. All may be called concurrently, by several
// processes on one database too.
type Store interface {
	deliver.Store
	answer.Store
	Upkeep
	Leases
	EndedMutes
}

// Config is what a Bot is made of.
type Config struct {
	Store    Store
	Adapters []bot.Adapter
	// Feeds looks at the feeds that operators add from a chat. Nil means that they cannot.
	Feeds answer.Prober
	// Following says how people who manage a chat follow feeds. The zero value is that they cannot.
	Following answer.Following
	// Operators are those who run the bot, each as platform:ID.
	Operators []string
	// Console makes links that sign operators in to the console. Nil means that there is none.
	Console answer.Console
	// Zone is the time zone of dates in messages where the platform does not know the reader's.
	// Nil means UTC.
	Zone *time.Location
	// SuspendedFor is how long the setup of a target is kept that the bot cannot reach. Zero means the constant
	// of that name.
	SuspendedFor time.Duration
	// KeepArticles is how long articles are kept, [KeepPosts] at least. Zero is for ever.
	KeepArticles time.Duration
	// Logger is where the loops report. Nil means nowhere.
	Logger *slog.Logger
	// Metrics hears what the loops do. Nil means nobody does.
	Metrics Metrics
	// Now is the clock. Nil means time.Now.
	Now func() time.Time
	// Localizer puts what the bot says into the languages of chats. Nil means that everything is in English.
	Localizer bot.Localizer
}

// Metrics hears what the loops do, as it happens. All methods may be called concurrently and must not block.
type Metrics interface {
	deliver.Metrics
	answer.Metrics
	// Pruned counts articles that were kept for long enough and forgotten, with the bytes of their text.
	Pruned(articles int, bytes int64)
}

// Engine is the three loops over one store: watch, deliver and answer.
type Engine struct {
	cfg     Config
	handler *answer.Handler
	outlets map[string]*outlet // by platform
	notices *notices
	loaded  chan struct{}
	load    sync.Once // closes loaded
}

// New returns an Engine that does nothing until Run.
func New(cfg Config) (*Engine, error) {
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
	e := &Engine{cfg: cfg, outlets: map[string]*outlet{}, loaded: make(chan struct{})}
	clocks := &clocks{now: cfg.Now, adapters: cfg.Adapters}
	cfg.Store.HoldEmbargoes(clocks.embargoes)
	cfg.Store.PlanIn(cfg.Zone)
	e.handler = answer.New(answer.Config{
		Store: cfg.Store, Adapters: cfg.Adapters, Feeds: cfg.Feeds, Following: cfg.Following, Operators: cfg.Operators, Console: cfg.Console, Zone: cfg.Zone,
		Logger: cfg.Logger, Metrics: cfg.Metrics, Now: cfg.Now, Delay: e.Delay, Platforms: e.platformStates,
		EmbargoTime: clocks.embargoTime, Localizer: cfg.Localizer, Pacer: func(platform string) bot.Pacer { return e.outlets[platform].slots },
	})
	e.notices = newNotices(cfg, e.isRefused, e.handler.LocalizeFor)
	for _, a := range cfg.Adapters {
		if e.outlets[a.Platform()] != nil {
			return nil, fmt.Errorf("bot: two adapters for %s", a.Platform())
		}
		e.outlets[a.Platform()] = newOutlet(cfg, a)
	}
	return e, nil
}

// Handler returns what answers commands, for a platform that hands them over by itself.
func (e *Engine) Handler() bot.Handler { return e.handler }

// Run works until ctx ends, then finishes the sends in hand, within a bound, and returns nil. It goes on without a
// platform that refuses its token; if all do it returns an error with [bot.ErrUnauthorized] in its chain.
func (e *Engine) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	w := deliver.NewWatcher(deliver.WatcherConfig{
		Log: e.cfg.Store, Urgent: e.cfg.Store, Logger: e.cfg.Logger, Metrics: e.cfg.Metrics, Now: e.cfg.Now, Notify: e.Notify,
		Loaded: func() { e.load.Do(func() { close(e.loaded) }) },
	})
	g.Go(func() error { return w.Run(ctx) })
	c := newChores(e.cfg)
	g.Go(func() error { return c.run(ctx) })
	u := newBulkUpdates(e.cfg, e.notices.hasOperators)
	g.Go(func() error { return u.run(ctx) })
	g.Go(func() error { return e.notices.run(ctx) })
	g.Go(func() error { return e.watchPlatforms(ctx) })
	for _, o := range e.outlets {
		g.Go(func() error { return e.serveUnlessRefused(ctx, o) })
	}
	return g.Wait()
}

// Loaded is closed once Run has read all subscriptions.
func (e *Engine) Loaded() <-chan struct{} { return e.loaded }

// Delay returns how long alerts of a platform took recently, from the store to the platform's receipt.
func (e *Engine) Delay(platform string) bot.Delay {
	if o := e.outlets[platform]; o != nil {
		return o.delays.Recent(e.cfg.Now())
	}
	return bot.Delay{}
}

type noMetrics struct{}

func (noMetrics) Matched(int, int)                                     {}
func (noMetrics) DigestSent(string)                                    {}
func (noMetrics) Flooded(int)                                          {}
func (noMetrics) Settled(string, string, time.Duration, time.Duration) {}
func (noMetrics) Failed(string, string)                                {}
func (noMetrics) Pruned(int, int64)                                    {}
func (noMetrics) RateLimited(string)                                   {}
func (noMetrics) Answered(string, string, time.Duration)               {}
