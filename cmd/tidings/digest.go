package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/digest"
	"tidings/internal/store"
)

// digestCmd is tidings digest.
type digestCmd struct {
	Since   string   `required:"" help:"First day (2026-01-05), or how far back (7d, 12h)." placeholder:"DAY|SPAN"`
	Until   string   `help:"Last day, which is the edition's date (default today)." placeholder:"DAY"`
	Format  string   `enum:"text,html" default:"text" help:"Output format: text, or html for a web page or an email (default ${default})."`
	Heading string   `help:"Heading of the edition." placeholder:"TEXT"`
	Filter  []string `arg:"" optional:"" help:"Only articles that match this filter, such as: missile -drill"`
}

// maxDigest bounds how many articles one digest has, so that any digest written can be read again.
const maxDigest = 2000

// Run writes the digest to standard output, newest article first.
func (c *digestCmd) Run(ctx context.Context, p *program) error {
	f, err := parseFilter(c.Filter)
	if err != nil {
		return err
	}
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		from, until, err := c.period(time.Now().In(s.Timezone))
		if err != nil {
			return err
		}
		d := &digest.Digest{Edition: until.AddDate(0, 0, -1), Heading: c.Heading}
		if d.Articles, err = articlesBetween(ctx, db, f, from, until); err != nil {
			return err
		}
		d.Articles = c.writable(d.Articles, p.stderr, s.Timezone)
		if len(d.Articles) == 0 {
			return fmt.Errorf("no articles since %s", from.Format("January 2, 2006, 15:04"))
		}
		return c.write(p.stdout, d, digest.Options{Zone: s.Timezone})
	})
}

// writable leaves out, and names, the articles that a digest cannot express, such as one whose title is
// an address.
func (c *digestCmd) writable(articles []bot.Article, stderr io.Writer, zone *time.Location) []bot.Article {
	return slices.DeleteFunc(articles, func(a bot.Article) bool {
		err := c.write(io.Discard, &digest.Digest{Articles: []bot.Article{a}}, digest.Options{Zone: zone})
		if err != nil {
			fmt.Fprintf(stderr, "tidings: article %d left out: %v\n", a.ID, err)
		}
		return err != nil
	})
}

func (c *digestCmd) write(w io.Writer, d *digest.Digest, o digest.Options) error {
	if c.Format == "html" {
		return digest.WriteHTML(w, d, o)
	}
	return digest.Write(w, d, o)
}

// period returns the moments between which articles were published: from the first up to before the
// second, which is a midnight.
func (c *digestCmd) period(now time.Time) (from, until time.Time, err error) {
	zone := now.Location()
	until = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, zone)
	if c.Until != "" {
		day, err := time.ParseInLocation(time.DateOnly, c.Until, zone)
		if err != nil {
			return from, until, &usageError{fmt.Sprintf("--until must be a day such as 2026-01-05, not %q", c.Until)}
		}
		until = day.AddDate(0, 0, 1)
	}
	if from, err = since(c.Since, now); err != nil {
		return from, until, err
	}
	if !from.Before(until) {
		return from, until, &usageError{"--since is later than --until"}
	}
	return from, until, nil
}

// since reads a day, or a span before now. Days are whole.
func since(s string, now time.Time) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, s, now.Location()); err == nil {
		return day, nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n < 10_000 {
			return time.Date(now.Year(), now.Month(), now.Day()-n, 0, 0, 0, 0, now.Location()), nil
		}
	}
	if span, err := time.ParseDuration(s); err == nil && span >= 0 {
		return now.Add(-span), nil
	}
	return time.Time{}, &usageError{fmt.Sprintf("--since must be a day such as 2026-01-05 or a length of time such as 7d or 12h, not %q", s)}
}

// articlesBetween returns the articles that match f and were published in a period, newest
// first.
func articlesBetween(ctx context.Context, db searcher, f *filter.Filter, from, until time.Time) ([]bot.Article, error) {
	var found []bot.Article
	q := bot.Query{Filter: f, Since: from, Limit: searchPage}
	for {
		page, err := db.Search(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		for _, a := range page.Articles {
			if !a.Published.Before(until) {
				continue
			}
			if found = append(found, a); len(found) > maxDigest {
				return nil, fmt.Errorf("more than %d articles; choose a shorter period or add a filter", maxDigest)
			}
		}
		if page.Next == 0 {
			return found, nil
		}
		q.Before = page.Next
	}
}
