package main

import (
	"context"
	"errors"
	"fmt"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/internal/store"
)

// sourcesRenameCmd is tidings sources rename.
type sourcesRenameCmd struct {
	Name string `arg:"" help:"Name of the source; of one that belongs to a place, its ID."`
	New  string `arg:"" help:"Its new name."`
}

// Run renames the source, and its articles with it.
func (c *sourcesRenameCmd) Run(ctx context.Context, p *program) error {
	if !bot.IsSourceName(c.New) {
		return &usageError{fmt.Sprintf("%q can't be a source's name; use %s", c.New, bot.SourceNameForm)}
	}
	return p.withSource(ctx, c.Name, func(_ *settings, db *store.Store, src *bot.Source) error {
		if src.Configured {
			return fmt.Errorf("%s is set in FEEDS, which names it", src.Name)
		}
		n, err := db.SubscriptionsNaming(ctx, src.Place, src.Name)
		if err != nil {
			return err
		}
		err = db.RenameSource(ctx, src.ID, c.New)
		if errors.Is(err, bot.ErrExists) {
			return fmt.Errorf("the name %s is taken, or articles have it of a source that is gone", c.New)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "renamed: %s is %s. %s\n", src.Name, c.New, answer.StillNaming(n, src.Name, c.New).String())
		return err
	})
}

// withSource opens the store and finds a source in it.
func (p *program) withSource(ctx context.Context, name string, do func(*settings, *store.Store, *bot.Source) error) error {
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		src, err := sourceNamed(ctx, db, name)
		if err != nil {
			return err
		}
		return do(s, db, &src)
	})
}
