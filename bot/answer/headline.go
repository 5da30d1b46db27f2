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
	return bot.Join(title, bot.Plain("\n"+about+" · "), h.date(a))
}

// date returns when an article was published.
func (h *Handler) date(a *bot.Article) bot.Text {
	if a.DateOnly {
		return bot.Plain(bot.DateIn(a, h.zone))
	}
	return bot.Moment(a.Published, h.zone)
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
	t := bot.Join(bot.Plain("This filter has a mistake: "+fault.Reason+"."), bot.Plain("\n"), bot.Styled(fault.Caret(), bot.Pre))
	if fault.Hint != "" {
		t = bot.Join(t, bot.Plain("\n"+strings.ToUpper(fault.Hint[:1])+fault.Hint[1:]))
	}
	return nil, &bot.UserError{Text: t}
}

// doubts says that an operator in small letters is a word, where somebody may have meant the operator.
func doubts(f *filter.Filter) bot.Text {
	word, meant := f.Meant()
	if word == "" {
		return nil
	}
	return bot.Join(bot.Plain("\n“"+word+"” is read as a word here. Did you mean "), bot.Styled(meant, bot.Code), bot.Plain("?"))
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
func ago(now, t time.Time) string {
	switch d := now.Sub(t); {
	case d < 2*time.Second:
		return "just now"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d seconds ago", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours ago", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	}
}

// took returns a duration in words, exact enough for people.
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.1f seconds", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	default:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
}

// count returns n and the noun in the right number.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// alertsAre counts alerts, with the verb that follows.
func alertsAre(n int) string {
	if n == 1 {
		return count(n, "alert") + " is"
	}
	return count(n, "alert") + " are"
}

// afterArrival says how long after its article arrived an alert was posted.
func afterArrival(lag time.Duration) string {
	if lag < time.Second {
		return "right away"
	}
	return took(lag) + " after the article arrived"
}
