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
	f, note, err := understandFilter(c.Filter)
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
		if err == nil && note != "" {
			_, err = fmt.Fprintln(p.stderr, note)
		}
		if err != nil || c.JSON || f.Empty() && shown > 0 {
			return err
		}
		now := time.Now().In(s.Timezone)
		if err := printBacktest(ctx, p.stderr, db, f, now); err != nil {
			return err
		}
		return printNear(ctx, p.stderr, db, f, now, shown)
	})
}

// printNear says how many articles the filter leaves out by the form of a word, and what to type to have them too.
func printNear(ctx context.Context, w io.Writer, db searcher, f *filter.Filter, now time.Time, shown int) error {
	near, err := answer.FindNear(ctx, db, f, now)
	if err != nil || near.Articles == 0 {
		return err
	}
	_, err = fmt.Fprintf(w, "%s To match both: tidings latest %s\n", near.Summary(shown).String(), shellQuoted(near.Widened))
	return err
}

// shellQuoted returns a text as one word of a command line.
func shellQuoted(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// understandFilter reads the filter that the rest of a command line is, also as people type it elsewhere. The note says how
// it was read, and what to type for another reading.
func understandFilter(words []string) (f *filter.Filter, note string, err error) {
	typed := strings.Join(words, " ")
	readings := filter.Readings(typed)
	if len(readings) > 1 && (readings[0].Habit == filter.Address || readings[0].Habit == filter.Mention && readings[0].Filter == "") {
		readings = readings[1:]
	}
	if len(readings) == 0 {
		f, err = parseFilter(words)
		return f, "", err
	}
	taken := readings[0]
	if f, err = filter.Parse(taken.Filter); err != nil {
		return nil, "", err
	}
	note = fmt.Sprintf("Read as no filter: %s.", taken.Means)
	if !f.Empty() {
		note = fmt.Sprintf("Read as %s: %s.", f, taken.Means)
	}
	for _, other := range readings[1:] {
		if other.Filter == typed { // it would be read the same way again
			continue
		}
		note += fmt.Sprintf(" For the other reading, %s: tidings latest %s", other.Means, shellQuoted(other.Filter))
	}
	return f, note, nil
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
	when := a.Published.In(h.zone).Format(bot.DayLayout)
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
	for _, l := range []string{h.mark(a.Summary, hits, filter.Summary, 0), byline + " · " + a.From(), a.URL} {
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
