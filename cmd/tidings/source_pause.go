package main

import (
	"context"
	"fmt"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/internal/store"
)

// sourcesPauseCmd is tidings sources pause.
type sourcesPauseCmd struct {
	Name string `arg:"" help:"Name of the source; of one that belongs to a place, its ID."`
}

// Run pauses the feed. A bot that runs heeds it within seconds.
func (c *sourcesPauseCmd) Run(ctx context.Context, p *program) error {
	return p.withFeed(ctx, c.Name, func(_ *settings, db *store.Store, src *bot.Source) error {
		if err := db.PauseSource(ctx, src.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.stdout, answer.SourcePauseText(src))
		return err
	})
}

// sourcesResumeCmd is tidings sources resume.
type sourcesResumeCmd struct {
	Name string `arg:"" help:"Name of the source; of one that belongs to a place, its ID."`
}

// Run resumes the feed.
func (c *sourcesResumeCmd) Run(ctx context.Context, p *program) error {
	return p.withFeed(ctx, c.Name, func(_ *settings, db *store.Store, src *bot.Source) error {
		if err := db.ResumeSource(ctx, src.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.stdout, answer.SourceResumeText(src))
		return err
	})
}
