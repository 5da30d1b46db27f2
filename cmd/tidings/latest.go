package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
	"tidings/internal/feed"
	"tidings/internal/store"
)

// latestCmd is tidings latest.
type latestCmd struct {
	Count  int      `short:"n" default:"10" help:"How many headlines, at most." placeholder:"COUNT"`
	JSON   bool     `help:"One JSON object a line."`
	Filter []string `arg:"" optional:"" passthrough:"" help:"Only what this filter takes, as in: missile -drill"`
}

// maxLatest bounds how many articles one call shows.
const maxLatest = 100_000

// searchPage is how many articles are read at a time.
const searchPage = 500

// Run prints the headlines.
func (c *latestCmd) Run(ctx context.Context, p *program) error {
	if err := c.lateFlags(); err != nil {
		return err
	}
	if c.Count < 1 || c.Count > maxLatest {
		return &usageError{fmt.Sprintf("-n takes a number from 1 to %d, not %d", maxLatest, c.Count)}
	}
	f, err := parseFilter(c.Filter)
	if err != nil {
		return err
	}
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		if c.JSON {
			return eachArticle(ctx, db, f, c.Count, func(a *bot.Article) error { return printJSON(p.stdout, a, s.Timezone) })
		}
		lines := headlines{w: p.stdout, zone: s.Timezone, filter: f, highlighter: p.highlighter(p.stdout)}
		if err := eachArticle(ctx, db, f, c.Count, lines.print); err != nil || f.Empty() {
			return err
		}
		return printTrial(ctx, p.stderr, db, f, time.Now().In(s.Timezone))
	})
}

// printTrial says what the filter takes of the last days' articles, beside the headlines; of all if there are
// none of these.
func printTrial(ctx context.Context, w io.Writer, db bot.Archive, f *filter.Filter, now time.Time) error {
	t, err := bot.Try(ctx, db, f, now, bot.TrialDays, 0)
	note := ""
	if err == nil && t.Total() == 0 {
		t, err = bot.TryAll(ctx, db, f, 0)
		note = fmt.Sprintf(" None is of the last %d days.", bot.TrialDays)
	}
	if err != nil || t.Total() == 0 {
		return err
	}
	_, err = fmt.Fprintln(w, t.Summary().String()+note+t.Bars().String())
	return err
}

// parseFilter reads the filter that the rest of a command line is.
func parseFilter(words []string) (*filter.Filter, error) {
	f, err := filter.Parse(strings.Join(words, " "))
	if fault, ok := errors.AsType[*filter.SyntaxError](err); ok {
		return nil, &usageError{fmt.Sprintf("cannot read the filter: %v\n%s", fault, fault.Caret())}
	}
	return f, err
}

// lateFlags takes over flags that were typed after the filter, where everything counts as a word of
// the filter, so that -drill can be one.
func (c *latestCmd) lateFlags() error {
	var words []string
	for i := 0; i < len(c.Filter); i++ {
		switch c.Filter[i] {
		case "--json":
			c.JSON = true
		case "-n", "--count":
			if i++; i == len(c.Filter) {
				return &usageError{"-n needs a number"}
			}
			n, err := strconv.Atoi(c.Filter[i])
			if err != nil {
				return &usageError{fmt.Sprintf("-n takes a number, not %q", c.Filter[i])}
			}
			c.Count = n
		default:
			words = append(words, c.Filter[i])
		}
	}
	c.Filter = words
	return nil
}

// eachArticle shows up to n stored articles that f takes, newest first.
func eachArticle(ctx context.Context, db bot.Archive, f *filter.Filter, n int, show func(*bot.Article) error) error {
	q := bot.Query{Filter: f}
	for n > 0 {
		q.Limit = min(n, searchPage)
		page, err := db.Search(ctx, q)
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		for i := range page.Articles {
			if err := show(&page.Articles[i]); err != nil {
				return err
			}
		}
		n -= len(page.Articles)
		if page.Next == 0 {
			return nil
		}
		q.Before = page.Next
	}
	return nil
}

// headlines prints articles for people.
type headlines struct {
	highlighter
	w      io.Writer
	zone   *time.Location
	filter *filter.Filter
}

// print prints an article as a digest does: title, dek, authors and date.
func (h *headlines) print(a *bot.Article) error {
	when := bot.DateIn(a, h.zone)
	if !a.DateOnly {
		when += a.Published.In(h.zone).Format(", 15:04")
	}
	var hits []filter.Hit
	if h.bold {
		hits, _ = h.filter.Explain(filter.NewDocument(a.Fields()))
	}
	byline := when
	if len(a.Authors) > 0 {
		authors := make([]string, len(a.Authors))
		for i, name := range a.Authors {
			authors[i] = h.mark(name, hits, filter.Author, i)
		}
		byline = strings.Join(authors, " | ") + " " + when
	}
	lines := []string{h.mark(a.Title, hits, filter.Title, 0)}
	for _, l := range []string{h.mark(a.Summary, hits, filter.Summary, 0), byline + " · " + a.Source, a.URL} {
		if l != "" {
			lines = append(lines, "  "+l)
		}
	}
	_, err := fmt.Fprintln(h.w, strings.Join(lines, "\n"))
	return err
}

func printJSON(w io.Writer, a *bot.Article, zone *time.Location) error {
	data, err := feed.MarshalArticle(a, zone)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", data)
	return err
}
