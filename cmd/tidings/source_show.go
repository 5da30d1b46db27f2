package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/internal/store"
)

// sourcesShowCmd is tidings sources show.
type sourcesShowCmd struct {
	Name string `arg:"" help:"Name of the source; of one that belongs to a place, its ID."`
	JSON bool   `help:"Print a JSON object."`
}

// Run prints the source.
func (c *sourcesShowCmd) Run(ctx context.Context, p *program) error {
	return p.withSource(ctx, c.Name, func(_ *settings, db *store.Store, src *bot.Source) error {
		now := time.Now()
		counts, err := countSources(ctx, db, now)
		if err != nil {
			return err
		}
		if c.JSON {
			return printSourceJSON(p.stdout, src, counts(src.ID))
		}
		return printSource(p.stdout, src, counts(src.ID), now)
	})
}

// printSource prints a source for people.
func printSource(w io.Writer, s *bot.Source, n sourceCounts, now time.Time) error {
	name := s.Name
	if s.Place != "" {
		name = s.ID + " – " + name + ", of " + string(s.Place)
	}
	if s.Title != "" {
		name += " – " + s.Title
	}
	articles := bot.Count(int(s.Articles), "%d article", "%d articles").String()
	if n.recent > 0 {
		articles += ", " + answer.PerWeek(n.recent).String()
	}
	if n.onHold > 0 {
		articles += fmt.Sprintf(", %d on hold", n.onHold)
	}
	if _, err := fmt.Fprintf(w, "%s\n  %s\n  %s\n", name, articles, answer.SourceState(s, now).String()); err != nil {
		return err
	}
	if s.HasLogin {
		if _, err := fmt.Fprintln(w, "  logs in"); err != nil {
			return err
		}
	}
	if s.Interval > 0 {
		if _, err := fmt.Fprintf(w, "  at most %s between two looks\n", answer.ShortInterval(s.Interval)); err != nil {
			return err
		}
	}
	if len(s.Batches) == 0 {
		return nil
	}
	last := &s.Batches[len(s.Batches)-1]
	_, err := fmt.Fprintf(w, "  last batch, %s: %s\n", last.At.Format(time.RFC3339), answer.BatchState(last).String())
	return err
}
