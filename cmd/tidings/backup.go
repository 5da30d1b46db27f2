package main

import (
	"context"
	"errors"
	"fmt"
	"os"

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
	s, err := p.settings(ctx)
	if err != nil {
		return err
	}
	if path, ok := s.SQLitePath(); ok && isMissing(path) && isMissing(path+"-wal") {
		return fmt.Errorf("there is no database %s to back up; set DATABASE_URL to the bot's, or run this where the bot runs", path)
	}
	return s.withStore(ctx, func(db *store.Store) error {
		if err := db.Backup(ctx, c.File); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s has everything that was stored, and is sound.\n", c.File)
		return nil
	})
}

// isMissing reports whether there is no such file.
func isMissing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}
