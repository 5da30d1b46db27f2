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
type checkCmd struct{}

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
func (checkCmd) Run(ctx context.Context, p *program) error {
	s, err := p.settings()
	if faults, ok := errors.AsType[*config.Error](err); ok {
		for _, f := range faults.Faults {
			p.checked("environment", errors.New(f.String()), "")
		}
		return errReported
	}
	if err != nil {
		return err
	}
	p.checked("environment", nil, "valid")
	well := p.checkStore(ctx, s)
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
		p.checked("tokens", errors.New("none is set; set DISCORD_TOKEN or TELEGRAM_TOKEN, or try tidings demo"), "")
		well = false
	}
	for _, a := range adapters {
		well = p.checkToken(ctx, a) && well
	}
	if !well {
		return errReported
	}
	return nil
}

// checked prints one line of the report: what is wrong or, if nothing is, the finding.
func (p *program) checked(what string, wrong error, finding string) {
	if wrong != nil {
		fmt.Fprintf(p.stdout, "FAIL  %s: %v\n", what, wrong)
		return
	}
	fmt.Fprintf(p.stdout, "ok    %s: %s\n", what, finding)
}

func (p *program) checkStore(ctx context.Context, s *settings) bool {
	db, err := s.openStore(ctx)
	if err != nil {
		p.checked("database", err, "")
		return false
	}
	defer db.Close()
	stats, err := db.Stats(ctx)
	if err != nil {
		p.checked("database", err, "")
		return false
	}
	p.checked("database", nil, fmt.Sprintf("articles: %d, sources: %d, subscriptions: %d",
		stats.Articles, stats.Sources, stats.Subscriptions))
	return true
}

func (p *program) checkToken(ctx context.Context, a bot.Adapter) bool {
	id, ok := a.(identifier)
	if !ok {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	name, err := id.Identify(ctx)
	if err != nil {
		remedy := "check that this machine can reach the platform"
		if errors.Is(err, bot.ErrUnauthorized) {
			remedy = "copy the token again, or create a new one"
		}
		p.checked(a.Platform(), fmt.Errorf("%w; %s", err, remedy), "")
		return false
	}
	p.checked(a.Platform(), nil, "the token belongs to "+name)
	well := p.checkClock(a)
	in, ok := a.(inspector)
	if !ok {
		return well
	}
	finding, err := in.Inspect(ctx)
	p.checked(a.Platform(), err, finding)
	p.invite(a)
	return well && err == nil
}

// invite prints the addresses that add the bot to something.
func (p *program) invite(a bot.Adapter) {
	inviter, ok := a.(bot.Inviter)
	if !ok {
		return
	}
	for _, i := range inviter.Invitations() {
		fmt.Fprintf(p.stdout, "      %s: to add the bot to %s, open %s\n", a.Platform(), i.To, i.URL)
	}
}

// checkClock compares the clock with the platform's, whose answer was the last one.
func (p *program) checkClock(a bot.Adapter) bool {
	s := bot.PlatformState{Platform: a.Platform()}
	if s.Skew, s.SkewKnown = bot.ClockSkew(a, time.Now()); !s.SkewKnown {
		return true
	}
	if fault := s.ClockFault(); fault != "" {
		p.checked("clock", fmt.Errorf("%s; set this machine's clock right, or no embargo ends", fault), "")
		return false
	}
	p.checked("clock", nil, "agrees with "+a.Platform()+"'s")
	return true
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
