package answer

import (
	"context"
	"fmt"

	"tidings/bot"
)

// mostForecast is how many of the newest articles that a filter matches are looked at to say how they would have come.
const mostForecast = 300

// forecast says how the articles that a filter matched would have come here, as the chat is set and with a request's preferences; nil
// if all had come by themselves.
func (h *Handler) forecast(ctx context.Context, r *bot.Request, t *Backtest) (bot.Text, error) {
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil || t.TotalMatched() == 0 || len(t.starts) == 0 {
		return nil, err
	}
	var s bot.Subscription
	change, err := readOptions(ctx, r, given(h.newPreferences(), r))
	if err != nil {
		return nil, err
	}
	change(&s)
	page, err := h.store.Search(ctx, bot.Query{Filter: t.filter, Place: r.Target.Place(), Since: t.starts[0], Limit: mostForecast})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	articles := make([]*bot.Article, len(page.Articles))
	for i := range page.Articles {
		articles[i] = &page.Articles[i]
	}
	f := h.planner.Forecast(&rhythm, s.Preferences, articles)
	if f.Digests+f.Lists+f.Muted == 0 {
		return nil, nil
	}
	var counts []bot.Text
	for _, w := range []struct {
		n     int
		words bot.Text
	}{
		{f.AtOnce, bot.Count(f.AtOnce, "%d by itself", "%d by themselves")},
		{f.Digests, bot.Say("%d in digests", f.Digests)},
		{f.Lists, bot.Say("%d in lists, after quiet hours or over the limit", f.Lists)},
		{f.Muted, bot.Say("%d not at all, as they are muted", f.Muted)},
	} {
		if w.n > 0 {
			counts = append(counts, w.words)
		}
	}
	messages := bot.Count(f.Messages, "%d message", "%d messages")
	return bot.Count(len(articles), "As alerts come here, it would have made %[2]s: %[3]s.",
		"As alerts come here, these %[1]d would have made %[2]s: %[3]s.", messages, bot.And(counts...)), nil
}
