package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/schollz/progressbar/v3"

	"tidings/internal/secret"
	"tidings/internal/store"
)

// copyCmd is tidings copy.
type copyCmd struct {
	From string `arg:"" name:"FROM" help:"The database to copy, as in sqlite:tidings.db."`
	To   string `arg:"" name:"TO" help:"An empty one, as in postgres://user:password@host/database."`
}

// Help says what people should know before.
func (copyCmd) Help() string {
	return "Stop the bot first: what it does meanwhile isn't copied. Set DATABASE_URL to TO afterwards."
}

// Run copies everything or nothing.
func (c *copyCmd) Run(ctx context.Context, p *program) error {
	p.stderr = newRedactor(p.stderr, secret.New(c.From), secret.New(c.To))
	bar := p.copyBar()
	list, err := store.Copy(ctx, store.CopyConfig{From: c.From, To: c.To, Progress: func(done, total int64) {
		bar.ChangeMax64(total)
		_ = bar.Set64(done) // a terminal that takes nothing
	}})
	_ = bar.Finish()
	if err != nil {
		return err
	}
	rows := int64(0)
	for _, t := range list {
		if t.Rows > 0 {
			fmt.Fprintf(p.stdout, "%10d  %s\n", t.Rows, t.Table)
			rows += t.Rows
		}
		if len(t.Left) > 0 {
			fmt.Fprintf(p.stderr, "%s: left behind, since this version has no place for it: %s\n", t.Table, strings.Join(t.Left, ", "))
		}
	}
	fmt.Fprintf(p.stdout, "%10d  rows in all are at the new place, and the full-text index is made. "+
		"Set DATABASE_URL to it; the old one is as it was.\n", rows)
	return nil
}

// copyBar returns a bar that shows on a terminal how far it is.
func (p *program) copyBar() *progressbar.ProgressBar {
	f, ok := p.terminal()
	if !ok {
		return progressbar.DefaultSilent(1)
	}
	return progressbar.NewOptions64(1,
		progressbar.OptionSetWriter(f), progressbar.OptionSetDescription("copying"),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(barInterval),
		progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
}
