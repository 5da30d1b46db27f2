package console

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"sync"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
)

// pageSize is how many entries of a list one page has.
const pageSize = 50

// sourcesView is what the page Sources shows.
type sourcesView struct {
	Text  string
	State bot.SourceChoice
	Rows  []sourceRow
	First string // the first page; empty if this is it
	Next  string // the next; empty if this is the last
}

// sourceRow is a source in a list.
type sourceRow struct {
	bot.Source
	Mood    string // good, waits or bad
	Says    string // how reading it goes, with the error and what to do about it
	PerWeek string
	OnHold  int
}

// showSources is the page Sources.
func (c *Console) showSources(x *exchange) (any, error) {
	v := sourcesView{Text: x.FormValue("q"), State: bot.SourceChoice(x.FormValue("state"))}
	q := bot.SourceQuery{State: v.State, Text: v.Text, After: x.FormValue("after"), Limit: pageSize + 1}
	list, err := c.cfg.Store.SourcePage(x.Context(), q)
	if err != nil {
		return nil, err
	}
	if v.Rows, err = c.sourceRows(x.Context(), list[:min(len(list), pageSize)]); err != nil {
		return nil, err
	}
	v.First, v.Next = turnPages(x.URL, "after", func() string {
		if len(list) <= pageSize {
			return ""
		}
		return list[pageSize-1].ID
	}())
	return v, nil
}

// turnPages returns the addresses of the first page of a list and of the next, which begins after an entry.
func turnPages(here *url.URL, parameter, last string) (first, next string) {
	query := here.Query()
	if query.Get(parameter) != "" {
		query.Del(parameter)
		first = here.Path + "?" + query.Encode()
	}
	if last != "" {
		query.Set(parameter, last)
		next = here.Path + "?" + query.Encode()
	}
	return first, next
}

// sourceRows adds to sources what else is known of them.
func (c *Console) sourceRows(ctx context.Context, list []bot.Source) ([]sourceRow, error) {
	now := c.cfg.Now()
	recent, err := c.rates.get(now, func() (map[string]int64, error) {
		return c.cfg.Store.PublishedSince(ctx, now.AddDate(0, 0, -answer.RateDays))
	})
	if err != nil {
		return nil, err
	}
	updates, err := c.cfg.Store.BulkUpdates(ctx)
	if err != nil {
		return nil, err
	}
	onHold := map[string]int{}
	for _, u := range updates {
		onHold[u.Source] = u.Articles
	}
	rows := make([]sourceRow, len(list))
	for i := range list {
		s := &list[i]
		rows[i] = sourceRow{Source: *s, Mood: moodOf(s), Says: answer.SourceState(s, now).String(), OnHold: onHold[s.ID]}
		if n := recent[s.ID]; n > 0 {
			rows[i].PerWeek = answer.PerWeek(n).String()
		}
	}
	return rows, nil
}

// moodOf says whether a source does well.
func moodOf(s *bot.Source) string {
	switch {
	case !s.Paused.IsZero():
		return "waits"
	case s.Fetch.Failures > 0, s.Fetch.Memory.Ended:
		return "bad"
	case s.Kind == bot.FeedSource && s.Fetch.LastTry.IsZero(), s.Fetch.Memory.Doubts > 0:
		return "waits"
	}
	return "good"
}

// rates keeps how many articles each source brought lately, which takes a while if there are many sources, for a minute.
type rates struct {
	mu     sync.Mutex // guards what follows, and lets one count at a time
	at     time.Time
	counts map[string]int64
}

// rateLife is how old a count may be.
const rateLife = time.Minute

func (r *rates) get(now time.Time, count func() (map[string]int64, error)) (map[string]int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts != nil && now.Sub(r.at).Abs() < rateLife {
		return r.counts, nil
	}
	counts, err := count()
	if err != nil {
		return nil, err
	}
	r.at, r.counts = now, counts
	return counts, nil
}

// sourceView is what the page of one source shows.
type sourceView struct {
	sourceRow

	Address string // without what may be secret
	Hides   bool   // Address leaves something out
	Batches []batchRow
	Failing time.Time // since when
	Origin  string    // to which a login goes
	Every   string    // its interval as people type it; empty if it is that of all
}

// batchRow is what was decided about a batch.
type batchRow struct {
	At   time.Time
	Says string
}

// showSource is the page of one source.
func (c *Console) showSource(x *exchange) (any, error) {
	s, err := c.cfg.Store.Source(x.Context(), x.PathValue("id"))
	if err != nil {
		return nil, err
	}
	rows, err := c.sourceRows(x.Context(), []bot.Source{s})
	if err != nil {
		return nil, err
	}
	v := sourceView{sourceRow: rows[0], Failing: s.Fetch.Memory.Failing}
	v.Address, v.Hides = withoutSecrets(s.URL)
	v.Origin = bot.Origin(s.URL)
	if s.Interval > 0 {
		v.Every = answer.ShortInterval(s.Interval)
	}
	for i := range s.Batches {
		b := &s.Batches[len(s.Batches)-1-i]
		v.Batches = append(v.Batches, batchRow{At: b.At, Says: answer.BatchState(b).String()})
	}
	return v, nil
}

// Path is the address of a source's page.
func (r sourceRow) Path() string { return "/sources/" + url.PathEscape(r.ID) }

// withoutSecrets returns an address as anybody may see it: what comes after the path may hold a key. It reports whether
// something is left out.
func withoutSecrets(address string) (shown string, hides bool) {
	u, err := url.Parse(address)
	if err != nil {
		return "", address != ""
	}
	hides = u.User != nil || u.RawQuery != "" || u.Fragment != ""
	u.User, u.RawQuery, u.Fragment, u.ForceQuery = nil, "", "", false
	return u.String(), hides
}

// exportSources is the list of public feeds as a file.
func (c *Console) exportSources(x *exchange) (any, error) {
	sources, err := c.cfg.Store.SourcesIn(x.Context(), "")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := c.cfg.Outline(&b, sources); err != nil {
		return nil, fmt.Errorf("write a list of feeds: %w", err)
	}
	return &bot.File{Name: "tidings-feeds.opml", Content: b.Bytes()}, nil
}
