package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"tidings/bot"
	"tidings/internal/store"
)

// retractCmd is tidings retract.
type retractCmd struct {
	Article string `arg:"" name:"URL|ID" help:"Address of the article, or its ID from tidings latest --json."`
}

// Run marks the article as withdrawn.
func (c *retractCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(_ *settings, db *store.Store) error {
		a, err := db.Retract(ctx, c.Article)
		if errors.Is(err, bot.ErrNotFound) {
			return fmt.Errorf("no article %q in the database; tidings latest --json lists IDs and addresses", c.Article)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.stdout, "withdrawn:", strconv.FormatInt(a.ID, 10), a.Title)
		return err
	})
}
