package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/config"
	"tidings/internal/poll"
)

// sourceKeeper is where the followed feeds are kept.
type sourceKeeper interface {
	Sources(ctx context.Context) ([]bot.Source, error)
	// SourcesNamed returns the public sources that are Configured, and the others that have one of some names or addresses.
	SourcesNamed(ctx context.Context, names, addresses []string) ([]bot.Source, error)
	AddSource(ctx context.Context, s bot.Source) error
	RemoveSource(ctx context.Context, id string) error
	SetLogin(ctx context.Context, id string, l bot.Login) error
}

// syncTries bounds how often syncFeeds finds that another replica did the same meanwhile.
const syncTries = 5

// syncFeeds makes the store follow the feeds that the environment names, and no longer those that
// it named before. Feeds added from a chat stay. Several replicas may do so at once.
func syncFeeds(ctx context.Context, sources sourceKeeper, feeds []config.Feed) error {
	for try := 1; ; try++ {
		err := syncFeedsOnce(ctx, sources, feeds)
		if try == syncTries || !errors.Is(err, bot.ErrExists) && !errors.Is(err, bot.ErrNotFound) {
			return err
		}
	}
}

func syncFeedsOnce(ctx context.Context, sources sourceKeeper, feeds []config.Feed) error {
	feeds, whole := bareFeeds(feeds)
	stored, err := sources.SourcesNamed(ctx, nil, slices.Collect(maps.Keys(whole)))
	if err != nil {
		return fmt.Errorf("read the sources: %w", err)
	}
	feeds = named(feeds, stored)
	names := make([]string, len(feeds))
	for i := range feeds {
		names[i] = feeds[i].Name
	}
	if stored, err = sources.SourcesNamed(ctx, names, slices.Collect(maps.Keys(whole))); err != nil {
		return fmt.Errorf("read the sources: %w", err)
	}
	wanted := map[string]string{} // addresses by name
	claimed := map[string]bool{}  // names and addresses
	for _, f := range feeds {
		wanted[f.Name] = f.URL
		claimed[f.Name], claimed[f.URL] = true, true
	}
	for i := range stored {
		s := &stored[i]
		switch {
		case s.Configured && s.URL == wanted[s.Name]:
			delete(wanted, s.Name)
			if err := setLogin(ctx, sources, s.ID, whole[s.URL]); err != nil {
				return err
			}
		case s.Configured, claimed[s.Name], claimed[s.URL]:
			if err := sources.RemoveSource(ctx, s.ID); err != nil {
				return fmt.Errorf("remove source %s: %w", s.Name, err)
			}
		}
	}
	for _, f := range feeds {
		if _, missing := wanted[f.Name]; !missing {
			continue
		}
		s := bot.Source{Name: f.Name, Kind: bot.FeedSource, URL: whole[f.URL], Configured: true, Added: time.Now()}
		if err := sources.AddSource(ctx, s); err != nil {
			return fmt.Errorf("add source %s: %w", f.Name, err)
		}
	}
	return nil
}

// bareFeeds returns the feeds without the users and passwords in their addresses, and the whole address of each.
func bareFeeds(feeds []config.Feed) (bare []config.Feed, whole map[string]string) {
	bare, whole = slices.Clone(feeds), make(map[string]string, len(feeds))
	for i := range bare {
		bare[i].URL, _ = bot.TakeLogin(bare[i].URL)
		whole[bare[i].URL] = feeds[i].URL
	}
	return bare, whole
}

// setLogin keeps the login that the environment gives a feed. Where it gives none, one that was set by hand stays.
func setLogin(ctx context.Context, sources sourceKeeper, id, address string) error {
	if _, l := bot.TakeLogin(address); l.Header != "" {
		return sources.SetLogin(ctx, id, l)
	}
	return nil
}

// publicOnly leaves out the sources that belong to places: what managers follow is none of the environment's business.
func publicOnly(sources []bot.Source) []bot.Source {
	return slices.DeleteFunc(sources, func(s bot.Source) bool { return s.Place != "" })
}

// named returns the feeds with a name each: the one given, or the one that the store has for the
// address, or else one made from the address.
func named(feeds []config.Feed, stored []bot.Source) []config.Feed {
	taken := map[string]bool{}
	for _, f := range feeds {
		taken[f.Name] = true
	}
	known := map[string]string{} // names by address
	for i := range stored {
		known[stored[i].URL] = stored[i].Name
	}
	out := slices.Clone(feeds)
	for i := range out {
		f := &out[i]
		if f.Name != "" {
			continue
		}
		if f.Name = known[f.URL]; f.Name == "" || taken[f.Name] {
			f.Name = bot.FreeSourceName(f.URL, func(name string) bool { return taken[name] })
		}
		taken[f.Name] = true
	}
	return out
}

// network returns where feeds may live.
func (s *settings) network() poll.Network {
	if s.AllowPrivateFeeds {
		return poll.Private
	}
	return poll.Public
}
