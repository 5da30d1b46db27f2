package feed

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"time"

	"code.dny.dev/ssrf"
)

// Bounds of one fetch.
const (
	fetchTimeout  = 30 * time.Second // all of it, redirects and body included
	headerTimeout = 20 * time.Second
	dialTimeout   = 10 * time.Second
	maxHeader     = 64 << 10
	maxRedirects  = 5
	idlePerHost   = 1
)

// Network says which addresses feeds may be fetched from.
type Network int

const (
	// Public is the Internet, on the ports of the web. It is decided by the address that is dialed,
	// so neither a redirect nor a name that changes its mind leads into the operator's network.
	Public Network = iota
	// Private is any address and any port.
	Private
)

// NewClient returns the client to fetch feeds with. It uses no proxy, because a proxy would dial in
// its place; it follows five redirects at most, and none from https to http.
func NewClient(n Network) *http.Client {
	dialer := &net.Dialer{Timeout: dialTimeout}
	if n == Public {
		// Azure's platform service answers on an address that looks public.
		azure := netip.MustParsePrefix("168.63.129.16/32")
		dialer.Control = ssrf.New(ssrf.WithDeniedV4Prefixes(azure)).Safe
	}
	return &http.Client{
		Timeout:       fetchTimeout,
		CheckRedirect: checkRedirect,
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			ForceAttemptHTTP2:      true, // which a dialer of one's own turns off
			TLSHandshakeTimeout:    dialTimeout,
			ResponseHeaderTimeout:  headerTimeout,
			MaxResponseHeaderBytes: maxHeader,
			MaxIdleConnsPerHost:    idlePerHost,
			IdleConnTimeout:        90 * time.Second,
		},
	}
}

// Why a redirect is not followed.
var (
	errRedirects = errors.New("redirects too often")
	errDowngrade = errors.New("redirects from https to http")
	errScheme    = errors.New("redirects to what is no web address")
)

// checkRedirect keeps secrets where they belong. The library would tell the next server the whole
// address of the one before, and pass it validators that are not its own.
func checkRedirect(req *http.Request, via []*http.Request) error {
	last := via[len(via)-1].URL
	switch {
	case len(via) > maxRedirects:
		return errRedirects
	case req.URL.Scheme != "https" && req.URL.Scheme != "http":
		return errScheme
	case last.Scheme == "https" && req.URL.Scheme == "http":
		return errDowngrade
	}
	req.Header.Del("Referer")
	if req.URL.Host != via[0].URL.Host {
		for _, name := range []string{"Authorization", "Cookie", "If-None-Match", "If-Modified-Since"} {
			req.Header.Del(name)
		}
	}
	return nil
}
