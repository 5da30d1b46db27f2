package engine

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// pastDays is over how many days a filter's past is counted.
const pastDays = 60

// matchHistory is what a filter has matched.
type matchHistory struct {
	newest time.Time // the last match
	known  bool      // there was one
	past   []int     // matches by day, up to yesterday; nil if the last is too recent for a silence
}

// perDay returns how many articles a day a filter matched before its silence.
func perDay(past []int, silent int) float64 {
	n := 0
	for _, m := range past {
		n += m
	}
	return float64(n) / float64(max(1, len(past)-silent))
}

// historyOf looks up what a filter has matched, once a page for all that have it.
func (s *silences) historyOf(ctx context.Context, p bot.Place, f *filter.Filter) (matchHistory, error) {
	key := string(p) + "\n" + f.Key()
	if v, known := s.matches[key]; known {
		return v, nil
	}
	var v matchHistory
	err := s.paced(ctx, func() (err error) {
		v, err = s.lookUpHistory(ctx, p, f)
		return err
	})
	if err == nil {
		s.matches[key] = v
	}
	return v, err
}

func (s *silences) lookUpHistory(ctx context.Context, p bot.Place, f *filter.Filter) (v matchHistory, err error) {
	page, err := s.store.Search(ctx, bot.Query{Filter: f, Place: p, Limit: 1})
	if err != nil {
		return v, fmt.Errorf("newest match of %q: %w", f, err)
	}
	if len(page.Articles) > 0 {
		v.newest, v.known = page.Articles[0].Published, true
	}
	if v.known && s.now().Sub(v.newest) >= minSilence*24*time.Hour {
		v.past, err = s.past(ctx, p, f)
	}
	return v, err
}

// past returns how many articles a filter matched on each day up to yesterday, from the first day on that was looked at and
// had articles.
func (s *silences) past(ctx context.Context, p bot.Place, f *filter.Filter) ([]int, error) {
	today := s.now().UTC().Truncate(24 * time.Hour)
	starts := make([]time.Time, pastDays+1)
	for i := range starts {
		starts[i] = today.AddDate(0, 0, i-pastDays)
	}
	t, err := s.store.Tally(ctx, bot.TallyQuery{Filter: f, Place: p, Starts: starts, Thorough: true})
	if err != nil {
		return nil, fmt.Errorf("past of %q: %w", f, err)
	}
	first := 0
	for first < pastDays && t.Articles[first] == 0 {
		first++
	}
	if t.Partial {
		looked := 0
		for i := pastDays; i >= first; i-- {
			if looked += t.Articles[i]; looked > t.Looked {
				first = i + 1
			}
		}
	}
	return t.Matched[first:max(first, pastDays)], nil
}
