package store

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// canonicalLink returns what stays of an http(s) address while a site changes its scheme, its www, its
// trackers and the order of parameters: host, path and query. It is a key, not an address to fetch. Empty
// means that the address names no article: it is a site's front page, or none at all.
func canonicalLink(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "" && !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		return ""
	}
	host := canonicalHost(u)
	if host == "" {
		return ""
	}
	rest := strings.TrimRight(u.EscapedPath(), "/")
	if query := canonicalQuery(u.RawQuery, host); query != "" {
		rest += "?" + query
	}
	// A route of a page that runs in the browser; any other fragment is a place on the page.
	if strings.HasPrefix(u.Fragment, "!") || strings.HasPrefix(u.Fragment, "/") {
		rest += "#" + u.EscapedFragment()
	}
	if rest == "" {
		return ""
	}
	return host + rest
}

// canonicalHost returns the host in lower case and ASCII, without www and the scheme's own port.
func canonicalHost(u *url.URL) string {
	host := strings.TrimSuffix(u.Hostname(), ".")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	host = strings.TrimPrefix(strings.ToLower(host), "www.")
	port := u.Port()
	if host == "" || port == "" || port == "80" || port == "443" {
		return host
	}
	return host + ":" + port
}

// canonicalQuery returns the parameters that are not for counting readers, in order.
func canonicalQuery(query, host string) string {
	kept := slices.DeleteFunc(strings.Split(query, "&"), func(parameter string) bool {
		name, value, _ := strings.Cut(parameter, "=")
		return parameter == "" || isTracker(name, value, host)
	})
	slices.Sort(kept)
	return strings.Join(kept, "&")
}

// isTracker reports whether a parameter tells a site where its reader comes from.
func isTracker(name, value, host string) bool {
	switch name {
	case "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "yclid", "mc_cid", "mc_eid", "mkt_tok",
		"_hsenc", "_hsmi", "_bhlid", "srsltid", "CMP":
		return true
	case "input":
		return value == "rss" // Yonhap
	case "ref":
		return strings.TrimPrefix(value, "www.") == host // Ghost, in a newsletter's links to its own site
	}
	for _, prefix := range []string{"utm_", "mtm_", "at_"} { // at_ is the BBC's
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// sameButHost reports whether two addresses differ in nothing but where the site lives.
func sameButHost(a, b string) bool {
	a, b = canonicalLink(a), canonicalLink(b)
	i, j := strings.IndexAny(a, "/?#"), strings.IndexAny(b, "/?#")
	return i > 0 && j > 0 && a[i:] == b[j:]
}
