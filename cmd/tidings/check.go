package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tidings/bot"
	"tidings/internal/config"
	"tidings/internal/store"
)

// checkCmd is tidings check.
type checkCmd struct {
	Feeds bool `help:"Try every feed too, and whether HTTP_ADDR is free."`
	JSON  bool `help:"Print one JSON object per line."`
}

// checkTimeout bounds what is asked of each platform.
const checkTimeout = 15 * time.Second

// identifier is an optional power of an adapter: to say whose token it has.
type identifier interface {
	// Identify asks the platform for the bot's name. ErrUnauthorized is in the chain of its error if
	// the token is refused.
	Identify(ctx context.Context) (string, error)
}

// inspector is an optional power of an adapter: to say how commands reach it.
type inspector interface {
	// Inspect fails if it does not. It changes nothing.
	Inspect(ctx context.Context) (string, error)
}

// Run checks everything, and says for each part whether it works and, if not, how to fix it.
func (c *checkCmd) Run(ctx context.Context, p *program) error {
	r := &checkReport{screen: p.screen(p.stdout), w: p.stdout, json: c.JSON}
	s, err := p.readSettings()
	if faults, ok := errors.AsType[*config.Error](err); ok {
		for _, f := range faults.Faults {
			r.fail("environment", errors.New(f.String()))
		}
		r.warn("environment", faults.Warnings...)
		return errReported
	}
	if err != nil {
		return err
	}
	r.ok("environment", "valid")
	r.warn("environment", s.Warnings...)
	r.checkStore(ctx, s)
	if err := r.checkPlatforms(ctx, s); err != nil {
		return err
	}
	if c.Feeds {
		r.checkAddr(ctx, s)
		r.checkFeeds(ctx, s)
	}
	if r.failed {
		return errReported
	}
	return nil
}

func (r *checkReport) checkStore(ctx context.Context, s *settings) {
	db, err := s.openStore(ctx)
	if err != nil {
		r.fail("database", err)
		return
	}
	defer db.Close()
	stats, err := db.Stats(ctx)
	if err != nil {
		r.fail("database", err)
		return
	}
	r.ok("database", fmt.Sprintf("articles: %d, sources: %d, subscriptions: %d", stats.Articles, stats.Sources, stats.Subscriptions))
}

// checkPlatforms asks each platform that has a token.
func (r *checkReport) checkPlatforms(ctx context.Context, s *settings) error {
	scratch, remove, err := scratchStore(ctx)
	if err != nil {
		return err
	}
	defer remove()
	adapters, _, err := s.adapters(scratch)
	if err != nil {
		return err
	}
	if len(adapters) == 0 {
		r.fail("tokens", errors.New("none is set; set DISCORD_TOKEN or TELEGRAM_TOKEN, or try tidings demo"))
	}
	for _, a := range adapters {
		r.checkToken(ctx, a)
	}
	return nil
}

func (r *checkReport) checkToken(ctx context.Context, a bot.Adapter) {
	id, ok := a.(identifier)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	name, err := id.Identify(ctx)
	if err != nil {
		remedy := "check that this machine can reach the platform"
		if errors.Is(err, bot.ErrUnauthorized) {
			remedy = "copy the token again, or create a new one"
		}
		r.fail(a.Platform(), fmt.Errorf("%w; %s", err, remedy))
		return
	}
	r.ok(a.Platform(), "the token belongs to "+name)
	r.checkClock(a)
	in, ok := a.(inspector)
	if !ok {
		return
	}
	finding, err := in.Inspect(ctx)
	if err != nil {
		r.fail(a.Platform(), err)
	} else {
		r.ok(a.Platform(), finding)
	}
	if inviter, ok := a.(bot.Inviter); ok {
		for _, i := range inviter.Invitations() {
			r.note(a.Platform(), fmt.Sprintf("to add the bot to %s, open %s", i.To, i.URL))
		}
	}
}

// checkClock compares the clock with the platform's, whose answer was the last one.
func (r *checkReport) checkClock(a bot.Adapter) {
	s := bot.PlatformState{Platform: a.Platform()}
	if s.Skew, s.SkewKnown = bot.ClockSkew(a, time.Now()); !s.SkewKnown {
		return
	}
	if fault := s.ClockFault(); fault != "" {
		r.fail("clock", fmt.Errorf("%s; set this machine's clock right, or no embargo ends", fault))
		return
	}
	r.ok("clock", "agrees with "+a.Platform()+"'s")
}

// scratchStore returns a store that is gone after remove. The adapters want one, and a check must
// neither depend on the real one nor write to it.
func scratchStore(ctx context.Context) (db *store.Store, remove func(), err error) {
	dir, err := os.MkdirTemp("", "tidings-check-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a scratch store: %w", err)
	}
	db, err = store.Open(ctx, store.Config{URL: "sqlite:" + filepath.Join(dir, "scratch.db")})
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, nil, fmt.Errorf("make a scratch store: %w", err)
	}
	return db, func() {
		_ = db.Close()
		_ = os.RemoveAll(dir)
	}, nil
}
