package answer

import (
	"slices"

	"tidings/bot"
	"tidings/bot/filter"
)

// matchedBy says by what words a subscription matches an article, or why it got no alert all the same.
func (h *Handler) matchedBy(p *articleTrace, s *bot.Subscription, hits []filter.Hit) bot.Text {
	t := bot.Say("matches")
	var passages bot.Text
	for i, hit := range hits {
		value, name := hitIn(&p.Article, hit)
		if name == nil || p.secret || i > 0 && hits[i-1].Field == hit.Field && hits[i-1].Index == hit.Index {
			continue
		}
		passages = bot.Join(passages, bot.Plain("\n"), bot.Labeled(name, bot.Highlight(value, hits, hit.Field, hit.Index)))
	}
	if len(p.Steps) == 0 {
		if reason := h.noNews(p, s); reason != nil {
			t = bot.Say("matches, but %s", reason)
		}
	}
	return bot.Join(t, passages)
}

// hitIn returns the text of a that hit lies in, and what to call it.
func hitIn(a *bot.Article, hit filter.Hit) (value string, name bot.Text) {
	switch hit.Field {
	case filter.Title:
		return a.Title, bot.Say("title")
	case filter.Source:
		return a.Source, bot.Say("source")
	case filter.Lang:
		return a.Lang, bot.Say("language")
	case filter.URL:
		return a.URL, bot.Say("address")
	default:
		return matched(a, hit)
	}
}

// noNews says why an article that a subscription matches raised no alert, as far as the article and the subscription
// tell; see [Subscription.Fresh].
func (h *Handler) noNews(p *articleTrace, s *bot.Subscription) bot.Text {
	isFresh := func(r bot.Report) bool { return s.FreshIn(&p.Article, &r) }
	switch {
	case s.Fresh(&p.Article), slices.ContainsFunc(p.Reports, isFresh):
		return nil
	case s.Follows(&p.Article):
		return bot.Say("it arrived before you subscribed")
	case p.Suppressed == bot.Seen:
		return bot.Say("it was there when its source was first fetched")
	case p.Suppressed == bot.Older:
		return bot.Say("it was older than what its source had sent when it arrived")
	case p.Suppressed == bot.AwaitingApproval:
		return bot.Say("it arrived in a bulk update that an operator has to approve")
	}
	return bot.Say("it raises no alerts")
}

// lacking says what kept a filter from matching an article.
func lacking(p *articleTrace, lacks []filter.Lack) bot.Text {
	var list []bot.Text
	for _, l := range lacks {
		list = append(list, lackingOne(p, &l))
	}
	return bot.Series(list...)
}

func lackingOne(p *articleTrace, l *filter.Lack) bot.Text {
	if !l.Excluded {
		return bot.Say("needs %s", either(l.Terms))
	}
	t := bot.Say("excluded by %s", bot.Styled("-"+l.Terms[0], bot.Code))
	if len(l.Hits) == 0 || p.secret {
		return t
	}
	if value, name := hitIn(&p.Article, l.Hits[0]); name != nil {
		return bot.Say("%s (%s)", t, bot.Labeled(name, around(value, l.Hits[0])))
	}
	return t
}

// maxEither is how many alternatives are named.
const maxEither = 5

// either names terms of which one would do.
func either(terms []string) bot.Text {
	var list []bot.Text
	for _, term := range terms[:min(len(terms), maxEither)] {
		list = append(list, bot.Styled(term, bot.Code))
	}
	t := bot.Or(list...)
	if more := len(terms) - maxEither; more > 0 {
		return bot.Count(more, "%[2]s or one of %[1]d more", "%[2]s or one of %[1]d more", t)
	}
	return t
}

// around returns the articleTrace that hit is, with a little of what stands beside it.
func around(s string, hit filter.Hit) bot.Text {
	const beside = 20 // bytes, whole words of them
	before, after := s[:hit.Start], s[hit.End:]
	if len(before) > beside {
		before = bot.Ellipsis + before[nextWord(before, len(before)-beside):]
	}
	if len(after) > beside {
		after = after[:nextWord(after, beside-1)] + bot.Ellipsis
	}
	return bot.Join(bot.Plain(before), bot.Styled(s[hit.Start:hit.End], bot.Bold), bot.Plain(after))
}

// nextWord returns where the word after position i begins, or the end.
func nextWord(s string, i int) int {
	for ; i < len(s); i++ {
		if i > 0 && s[i-1] == ' ' {
			return i
		}
	}
	return len(s)
}
