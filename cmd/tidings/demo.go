package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/internal/config"
	"tidings/internal/demo"
	"tidings/internal/secret"
)

// demoCmd is tidings demo.
type demoCmd struct {
	Every rhythm `default:"6s" help:"How often the invented newsroom publishes a story (default ${default})." placeholder:"TIME"`
}

// demoPoll is how often the demo's feed is polled: the shortest there is, so that a story is an alert
// within a second.
const demoPoll = time.Second

// rhythm is how often a story comes, demoPoll at least.
type rhythm time.Duration

// UnmarshalText reads a span that somebody typed.
func (r *rhythm) UnmarshalText(text []byte) error {
	every, err := time.ParseDuration(string(text))
	switch {
	case err != nil:
		return fmt.Errorf("%q isn't a length of time; write a number and a unit, such as 6s or 1m", text)
	case every < demoPoll:
		return fmt.Errorf("%q is too short; write %v or more", text, demoPoll)
	}
	*r = rhythm(every)
	return nil
}

// Run runs the bot against the stand-ins, with a store that is gone afterwards.
func (c *demoCmd) Run(ctx context.Context, p *program) error {
	dir, err := os.MkdirTemp("", "tidings-demo-")
	if err != nil {
		return fmt.Errorf("make a place for the demo's store: %w", err)
	}
	defer os.RemoveAll(dir)
	// Real tokens and feeds have no part in the demo.
	p.environ, p.dir = demoEnvironment(p.environ, dir), dir
	s, err := p.settings(ctx)
	if err != nil {
		return err
	}
	d, err := demo.New(ctx, demo.Config{Every: time.Duration(c.Every), Logger: s.log.With("component", "demo")})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer d.Close()
	c.point(s, d)
	db, err := s.openStore(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	sv, err := newService(ctx, s, db, d.Page())
	if err != nil {
		return err
	}
	if sv.server == nil {
		return &usageError{"the demo runs in the browser, so HTTP_ADDR can't be empty"}
	}
	fmt.Fprintf(p.stdout, "The demo is at http://%s – stop it with Ctrl+C.\n", sv.server.Addr())
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return d.Run(ctx) })
	g.Go(func() error { return sv.run(ctx) })
	return g.Wait()
}

// demoEnvironment returns the part of the environment that the demo inherits.
func demoEnvironment(environ []string, dir string) []string {
	out := []string{"DATABASE_URL=sqlite:" + filepath.Join(dir, "tidings.db")}
	quiet := true
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		switch name {
		case "LOG_LEVEL":
			quiet = false
			out = append(out, e)
		case "HTTP_ADDR", "LOG_FORMAT", "TIMEZONE":
			out = append(out, e)
		}
	}
	if quiet {
		out = append(out, "LOG_LEVEL=warn")
	}
	return out
}

// point directs the settings at the stand-ins and the invented newsroom's feed.
func (*demoCmd) point(s *settings, d *demo.Demo) {
	s.Discord.Token, s.Discord.APIURL = secret.New(d.DiscordToken()), d.DiscordURL()
	s.Telegram.Token, s.Telegram.APIURL = secret.New(d.TelegramToken()), d.TelegramURL()
	s.Feeds = []config.Feed{{Name: d.SourceName(), URL: d.FeedURL()}}
	s.PollInterval, s.AllowPrivateFeeds = demoPoll, true
	for _, o := range d.Operators() {
		platform, id, _ := strings.Cut(o, ":")
		s.Operators = append(s.Operators, config.Operator{Platform: platform, ID: id})
	}
}
