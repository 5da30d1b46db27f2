package deliver

import (
	"context"
	"time"

	"tidings/bot"
)

// A source that sends more than maxUrgent urgent articles within urgentSpan cries wolf: further ones have no precedence until
// fewer came within the span before.
const (
	maxUrgent  = 20
	urgentSpan = time.Hour
)

// UrgentCounter knows how much that is urgent a source has sent.
type UrgentCounter interface {
	// UrgentBefore counts the urgent articles of an article's source that came within a span of time before it, up
	// to most.
	UrgentBefore(ctx context.Context, a *bot.Article, span time.Duration, most int) (int, error)
}

// urgency is what became of an urgent article's precedence.
type urgency int

const (
	passes     urgency = iota // others, on its way to any chat
	floodBegan                // the first of its source without precedence
	flooded                   // a later one without precedence
)

// urgencyAfter returns what becomes of the precedence of an urgent article before which so many of its source came within
// urgentSpan.
func urgencyAfter(before int) urgency {
	switch {
	case before < maxUrgent:
		return passes
	case before == maxUrgent:
		return floodBegan
	}
	return flooded
}

// floods is what a step of the watcher found out about floods of urgent articles.
type floods struct {
	articles map[int64]bool // without precedence
	fresh    int            // how many of them came just now
	began    []*bot.Article // the first without precedence of each flood that began
}

// findFloods finds the entries that are too many urgent ones of their source. The store counts them, so that it
// makes no difference which process asks, and when.
func (w *Watcher) findFloods(ctx context.Context, entries []bot.Entry) (floods, error) {
	found := floods{articles: map[int64]bool{}}
	for i := range entries {
		a := &entries[i].Article
		if !a.Urgent() {
			continue
		}
		n, err := w.urgent.UrgentBefore(ctx, a, urgentSpan, maxUrgent+1)
		if err != nil {
			return found, err
		}
		is := urgencyAfter(n)
		if is == passes {
			continue
		}
		found.articles[a.ID] = true
		if a.Revision > 1 {
			continue
		}
		found.fresh++
		if is == floodBegan {
			found.began = append(found.began, a)
		}
	}
	return found, nil
}

// mark marks the matches that are part of a flood.
func (f *floods) mark(matches []bot.Match) []bot.Match {
	for i := range matches {
		matches[i].Flood = f.articles[matches[i].Article]
	}
	return matches
}

// report reports floods: each article to the metrics, each source once within the span to operators.
func (w *Watcher) report(ctx context.Context, found floods) {
	w.metrics.Flooded(found.fresh)
	now := w.now()
	for _, a := range found.began {
		if last, known := w.reported[a.SourceID]; known && now.Sub(last).Abs() < urgentSpan {
			continue
		}
		w.reported[a.SourceID] = now
		w.logger.WarnContext(ctx, "too many urgent articles; further ones have no precedence", "feed", a.SourceID, "most", maxUrgent, "within", urgentSpan)
		w.notify(bot.Say("%s sent more than %d urgent articles within an hour. Its further ones are posted like any others, "+
			"and no longer pass them, until it sends fewer.", a.From(), maxUrgent))
	}
}
