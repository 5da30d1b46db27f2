package main

import (
	"fmt"
	"net/http"
	"time"

	"tidings/internal/console"
	"tidings/internal/store"
	"tidings/internal/web"
)

// listening counts what the loops do for metrics and for the console alike.
type listening struct {
	*web.Metrics
	history *console.History
}

// Settled counts a try to send.
func (l listening) Settled(platform, outcome string, took, lag time.Duration) {
	l.Metrics.Settled(platform, outcome, took, lag)
	l.history.Settled(platform, outcome, took, lag)
}

// RateLimited counts an answer that asked to wait.
func (l listening) RateLimited(platform string) {
	l.Metrics.RateLimited(platform)
	l.history.RateLimited(platform)
}

// demoVisitor is who is signed in to the console of the demo: everybody who reaches it.
const demoVisitor = "demo visitor"

// sessions makes what says who is signed in to the console. It is nil where HTTP is off.
func (sv *service) sessions(s *settings, db *store.Store, front http.Handler) (*console.Sessions, error) {
	if s.HTTPAddr == "" {
		return nil, nil
	}
	cfg := console.SessionsConfig{
		Store: db, Token: s.ConsoleToken.Reveal(), Operators: s.operators(), PublicURL: s.PublicURL,
		Addr: func() string { return sv.server.Addr() }, Logger: s.log.With("component", "console"),
	}
	if front != nil {
		cfg.Everybody = demoVisitor
	}
	return console.NewSessions(cfg)
}

// pages returns what the listener shows to people: the console, and before it the demo's own page, if this is the demo.
func (sv *service) pages(s *settings, db *store.Store, sessions *console.Sessions, history *console.History, platforms []string, front http.Handler) (http.Handler, error) {
	c, err := console.New(console.Config{
		Sessions: sessions, Store: db, Bot: sv.bot, Platforms: platforms, History: history, Outline: writeOPML, Zone: s.Timezone,
		Setup:  &installation{settings: s, db: db, server: func() *web.Server { return sv.server }, since: time.Now()},
		Logger: s.log.With("component", "console"),
	})
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	if front == nil {
		return c, nil
	}
	mux := http.NewServeMux()
	mux.Handle("/{$}", front)
	mux.Handle("/demo/", front)
	mux.Handle("/", c)
	return mux, nil
}
