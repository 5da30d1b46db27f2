package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"tidings/bot"
	"tidings/internal/config"
	"tidings/internal/store"
)

// reloader takes over changed settings while the bot runs: feeds, operators and the log level.
type reloader struct {
	p  *program
	s  *settings // those that count
	db *store.Store
	sv *service
	// asked gets the signals. It is there before the bot is, as a signal that nobody wants ends the program.
	asked <-chan os.Signal
}

// hangups returns the signals that ask for a reload.
func hangups() (asked <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}

// run reloads at each signal until ctx ends.
func (r *reloader) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.asked:
			r.reload(ctx)
		}
	}
}

// reload reads the environment again. What is faulty, or would remove most feeds, changes nothing, and the log says why.
func (r *reloader) reload(ctx context.Context) {
	log := r.s.log.With("component", "reload")
	next, err := config.Load(r.p.environ, r.p.dir)
	if err == nil {
		err = mayReplaceFeeds(ctx, r.db, next.Feeds)
	}
	if err == nil {
		err = syncFeeds(ctx, r.db, next.Feeds)
	}
	if err != nil {
		refuseSettings(ctx, log, err)
		return
	}
	logWarnings(ctx, log, next.Warnings)
	if left := r.s.RestartFor(next); len(left) > 0 {
		log.WarnContext(ctx, "settings wait for a restart", "variables", strings.Join(left, " "))
	}
	r.s.Feeds, r.s.Operators, r.s.LogLevel = next.Feeds, next.Operators, next.LogLevel
	r.s.level.Set(next.LogLevel)
	r.sv.setOperators(r.s.operators())
	r.sv.poller.Poke()
	log.InfoContext(ctx, "settings reloaded", "feeds", len(next.Feeds), "operators", len(next.Operators), "log_level", next.LogLevel.String())
}

// refuseSettings logs why settings aren't taken over, each fault on a line.
func refuseSettings(ctx context.Context, log *slog.Logger, err error) {
	faults, ok := errors.AsType[*config.Error](err)
	if !ok {
		log.ErrorContext(ctx, "settings not reloaded", "err", err)
		return
	}
	for _, f := range faults.Faults {
		log.ErrorContext(ctx, "settings not reloaded", "fault", f.String())
	}
	logWarnings(ctx, log, faults.Warnings)
}

// mayReplaceFeeds refuses to stop following more than half of the feeds that the environment named before: that is more
// likely a slip than what somebody wants.
func mayReplaceFeeds(ctx context.Context, db sourceKeeper, feeds []config.Feed) error {
	stored, err := db.SourcesNamed(ctx, nil, nil)
	if err != nil {
		return fmt.Errorf("read the sources: %w", err)
	}
	if gone, of := goneFeeds(stored, feeds); 2*gone > of {
		return fmt.Errorf("%d of the %d feeds set in FEEDS are missing; if that is meant, restart the bot", gone, of)
	}
	return nil
}

// goneFeeds returns how many of the feeds that were set before are not set any more.
func goneFeeds(stored []bot.Source, feeds []config.Feed) (gone, of int) {
	bare, _ := bareFeeds(feeds)
	left := map[string]bool{}
	for _, f := range bare {
		left[f.URL] = true
	}
	for i := range stored {
		s := &stored[i]
		if !s.Configured {
			continue
		}
		of++
		if !left[s.URL] {
			gone++
		}
	}
	return gone, of
}
