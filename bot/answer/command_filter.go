package answer

import (
	"context"
	"errors"
	"fmt"

	"tidings/bot"
	"tidings/bot/filter"
)

// filterSet answers /filter set.
func (h *Handler) filterSet(ctx context.Context, r bot.Request) (bot.Message, error) {
	f, err := parseFilter(r.Args["filter"])
	if err != nil {
		return bot.Message{}, err
	}
	m, err := h.changeFilter(ctx, r, f.String())
	m.Text = bot.Join(m.Text, doubts(f))
	return m, err
}

// filterClear answers /filter clear.
func (h *Handler) filterClear(ctx context.Context, r bot.Request) (bot.Message, error) {
	return h.changeFilter(ctx, r, "")
}

func (h *Handler) changeFilter(ctx context.Context, r bot.Request, text string) (bot.Message, error) {
	s, err := h.numbered(ctx, r)
	if err != nil {
		return bot.Message{}, err
	}
	err = h.store.SetFilter(ctx, s.ID, text)
	if errors.Is(err, bot.ErrExists) {
		return bot.Message{}, h.alreadySubscribed(text)
	}
	if err != nil {
		return bot.Message{}, fmt.Errorf("set the filter of subscription %d: %w", s.ID, err)
	}
	return bot.Message{Text: bot.Join(bot.Plain(fmt.Sprintf("Subscription %d now sends ", s.Number)), about(text), bot.Plain("."))}, nil
}

// filterTest answers /filter test: what the filter matches of the last days' articles.
func (h *Handler) filterTest(ctx context.Context, r bot.Request) (bot.Message, error) {
	f, err := parseFilter(r.Args["filter"])
	if err != nil {
		return bot.Message{}, err
	}
	days := r.Number("days", BacktestDays)
	t, err := h.try(ctx, f, days, backtestSamples)
	if err != nil {
		return bot.Message{}, err
	}
	var note bot.Text
	if t.Total() == 0 {
		// A store that holds only an old archive can still show what the filter does.
		if t, err = RunBacktestAll(ctx, h.store, f, backtestSamples); err != nil {
			return bot.Message{}, err
		}
		note = bot.Plain(" None of them is " + lastDays(days) + ".")
	}
	if t.Total() == 0 {
		return bot.Message{Text: bot.Plain("There are no articles yet to test a filter on.")}, nil
	}
	return bot.Message{Text: bot.Join(t.Summary(), note, doubts(f), t.Bars(), h.samples(&t))}, nil
}

// because shows the passages that matched elsewhere than in the title.
func because(a *bot.Article, hits []filter.Hit) bot.Text {
	var t bot.Text
	shown := map[string]bool{}
	for _, hit := range hits {
		value, name := matched(a, hit)
		key := fmt.Sprint(name, hit.Index)
		if name == "" || shown[key] {
			continue
		}
		shown[key] = true
		t = bot.Join(t, bot.Plain("\n"+name+": "), bot.Highlight(value, hits, hit.Field, hit.Index))
	}
	return t
}

// matched returns the field of a that hit lies in, and what to call it; nothing for the title,
// which is shown anyway.
func matched(a *bot.Article, hit filter.Hit) (value, name string) {
	switch {
	case hit.Field == filter.Summary:
		return a.Summary, "summary"
	case hit.Field == filter.Author && hit.Index < len(a.Authors):
		return a.Authors[hit.Index], "author"
	case hit.Field == filter.Tag && hit.Index < len(a.Tags):
		return a.Tags[hit.Index], "tag"
	}
	return "", ""
}
