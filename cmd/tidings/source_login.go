package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"tidings/bot"
	"tidings/internal/store"
)

// sourcesLoginCmd is tidings sources login.
type sourcesLoginCmd struct {
	Name   string `arg:"" help:"Name of the source; of one that belongs to a place, its ID."`
	Remove bool   `help:"Forget the login."`
}

// Run keeps the login that standard input has. Arguments are for all to see, so it can't be one.
func (c *sourcesLoginCmd) Run(ctx context.Context, p *program) error {
	return p.withFeed(ctx, c.Name, func(_ *settings, db *store.Store, src *bot.Source) error {
		var login bot.Login
		done := "removed the login of " + src.Name
		switch {
		case c.Remove && !src.HasLogin:
			done = src.Name + " has no login."
		case !c.Remove:
			line, err := bufio.NewReader(io.LimitReader(p.stdin, maxLoginLine)).ReadString('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				return fmt.Errorf("read standard input: %w", err)
			}
			if login, err = bot.ReadLogin(line); err != nil {
				return fmt.Errorf("standard input: %w", err)
			}
			done = src.Name + " logs in from now on, at " + bot.Origin(src.URL) + " alone"
		}
		if err := db.SetLogin(ctx, src.ID, login); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.stdout, done)
		return err
	})
}

// maxLoginLine is more than a login may have, in bytes.
const maxLoginLine = 16 << 10
