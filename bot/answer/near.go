package answer

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tidings/bot"
	"tidings/bot/filter"
)

// NearDays is how far back articles are looked at that a filter misses by the form of a word.
const NearDays = 30

// maxNear bounds how many such articles are counted.
const maxNear = 100

// Near are the articles of the last days that a filter leaves out because they have its words in another form. The zero
// value is none.
type Near struct {
	Found    []string // the words in the form that most of the articles have
	Articles int      // how many have them
	More     bool     // there may be more
	Widened  string   // the filter that matches these too
}

// Searcher finds articles.
type Searcher interface {
	Search(ctx context.Context, q bot.Query) (bot.Page, error)
}

// FindNear looks for the articles that f leaves out by the form of a word, within what one search looks at.
func FindNear(ctx context.Context, archive Searcher, f *filter.Filter, now time.Time) (Near, error) {
	wider, ok := f.Wider()
	if !ok {
		return Near{}, nil
	}
	if rest, err := filter.Parse("(" + wider.String() + ") -(" + f.String() + ")"); err == nil {
		wider = rest
	}
	page, err := archive.Search(ctx, bot.Query{Filter: wider, Since: now.AddDate(0, 0, -NearDays), Limit: maxNear})
	if err != nil {
		return Near{}, fmt.Errorf("look for other forms of %q: %w", f, err)
	}
	n := nearOf(f, page.Articles)
	n.More = page.Next != 0
	return n, nil
}

// nearOf counts the articles that f leaves out by the form of a word, by the forms, and returns those with the most frequent.
func nearOf(f *filter.Filter, list []bot.Article) Near {
	by := map[string]*Near{}
	var best Near
	for i := range list {
		misses := f.NearMisses(filter.NewDocument(list[i].Fields()))
		if len(misses) == 0 {
			continue
		}
		n := by[misses[0].Widened]
		if n == nil {
			n = &Near{Widened: misses[0].Widened}
			for _, m := range misses {
				n.Found = append(n.Found, m.Found)
			}
			by[n.Widened] = n
		}
		if n.Articles++; n.Articles > best.Articles {
			best = *n
		}
	}
	return best
}

// Summary says how many articles have which words, as a sentence, or nothing if there are none; matched is how many
// match the filter.
func (n *Near) Summary(matched int) bot.Text {
	list := make([]bot.Text, len(n.Found))
	for i, found := range n.Found {
		list[i] = bot.Styled(found, bot.Italic)
	}
	found := bot.And(list...)
	switch {
	case n.Articles == 0:
		return nil
	case n.More && matched > 0:
		return bot.Count(n.Articles, "At least %d more article from the last %d days has %s.", "At least %d more articles from the last %d days have %s.", NearDays, found)
	case n.More:
		return bot.Count(n.Articles, "At least %d article from the last %d days has %s.", "At least %d articles from the last %d days have %s.", NearDays, found)
	case matched > 0:
		return bot.Count(n.Articles, "%d more article from the last %d days has %s.", "%d more articles from the last %d days have %s.", NearDays, found)
	}
	return bot.Count(n.Articles, "%d article from the last %d days has %s.", "%d articles from the last %d days have %s.", NearDays, found)
}

// foundAs names words in another form than a filter's.
func foundAs(misses []filter.NearMiss) bot.Text {
	words := make([]bot.Text, len(misses))
	for i, m := range misses {
		words[i] = bot.Styled(m.Found, bot.Italic)
	}
	return bot.And(words...)
}

// maxWiden is how many subscriptions one answer offers to widen.
const maxWiden = 4

// widenButtons let managers widen the filters that missed an article by the form of a word.
func (h *Handler) widenButtons(ctx context.Context, p *articleTrace, subs []bot.Subscription) ([][]bot.Button, error) {
	d := filter.NewDocument(p.Fields())
	var rows [][]bot.Button
	for i := range subs {
		f, err := filter.Parse(subs[i].Filter)
		if err != nil || len(rows) == maxWiden {
			continue
		}
		widened, _ := nearMissed(f, d)
		if widened == "" {
			continue
		}
		number := strconv.Itoa(subs[i].Number)
		b, err := h.button(ctx, bot.Say("Match both in %s", number), bot.PlainButton, "filter set", map[string]string{"number": number, "filter": widened})
		if err != nil {
			return nil, err
		}
		rows = append(rows, []bot.Button{b})
	}
	return rows, nil
}
