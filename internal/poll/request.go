package poll

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tidings/bot"
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

// login is what one server wants to see, and no other gets: not where a redirect leads elsewhere.
type login struct {
	bot.Login
	origin string // of the feed's own address
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
	errScheme    = errors.New("redirects to something that isn't a web address")
)

// get asks for an address and follows redirects. The caller closes the answer's body.
func (f *fetcher) get(ctx context.Context, address string, v validators, l login) (answer, error) {
	u, err := webAddress(address)
	if err != nil {
		return answer{}, err
	}
	var moved string
	permanent := true
	cookies := make(cookieJar)
	for hop := 0; ; hop++ {
		resp, err := f.ask(ctx, u, v, l, cookies)
		if err != nil {
			return answer{}, transportError(err)
		}
		cookies.keep(u, resp)
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

// cookieJar keeps what a host wants to see again within one fetch. Some let nobody in who does not come back
// with a cookie; none is sent anything in the next fetch.
type cookieJar map[string][]*http.Cookie

// Bounds of the cookies of one fetch.
const (
	maxCookies = 10
	maxCookie  = 4 << 10 // bytes; RFC 6265, section 6.1
)

// keep stores the cookies of an answer, for its own host only.
func (j cookieJar) keep(u *url.URL, resp *http.Response) {
	for _, c := range resp.Cookies() {
		others := slices.DeleteFunc(j[u.Host], func(old *http.Cookie) bool { return old.Name == c.Name })
		if j[u.Host] = others; c.MaxAge >= 0 && len(others) < maxCookies && len(c.Name)+len(c.Value) <= maxCookie {
			j[u.Host] = append(others, c)
		}
	}
}

// ask makes one request, which of those before it in the fetch knows only the host's cookies.
func (f *fetcher) ask(ctx context.Context, u *url.URL, v validators, l login, cookies cookieJar) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", f.agent())
	req.Header.Set("Accept", accepted)
	req.Header.Set("Accept-Encoding", encodings)
	for _, c := range cookies[u.Host] {
		if !c.Secure || u.Scheme == "https" {
			req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	if l.Header != "" && l.origin == bot.Origin(u.String()) {
		req.Header.Set(l.Header, l.Value.Reveal())
	}
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
	to, err := from.Parse(strings.TrimSpace(resp.Header.Get("Location")))
	switch {
	case err != nil, resp.Header.Get("Location") == "", to.Host == "", to.Scheme != "https" && to.Scheme != "http":
		return nil, errScheme
	case from.Scheme == "https" && to.Scheme == "http":
		return nil, errDowngrade
	}
	return requested(to), nil
}

// webAddress parses what can be fetched.
func webAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &fetchError{reason: "the address isn't an http or https address", advice: adviceAddress}
	}
	return requested(u), nil
}

// requested returns an address as it can stand in a request: without a fragment and without spaces.
func requested(u *url.URL) *url.URL {
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20")
	return u
}
