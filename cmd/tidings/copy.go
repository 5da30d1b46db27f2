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
	From string `arg:"" name:"FROM" help:"Database to copy, such as sqlite:tidings.db."`
	To   string `arg:"" name:"TO" help:"Empty database to copy to, such as postgres://user:password@host/database."`
}

// Help says what people should know before.
func (copyCmd) Help() string {
	return "Stop the bot first: anything written meanwhile isn't copied. Then set DATABASE_URL to TO."
}

// Run copies everything or nothing.
func (c *copyCmd) Run(ctx context.Context, p *program) error {
	p.stderr = newRedactor(p.stderr, secret.New(c.From), secret.New(c.To))
	bar := p.copyBar()
	list, err := store.Copy(ctx, store.CopyConfig{From: c.From, To: c.To, Progress: func(done, total int64) {
		bar.ChangeMax64(total)
		_ = bar.Set64(done) // of a terminal that is gone
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
			fmt.Fprintf(p.stderr, "%s: not copied, because this version has no columns for it: %s\n", t.Table, strings.Join(t.Left, ", "))
		}
	}
	fmt.Fprintf(p.stdout, "%10d  rows copied, and the full-text index built. "+
		"Set DATABASE_URL to the new database; the old one is unchanged.\n", rows)
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
