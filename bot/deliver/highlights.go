package deliver

import (
	"sync"

	"tidings/bot"
	"tidings/bot/filter"
)

// maxHighlights bounds how many articles are remembered with their highlights.
const maxHighlights = 1000

// highlights shows which words of an article a filter matched. An article goes to many targets with the same few
// filters, so each filter is parsed and matched once and not for every send. The zero value is ready; its method may be
// called concurrently.
type highlights struct {
	mu   sync.Mutex // guards seen
	seen map[highlightKey]highlighted
}

type highlightKey struct {
	article  int64
	revision int
	filter   string
}

type highlighted struct{ title, summary bot.Text }

// of returns title and summary of a delivery's article, with what its filter matched in bold.
func (h *highlights) of(dl *bot.Delivery) (title, summary bot.Text) {
	a := &dl.Article
	if dl.Filter == "" {
		return bot.Plain(a.Title), bot.Plain(a.Summary)
	}
	key := highlightKey{article: a.ID, revision: a.Revision, filter: dl.Filter}
	h.mu.Lock()
	got, ok := h.seen[key]
	h.mu.Unlock()
	if !ok {
		got = highlight(a, dl.Filter)
		h.keep(key, got)
	}
	return got.title, got.summary
}

func (h *highlights) keep(key highlightKey, got highlighted) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen == nil || len(h.seen) >= maxHighlights {
		h.seen = map[highlightKey]highlighted{}
	}
	h.seen[key] = got
}

// highlight matches a filter against an article. A filter that this program can't parse was saved by a newer one, and
// highlights nothing.
func highlight(a *bot.Article, text string) highlighted {
	plain := highlighted{title: bot.Plain(a.Title), summary: bot.Plain(a.Summary)}
	f, err := filter.Parse(text)
	if err != nil {
		return plain
	}
	hits, _ := f.Explain(filter.NewDocument(a.Fields()))
	if len(hits) == 0 {
		return plain
	}
	return highlighted{
		title:   bot.Highlight(a.Title, hits, filter.Title, -1),
		summary: bot.Highlight(a.Summary, hits, filter.Summary, -1),
	}
}
