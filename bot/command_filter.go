package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tidings/bot/filter"
)

const (
	// trialDays is how far back /filter test looks, trialMost over how many articles at most, and
	// trialSamples how many it shows.
	trialDays    = 30
	trialMost    = 20_000
	trialSamples = 5
	trialPage    = 500
)

// filterSet answers /filter set.
func (h *handler) filterSet(ctx context.Context, r Request) (Message, error) {
	f, err := parseFilter(r.Args["filter"])
	if err != nil {
		return Message{}, err
	}
	return h.changeFilter(ctx, r, f.String())
}

// filterClear answers /filter clear.
func (h *handler) filterClear(ctx context.Context, r Request) (Message, error) {
	return h.changeFilter(ctx, r, "")
}

func (h *handler) changeFilter(ctx context.Context, r Request, text string) (Message, error) {
	subs, err := h.subscriptionsOf(ctx, r.Target)
	if err != nil {
		return Message{}, err
	}
	s, err := pick(subs, r.number("number", 0))
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
	since := h.now().AddDate(0, 0, -trialDays)
	tried, err := h.try(ctx, f, since, trialMost)
	if err != nil {
		return Message{}, err
	}
	period := fmt.Sprintf("of the last %d days", trialDays)
	if tried.looked == 0 {
		// A store that holds only an old archive can still show what the filter does.
		if tried, err = h.try(ctx, f, time.Time{}, trialPage); err != nil {
			return Message{}, err
		}
		period = "in the archive; none is newer than " + strconv.Itoa(trialDays) + " days"
	}
	if tried.looked == 0 {
		return Message{Text: Plain("There are no articles yet to try a filter on.")}, nil
	}
	taken := "none"
	if tried.taken > 0 {
		taken = strconv.Itoa(tried.taken)
	}
	t := Join(Styled(f.String(), Code), Plain(fmt.Sprintf(" takes %s of %s %s.", taken,
		count(tried.looked, "article"), period)))
	for i := range tried.samples {
		t = Join(t, Plain("\n\n"), tried.samples[i])
	}
	return Message{Text: t}, nil
}

// trial is what a filter did on stored articles.
type trial struct {
	looked, taken int
	samples       []Text
}

// try holds f against stored articles published since then, newest first, at most that many.
func (h *handler) try(ctx context.Context, f *filter.Filter, since time.Time, most int) (trial, error) {
	var t trial
	q := Query{Since: since, Limit: min(trialPage, most)}
	for t.looked < most {
		page, err := h.store.Search(ctx, q)
		if err != nil {
			return trial{}, fmt.Errorf("search: %w", err)
		}
		for i := range page.Articles {
			h.tryOne(&t, f, &page.Articles[i])
		}
		if page.Next == 0 {
			break
		}
		q.Before = page.Next
	}
	return t, nil
}

func (h *handler) tryOne(t *trial, f *filter.Filter, a *Article) {
	t.looked++
	d := filter.NewDocument(a.Fields())
	if !f.Match(d) {
		return
	}
	t.taken++
	if len(t.samples) < trialSamples {
		hits, _ := f.Explain(d)
		t.samples = append(t.samples, Join(h.headline(a, hits), because(a, hits)))
	}
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

// completeFilter suggests the sources for the word that is being typed, and keeps what was typed
// before it.
func (h *handler) completeFilter(ctx context.Context, _ Invocation, typed string) ([]Choice, error) {
	const field = "source:"
	start := strings.LastIndexByte(typed, ' ') + 1
	before, word := typed[:start], typed[start:]
	var choices []Choice
	if strings.TrimSpace(typed) != "" {
		choices = append(choices, Choice{Label: typed, Value: typed})
	}
	sources, err := h.allSources(ctx)
	if err != nil {
		return choices, err
	}
	for i := range sources {
		name := sources[i].Name
		if strings.HasPrefix(field+name, word) || strings.HasPrefix(name, word) {
			choices = append(choices, Choice{Label: before + field + name, Value: before + field + name})
		}
	}
	return choices, nil
}
