package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/internal/poll"
	"tidings/internal/store"
)

// sourcesMoveCmd is tidings sources move.
type sourcesMoveCmd struct {
	Name string `arg:"" help:"Name of the source; of one that belongs to a place, its ID."`
	URL  string `arg:"" name:"URL" help:"The feed's new address."`
}

// Run looks at the address and moves the feed to it.
func (c *sourcesMoveCmd) Run(ctx context.Context, p *program) error {
	return p.withFeed(ctx, c.Name, func(s *settings, db *store.Store, src *bot.Source) error {
		if src.Configured {
			return fmt.Errorf("%s is set in FEEDS, with its address", src.Name)
		}
		found, err := s.look(ctx, db, c.URL)
		if err != nil {
			return err
		}
		if len(found.Found) > 0 {
			return chooseFeed(p, found.Found)
		}
		err = db.MoveSource(ctx, src.ID, found.URL)
		if errors.Is(err, bot.ErrExists) {
			return errors.New("that address is followed already; see tidings sources")
		}
		if err != nil {
			return err
		}
		left := ""
		if src.HasLogin && bot.Origin(src.URL) != bot.Origin(found.URL) {
			left = "; its login was for the old server and is forgotten: tidings sources login " + c.Name
		}
		_, err = fmt.Fprintf(p.stdout, "moved: %s: %s, %s%s\n", src.Name, found.Title, describe(&found), left)
		return err
	})
}

// withFeed is withSource for what only feeds have.
func (p *program) withFeed(ctx context.Context, name string, do func(*settings, *store.Store, *bot.Source) error) error {
	return p.withSource(ctx, name, func(s *settings, db *store.Store, src *bot.Source) error {
		if src.Kind != bot.FeedSource {
			return fmt.Errorf("%s isn't a feed: its articles are published or imported", src.Name)
		}
		return do(s, db, src)
	})
}

// look finds the feed at an address, or those that a page there names.
func (s *settings) look(ctx context.Context, db *store.Store, address string) (bot.FeedCheck, error) {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	poller, err := poll.New(poll.Config{Sink: db, Network: s.network(), Agent: s.agent(db), Zone: s.Timezone})
	if err != nil {
		return bot.FeedCheck{}, err
	}
	found, err := poller.Check(ctx, address)
	if err != nil {
		if advice := bot.Advice(err); advice != "" {
			return bot.FeedCheck{}, fmt.Errorf("can't follow that address: %w. %s", err, advice)
		}
		return bot.FeedCheck{}, fmt.Errorf("can't follow that address: %w", err)
	}
	return found, nil
}

// sourcesIntervalCmd is tidings sources interval.
type sourcesIntervalCmd struct {
	Name     string `arg:"" help:"Name of the source; of one that belongs to a place, its ID."`
	Interval string `arg:"" help:"Longest time between two looks: 1m to 168h, or default."`
}

// Run sets the interval. A bot that runs heeds it within seconds.
func (c *sourcesIntervalCmd) Run(ctx context.Context, p *program) error {
	longest, ok := answer.ReadInterval(c.Interval)
	if !ok {
		return &usageError{fmt.Sprintf("%q isn't an interval. %s", c.Interval, answer.IntervalForm)}
	}
	return p.withFeed(ctx, c.Name, func(_ *settings, db *store.Store, src *bot.Source) error {
		if err := db.SetInterval(ctx, src.ID, longest); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.stdout, answer.IntervalSet(src.Name, longest).String())
		return err
	})
}
