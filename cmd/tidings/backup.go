package main

import (
	"context"
	"fmt"

	"tidings/internal/store"
)

// backupCmd is tidings backup.
type backupCmd struct {
	File string `arg:"" name:"FILE" help:"A new SQLite file."`
}

// Help says what a backup is good for.
func (backupCmd) Help() string {
	return "The bot may run meanwhile. To restore a backup, stop the bot and set DATABASE_URL to sqlite:FILE, " +
		"or copy it with: tidings copy sqlite:FILE TO."
}

// Run writes a whole and checked copy, or none.
func (c *backupCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(_ *settings, db *store.Store) error {
		if err := db.Backup(ctx, c.File); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s has everything that was stored, and is sound.\n", c.File)
		return nil
	})
}
