package main

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/config"
	"tidings/internal/feed"
)

// syncFeeds makes the store follow the feeds that the environment names, and no longer those that
// it named before. Feeds added from a chat stay.
func syncFeeds(ctx context.Context, sources bot.Sources, feeds []config.Feed) error {
	stored, err := sources.Sources(ctx)
	if err != nil {
		return fmt.Errorf("read the sources: %w", err)
	}
	wanted := map[string]string{} // addresses by name
	for _, f := range feeds {
		wanted[f.Name] = f.URL
	}
	for i := range stored {
		s := &stored[i]
		url, named := wanted[s.Name]
		switch {
		case named && s.Kind == bot.FeedSource && s.Configured && s.URL == url:
			delete(wanted, s.Name)
			continue
		case !named && !s.Configured:
			continue
		}
		if err := sources.RemoveSource(ctx, s.Name); err != nil {
			return fmt.Errorf("remove source %s: %w", s.Name, err)
		}
	}
	for _, f := range feeds {
		if _, missing := wanted[f.Name]; !missing {
			continue
		}
		s := bot.Source{Name: f.Name, Kind: bot.FeedSource, URL: f.URL, Configured: true, Added: time.Now()}
		if err := sources.AddSource(ctx, s); err != nil {
			return fmt.Errorf("add source %s: %w", f.Name, err)
		}
	}
	return nil
}

// network returns where feeds may live.
func (s *settings) network() feed.Network {
	if s.AllowPrivateFeeds {
		return feed.Private
	}
	return feed.Public
}
