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
	"tidings/bot/answer"
	"tidings/bot/filter"
	"tidings/internal/feed"
	"tidings/internal/store"
)

// latestCmd is tidings latest.
type latestCmd struct {
	Count  count    `short:"n" default:"10" help:"Number of headlines (default ${default})." placeholder:"COUNT"`
	JSON   bool     `help:"Print one JSON object per line."`
	Filter []string `arg:"" optional:"" help:"Only articles that match this filter, such as: missile -drill"`
}

// maxLatest bounds how many articles one call shows.
const maxLatest = 100_000

// count is how many articles to show, from 1 to maxLatest.
type count int

// UnmarshalText reads a number that somebody typed.
func (c *count) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 || n > maxLatest {
		return fmt.Errorf("%q is not a number from 1 to %d", text, maxLatest)
	}
	*c = count(n)
	return nil
}

// searchPage is how many articles are read at a time.
const searchPage = 500

// Run prints the headlines.
func (c *latestCmd) Run(ctx context.Context, p *program) error {
	f, err := parseFilter(c.Filter)
	if err != nil {
		return err
	}
	return p.withStore(ctx, func(s *settings, db *store.Store) error {
		lines := headlines{w: p.stdout, zone: s.Timezone, filter: f, highlighter: p.highlighter(p.stdout)}
		show := lines.print
		if c.JSON {
			show = func(a *bot.Article) error { return printJSON(p.stdout, a, s.Timezone) }
		}
		shown, err := eachArticle(ctx, db, f, int(c.Count), show)
		if err != nil || c.JSON || f.Empty() && shown > 0 {
			return err
		}
		return printBacktest(ctx, p.stderr, db, f, time.Now().In(s.Timezone))
	})
}

// printBacktest says how many of the last days' articles the filter matches, beside the headlines; of all if there are
// none of these, and where articles come from if there are none at all.
func printBacktest(ctx context.Context, w io.Writer, db answer.Tallier, f *filter.Filter, now time.Time) error {
	t, err := answer.RunBacktest(ctx, db, f, now, answer.BacktestDays, 0)
	note := ""
	if err == nil && t.Total() == 0 {
		t, err = answer.RunBacktestAll(ctx, db, f, 0)
		note = fmt.Sprintf(" None of them is from the last %d days.", answer.BacktestDays)
	}
	if err != nil {
		return err
	}
	if t.Total() == 0 {
		_, err = fmt.Fprintln(w, "There are no articles yet. Set FEEDS and run the bot, or import a file: tidings import FILE")
		return err
	}
	_, err = fmt.Fprintln(w, t.Summary().String()+note+t.Bars().String())
	return err
}

// parseFilter reads the filter that the rest of a command line is.
func parseFilter(words []string) (*filter.Filter, error) {
	f, err := filter.Parse(strings.Join(words, " "))
	if fault, ok := errors.AsType[*filter.SyntaxError](err); ok {
		return nil, &usageError{fmt.Sprintf("invalid filter: %v\n%s", fault, fault.Caret())}
	}
	return f, err
}

// searcher finds articles, newest first.
type searcher interface {
	Search(ctx context.Context, q bot.Query) (bot.Page, error)
}

// eachArticle shows up to n stored articles that match f, newest first, and returns how many there were.
func eachArticle(ctx context.Context, db searcher, f *filter.Filter, n int, show func(*bot.Article) error) (shown int, err error) {
	q := bot.Query{Filter: f}
	for shown < n {
		q.Limit = min(n-shown, searchPage)
		page, err := db.Search(ctx, q)
		if err != nil {
			return shown, fmt.Errorf("search: %w", err)
		}
		for i := range page.Articles {
			if err := show(&page.Articles[i]); err != nil {
				return shown, err
			}
			shown++
		}
		if page.Next == 0 {
			break
		}
		q.Before = page.Next
	}
	return shown, nil
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
