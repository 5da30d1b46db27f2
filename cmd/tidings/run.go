package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"syscall"

	"golang.org/x/sync/errgroup"

	"tidings/bot"
	"tidings/bot/discord"
	"tidings/bot/telegram"
	"tidings/internal/feed"
	"tidings/internal/store"
	"tidings/internal/web"
)

// runCmd is tidings run.
type runCmd struct{}

// Run runs the bot until ctx ends.
func (runCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		if s.Discord.Token == "" && s.Telegram.Token == "" {
			return errNoToken
		}
		sv, err := newService(ctx, s, db, nil)
		if err != nil {
			return err
		}
		return sv.run(ctx)
	})
}

var errNoToken = errors.New(`there is no bot token, so there is no chat to post to. Set one or both of
  DISCORD_TOKEN   from discord.com/developers/applications, Bot, Reset Token
  TELEGRAM_TOKEN  from a chat with @BotFather, /newbot
in the environment or in a .env file (see .env.example), or look around without any: tidings demo`)

// service is the running bot: its loops, its feeds and its listener.
type service struct {
	log    *slog.Logger
	bot    *bot.Bot
	poller *feed.Poller
	hubs   *feed.Hubs  // nil if they cannot reach the program
	server *web.Server // nil if it is turned off
}

// newService wires everything together. page, if not nil, is shown by the listener.
func newService(ctx context.Context, s *settings, db *store.Store, page http.Handler) (*service, error) {
	if err := syncFeeds(ctx, db, s.Feeds); err != nil {
		return nil, err
	}
	adapters, err := s.adapters(db)
	if err != nil {
		return nil, err
	}
	sv := &service{log: s.log}
	if err := sv.follow(s, db); err != nil {
		return nil, fmt.Errorf("feeds: %w", err)
	}
	metrics := web.NewMetrics(version)
	sv.bot, err = bot.New(bot.Config{
		Store: db, Adapters: adapters, Feeds: sv.poller, Operators: s.operators(),
		Zone: s.Timezone, Logger: s.log, Metrics: metrics,
	})
	if err != nil {
		return nil, err
	}
	platforms := make([]string, len(adapters))
	for i, a := range adapters {
		platforms[i] = a.Platform()
	}
	metrics.ShowDelays(sv.bot, platforms)
	metrics.ShowLeads(sv.bot, platforms)
	if s.HTTPAddr == "" {
		return sv, nil
	}
	sv.server, err = web.Listen(ctx, web.Config{
		Addr: s.HTTPAddr, Store: db, Metrics: metrics, Platforms: platforms, Leads: sv.bot, PublishToken: s.PublishToken.Reveal(),
		Decode: decodeStrict(s.Timezone), Page: page, Mount: sv.mount(), Logger: s.log.With("component", "web"),
	})
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%w; set HTTP_ADDR to another address, or to nothing to do without", err)
	}
	return sv, err
}

// follow makes what reads the feeds. What operators should know of them goes to the bot, which comes
// into being after them and before they run.
func (sv *service) follow(s *settings, db *store.Store) (err error) {
	log := s.log.With("component", "feed")
	if s.PublicURL != "" && s.HTTPAddr != "" {
		sv.hubs, err = feed.NewHubs(feed.HubsConfig{State: db, PublicURL: s.PublicURL, Network: s.network(), Logger: log})
		if err != nil {
			return err
		}
	}
	sv.poller, err = feed.New(feed.Config{
		Sink: db, Interval: s.PollInterval, Zone: s.Timezone, Network: s.network(), Agent: s.agent(db), Hubs: sv.hubs,
		Tell: func(text string) { sv.bot.Notify(text) }, Logger: log,
	})
	return err
}

// mount returns what the listener answers besides its own.
func (sv *service) mount() map[string]http.Handler {
	if sv.hubs == nil {
		return nil
	}
	return map[string]http.Handler{feed.CallbackPath: sv.hubs}
}

// adapters returns the adapters of the platforms that have a token.
func (s *settings) adapters(db *store.Store) ([]bot.Adapter, error) {
	var adapters []bot.Adapter
	if s.Discord.Token != "" {
		a, err := discord.New(discord.Config{
			Token: s.Discord.Token.Reveal(), APIURL: s.Discord.APIURL, State: db, Zone: s.Timezone,
			Logger: s.log.With("component", "discord"),
		})
		if err != nil {
			return nil, fmt.Errorf("discord: %w", err)
		}
		adapters = append(adapters, a)
	}
	if s.Telegram.Token != "" {
		a, err := telegram.New(telegram.Config{
			Token: s.Telegram.Token.Reveal(), APIURL: s.Telegram.APIURL, State: db, Inbox: db, Zone: s.Timezone,
			Logger: s.log.With("component", "telegram"),
		})
		if err != nil {
			return nil, fmt.Errorf("telegram: %w", err)
		}
		adapters = append(adapters, a)
	}
	return adapters, nil
}

// operators returns the operators as the bot names users.
func (s *settings) operators() []string {
	var ops []string
	for _, o := range s.Operators {
		ops = append(ops, o.Platform+":"+o.ID)
	}
	return ops
}

// run runs until ctx ends or something fails for good.
func (sv *service) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return sv.bot.Run(ctx) })
	g.Go(func() error { return sv.poller.Run(ctx) })
	address := "off"
	if sv.server != nil {
		address = sv.server.Addr()
		g.Go(func() error { return sv.server.Run(ctx) })
	}
	sv.log.Info("tidings is up", "version", version, "http", address)
	err := g.Wait()
	if errors.Is(err, bot.ErrUnauthorized) {
		return fmt.Errorf("%w; check the token in the environment or the .env file, and that it belongs to this bot", err)
	}
	if err == nil {
		sv.log.Info("tidings has stopped")
	}
	return err
}
