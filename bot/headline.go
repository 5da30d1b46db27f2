package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tidings/bot/filter"
)

// headline returns an article as one entry of a list: its title, and below it who wrote it, where
// it comes from and when.
func (h *handler) headline(a *Article, hits []filter.Hit) Text {
	title := mark(a.Title, hits, filter.Title, -1)
	for i := range title {
		title[i].Link = a.URL
	}
	if a.URL == "" && len(hits) == 0 {
		title = Styled(a.Title, Bold)
	}
	about := a.Source
	if len(a.Authors) > 0 {
		about = strings.Join(a.Authors, " | ") + " · " + about
	}
	return Join(title, Plain("\n"+about+" · "), h.date(a))
}

// date returns when an article was published.
func (h *handler) date(a *Article) Text {
	if a.DateOnly {
		return Plain(DateIn(a, h.zone))
	}
	return Moment(a.Published, h.zone)
}

// DateIn returns the day an article was published as a digest writes it, "January 2, 2006". The
// zone is the one that dates of articles were read in.
func DateIn(a *Article, zone *time.Location) string {
	return a.Published.In(zone).Format("January 2, 2006")
}

// mark returns s with the passages that matched in bold. index is the entry of a list field that s
// is, or -1.
func mark(s string, hits []filter.Hit, field filter.Field, index int) Text {
	var t Text
	done := 0
	for _, hit := range hits {
		if hit.Field != field || index >= 0 && hit.Index != index || hit.Start < done || hit.End > len(s) {
			continue
		}
		if hit.Start > done {
			t = append(t, Span{Text: s[done:hit.Start]})
		}
		t = append(t, Span{Text: s[hit.Start:hit.End], Style: Bold})
		done = hit.End
	}
	if done < len(s) {
		t = append(t, Span{Text: s[done:]})
	}
	return t
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
	t := Join(Plain("I cannot read this filter: "+fault.Reason+"."), Plain("\n"), Styled(fault.Caret(), Pre))
	if fault.Hint != "" {
		t = Join(t, Plain("\n"+strings.ToUpper(fault.Hint[:1])+fault.Hint[1:]))
	}
	return nil, &UserError{Text: t}
}

// doubts says that an operator in small letters is a word, where somebody may have meant the operator.
func doubts(f *filter.Filter) Text {
	word, meant := f.Meant()
	if word == "" {
		return nil
	}
	return Join(Plain("\n“"+word+"” is read as a word here. Did you mean "), Styled(meant, Code), Plain("?"))
}

// newest returns the newest stored article that f takes, or nil.
func (h *handler) newest(ctx context.Context, f *filter.Filter) (*Article, error) {
	page, err := h.store.Search(ctx, Query{Filter: f, Limit: 1})
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
