package bot

import (
	"fmt"
	"strconv"

	"tidings/bot/filter"
)

// taken says by what words a subscription took an article, or why it was no news to it all the same.
func (h *handler) taken(p *passage, s *Subscription, hits []filter.Hit) Text {
	t := Plain("takes it")
	var passages Text
	for i, hit := range hits {
		value, name := hitIn(&p.Article, hit)
		if name == "" || p.secret || i > 0 && hits[i-1].Field == hit.Field && hits[i-1].Index == hit.Index {
			continue
		}
		passages = Join(passages, Plain("\n"+name+": "), mark(value, hits, hit.Field, hit.Index))
	}
	if len(p.Steps) == 0 {
		if reason := h.noNews(p, s); reason != "" {
			t = Plain("takes it, but " + reason)
		}
	}
	return Join(t, passages)
}

// hitIn returns the text of a that hit lies in, and what to call it.
func hitIn(a *Article, hit filter.Hit) (value, name string) {
	switch hit.Field {
	case filter.Title:
		return a.Title, "title"
	case filter.Source:
		return a.Source, "source"
	case filter.Lang:
		return a.Lang, "language"
	case filter.URL:
		return a.URL, "address"
	default:
		return matched(a, hit)
	}
}

// noNews says why an article that a subscription takes raised no alert, as far as the article and the subscription
// tell; see [Subscription.Fresh].
func (h *handler) noNews(p *passage, s *Subscription) string {
	switch {
	case s.Fresh(&p.Article, p.FirstSeen):
		return ""
	case p.ID <= s.After:
		return "was here before the subscription"
	case p.Suppressed == Seen:
		return "was there when its source was first read"
	case p.Suppressed == AwaitingApproval:
		return "came in a flood, which waits for a word of those who run the bot"
	case p.Suppressed != "":
		return "raises no alerts"
	case p.Published.Before(s.Created.Add(-grace)):
		return "was published before the subscription was made"
	}
	return fmt.Sprintf("was more than %s old when it came", count(int(staleAfter.Hours()/24), "day"))
}

// lacking says what kept a filter from taking an article.
func lacking(p *passage, lacks []filter.Lack) Text {
	var t Text
	for i, l := range lacks {
		if i > 0 {
			t = Join(t, Plain("; "))
		}
		if !l.Excluded {
			t = Join(t, Plain("needs "), either(l.Terms))
			continue
		}
		t = Join(t, Plain("excluded by "), Styled("-"+l.Terms[0], Code))
		if len(l.Hits) > 0 {
			if value, name := hitIn(&p.Article, l.Hits[0]); name != "" && !p.secret {
				t = Join(t, Plain(" ("+name+": "), around(value, l.Hits[0]), Plain(")"))
			}
		}
	}
	return t
}

// maxEither is how many alternatives are named.
const maxEither = 5

// either names terms of which one would do.
func either(terms []string) Text {
	var t Text
	for i, term := range terms {
		switch {
		case i == maxEither:
			return Join(t, Plain(" or one of "+strconv.Itoa(len(terms)-i)+" more"))
		case i > 0:
			t = Join(t, Plain(" or "))
		}
		t = Join(t, Styled(term, Code))
	}
	return t
}

// around returns the passage that hit is, with a little of what stands beside it.
func around(s string, hit filter.Hit) Text {
	const beside = 20 // bytes, whole words of them
	before, after := s[:hit.Start], s[hit.End:]
	if len(before) > beside {
		before = ellipsis + before[nextWord(before, len(before)-beside):]
	}
	if len(after) > beside {
		after = after[:nextWord(after, beside-1)] + ellipsis
	}
	return Join(Plain(before), Styled(s[hit.Start:hit.End], Bold), Plain(after))
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
