package poll

import (
	"context"
	"net/http"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
)

// fetcher fetches one document at a time. It keeps nothing between fetches; safe for concurrent
// use.
type fetcher struct {
	client  *http.Client
	timeout time.Duration // of a fetch with all its redirects
	budget  *memoryBudget
	agent   func() string // who asks
	zone    *time.Location
	now     func() time.Time
}

// fetched is an answer that is not a failure.
type fetched struct {
	document           *feed.Document // nil if the feed has not changed
	etag, lastModified string
	from               string // the address that they are of
	hash               string
	whole              bool          // the server was not asked whether anything had changed
	fresh              time.Duration // how long the answer stays so
	freshKnown         bool          // the server has said it
	moved              string        // where the feed has moved for good, by its server
	hubs               []string      // that the header names
	self               string        // likewise
}

// fetch gets a feed if it has changed since the fetch that state is of, or all of it if that was not asked
// for too long.
func (f *fetcher) fetch(ctx context.Context, address string, l login, state *bot.FetchState) (fetched, error) {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	v := validators{address: state.Memory.From, etag: state.ETag, lastModified: state.LastModified}
	if v.address == "" {
		v.address = address
	}
	whole := v.etag == "" && v.lastModified == "" || fullFetchDue(&state.Memory, f.now())
	if whole {
		v = validators{}
	}
	resp, err := f.get(ctx, address, v, l)
	if err != nil {
		return fetched{}, err
	}
	defer resp.Body.Close()
	got := fetched{whole: whole, moved: resp.moved, from: resp.Request.URL.String(), hash: state.BodyHash}
	got.fresh, got.freshKnown = freshness(resp.Header, f.now())
	links := readLinks(resp.Header, resp.Request.URL)
	got.hubs, got.self = links.hubs, links.self
	got.etag, got.lastModified = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	switch resp.StatusCode {
	case http.StatusNotModified:
		got.keep(state)
		return got, nil
	case http.StatusOK, http.StatusIMUsed:
		err := f.accept(ctx, &got, &resp, state)
		return got, err
	}
	return fetched{}, statusError(resp.Response, f.now())
}

// keep goes on with what is known where an answer without a document does not say otherwise; RFC 9111,
// section 4.3.4.
func (got *fetched) keep(state *bot.FetchState) {
	if got.etag == "" {
		got.etag = state.ETag
	}
	if got.lastModified == "" {
		got.lastModified = state.LastModified
	}
	if !got.freshKnown {
		got.fresh, got.freshKnown = state.Memory.MaxAge, state.Memory.MaxAge > 0
	}
	got.whole = false
}

// accept reads a document unless it is the one read last. Validators count only if the document they
// stand for was read whole.
func (f *fetcher) accept(ctx context.Context, got *fetched, resp *answer, state *bot.FetchState) error {
	r := &reservation{budget: f.budget}
	defer r.release()
	b, err := f.read(ctx, r, resp.Response)
	if err != nil {
		return transportError(err)
	}
	if b.hash == state.BodyHash {
		return nil
	}
	got.hash = b.hash
	r.work(func() {
		got.document, err = feed.ParseString(b.text, feed.Meta{ContentType: resp.Header.Get("Content-Type"), URL: got.from, Zone: f.zone})
	})
	if err != nil {
		return documentError(err)
	}
	if got.document.Salvaged || resp.StatusCode == http.StatusIMUsed {
		// There is more to the document than was read.
		got.etag, got.lastModified, got.hash, got.whole = "", "", "", false
	}
	return nil
}

// A server that always answers that nothing has changed may be wrong, so now and then it is not asked:
// after eight days, as other readers do it. One that has complained of too many requests is spared.
const (
	fullFetchEvery = 8 * 24 * time.Hour
	sparedFor      = 30 * 24 * time.Hour
)

func fullFetchDue(m *bot.FetchMemory, now time.Time) bool {
	return !m.Whole.IsZero() && now.Sub(m.Whole) >= fullFetchEvery && now.Sub(m.Limited) >= sparedFor
}
