package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
)

// followAll adds the feeds of a list to those of the store, and returns how many are new. What they
// contain already is news to no one: it was published before anybody subscribed to them here.
func followAll(ctx context.Context, sources sourceKeeper, feeds []feed.OutlineFeed) (added int, err error) {
	stored, err := sources.Sources(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the sources: %w", err)
	}
	stored = publicOnly(stored)
	known := map[string]bool{} // names and addresses
	for i := range stored {
		known[stored[i].Name], known[stored[i].URL] = true, true
	}
	for _, f := range feeds {
		bare, _ := bot.TakeLogin(f.URL)
		if known[bare] {
			continue
		}
		name := bot.FreeName(cmp.Or(bot.FeedName(f.Title, f.URL), "feed"), func(name string) bool { return known[name] })
		err := sources.AddSource(ctx, bot.Source{
			Name: name, Kind: bot.FeedSource, URL: f.URL, Title: bot.CleanText(f.Title, bot.MaxName), Added: time.Now(),
		})
		if errors.Is(err, bot.ErrExists) { // another process was faster
			continue
		}
		if err != nil {
			return added, fmt.Errorf("add source %s: %w", name, err)
		}
		known[name], known[bare] = true, true
		added++
	}
	return added, nil
}

// readFeedList reads a file that somebody sends as a list of feeds, and reports whether it is one.
func readFeedList(content []byte) ([]bot.FeedLink, bool) {
	list, err := feed.ParseOPML(content)
	if err != nil {
		return nil, false
	}
	feeds := make([]bot.FeedLink, len(list.Feeds))
	for i, f := range list.Feeds {
		feeds[i] = bot.FeedLink{URL: f.URL, Title: f.Title}
	}
	return feeds, true
}
