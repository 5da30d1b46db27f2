package poll

import (
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// Bounds of one fetch.
const (
	fetchTimeout  = 30 * time.Second // all of it, redirects and body included
	headerTimeout = 20 * time.Second
	dialTimeout   = 10 * time.Second
	idleTimeout   = 20 * time.Second // enough for the feeds of one host, which follow one another
	maxHeader     = 64 << 10
	maxRedirects  = 5
	maxIdle       = 64
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

// NewClient returns a client for requests that outsiders can cause: to feeds, to pages that may name
// one, to hubs. It uses no proxy, because a proxy would dial in its place, follows no redirects, and
// leaves bodies compressed.
func NewClient(n Network) *http.Client {
	dialer := &net.Dialer{Timeout: dialTimeout}
	if n == Public {
		dialer.Control = guard
	}
	return newClient(dialer)
}

// guard refuses what is not public. It is given the very address that is about to be dialed.
func guard(network, address string, c syscall.RawConn) error {
	// Azure's platform service answers on an address that looks public.
	azure := netip.MustParsePrefix("168.63.129.16/32")
	return ssrf.New(ssrf.WithDeniedV4Prefixes(azure)).Safe(network, address, c)
}

func newClient(dialer *net.Dialer) *http.Client {
	return &http.Client{
		Timeout:       fetchTimeout,
		CheckRedirect: noRedirect,
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			ForceAttemptHTTP2:      true, // which a dialer of one's own turns off
			TLSHandshakeTimeout:    dialTimeout,
			ResponseHeaderTimeout:  headerTimeout,
			MaxResponseHeaderBytes: maxHeader,
			MaxIdleConns:           maxIdle,
			MaxIdleConnsPerHost:    perHost,
			IdleConnTimeout:        idleTimeout,
			DisableCompression:     true, // the decoders here know bounds
		},
	}
}

// noRedirect keeps the library from following redirects: it would send the next server the whole address
// of the one before, and pass it validators that are not its own.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
