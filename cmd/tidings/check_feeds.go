package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/bot"
	"tidings/internal/poll"
	"tidings/internal/retry"
	"tidings/internal/store"
)

const (
	feedsAtOnce = 8           // servers asked at a time, one feed each
	feedGap     = time.Second // between two feeds of one server
)

// checkAddr tells whether the listener can have its address.
func (r *checkReport) checkAddr(ctx context.Context, s *settings) {
	const what = "HTTP_ADDR"
	if s.HTTPAddr == "" {
		r.ok(what, "turned off")
		return
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.HTTPAddr)
	switch {
	case err == nil:
		_ = l.Close()
		r.ok(what, s.HTTPAddr+" is free")
	case errors.Is(err, syscall.EADDRINUSE) && askHealth(ctx, s.HTTPAddr, "/healthz") == nil:
		r.ok(what, s.HTTPAddr+" is in use by a bot that runs")
	case errors.Is(err, syscall.EADDRINUSE):
		r.fail(what, fmt.Errorf("another program has %s; choose another address, or leave it empty to turn HTTP off", s.HTTPAddr))
	default:
		r.fail(what, fmt.Errorf("%w; choose an address of this machine", err))
	}
}

// checkFeeds tries every feed that is followed or named in FEEDS, and names those that can't be read. It keeps nothing of
// them.
func (r *checkReport) checkFeeds(ctx context.Context, s *settings) {
	const what = "feeds"
	db, err := s.openStore(ctx)
	if err != nil {
		return // reported already
	}
	defer db.Close()
	feeds, err := feedsToTry(ctx, s, db)
	if err != nil {
		r.fail(what, err)
		return
	}
	poller, err := poll.New(poll.Config{Sink: db, Network: s.network(), Agent: s.agent(db), Zone: s.Timezone})
	if err != nil {
		r.fail(what, err)
		return
	}
	read := 0
	for _, f := range tryAll(ctx, feeds, poller.Try) {
		switch {
		case errors.Is(f.err, errLeftAlone):
			r.warn(what, f.source.Name+": "+f.err.Error())
		case f.err != nil:
			r.fail(what, fmt.Errorf("%s: %w%s", f.source.Name, f.err, sentence(bot.Advice(f.err))))
		default:
			read++
		}
	}
	switch summary := fmt.Sprintf("%d of %d can be read", read, len(feeds)); {
	case len(feeds) == 0:
		r.warn(what, "none is followed yet; set FEEDS, or tidings sources add")
	case read == len(feeds):
		r.ok(what, summary)
	default:
		r.note(what, summary)
	}
}

// sentence returns what follows an error as advice.
func sentence(advice string) string {
	if advice == "" {
		return ""
	}
	return ". " + advice
}

// feedsToTry returns the feeds that aren't paused, and those of FEEDS that the bot doesn't follow yet.
func feedsToTry(ctx context.Context, s *settings, db *store.Store) ([]bot.Source, error) {
	stored, err := db.Sources(ctx)
	if err != nil {
		return nil, err
	}
	feeds := slices.DeleteFunc(slices.Clone(stored), func(s bot.Source) bool { return s.Kind != bot.FeedSource || !s.Paused.IsZero() })
	for _, f := range named(s.Feeds, publicOnly(slices.Clone(stored))) {
		bare, _ := bot.TakeLogin(f.URL)
		if !slices.ContainsFunc(stored, func(s bot.Source) bool { return s.URL == bare && s.Place == "" }) {
			feeds = append(feeds, bot.Source{Name: f.Name, Kind: bot.FeedSource, URL: f.URL})
		}
	}
	return feeds, nil
}

// triedFeed is what came of a feed.
type triedFeed struct {
	source bot.Source
	err    error
}

// errLeftAlone says that a feed was not tried.
var errLeftAlone = errors.New("not tried: its server asked to wait")

// tryAll tries feeds: several servers at once, and each server's feeds one after another. The order is that of the
// feeds.
func tryAll(ctx context.Context, feeds []bot.Source, try func(context.Context, *bot.Source) (bot.FeedCheck, error)) []triedFeed {
	results := make([]triedFeed, len(feeds))
	for i := range feeds {
		results[i] = triedFeed{feeds[i], context.Canceled} // if ctx ends before its turn
	}
	var hosts errgroup.Group
	hosts.SetLimit(feedsAtOnce)
	for _, list := range byServer(feeds) {
		hosts.Go(func() error {
			tryInTurn(ctx, list, results, try)
			return nil
		})
	}
	_ = hosts.Wait() // they don't fail
	return results
}

// tryInTurn tries the feeds of one server, by their places in the results.
func tryInTurn(
	ctx context.Context, list []int, results []triedFeed, try func(context.Context, *bot.Source) (bot.FeedCheck, error),
) {
	asked := false
	for _, i := range list {
		r := &results[i]
		if m, now := &r.source.Fetch.Memory, time.Now(); m.NotBefore.After(now) || m.HostPause.After(now) {
			r.err = errLeftAlone
			continue
		}
		if asked && retry.Sleep(ctx, feedGap) != nil {
			return
		}
		asked = true
		_, r.err = try(ctx, &r.source)
	}
}

// byServer returns which feeds are at one server, by their places in the list.
func byServer(feeds []bot.Source) map[string][]int {
	list := map[string][]int{}
	for i := range feeds {
		server := ""
		if u, err := url.Parse(feeds[i].URL); err == nil {
			server = strings.ToLower(u.Host)
		}
		list[server] = append(list[server], i)
	}
	return list
}
