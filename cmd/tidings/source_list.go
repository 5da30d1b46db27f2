package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
	"tidings/internal/feed"
	"tidings/internal/store"
)

// sourcesListCmd is tidings sources list.
type sourcesListCmd struct {
	Failing bool `help:"Only those that can't be read."`
	JSON    bool `xor:"form" help:"Print one JSON object per line."`
	OPML    bool `name:"opml" xor:"form" help:"Print the feeds as OPML for other feed readers, with their full addresses."`
}

// Run prints the sources, those that can't be read first.
func (c *sourcesListCmd) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(_ *settings, db *store.Store) error {
		sources, err := db.Sources(ctx)
		if err != nil {
			return err
		}
		none := len(sources) == 0
		slices.SortStableFunc(sources, func(a, b bot.Source) int { return cmp.Compare(urgencyOf(&a), urgencyOf(&b)) })
		if c.Failing {
			sources = slices.DeleteFunc(sources, func(s bot.Source) bool { return urgencyOf(&s) != failingFirst })
		}
		if c.OPML {
			return writeOPML(p.stdout, sources)
		}
		now := time.Now()
		counts, err := countSources(ctx, db, now)
		if err != nil {
			return err
		}
		if c.JSON {
			return printSourcesJSON(p.stdout, sources, counts)
		}
		switch {
		case none:
			fmt.Fprintln(p.stderr, "There are no sources yet. Set FEEDS, or add one: tidings sources add https://example.com")
		case len(sources) == 0:
			fmt.Fprintln(p.stderr, "Every source can be read.")
		}
		return sourceTable(sources, counts, now).write(p.stdout, p.screen(p.stdout))
	})
}

func printSourcesJSON(w io.Writer, sources []bot.Source, counts func(id string) sourceCounts) error {
	for i := range sources {
		if err := printSourceJSON(w, &sources[i], counts(sources[i].ID)); err != nil {
			return err
		}
	}
	return nil
}

// The groups of sources, in the order of the list.
const (
	failingFirst = iota
	pausedNext
	wellLast
)

// urgencyOf returns the group that a source is in.
func urgencyOf(s *bot.Source) int {
	switch sourceState(s) {
	case "failing", "ended":
		return failingFirst
	case "paused":
		return pausedNext
	default:
		return wellLast
	}
}

// sourceState returns how the reading of a source goes, in one word.
func sourceState(s *bot.Source) string {
	f := &s.Fetch
	switch {
	case !s.Paused.IsZero():
		return "paused"
	case f.Memory.Ended:
		return "ended"
	case f.Failures > 0:
		return "failing"
	case s.Kind == bot.FeedSource && f.LastTry.IsZero():
		return "new"
	case !f.Memory.Pushed.IsZero():
		return "pushed"
	}
	return "ok"
}

// toneOf returns how the state of a source looks.
func toneOf(s *bot.Source) tone {
	switch urgencyOf(s) {
	case failingFirst:
		return bad
	case pausedNext:
		return uneasy
	default:
		return good
	}
}

// sourceTable lists sources, a line each.
func sourceTable(sources []bot.Source, counts func(id string) sourceCounts, now time.Time) *table {
	t := &table{columns: []column{
		{head: "SOURCE"},
		{head: "STATE"},
		{head: "ARTICLES", right: true, extra: 1},
		{head: "A WEEK", right: true, extra: 2},
		{head: "READ", right: true},
		{head: "NEXT", right: true, extra: 3},
		{head: "DETAIL", flexible: true},
	}}
	for i := range sources {
		s := &sources[i]
		n, f := counts(s.ID), &s.Fetch
		name, week, next := s.Name, "", ""
		if s.Place != "" {
			name = s.ID // what commands call it
		}
		if n.recent > 0 {
			week = perWeek(n.recent)
		}
		if s.Paused.IsZero() && !f.Memory.Ended && f.Next.After(now) {
			next = shortAge(now, f.Next)
		}
		t.add(cell{name, plain}, cell{sourceState(s), toneOf(s)}, cell{strconv.FormatInt(s.Articles, 10), plain}, cell{week, plain},
			cell{shortAge(now, f.LastSuccess), plain}, cell{next, plain}, cell{sourceDetail(s, n), faint})
	}
	return t
}

// perWeek returns how many articles a week n in answer.RateDays are.
func perWeek(n int64) string {
	const weeks = answer.RateDays / 7
	if n < weeks {
		return "<1"
	}
	return strconv.FormatInt((n+weeks/2)/weeks, 10)
}

// sourceDetail says what a line has room for: what is wrong, what asks for a decision, what the source is called.
func sourceDetail(s *bot.Source, n sourceCounts) string {
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if f := &s.Fetch; urgencyOf(s) == failingFirst {
		add(f.Error)
		add(f.Memory.Advice)
	}
	if n.onHold > 0 {
		add(fmt.Sprintf("%d on hold", n.onHold))
	}
	if s.Place != "" {
		add(s.Name + " of " + string(s.Place))
	}
	add(s.Title)
	switch s.Kind {
	case bot.APISource:
		add("published by the API")
	case bot.ImportSource:
		add("read from files")
	case bot.FeedSource:
		add(s.Fetch.Memory.Doubt)
	}
	if s.Interval > 0 {
		add("every " + answer.ShortInterval(s.Interval))
	}
	if s.HasLogin {
		add("logs in")
	}
	return strings.Join(parts, " · ")
}

// sourceCounts are how many articles of a source are recent, and how many wait for an operator.
type sourceCounts struct {
	recent int64
	onHold int
}

// countSources returns what is counted of each source, by its ID.
func countSources(ctx context.Context, db *store.Store, now time.Time) (func(id string) sourceCounts, error) {
	recent, err := db.PublishedSince(ctx, now.AddDate(0, 0, -answer.RateDays))
	if err != nil {
		return nil, err
	}
	updates, err := db.BulkUpdates(ctx)
	if err != nil {
		return nil, err
	}
	return func(id string) sourceCounts { return sourceCounts{recent: recent[id], onHold: onHold(updates, id)} }, nil
}

// onHold returns how many articles of a source wait for an operator.
func onHold(list []bot.BulkUpdate, source string) int {
	for _, u := range list {
		if u.Source == source {
			return u.Articles
		}
	}
	return 0
}

func writeOPML(w io.Writer, sources []bot.Source) error {
	o := &feed.Outline{Title: "Tidings"}
	for i := range sources {
		if s := &sources[i]; s.Kind == bot.FeedSource && s.Place == "" {
			o.Feeds = append(o.Feeds, feed.OutlineFeed{Title: s.Title, URL: s.URL})
		}
	}
	return feed.WriteOPML(w, o)
}
