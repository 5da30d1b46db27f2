package poll

import (
	"net/url"
	"strings"
	"time"
)

// What one host is asked at most.
const (
	perHost = 2           // connections
	hostGap = time.Second // between the beginnings of two fetches
)

// host is a server of which the feeds share its patience.
type host struct {
	inFlight int         // fetches under way
	free     time.Time   // when the next may begin
	paused   time.Time   // until when it asked not to be asked for anything
	waiting  []*followed // are due and wait for a fetch to end
}

// ready returns when the next fetch from the host may begin.
func (h *host) ready() time.Time { return later(h.free, h.paused) }

// hostOf returns the server of an address.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
