package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// hosts are the names that a server may be called by. A page of a stranger can have the visitor's browser call any
// server that it reaches, under the stranger's own name: DNS rebinding. The name gives it away.
type hosts struct {
	names []string // in lower case
	// everywhere says that the server listens on every interface: then it may be called by any address, and by any name
	// without a dot, which are those of a network of one's own. Neither can be rebound.
	everywhere bool
}

// newHosts returns the names of a server that listens on an address and is known to the Internet by a URL, if any.
func newHosts(addr, publicURL string) hosts {
	var h hosts
	host, _, _ := net.SplitHostPort(addr)
	ip, err := netip.ParseAddr(host)
	h.everywhere = host == "" || err == nil && ip.IsUnspecified()
	if !h.everywhere {
		h.names = append(h.names, strings.ToLower(host))
	}
	if u, err := url.Parse(publicURL); err == nil && u.Hostname() != "" {
		h.names = append(h.names, strings.ToLower(u.Hostname()))
	}
	return h
}

// allow reports whether a request with this Host header calls the server by one of its names, at whatever port: a
// container's is another one outside.
func (h hosts) allow(header string) bool {
	name := (&url.URL{Host: header}).Hostname()
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if slices.Contains(h.names, name) {
		return true
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.Unmap().IsLoopback() || h.everywhere
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || h.everywhere && name != "" && !strings.Contains(name, ".")
}

// guardHost refuses requests that call the server by a name that it doesn't have.
func (s *Server) guardHost(next http.HandlerFunc) http.Handler {
	own := newHosts(s.cfg.Addr, s.cfg.PublicURL)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !own.allow(r.Host) {
			problem(w, http.StatusMisdirectedRequest, "the Host header names another server; use the address in HTTP_ADDR, "+
				"or set PUBLIC_URL to the one that this bot is reached at")
			return
		}
		next(w, r)
	})
}
