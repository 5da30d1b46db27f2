package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tidings/bot"
)

// accepted lists what a feed may be served as, the likelier first.
const accepted = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, " +
	"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"

// fetcher fetches one document at a time. It keeps nothing between fetches; safe for concurrent
// use.
type fetcher struct {
	client    *http.Client
	userAgent string
	zone      *time.Location
	now       func() time.Time
}

// fetched is an answer that is not a failure.
type fetched struct {
	document     *Document // nil if the feed has not changed
	etag         string
	lastModified string
	hash         string
}

// fetch gets a feed if it has changed since the fetch that state is of.
func (f *fetcher) fetch(ctx context.Context, address string, state bot.FetchState) (fetched, error) {
	req, err := f.request(ctx, address, state)
	if err != nil {
		return fetched{}, err
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return fetched{}, transportError(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified {
		return notModified(resp, state), nil
	}
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusIMUsed {
		return fetched{}, statusError(resp, f.now())
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, MaxSize+1))
	if err != nil && (!errors.Is(err, io.ErrUnexpectedEOF) || len(data) == 0) {
		return fetched{}, transportError(err)
	}
	return f.parse(resp, req.URL, data, state)
}

func (f *fetcher) request(ctx context.Context, address string, state bot.FetchState) (*http.Request, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &fetchError{reason: "the address is no http or https address"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &fetchError{reason: "the address is no http or https address"}
	}
	req.Header.Set("User-Agent", f.userAgent)
	req.Header.Set("Accept", accepted)
	if state.ETag != "" {
		req.Header.Set("If-None-Match", state.ETag)
	}
	if state.LastModified != "" {
		req.Header.Set("If-Modified-Since", state.LastModified)
	}
	return req, nil
}

// notModified keeps what is known, or takes the new validators that came with the answer; RFC 9111,
// section 4.3.4.
func notModified(resp *http.Response, state bot.FetchState) fetched {
	got := fetched{etag: state.ETag, lastModified: state.LastModified, hash: state.BodyHash}
	if tag := resp.Header.Get("ETag"); tag != "" {
		got.etag = tag
	}
	if date := resp.Header.Get("Last-Modified"); date != "" {
		got.lastModified = date
	}
	return got
}

// parse reads a body unless it is the one read last. Validators are kept as they came, and only if
// the document they stand for was read whole, from the host that was asked.
func (f *fetcher) parse(resp *http.Response, asked *url.URL, data []byte, state bot.FetchState) (fetched, error) {
	sum := sha256.Sum256(data)
	got := fetched{hash: hex.EncodeToString(sum[:])}
	if resp.Request.URL.Host == asked.Host {
		got.etag, got.lastModified = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	}
	if got.hash == state.BodyHash {
		return got, nil
	}
	d, err := Parse(data, Meta{
		ContentType: resp.Header.Get("Content-Type"), URL: resp.Request.URL.String(), Zone: f.zone,
	})
	if err != nil {
		return fetched{}, &fetchError{reason: "the document " + err.Error(), err: err}
	}
	got.document = d
	if d.Salvaged {
		got.etag, got.lastModified, got.hash = "", "", ""
	}
	return got, nil
}

// statusError says what an answer means that is no feed.
func statusError(resp *http.Response, now time.Time) error {
	e := &fetchError{status: resp.StatusCode, after: retryAfter(resp.Header.Get("Retry-After"), now)}
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		e.reason = "the server refuses access"
		if resp.Header.Get("Cf-Mitigated") != "" {
			e.reason = "the server asks for proof that a person is reading"
		}
	case http.StatusNotFound:
		e.reason = "the server has no such page"
	case http.StatusGone:
		e.reason = "the feed was ended by its publisher"
	case http.StatusTooManyRequests:
		e.reason = "the server asks to come less often"
	case http.StatusNoContent:
		e.reason = "the server sent nothing"
	default:
		e.reason = "the server answered in an unexpected way"
		if resp.StatusCode >= http.StatusInternalServerError {
			e.reason = "the server is in trouble"
		}
	}
	e.reason = fmt.Sprintf("%s (%d)", e.reason, resp.StatusCode)
	return e
}

// maxRetryAfter is the longest that a server's wish to wait is honored.
const maxRetryAfter = 7 * 24 * time.Hour

// retryAfter reads how long a server asks to wait, in seconds or as a date; 0 if it does not.
func retryAfter(s string, now time.Time) time.Duration {
	var d time.Duration
	if n, err := strconv.Atoi(s); err == nil {
		d = time.Duration(min(n, int(maxRetryAfter/time.Second))) * time.Second
	} else if t, err := http.ParseTime(s); err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}
