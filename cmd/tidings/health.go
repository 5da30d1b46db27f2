package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// healthCmd is tidings health, which a container runs to learn whether the bot is well.
type healthCmd struct {
	Ready bool `help:"Check that it can do its work too, as /readyz says."`
}

const (
	healthTimeout = 3 * time.Second
	maxHealth     = 1 << 10 // bytes of an answer that are read
)

// Run asks the running bot.
func (c healthCmd) Run(ctx context.Context, p *program) error {
	s, err := p.settings(ctx)
	if err != nil {
		return err
	}
	if s.HTTPAddr == "" {
		return errors.New("HTTP_ADDR is empty, so the bot can't be reached")
	}
	path := "/healthz"
	if c.Ready {
		path = "/readyz"
	}
	return askHealth(ctx, s.HTTPAddr, path)
}

// askHealth asks what listens at an address how it is.
func askHealth(ctx context.Context, addr, path string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return err
	}
	resp, err := (&http.Client{Timeout: healthTimeout}).Do(req)
	if err != nil {
		return fmt.Errorf("no answer at HTTP_ADDR: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxHealth))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the bot answered %s", resp.Status)
	}
	return nil
}
