package poll

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
)

// refreshGap is the least time between two fetches of a feed that somebody asks for.
const refreshGap = 5 * time.Minute

// Check looks at an address once and keeps nothing. If a page is there, it follows what the page
// names as its feed, or returns the list if there are several of different posts; feeds of comments count only where there
// is no other. Its error is fit for people.
func (p *Poller) Check(ctx context.Context, address string) (bot.FeedCheck, error) {
	return Checker{fetcher: p.fetcher}.Check(ctx, address)
}

// OnPublicNetwork returns what looks at addresses on the public network alone, whatever the poller's network is: for those
// who do not run the bot.
func (p *Poller) OnPublicNetwork() Checker { return Checker{p.walled, true} }

// Checker looks at addresses. [Poller.OnPublicNetwork] makes one.
type Checker struct {
	fetcher *fetcher
	walled  bool // to the public network, whatever the settings say
}

// Check is [Poller.Check].
func (p Checker) Check(ctx context.Context, address string) (bot.FeedCheck, error) {
	found, err := p.check(ctx, address)
	if private, ok := errors.AsType[*fetchError](err); ok && p.walled && private.advice == advicePrivate {
		plain := *private // that setting doesn't count here
		plain.advice = ""
		err = &plain
	}
	return found, err
}

func (p Checker) check(ctx context.Context, address string) (bot.FeedCheck, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	u, err := webAddress(address)
	if err != nil {
		return bot.FeedCheck{}, err
	}
	found, page, err := p.probe(ctx, u.String())
	for hops := 0; err == nil && page != nil && len(page.Feeds) == 0 && page.Next != "" && hops < maxRefreshes; hops++ {
		if u, err = webAddress(page.Next); err == nil {
			found, page, err = p.probe(ctx, u.String())
		}
	}
	if err != nil || page == nil {
		return found, err
	}
	switch links := feed.Posts(page.Feeds); len(links) {
	case 0:
		return p.guess(ctx, u)
	case 1:
		return p.checkOnly(ctx, links[0].URL)
	default:
		return p.choose(ctx, links[:min(len(links), maxFound)])
	}
}

const (
	checkTimeout = time.Minute
	maxFound     = 5 // feeds to choose from
	maxRefreshes = 2 // pages that send on to another
)

// checkOnly looks at what a page names as its feed.
func (p Checker) checkOnly(ctx context.Context, address string) (bot.FeedCheck, error) {
	found, page, err := p.probe(ctx, address)
	if err == nil && page != nil {
		err = errPage
	}
	return found, err
}

// guess looks where most sites have their feed, for a page that names none.
func (p Checker) guess(ctx context.Context, u *url.URL) (bot.FeedCheck, error) {
	for _, link := range usual(u) {
		if found, err := p.checkOnly(ctx, link.URL); err == nil {
			return found, nil
		}
	}
	return bot.FeedCheck{}, &fetchError{reason: "the page names no feed, and there is none at the usual places", fault: faultContent}
}

// probe fetches what may be a feed. If a page is there, page is not nil.
func (p Checker) probe(ctx context.Context, address string) (bot.FeedCheck, *feed.Page, error) {
	doc, page, err := p.fetcher.load(ctx, address)
	if err != nil || doc == nil {
		return bot.FeedCheck{}, page, err
	}
	return checked(address, doc), nil, nil
}

// errPage is why a page is not followed.
var errPage = &fetchError{reason: "the document is a web page, not a feed", advice: adviceMoved, fault: faultContent}

// load fetches a feed, or a page and the feeds that it or its answer's header names.
func (f *fetcher) load(ctx context.Context, address string) (*feed.Document, *feed.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	resp, err := f.get(ctx, address, validators{}, login{})
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, nil, statusError(resp.Response, f.now())
	}
	r := &reservation{budget: f.budget}
	defer r.release()
	b, err := f.read(ctx, r, resp.Response)
	if err != nil {
		return nil, nil, transportError(err)
	}
	var d *feed.Document
	var page *feed.Page
	from := resp.Request.URL.String()
	r.work(func() {
		d, err = feed.ParseString(b.text, feed.Meta{ContentType: resp.Header.Get("Content-Type"), URL: from, Zone: f.zone})
		if err != nil && feed.IsPage(b.text) {
			found := feed.ReadPage(b.text, from)
			page, err = &found, nil
		}
	})
	if err != nil {
		return nil, nil, documentError(err)
	}
	if page != nil {
		page.Feeds = merge(readLinks(resp.Header, resp.Request.URL).feeds, page.Feeds)
	}
	return d, page, nil
}

// merge joins the feeds that a header names with those of its page.
func merge(named, found []bot.FeedLink) []bot.FeedLink {
	for _, f := range found {
		if !slices.ContainsFunc(named, func(n bot.FeedLink) bool { return n.URL == f.URL }) {
			named = append(named, f)
		}
	}
	return named
}

// usual returns where the software of most sites has its feed.
func usual(u *url.URL) []bot.FeedLink {
	var links []bot.FeedLink
	for _, path := range []string{"/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml"} {
		at := url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host, Path: path}
		links = append(links, bot.FeedLink{URL: at.String()})
	}
	return links
}

func checked(address string, d *feed.Document) bot.FeedCheck {
	c := bot.FeedCheck{URL: address, Title: d.Title, Articles: len(d.Articles)}
	if n := len(d.Articles); n > 0 {
		c.Newest, c.NewestAt = d.Articles[n-1].Title, d.Articles[n-1].Published
	}
	return c
}

// Try fetches a source's feed once, with its login, and keeps nothing. Its error is fit for people.
func (p *Poller) Try(ctx context.Context, s *bot.Source) (bot.FeedCheck, error) {
	anew := *s
	anew.Fetch = bot.FetchState{Memory: bot.FetchMemory{Address: s.Fetch.Memory.Address}}
	got, err := p.fetch(ctx, &anew)
	switch {
	case err != nil:
		return bot.FeedCheck{}, err
	case got.document == nil:
		return bot.FeedCheck{}, &fetchError{reason: "the server sent no document", fault: faultContent}
	}
	return checked(addressOf(&anew), got.document), nil
}

// Refresh makes Run fetch a feed now, if its server has not asked for patience and it was not fetched
// a moment ago; bot.ErrTooSoon says so.
func (p *Poller) Refresh(ctx context.Context, id string) error {
	list, err := p.sink.FeedsAt(ctx, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(s bot.Source) bool { return s.ID == id })
	if i < 0 {
		return bot.ErrNotFound
	}
	f, now := &list[i].Fetch, p.now()
	if f.Failures > 0 && f.Memory.NotBefore.After(now) || now.Sub(f.LastTry) < refreshGap {
		return bot.ErrTooSoon
	}
	select {
	case p.fetchNow <- id:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
