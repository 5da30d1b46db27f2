package feed

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"tidings/bot"
)

// Sink is where sources come from and what feeds hold goes to; a store has it.
type Sink interface {
	// Sources returns all sources; those that are no feeds are passed over.
	Sources(ctx context.Context) ([]bot.Source, error)
	// SaveFetch records what a fetch taught; bot.ErrNotFound if the source has been removed.
	SaveFetch(ctx context.Context, name, title string, f bot.FetchState) error
	// Put stores articles that are new or changed, and leaves the others alone.
	Put(ctx context.Context, articles []bot.Article) (bot.PutResult, error)
}

// Config is what a Poller needs.
type Config struct {
	Sink Sink
	// Client fetches. Defaults to NewClient(Network).
	Client  *http.Client
	Network Network
	// Interval is the longest time between fetches of a feed that works. Defaults to 5 minutes.
	Interval time.Duration
	// Zone is used for dates that name none. Defaults to UTC.
	Zone      *time.Location
	UserAgent string // defaults to "Tidings"
	Logger    *slog.Logger
	Now       func() time.Time
	// Observe, if set, is told of every fetch, from several goroutines at once.
	Observe func(Poll)
}

// Poll is one fetch, for whoever counts them.
type Poll struct {
	Source  string
	Outcome Outcome
	Took    time.Duration
	Put     bot.PutResult // of an outcome that is Fresh
}

// Outcome says what a fetch came to.
type Outcome string

// The outcomes.
const (
	Fresh     Outcome = "fresh" // the document was another than before
	Unchanged Outcome = "unchanged"
	Failed    Outcome = "failed"
)

const (
	defaultInterval = 5 * time.Minute
	maxFlying       = 16              // fetches at once
	lookEvery       = 2 * time.Second // how soon a source added by another process is noticed
	saveTimeout     = 5 * time.Second // to record a fetch while the program stops
)

// Poller follows the feeds of a store.
type Poller struct {
	sink     Sink
	fetcher  *fetcher
	schedule schedule
	log      *slog.Logger
	now      func() time.Time
	observe  func(Poll)
	poked    chan struct{}
}

// New returns a Poller that does nothing until Run.
func New(c Config) (*Poller, error) {
	if c.Sink == nil {
		return nil, errors.New("poller has no sink")
	}
	if c.Interval < 0 {
		return nil, errors.New("poll interval is negative")
	}
	p := &Poller{
		sink: c.Sink, log: c.Logger, now: c.Now, observe: c.Observe,
		schedule: schedule{interval: cmp.Or(c.Interval, defaultInterval), random: rand.Float64},
		poked:    make(chan struct{}, 1),
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.observe == nil {
		p.observe = func(Poll) {}
	}
	if c.Client == nil {
		c.Client = NewClient(c.Network)
	}
	p.fetcher = &fetcher{client: c.Client, userAgent: cmp.Or(c.UserAgent, "Tidings"), zone: c.Zone, now: p.now}
	return p, nil
}

// Poke makes Run look at the sources now, after one was added. Safe for concurrent use.
func (p *Poller) Poke() {
	select {
	case p.poked <- struct{}{}:
	default: // it is about to look anyway
	}
}

// Check fetches a feed once and keeps nothing. It returns the feed's title and how many articles it
// holds. Its error is fit for people.
func (p *Poller) Check(ctx context.Context, address string) (title string, n int, err error) {
	got, err := p.fetcher.fetch(ctx, address, bot.FetchState{})
	if err != nil {
		return "", 0, err
	}
	return got.document.Title, len(got.document.Articles), nil
}

// poll fetches a feed and records what came of it. It returns the new state, or an error if there
// is nothing to go on with: the source is gone, or the program stops.
func (p *Poller) poll(ctx context.Context, s bot.Source) (bot.FetchState, error) {
	start := p.now()
	got, err := p.fetcher.fetch(ctx, s.URL, s.Fetch)
	result := Poll{Source: s.Name, Outcome: Unchanged}
	title := ""
	if err == nil && got.document != nil {
		title = got.document.Title
		result.Outcome = Fresh
		result.Put, err = p.take(ctx, s, got.document)
	}
	if ctx.Err() != nil {
		return bot.FetchState{}, ctx.Err()
	}
	now := p.now()
	state := p.schedule.succeeded(s.Fetch, got, start)
	if err != nil {
		result.Outcome = Failed
		state = p.schedule.failed(s.Fetch, err, start, now)
	}
	p.tell(s, state)
	result.Took = now.Sub(start)
	p.observe(result)
	return state, p.save(ctx, s.Name, title, state)
}

// save records a fetch even if the program is about to stop, so that a restart costs no request.
func (p *Poller) save(ctx context.Context, name, title string, state bot.FetchState) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	err := p.sink.SaveFetch(ctx, name, title, state)
	if errors.Is(err, bot.ErrNotFound) {
		return err
	}
	if err != nil {
		p.log.Error("fetch not recorded", "feed", name, "err", err)
	}
	return nil
}

// errStore is what people see of a failure to store; the cause is for the log.
var errStore = errors.New("the articles could not be stored")

// take hands a document's articles to the sink.
func (p *Poller) take(ctx context.Context, s bot.Source, d *Document) (bot.PutResult, error) {
	if len(d.Articles) == 0 && s.Articles > 0 {
		return bot.PutResult{}, &fetchError{reason: "the feed had articles and now holds none"}
	}
	articles := make([]bot.Article, 0, len(d.Articles))
	for _, a := range d.Articles {
		a.Source = s.Name
		if err := a.Clean(p.now()); err != nil {
			d.Problems = append(d.Problems, Problem{Reason: err.Error()})
			continue
		}
		articles = append(articles, a)
	}
	for _, problem := range d.Problems {
		p.log.Debug("feed item passed over", "feed", s.Name, "reason", problem.Reason)
	}
	if len(articles) == 0 {
		return bot.PutResult{}, nil
	}
	result, err := p.sink.Put(ctx, articles)
	if err != nil {
		p.log.Error("articles not stored", "feed", s.Name, "err", err)
		return bot.PutResult{}, errStore
	}
	p.log.Debug("feed read", "feed", s.Name, "added", result.Added, "revised", result.Revised, "salvaged", d.Salvaged)
	return result, nil
}

// tell logs when a feed begins to fail and when it is well again, and nothing in between.
func (p *Poller) tell(s bot.Source, state bot.FetchState) {
	switch {
	case state.Failures == 1:
		p.log.Warn("feed fails", "feed", s.Name, "reason", state.Error, "next", state.Next)
	case state.Failures == 0 && s.Fetch.Failures > 0:
		p.log.Info("feed works again", "feed", s.Name, "failures", s.Fetch.Failures)
	}
}
