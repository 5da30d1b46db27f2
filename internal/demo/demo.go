package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"tidings/internal/sandbox/discord"
	"tidings/internal/sandbox/telegram"
)

// discordToken opens nothing but the stand-in.
const discordToken = "demo-token-that-opens-nothing-else" //nolint:gosec // Not a secret.

const (
	defaultEvery  = 6 * time.Second
	headerTimeout = 5 * time.Second
)

// Config says how a demo goes. The zero value is a working one.
type Config struct {
	// Every is how long the newsroom waits between two stories. 0 means six seconds.
	Every time.Duration
	// Logger is for the program's developers: nothing in it is of interest to a visitor. Nil means silence.
	Logger *slog.Logger
	// Now is the clock of stories and messages. Nil means time.Now.
	Now func() time.Time
}

// Demo is a newsroom and two chats, served on loopback addresses of their own. Its methods may be called
// concurrently.
type Demo struct {
	cfg      Config
	log      *slog.Logger
	room     *newsroom
	discord  *discord.StandIn
	telegram *telegram.StandIn
	world    world
	addrs    struct{ discord, telegram, feed string }
	servers  []*http.Server
	serving  sync.WaitGroup
}

// New opens the stand-ins and the feed on free ports of the loopback address, where they are served until
// [Demo.Close].
func New(ctx context.Context, cfg Config) (*Demo, error) {
	if cfg.Every <= 0 {
		cfg.Every = defaultEvery
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	d := &Demo{
		cfg: cfg, log: cfg.Logger, room: newNewsroom(cfg.Now),
		discord:  discord.New(discord.Config{Token: discordToken, Now: cfg.Now}),
		telegram: telegram.New(telegram.Config{Now: cfg.Now}),
	}
	if err := d.build(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// build makes the world and serves it.
func (d *Demo) build(ctx context.Context) (err error) {
	d.world.discord = buildDiscord(d.discord)
	if d.world.telegram, err = buildTelegram(d.telegram); err != nil {
		return err
	}
	if d.addrs.discord, err = d.serve(ctx, func(string) http.Handler { return d.discord }); err != nil {
		return err
	}
	if d.addrs.telegram, err = d.serve(ctx, func(string) http.Handler { return d.telegram }); err != nil {
		return err
	}
	d.addrs.feed, err = d.serve(ctx, func(base string) http.Handler { return feedHandler(d.room, base) })
	return err
}

// serve listens on a free port and returns its address as a URL.
func (d *Demo) serve(ctx context.Context, handler func(base string) http.Handler) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen on the loopback address: %w", err)
	}
	base := "http://" + l.Addr().String()
	s := &http.Server{Handler: handler(base), ReadHeaderTimeout: headerTimeout}
	d.servers = append(d.servers, s)
	d.serving.Go(func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			d.log.Error("demo listener ended", "addr", base, "err", err)
		}
	})
	return base, nil
}

// Run lets the newsroom work until ctx ends, and returns nil then.
func (d *Demo) Run(ctx context.Context) error {
	d.open(ctx)
	tick := time.NewTicker(d.cfg.Every)
	defer tick.Stop()
	for ctx.Err() == nil {
		s := d.room.publish()
		d.log.Debug("story published", "number", s.number)
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	return nil
}

// Close ends the stand-ins, the feed and all pages, and waits for them.
func (d *Demo) Close() error {
	var errs []error
	for _, s := range d.servers {
		errs = append(errs, s.Close())
	}
	d.discord.Close()
	d.telegram.Close()
	d.serving.Wait()
	return errors.Join(errs...)
}

// DiscordURL is where the Discord stand-in is, in place of https://discord.com.
func (d *Demo) DiscordURL() string { return d.addrs.discord }

// TelegramURL is where the Telegram stand-in is, in place of https://api.telegram.org.
func (d *Demo) TelegramURL() string { return d.addrs.telegram }

// FeedURL is where the newsroom's feed is.
func (d *Demo) FeedURL() string { return d.addrs.feed + "/feed.xml" }

// DiscordToken is the bot's token on the Discord stand-in.
func (d *Demo) DiscordToken() string { return discordToken }

// TelegramToken is the bot's token on the Telegram stand-in.
func (d *Demo) TelegramToken() string { return telegram.DefaultToken }

// SourceName is a short name for the feed.
func (d *Demo) SourceName() string { return sourceName }

// Operators are the people who play the operator, as "platform:ID".
func (d *Demo) Operators() []string { return d.world.operators() }
