package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"tidings/internal/config"
	"tidings/internal/secret"
	"tidings/internal/store"
)

// settings are the environment and what is made of it first.
type settings struct {
	*config.Config
	log   *slog.Logger
	level *slog.LevelVar // of log
	// feeds gets the feeds. Nil means over the network where each may live.
	feeds *http.Client
}

// settings reads the environment, and says what is probably a mistake in it.
func (p *program) settings(ctx context.Context) (*settings, error) {
	s, err := p.readSettings()
	if err == nil {
		logWarnings(ctx, s.log, s.Warnings)
	}
	return s, err
}

// logWarnings logs what is probably a mistake, whatever is logged otherwise: a LOG_LEVEL that hides it may be why nobody knows.
func logWarnings(ctx context.Context, log *slog.Logger, warnings []string) {
	for _, w := range warnings {
		r := slog.NewRecord(time.Now(), slog.LevelWarn, "environment", 0)
		r.AddAttrs(slog.String("warning", w))
		_ = log.Handler().Handle(ctx, r) // as Logger does
	}
}

// readSettings reads the environment. From then on nothing that is written to standard error can show a secret.
func (p *program) readSettings() (*settings, error) {
	cfg, err := config.Load(p.environ, p.dir)
	if err != nil {
		return nil, err
	}
	secrets := []secret.Text{
		cfg.DatabaseURL, cfg.Discord.Token, cfg.Telegram.Token, cfg.Telegram.WebhookSecret, cfg.PublishToken, cfg.ConsoleToken, cfg.MetricsToken,
	}
	for _, t := range cfg.PublishTokens {
		secrets = append(secrets, t.Token)
	}
	p.stderr = newRedactor(p.stderr, secrets...)
	level := new(slog.LevelVar)
	level.Set(cfg.LogLevel)
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(p.stderr, options)
	if cfg.LogFormat == config.LogJSON {
		handler = slog.NewJSONHandler(p.stderr, options)
	}
	return &settings{Config: cfg, log: slog.New(handler), level: level}, nil
}

// openStore opens the article store that the environment names.
func (s *settings) openStore(ctx context.Context) (*store.Store, error) {
	db, err := store.Open(ctx, store.Config{URL: s.DatabaseURL.Reveal(), Logger: s.log.With("component", "store")})
	if err != nil {
		return nil, fmt.Errorf("open the article store: %w", err)
	}
	return db, nil
}

// withStore reads the environment and runs do with the store open.
func (p *program) withStore(ctx context.Context, do func(s *settings, db *store.Store) error) error {
	s, err := p.settings(ctx)
	if err != nil {
		return err
	}
	return s.withStore(ctx, func(db *store.Store) error { return do(s, db) })
}

// withStore runs do with the store open.
func (s *settings) withStore(ctx context.Context, do func(db *store.Store) error) (err error) {
	db, err := s.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := db.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("close the article store: %w", closeErr)
		}
	}()
	return do(db)
}

// redactor removes secrets from what is written through it. Nothing should hand it any; it is there
// for the day that something does.
type redactor struct {
	w       io.Writer
	secrets [][]byte
}

// minSecret is the length in bytes below which a value is too common to be replaced everywhere.
const minSecret = 12

func newRedactor(w io.Writer, secrets ...secret.Text) *redactor {
	r := &redactor{w: w}
	for _, s := range secrets {
		if v := s.Reveal(); len(v) >= minSecret && !bytes.HasPrefix([]byte(v), []byte("sqlite:")) {
			r.secrets = append(r.secrets, []byte(v))
		}
	}
	return r
}

// Write writes b without the secrets. A secret that is split over two writes is not found; loggers
// write a line at once.
func (r *redactor) Write(b []byte) (int, error) {
	clean := b
	for _, s := range r.secrets {
		clean = bytes.ReplaceAll(clean, s, []byte("[redacted]"))
	}
	if _, err := r.w.Write(clean); err != nil {
		return 0, err
	}
	return len(b), nil
}
