package poll

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
)

// CallbackPath is where hubs reach a [Hubs], below the public address.
const CallbackPath = "/websub/"

const (
	wantedLease  = 10 * 24 * time.Hour // as W3C WebSub suggests; the hub decides
	shortLease   = time.Minute
	longLease    = 30 * 24 * time.Hour
	verifyWithin = 10 * time.Minute // a hub that has not come back by then is asked again
	hubRetry     = time.Hour
	hubRetryMost = 7 * 24 * time.Hour
	renewEvery   = 30 * time.Second
	// leasesAtATime is of how many it is then looked whether their feeds are still followed.
	leasesAtATime = 100
	maxOffers     = 256
	maxPushes     = 1024
	maxPushBytes  = 2 * feed.MaxSize // bytes of pushes that wait
)

// HubsConfig is what a Hubs needs.
type HubsConfig struct {
	State HubState
	// PublicURL is where the Internet reaches this program; callbacks lie below it.
	PublicURL string
	// Client asks hubs. Defaults to NewClient(Network).
	Client  *http.Client
	Network Network
	Logger  *slog.Logger
	Now     func() time.Time
}

// Hubs subscribes to feeds at the hubs that they name, and receives what the hubs push, so that news
// arrives at once and polling is only the backup. It is a subscriber as W3C WebSub describes one, and
// an [http.Handler] for the callbacks.
type Hubs struct {
	state  HubState
	public string
	client *http.Client
	log    *slog.Logger
	now    func() time.Time
	// bodyTimeout is how long the body of a push may take.
	bodyTimeout time.Duration
	offers      chan offer
	unfollowed  chan string // names of sources that are no longer followed
	pushes      chan push

	mu     sync.Mutex       // guards leases, checked, and changes of them in the store
	leases map[string]lease // by source, as far as they are known
	// checked is the source whose lease was last looked at, whether it is still followed.
	checked string
	queued  sync.Mutex // guards bytes
	bytes   int        // of pushes that wait
}

// offer is what a fetch says of a feed's hub.
type offer struct{ source, hub, topic string }

// NewHubs returns a Hubs that a Poller runs.
func NewHubs(c HubsConfig) (*Hubs, error) {
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the public address isn't an http or https address")
	}
	if c.State == nil {
		return nil, errors.New("hubs have no state")
	}
	own := *cmp.Or(c.Client, NewClient(c.Network))
	own.CheckRedirect = noRedirect
	h := &Hubs{
		state: c.State, public: strings.TrimRight(c.PublicURL, "/"), client: &own, log: c.Logger, now: c.Now,
		offers: make(chan offer, maxOffers), unfollowed: make(chan string, maxOffers), pushes: make(chan push, maxPushes), leases: make(map[string]lease),
		bodyTimeout: pushTimeout,
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if h.now == nil {
		h.now = time.Now
	}
	return h, nil
}

// discovered learns which hub an answer names: in its header, or else in the document. Both the hub and the
// feed's own address are needed.
func (h *Hubs) discovered(s *bot.Source, got *fetched) {
	if h == nil {
		return
	}
	hubs, self := got.hubs, got.self
	if got.document != nil {
		if len(hubs) == 0 {
			hubs = got.document.Hints.Hubs
		}
		self = cmp.Or(self, got.document.Hints.Self)
	}
	if len(hubs) == 0 || self == "" {
		return
	}
	select {
	case h.offers <- offer{s.ID, hubs[0], self}:
	default: // the next fetch says so again
	}
}

// delivers reports whether a hub pushes what a source has.
func (h *Hubs) delivers(source string) bool {
	if h == nil {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.leases[source]
	return l.active(h.now())
}

// run subscribes and renews, and hands on what is pushed, until ctx ends.
func (h *Hubs) run(ctx context.Context, p *Poller) {
	var wait sync.WaitGroup
	defer wait.Wait()
	wait.Go(func() { h.deliver(ctx, p) })
	h.loadLeases(ctx)
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case o := <-h.offers:
			h.offered(ctx, o)
		case source := <-h.unfollowed:
			h.endLease(ctx, source)
		case <-tick.C:
			h.unfollowGone(ctx, p)
			h.renewDue(ctx, p)
		}
	}
}

// loadLeases reads the leases of earlier runs.
func (h *Hubs) loadLeases(ctx context.Context) {
	texts, err := h.state.States(ctx, bot.LeaseKey(""))
	for key, text := range texts {
		var l lease
		source := strings.TrimPrefix(key, bot.LeaseKey(""))
		if l, err = readLease(source, text); err != nil {
			break
		}
		if l.Hub != "" {
			h.mu.Lock()
			h.leases[source] = l
			h.mu.Unlock()
		}
	}
	if err != nil && ctx.Err() == nil {
		h.log.ErrorContext(ctx, "leases not read", "err", err)
	}
}

// offered subscribes where a feed names a hub for the first time, or another than before.
func (h *Hubs) offered(ctx context.Context, o offer) {
	known := false
	err := h.change(ctx, o.source, func(l *lease) bool {
		if known = l.Hub == o.hub && l.Topic == o.topic; known {
			h.leases[o.source] = *l
		}
		return false
	})
	if err == nil && !known {
		h.endLease(ctx, o.source)
		err = h.change(ctx, o.source, func(l *lease) bool {
			*l = lease{Hub: o.hub, Topic: o.topic, Left: l.Left}
			return true
		})
	}
	if err != nil {
		h.log.ErrorContext(ctx, "lease not kept", "feed", o.source, "err", err)
		return
	}
	h.renew(ctx, o.source)
}

// unfollowGone ends the leases of feeds that are no longer followed: of some at a time, in turn.
func (h *Hubs) unfollowGone(ctx context.Context, p *Poller) {
	for _, source := range h.nextLeases(leasesAtATime) {
		if s, _, err := p.feedsWith(ctx, source); err == nil && (s == nil || s.ID != source) {
			h.endLease(ctx, source)
		}
	}
}

// nextLeases returns up to n sources with a lease, beyond those returned last.
func (h *Hubs) nextLeases(n int) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := slices.Sorted(maps.Keys(h.leases))
	i, _ := slices.BinarySearch(list, h.checked+"\x00")
	if i == len(list) {
		i = 0
	}
	list = list[i:min(i+n, len(list))]
	if len(list) > 0 {
		h.checked = list[len(list)-1]
	}
	return list
}

// forget drops what is known of the lease of a feed that has not been read yet: one that has moved has none.
func (h *Hubs) forget(source string) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.leases, source)
}

// renewDue renews what runs out. A feed whose lease has ended is polled as before from now on.
func (h *Hubs) renewDue(ctx context.Context, p *Poller) {
	h.mu.Lock()
	var due, ended []string
	for source, l := range h.leases {
		if l.needsRenewal(h.now()) {
			due = append(due, source)
		}
		if l.Active.Token != "" && !l.active(h.now()) {
			ended = append(ended, source)
		}
	}
	h.mu.Unlock()
	for _, source := range ended {
		if err := h.change(ctx, source, func(l *lease) bool { l.Active = credentials{}; return true }); err != nil {
			h.log.ErrorContext(ctx, "lease not ended", "feed", source, "err", err)
		}
		h.log.InfoContext(ctx, "hub no longer delivers", "feed", source)
		p.requestFetch(ctx, source)
	}
	for _, source := range due {
		h.renew(ctx, source)
	}
}
