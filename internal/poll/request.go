package poll

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
)

// What feeds may be served as, the likelier first, and how bodies may be compressed.
const (
	accepted = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, " +
		"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
	encodings = "gzip, br, zstd"
)

// validators ask a server whether a document has changed. They are of one address and sent to no
// other, byte for byte as they came.
type validators struct {
	address            string
	etag, lastModified string
}

// answer is what a server said in the end.
type answer struct {
	*http.Response
	// moved is where the redirects led that the servers called permanent, if any did.
	moved string
}

// Why a redirect is not followed.
var (
	errRedirects = errors.New("redirects too often")
	errDowngrade = errors.New("redirects from https to http")
	errScheme    = errors.New("redirects to what is no web address")
)

// get asks for an address and follows redirects. The caller closes the answer's body.
func (f *fetcher) get(ctx context.Context, address string, v validators) (answer, error) {
	u, err := webAddress(address)
	if err != nil {
		return answer{}, err
	}
	var moved string
	permanent := true
	for hop := 0; ; hop++ {
		resp, err := f.ask(ctx, u, v)
		if err != nil {
			return answer{}, transportError(err)
		}
		next, err := redirect(resp)
		if err != nil || next == nil || hop == maxRedirects {
			if err == nil && next != nil {
				err = errRedirects
			}
			if err != nil {
				_ = resp.Body.Close()
				return answer{}, transportError(err)
			}
			return answer{Response: resp, moved: moved}, nil
		}
		_, _ = io.CopyN(io.Discard, resp.Body, maxHeader) // so that the connection can be used again
		_ = resp.Body.Close()
		permanent = permanent && (resp.StatusCode == http.StatusMovedPermanently || resp.StatusCode == http.StatusPermanentRedirect)
		if permanent {
			moved = next.String()
		}
		u = next
	}
}

// ask makes one request, which knows nothing of those before it.
func (f *fetcher) ask(ctx context.Context, u *url.URL, v validators) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", f.agent())
	req.Header.Set("Accept", accepted)
	req.Header.Set("Accept-Encoding", encodings)
	if v.address == u.String() {
		if v.etag != "" {
			req.Header.Set("If-None-Match", v.etag)
		}
		if v.lastModified != "" {
			req.Header.Set("If-Modified-Since", v.lastModified)
		}
	}
	return f.client.Do(req)
}

// redirect returns where an answer sends on to, or nil if it does not.
func redirect(resp *http.Response) (*url.URL, error) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect,
		http.StatusPermanentRedirect:
	default:
		return nil, nil //nolint:nilnil // There is no redirect and nothing wrong.
	}
	from := resp.Request.URL
	to, err := from.Parse(resp.Header.Get("Location"))
	switch {
	case err != nil, resp.Header.Get("Location") == "", to.Host == "", to.Scheme != "https" && to.Scheme != "http":
		return nil, errScheme
	case from.Scheme == "https" && to.Scheme == "http":
		return nil, errDowngrade
	}
	to.Fragment, to.RawFragment = "", ""
	return to, nil
}

// webAddress parses what can be fetched.
func webAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &fetchError{reason: "the address is no http or https address", advice: adviceAddress}
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}
