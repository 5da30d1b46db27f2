package answer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// headline returns an article as one entry of a list: its title, and below it who wrote it, where
// it comes from and when.
func (h *Handler) headline(a *bot.Article, hits []filter.Hit) bot.Text {
	return h.headlineIn(a, hits, h.zone)
}

// headlineIn is headline with the date in a chat's own time zone.
func (h *Handler) headlineIn(a *bot.Article, hits []filter.Hit, zone *time.Location) bot.Text {
	title := bot.Highlight(a.Title, hits, filter.Title, -1)
	for i := range title {
		title[i].Link = a.URL
	}
	if a.URL == "" && len(hits) == 0 {
		title = bot.Styled(a.Title, bot.Bold)
	}
	about := a.From()
	if len(a.Authors) > 0 {
		about = strings.Join(a.Authors, " | ") + " · " + about
	}
	return bot.Join(title, bot.Plain("\n"+about+" · "), h.dateIn(a, zone))
}

// dateIn returns when an article was published. A day without a time is one of the bot's time zone.
func (h *Handler) dateIn(a *bot.Article, zone *time.Location) bot.Text {
	if a.DateOnly {
		return bot.Day(a.Published.In(h.zone), bot.DayLayout)
	}
	return bot.Moment(a.Published, zone)
}

// parseFilter reads a filter that somebody typed. A fault is shown with a caret below it.
func parseFilter(text string) (*filter.Filter, error) {
	f, err := filter.Parse(text)
	if err == nil {
		return f, nil
	}
	fault, ok := errors.AsType[*filter.SyntaxError](err)
	if !ok {
		return nil, err
	}
	t := bot.Join(bot.Say("This filter has a mistake: %s.", bot.Known(fault.Reason)), bot.Plain("\n"), bot.Styled(fault.Caret(), bot.Pre))
	if fault.Hint != "" {
		t = bot.Join(t, bot.Plain("\n"), bot.Known(strings.ToUpper(fault.Hint[:1])+fault.Hint[1:]))
	}
	return nil, &bot.UserError{Text: t}
}

// doubts says that an operator in small letters is a word, where somebody may have meant the operator.
func doubts(f *filter.Filter) bot.Text {
	word, meant := f.Meant()
	if word == "" {
		return nil
	}
	return bot.Join(bot.Plain("\n"), bot.Say("“%s” is read as a word here. Did you mean %s?", word, bot.Styled(meant, bot.Code)))
}

// newest returns the newest article that f matches of those that people in a place may know of, or nil.
func (h *Handler) newest(ctx context.Context, p bot.Place, f *filter.Filter) (*bot.Article, error) {
	page, err := h.store.Search(ctx, bot.Query{Filter: f, Place: p, Limit: 1})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	if len(page.Articles) == 0 {
		return nil, nil
	}
	return &page.Articles[0], nil
}

// ago returns how long ago t was, in words.
func ago(now, t time.Time) bot.Text {
	switch d := now.Sub(t); {
	case d < 2*time.Second:
		return bot.Say("just now")
	case d < 2*time.Minute:
		return bot.Count(int(d.Seconds()), "%d second ago", "%d seconds ago")
	case d < 2*time.Hour:
		return bot.Count(int(d.Minutes()), "%d minute ago", "%d minutes ago")
	case d < 48*time.Hour:
		return bot.Count(int(d.Hours()), "%d hour ago", "%d hours ago")
	default:
		return bot.Count(int(d.Hours()/24), "%d day ago", "%d days ago")
	}
}

// took returns a duration in words, exact enough for people.
func took(d time.Duration) bot.Text {
	switch {
	case d < time.Second:
		return bot.Say("%d ms", int(d.Milliseconds()))
	case d < 2*time.Minute:
		return bot.Say("%.1f seconds", d.Seconds())
	case d < 2*time.Hour:
		return bot.Count(int(d.Minutes()), "%d minute", "%d minutes")
	default:
		return bot.Count(int(d.Hours()), "%d hour", "%d hours")
	}
}

// afterArrival says how long after its article arrived an alert was posted.
func afterArrival(lag time.Duration) bot.Text {
	if lag < time.Second {
		return bot.Say("right away")
	}
	return bot.Say("%s after the article arrived", took(lag))
}
