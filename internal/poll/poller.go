package poll

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"tidings/bot"
)

// Sink is where sources come from and articles go; a store has it. Sources go by their IDs.
type Sink interface {
	Feeds
	Fetches
	// PutFeed stores what is new or changed of a document's articles, and leaves the others alone.
	PutFeed(ctx context.Context, source string, articles []bot.Article) (bot.IngestResult, error)
	// PutPushed is a PutFeed of a document that may contain only what is new.
	PutPushed(ctx context.Context, source string, articles []bot.Article) (bot.IngestResult, error)
	// Withdraw marks articles as withdrawn by their GUIDs, and returns how many were not before.
	Withdraw(ctx context.Context, source string, guids []string) (int, error)
}

// Feeds is where it is kept which feeds are followed, and when each is to be looked at. What changes one so that it may have to be
// fetched makes it due at once.
type Feeds interface {
	// EachDueFeed calls do for each feed that is due after one moment and until another, the first first. A zero moment is
	// before all.
	EachDueFeed(ctx context.Context, after, until time.Time, do func(bot.DueFeed)) error
	// EachHostPause calls do with the address of each feed whose server is to be asked for nothing at all, and until when.
	EachHostPause(ctx context.Context, do func(address string, until time.Time)) error
	// CountFeeds returns how many feeds are followed.
	CountFeeds(ctx context.Context) (int, error)
	// FeedsAt returns the feeds that are followed at the address of one of them, that one too; none if it isn't followed.
	FeedsAt(ctx context.Context, id string) ([]bot.Source, error)
	// ExpectInterval makes the feeds due that have no interval of their own, if theirs is shorter than it was.
	ExpectInterval(ctx context.Context, longest time.Duration) error
}

// Fetches is where it is kept how sources are fetched, and what that taught.
type Fetches interface {
	// SaveFetch records what a fetch taught, when the feed is due next, and that its claim has ended; bot.ErrNotFound if the source has been removed,
	// or has another address than it is Of.
	SaveFetch(ctx context.Context, id, title string, f bot.FetchState) error
	// ClaimFetch leaves a feed to the caller for a while, unless another process has it or has fetched it since known.
	ClaimFetch(ctx context.Context, id string, known time.Time, lease time.Duration) (bot.FetchClaim, error)
	// PostponeFetch ends the claim of a feed that isn't to be fetched before a moment.
	PostponeFetch(ctx context.Context, id string, until time.Time) error
	// Login returns what the server of a source's URL wants to see, the zero value if nothing.
	Login(ctx context.Context, id string) (bot.Login, error)
}

// Config is what a Poller needs.
type Config struct {
	Sink Sink
	// Client fetches. Defaults to NewClient(Network). Redirects are followed by the Poller itself, and
	// Timeout bounds a fetch with all of them.
	Client  *http.Client
	Network Network
	// Interval is the longest time between fetches of a feed that works and whose server asks for
	// nothing else. Defaults to 5 minutes.
	Interval time.Duration
	// MaxInterval is up to where a longer interval that a server or document asks for is kept. Defaults
	// to 24 hours.
	MaxInterval time.Duration
	// Zone is used for dates that name none. Defaults to UTC.
	Zone *time.Location
	// Agent says who fetches. Its Name defaults to "Tidings".
	Agent  Agent
	Hubs   *Hubs // asks hubs to push; nil polls alone
	Logger *slog.Logger
	Now    func() time.Time
	// Observe, if set, is called after every fetch, from several goroutines at once.
	Observe func(Poll)
	// Notify, if set, gets what operators should know: that a feed has been failing for a while, or works
	// again. It must not block.
	Notify func(text bot.Text)
}

// Poll is one fetch, for whoever counts them.
type Poll struct {
	Source  string // its ID
	Outcome Outcome
	Took    time.Duration
	Put     bot.IngestResult // of an outcome that is Fresh
}

// Outcome says what a fetch came to.
type Outcome string

// The outcomes.
const (
	Fresh     Outcome = "fresh" // the document was another than before
	Unchanged Outcome = "unchanged"
	Failed    Outcome = "failed"
	Pushed    Outcome = "pushed" // a hub brought it
)

// Outcomes returns all outcomes that there are.
func Outcomes() []string {
	return []string{string(Fresh), string(Unchanged), string(Failed), string(Pushed)}
}

const (
	defaultInterval    = 5 * time.Minute
	defaultMaxInterval = 24 * time.Hour
	maxAsked           = 64              // feeds that wait to be fetched out of turn
	saveTimeout        = 5 * time.Second // to record a fetch while the program stops
)

// Poller follows the feeds of a store.
type Poller struct {
	sink        Sink
	fetcher     *fetcher
	walled      *fetcher // of the public network alone, for sources that belong to places
	schedule    schedule
	hubs        *Hubs
	agent       Agent
	agentHeader atomic.Pointer[string] // the agent's header
	log         *slog.Logger
	now         func() time.Time
	observe     func(Poll)
	notify      func(bot.Text)
	changed     chan struct{}
	fetchNow    chan string // feeds to fetch now
	// unsaved has what the last fetch of a feed taught that could not be recorded, by its ID, and delivered when a feed's hub
	// has delivered since its last fetch.
	unsaved, delivered sync.Map
}

// New returns a Poller that does nothing until Run.
func New(c Config) (*Poller, error) {
	if c.Sink == nil {
		return nil, errors.New("poller has no sink")
	}
	if c.Interval < 0 || c.MaxInterval < 0 {
		return nil, errors.New("poll interval is negative")
	}
	p := &Poller{
		sink: c.Sink, hubs: c.Hubs, agent: c.Agent, log: c.Logger, now: c.Now, observe: c.Observe, notify: c.Notify,
		schedule: schedule{
			interval: cmp.Or(c.Interval, defaultInterval), most: cmp.Or(c.MaxInterval, defaultMaxInterval), random: rand.Float64,
		},
		changed: make(chan struct{}, 1), fetchNow: make(chan string, maxAsked),
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
	if p.notify == nil {
		p.notify = func(bot.Text) {}
	}
	p.setAgent(p.agent.header(0))
	p.fetcher = newFetcher(cmp.Or(c.Client, NewClient(c.Network)), p, c.Zone)
	p.walled = newFetcher(cmp.Or(c.Client, NewClient(Public)), p, c.Zone)
	p.walled.budget = p.fetcher.budget
	return p, nil
}

func newFetcher(client *http.Client, p *Poller, zone *time.Location) *fetcher {
	own := *client
	f := &fetcher{
		client: &own, timeout: cmp.Or(client.Timeout, fetchTimeout), budget: newMemoryBudget(), zone: zone, now: p.now,
		agent: func() string { return *p.agentHeader.Load() },
	}
	own.CheckRedirect, own.Timeout = noRedirect, 0
	return f
}

func (p *Poller) setAgent(header string) { p.agentHeader.Store(&header) }

// Poke makes Run look at the sources now, after one was added. Safe for concurrent use.
func (p *Poller) Poke() {
	select {
	case p.changed <- struct{}{}:
	default: // it is about to look anyway
	}
}

// poll fetches a feed and records what came of it for the source and its twins, which are of the same
// address. It returns the new state, or an error if there is nothing to go on with: the source is
// gone, or the program stops.
func (p *Poller) poll(ctx context.Context, s *bot.Source, twins []bot.Source) (bot.FetchState, error) {
	start := p.now()
	if isUnread(*s) {
		p.hubs.forget(s.ID)
	}
	got, err := p.fetch(ctx, s)
	result := Poll{Source: s.ID, Outcome: Unchanged}
	title := ""
	if err == nil && got.document != nil {
		title = got.document.Title
		result.Outcome = Fresh
		if err = emptied(s, got.document); err == nil {
			result.Put, err = p.storeAll(ctx, s.ID, twins, got.document, p.sink.PutFeed)
		}
	}
	if ctx.Err() != nil {
		return bot.FetchState{}, ctx.Err()
	}
	now := p.now()
	state := s.Fetch
	if err != nil {
		result.Outcome = Failed
		state = p.scheduleOf(s, twins).failed(state, err, start, now)
	} else {
		if result.Put.Added > 0 {
			noteChange(&state.Memory, start)
		}
		if result.Put.Added > 0 || !p.hubs.delivers(s.ID) { // a hub that delivers would have been first
			state.Memory.Pushed = time.Time{}
		}
		state = p.scheduleOf(s, twins).succeeded(state, &got, start)
	}
	p.report(s, &state, now)
	result.Took = now.Sub(start)
	p.observe(result)
	for i := range twins {
		if err := p.save(ctx, &twins[i], title, twin(&twins[i], state)); err != nil {
			p.log.Debug("twin is gone", "feed", twins[i].ID)
		}
	}
	saved := p.save(ctx, s, title, state)
	if err == nil && saved == nil { // or its hub would be that of an address it has left
		p.hubs.discovered(s, &got)
	}
	return state, saved
}

// scheduleOf returns the schedule of a feed and its twins: the shortest interval that one of them has of its own.
func (p *Poller) scheduleOf(s *bot.Source, twins []bot.Source) schedule {
	own := s.Interval
	for i := range twins {
		if t := twins[i].Interval; t > 0 && (own == 0 || t < own) {
			own = t
		}
	}
	is := p.schedule
	is.interval = cmp.Or(own, is.interval)
	is.most = max(is.most, is.interval)
	return is
}

// fetch fetches a source, with its login if it has one.
func (p *Poller) fetch(ctx context.Context, s *bot.Source) (fetched, error) {
	var l login
	if s.HasLogin {
		var err error
		if l.Login, err = p.sink.Login(ctx, s.ID); err != nil {
			return fetched{}, &fetchError{reason: "its login could not be read", err: err}
		}
		l.origin = bot.Origin(s.URL)
	}
	return p.fetcherOf(s).fetch(ctx, addressOf(s), l, &s.Fetch)
}

// fetcherOf returns what fetches a source.
func (p *Poller) fetcherOf(s *bot.Source) *fetcher {
	if s.Place == "" {
		return p.fetcher
	}
	return p.walled
}

// twin returns the state of a source that another was fetched for.
func twin(s *bot.Source, state bot.FetchState) bot.FetchState {
	state.Memory.Address, state.Memory.Move = s.Fetch.Memory.Address, s.Fetch.Memory.Move
	return state
}

// save records a fetch even if the program is about to stop, so that a restart costs no request.
func (p *Poller) save(ctx context.Context, s *bot.Source, title string, state bot.FetchState) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	state.Of = s.URL
	err := p.sink.SaveFetch(ctx, s.ID, title, state)
	if errors.Is(err, bot.ErrNotFound) {
		return err
	}
	if err != nil {
		p.log.Error("fetch not recorded", "feed", s.ID, "err", err)
		p.unsaved.Store(s.ID, state)
		return nil
	}
	p.unsaved.Delete(s.ID)
	return nil
}
