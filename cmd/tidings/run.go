package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"syscall"

	"golang.org/x/sync/errgroup"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/bot/deliver"
	"tidings/bot/discord"
	"tidings/bot/engine"
	"tidings/bot/language"
	"tidings/bot/telegram"
	"tidings/internal/config"
	"tidings/internal/console"
	"tidings/internal/poll"
	"tidings/internal/store"
	"tidings/internal/web"
)

// runCmd is tidings run.
type runCmd struct{}

// Run runs the bot until ctx ends.
func (runCmd) Run(ctx context.Context, p *program) error {
	s, err := p.settings(ctx)
	if err != nil {
		return err
	}
	if s.Discord.Token.IsEmpty() && s.Telegram.Token.IsEmpty() {
		return errNoToken // and leave no database behind
	}
	asked, stop := hangups()
	defer stop()
	return s.withStore(ctx, func(db *store.Store) error {
		sv, err := newService(ctx, s, db, nil)
		if err != nil {
			return err
		}
		reload := &reloader{p: p, s: s, db: db, sv: sv, asked: asked}
		g, ctx := errgroup.WithContext(ctx)
		ctx, cancel := context.WithCancel(ctx)
		g.Go(func() error { return reload.run(ctx) })
		g.Go(func() error { defer cancel(); return sv.run(ctx) })
		return g.Wait()
	})
}

var errNoToken = errors.New(`no bot token is set. Set one or both of
  DISCORD_TOKEN   from discord.com/developers/applications, Bot, Reset Token
  TELEGRAM_TOKEN  from a chat with @BotFather, /newbot
in the environment or in a .env file (see .env.example), or try the bot without one: tidings demo`)

// service is the running bot: its loops, its feeds and its listener.
type service struct {
	log     *slog.Logger
	bot     *engine.Engine
	poller  *poll.Poller
	hubs    *poll.Hubs  // nil if they cannot reach the program
	server  *web.Server // nil if it is turned off
	posted  []posted
	signIns *console.Sessions // nil if HTTP is off
}

// setOperators says who runs the bot from now on.
func (sv *service) setOperators(ids []string) {
	sv.bot.SetOperators(ids)
	if sv.signIns != nil {
		sv.signIns.SetOperators(ids)
	}
}

// posted is an adapter that handles what its platform posts to a path.
type posted struct {
	path    string
	handler http.Handler
}

// newService wires everything together. front, if not nil, is the demo's page, before the console.
func newService(ctx context.Context, s *settings, db *store.Store, front http.Handler) (*service, error) {
	if err := syncFeeds(ctx, db, s.Feeds); err != nil {
		return nil, err
	}
	adapters, served, err := s.adapters(db)
	if err != nil {
		return nil, err
	}
	sv := &service{log: s.log, posted: served}
	metrics, history := web.NewMetrics(thisBuild().labels()), console.NewHistory(nil)
	if err := sv.follow(s, db, metrics); err != nil {
		return nil, fmt.Errorf("feeds: %w", err)
	}
	sessions, err := sv.sessions(s, db, front)
	if err != nil {
		return nil, err
	}
	base := engine.Config{
		Store: db, Adapters: adapters, Feeds: sv.poller, Following: s.following(sv.poller), Operators: s.operators(),
		Zone: s.Timezone, Logger: s.log, Metrics: listening{metrics, history}, Localizer: language.New(s.log),
		KeepArticles: s.KeepArticles,
	}
	if sv.signIns = sessions; sessions != nil {
		base.Console = sessions
	}
	if sv.bot, err = engine.New(base); err != nil {
		return nil, err
	}
	platforms := make([]string, len(adapters))
	for i, a := range adapters {
		platforms[i] = a.Platform()
	}
	metrics.Expect(web.Expected{
		Platforms: platforms, Outcomes: deliver.Outcomes(), Failures: deliver.Failures(), Fetches: poll.Outcomes(),
	})
	metrics.ShowDelays(sv.bot, platforms)
	metrics.ShowLeadership(sv.bot, platforms)
	metrics.ShowStates(sv.bot, platforms)
	if s.HTTPAddr == "" {
		return sv, nil
	}
	page, err := sv.pages(s, db, sessions, history, platforms, front) //nolint:contextcheck // each page has that of its request
	if err != nil {
		return nil, err
	}
	sv.server, err = web.Listen(ctx, web.Config{
		Addr: s.HTTPAddr, Store: db, Metrics: metrics, Platforms: platforms, Leadership: sv.bot, States: sv.bot,
		Tokens: s.publishTokens(), PublicURL: s.PublicURL, MetricsToken: s.MetricsToken.Reveal(),
		Decode: decodeStrict(s.Timezone), Page: page, Mount: sv.mount(), Logger: s.log.With("component", "web"),
	})
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%w; set HTTP_ADDR to another address, or leave it empty to turn HTTP off", err)
	}
	return sv, err
}

// follow makes what reads the feeds. What operators should know of them goes to the bot, which comes
// into being after them and before they run.
func (sv *service) follow(s *settings, db *store.Store, metrics *web.Metrics) (err error) {
	log := s.log.With("component", "feed")
	if s.PublicURL != "" && s.HTTPAddr != "" {
		sv.hubs, err = poll.NewHubs(poll.HubsConfig{State: db, PublicURL: s.PublicURL, Network: s.network(), Logger: log})
		if err != nil {
			return err
		}
	}
	sv.poller, err = poll.New(poll.Config{
		Sink: db, Interval: s.PollInterval, Zone: s.Timezone, Network: s.network(), Client: s.feeds, Agent: s.agent(db), Hubs: sv.hubs,
		Notify: func(text bot.Text) { sv.bot.Notify(text) }, Observe: func(r poll.Poll) { metrics.Fetched(string(r.Outcome)) }, Logger: log,
	})
	return err
}

// mount returns what the listener answers besides its own.
func (sv *service) mount() map[string]http.Handler {
	handlers := map[string]http.Handler{}
	if sv.hubs != nil {
		handlers[poll.CallbackPath] = sv.hubs
	}
	for _, p := range sv.posted {
		handlers[p.path] = p.handler
	}
	return handlers
}

// adapters returns the adapters of the platforms that have a token, and what of them the listener serves.
func (s *settings) adapters(db *store.Store) ([]bot.Adapter, []posted, error) {
	var adapters []bot.Adapter
	var served []posted
	if !s.Discord.Token.IsEmpty() {
		a, err := s.discord(db)
		if err != nil {
			return nil, nil, fmt.Errorf("discord: %w", err)
		}
		adapters = append(adapters, a)
		if s.Discord.PublicKey != "" {
			served = append(served, posted{path: discord.InteractionsPath, handler: a})
		}
	}
	if !s.Telegram.Token.IsEmpty() {
		a, err := s.telegram(db)
		if err != nil {
			return nil, nil, fmt.Errorf("telegram: %w", err)
		}
		adapters = append(adapters, a)
		if !s.Telegram.WebhookSecret.IsEmpty() {
			served = append(served, posted{path: telegram.WebhookPath, handler: a})
		}
	}
	return adapters, served, nil
}

func (s *settings) discord(db *store.Store) (*discord.Adapter, error) {
	cfg := discord.Config{
		Token: s.Discord.Token.Reveal(), APIURL: s.Discord.APIURL, State: db, Inbox: db, Zone: s.Timezone,
		PublicKey: s.Discord.PublicKey, WithoutGateway: !s.Discord.Gateway, Shards: s.Discord.Shards,
		Logger: s.log.With("component", "discord"),
	}
	if s.Discord.Shards == 0 {
		cfg.Shards = discord.AutoShards
	}
	if s.Discord.PublicKey != "" && s.PublicURL != "" {
		cfg.InteractionsURL = s.PublicURL + discord.InteractionsPath
	}
	return discord.New(cfg)
}

func (s *settings) telegram(db *store.Store) (*telegram.Adapter, error) {
	cfg := telegram.Config{
		Token: s.Telegram.Token.Reveal(), APIURL: s.Telegram.APIURL, State: db, Inbox: db, Zone: s.Timezone,
		Logger: s.log.With("component", "telegram"),
	}
	if !s.Telegram.WebhookSecret.IsEmpty() {
		cfg.WebhookURL, cfg.WebhookSecret = s.PublicURL+telegram.WebhookPath, s.Telegram.WebhookSecret.Reveal()
	}
	return telegram.New(cfg)
}

// following says how managers follow feeds.
func (s *settings) following(p *poll.Poller) answer.Following {
	return answer.Following{
		Feeds: p.OnPublicNetwork(), AskOperators: s.FeedAdders == config.AddedByOperators, PerPlace: s.FeedsPerPlace, Most: s.FeedsMax,
		ReadList: readFeedList,
	}
}

// operators returns the operators as the bot names users.
func (s *settings) operators() []string {
	var ops []string
	for _, o := range s.Operators {
		ops = append(ops, o.Platform+":"+o.ID)
	}
	return ops
}

// publishTokens returns the tokens of the publish API.
func (s *settings) publishTokens() []web.PublishToken {
	var tokens []web.PublishToken
	if !s.PublishToken.IsEmpty() {
		tokens = append(tokens, web.PublishToken{Token: s.PublishToken.Reveal()})
	}
	for _, t := range s.PublishTokens {
		tokens = append(tokens, web.PublishToken{Token: t.Token.Reveal(), Source: t.Source})
	}
	return tokens
}

// run runs until ctx ends or something fails for good.
func (sv *service) run(ctx context.Context) error {
	if limit, limited := limitMemory(os.DirFS("/")); limited {
		sv.log.Debug("memory is limited", "bytes", limit)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return sv.bot.Run(ctx) })
	g.Go(func() error { return sv.poller.Run(ctx) })
	g.Go(func() error { sv.settle(ctx); return nil })
	address := "off"
	if sv.server != nil {
		address = sv.server.Addr()
		g.Go(func() error { return sv.server.Run(ctx) })
	}
	sv.log.Info("tidings is up", append(thisBuild().attrs(), "http", address)...)
	err := g.Wait()
	if errors.Is(err, bot.ErrUnauthorized) {
		return fmt.Errorf("%w; check that the token in the environment or the .env file is this bot's", err)
	}
	if err == nil {
		sv.log.Info("tidings has stopped")
	}
	return err
}
