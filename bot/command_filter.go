package bot

import (
	"context"
	"errors"
	"fmt"

	"tidings/bot/filter"
)

// filterSet answers /filter set.
func (h *handler) filterSet(ctx context.Context, r Request) (Message, error) {
	f, err := parseFilter(r.Args["filter"])
	if err != nil {
		return Message{}, err
	}
	m, err := h.changeFilter(ctx, r, f.String())
	m.Text = Join(m.Text, doubts(f))
	return m, err
}

// filterClear answers /filter clear.
func (h *handler) filterClear(ctx context.Context, r Request) (Message, error) {
	return h.changeFilter(ctx, r, "")
}

func (h *handler) changeFilter(ctx context.Context, r Request, text string) (Message, error) {
	s, err := h.numbered(ctx, r)
	if err != nil {
		return Message{}, err
	}
	err = h.store.SetFilter(ctx, s.ID, text)
	if errors.Is(err, ErrExists) {
		return Message{}, h.alreadySubscribed(text)
	}
	if err != nil {
		return Message{}, fmt.Errorf("set the filter of subscription %d: %w", s.ID, err)
	}
	return Message{Text: Join(Plain(fmt.Sprintf("Subscription %d now sends ", s.Number)), about(text), Plain("."))}, nil
}

// filterTest answers /filter test: what the filter takes of the last days' articles.
func (h *handler) filterTest(ctx context.Context, r Request) (Message, error) {
	f, err := parseFilter(r.Args["filter"])
	if err != nil {
		return Message{}, err
	}
	days := r.number("days", BacktestDays)
	t, err := h.try(ctx, f, days, trialSamples)
	if err != nil {
		return Message{}, err
	}
	var note Text
	if t.Total() == 0 {
		// A store that holds only an old archive can still show what the filter does.
		if t, err = RunBacktestAll(ctx, h.store, f, trialSamples); err != nil {
			return Message{}, err
		}
		note = Plain(" None is " + lastDays(days) + ".")
	}
	if t.Total() == 0 {
		return Message{Text: Plain("There are no articles yet to try a filter on.")}, nil
	}
	return Message{Text: Join(t.Summary(), note, doubts(f), t.Bars(), h.samples(&t))}, nil
}

// because shows the passages that matched elsewhere than in the title.
func because(a *Article, hits []filter.Hit) Text {
	var t Text
	shown := map[string]bool{}
	for _, hit := range hits {
		value, name := matched(a, hit)
		key := fmt.Sprint(name, hit.Index)
		if name == "" || shown[key] {
			continue
		}
		shown[key] = true
		t = Join(t, Plain("\n"+name+": "), mark(value, hits, hit.Field, hit.Index))
	}
	return t
}

// matched returns the field of a that hit lies in, and what to call it; nothing for the title,
// which is shown anyway.
func matched(a *Article, hit filter.Hit) (value, name string) {
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
