package poll

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
)

// refreshGap is the least time between two fetches of a feed that somebody asks for.
const refreshGap = 5 * time.Minute

// Check looks at an address once and keeps nothing. If a page is there, it follows what the page
// names as its feed, or returns the list if there are several. Its error is fit for people.
func (p *Poller) Check(ctx context.Context, address string) (bot.FeedCheck, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	u, err := webAddress(address)
	if err != nil {
		return bot.FeedCheck{}, err
	}
	found, links, err := p.probe(ctx, u.String())
	if err == nil || links == nil {
		return found, err
	}
	// A page that names no feed may still have one where most sites do.
	if len(links) == 0 {
		links = usual(u)
		for _, link := range links {
			if found, _, guessed := p.probe(ctx, link.URL); guessed == nil {
				return found, nil
			}
		}
		return bot.FeedCheck{}, &fetchError{reason: "the page names no feed, and there is none at the usual places", fault: faultContent}
	}
	if len(links) > 1 {
		return bot.FeedCheck{Found: links[:min(len(links), maxFound)]}, nil
	}
	found, _, err = p.probe(ctx, links[0].URL)
	return found, err
}

const (
	checkTimeout = time.Minute
	maxFound     = 5 // feeds to choose from
)

// look fetches what may be a feed. If it is a page, links is not nil and holds the feeds that the page
// names.
func (p *Poller) probe(ctx context.Context, address string) (c bot.FeedCheck, links []bot.FeedLink, err error) {
	doc, page, err := p.fetcher.load(ctx, address)
	if err != nil {
		return bot.FeedCheck{}, nil, err
	}
	if doc != nil {
		return checked(address, doc), nil, nil
	}
	return bot.FeedCheck{}, append([]bot.FeedLink{}, page...), errPage
}

// errPage is why a page is not followed.
var errPage = &fetchError{reason: "the document is a web page, not a feed", advice: adviceMoved, fault: faultContent}

// load fetches a feed, or the feeds that a page names.
func (f *fetcher) load(ctx context.Context, address string) (*feed.Document, []bot.FeedLink, error) {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	resp, err := f.get(ctx, address, validators{})
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
	var page []bot.FeedLink
	from := resp.Request.URL.String()
	r.work(func() {
		d, err = feed.ParseString(b.text, feed.Meta{ContentType: resp.Header.Get("Content-Type"), URL: from, Zone: f.zone})
		if err != nil && feed.IsPage(b.text) {
			page, err = feed.Links(b.text, from), nil
		}
	})
	if err != nil {
		return nil, nil, documentError(err)
	}
	return d, page, nil
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

// Refresh makes Run fetch a feed now, if its server has not asked for patience and it was not fetched
// a moment ago; bot.ErrTooSoon says so.
func (p *Poller) Refresh(ctx context.Context, name string) error {
	sources, err := p.sink.Sources(ctx)
	if err != nil {
		return err
	}
	for i := range sources {
		s := &sources[i]
		if s.Name != name || s.Kind != bot.FeedSource {
			continue
		}
		now := p.now()
		if s.Fetch.Failures > 0 && s.Fetch.Memory.NotBefore.After(now) || now.Sub(s.Fetch.LastTry) < refreshGap {
			return bot.ErrTooSoon
		}
		select {
		case p.fetchNow <- name:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return bot.ErrNotFound
}
