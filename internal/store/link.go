package store

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// canonicalLink returns what stays of an http(s) address while a site changes its scheme, its www, its
// trackers and the order of parameters: host, path, query and fragment. It is a key, not an address to fetch.
// Empty means that the address names no article: it is a site's front page, or none at all. Parameters in
// sessions are left out too.
func canonicalLink(address string, sessions ...string) string {
	u := webAddress(address)
	if u == nil {
		return ""
	}
	host := canonicalHost(u)
	if host == "" {
		return ""
	}
	if target := redirectTarget(u, host); target != "" {
		return canonicalLink(target, sessions...)
	}
	rest := canonicalPath(u)
	if query := canonicalQuery(u.RawQuery, host, sessions); query != "" {
		rest += "?" + query
	}
	if u.Fragment != "" && !isTrackingFragment(u.Fragment) {
		rest += "#" + u.EscapedFragment()
	}
	if rest == "" {
		return ""
	}
	return host + rest
}

// canonicalPath returns the path without dot segments and empty ones, without what stands for the page that a folder shows, and
// without a session. Its escapes are in one form; servers read all but that of a slash as the letter itself.
func canonicalPath(u *url.URL) string {
	escaped := u.EscapedPath()
	if u.RawPath != "" && !strings.Contains(strings.ToLower(u.RawPath), "%2f") {
		escaped = (&url.URL{Path: u.Path}).EscapedPath()
	}
	escaped = withoutSessionPath(escaped)
	if strings.Contains(escaped, "//") || strings.Contains(escaped, "/.") {
		escaped = path.Clean(escaped)
	}
	for {
		escaped = strings.TrimRight(escaped, "/")
		before, page := path.Split(escaped)
		if page != "index.html" && page != "index.htm" && page != "index.php" {
			return escaped
		}
		escaped = before
	}
}

// exactLink returns an address with all of its parameters, for items that only those distinguish.
func exactLink(address string) string {
	u := webAddress(address)
	if u == nil || canonicalHost(u) == "" {
		return ""
	}
	rest := u.EscapedPath()
	if u.RawQuery != "" {
		rest += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		rest += "#" + u.EscapedFragment()
	}
	return canonicalHost(u) + rest
}

// pageOf returns a canonical link without the place on its page.
func pageOf(address string) string {
	page, _, _ := strings.Cut(canonicalLink(address), "#")
	return page
}

// webAddress parses an http(s) address, with or without its scheme; nil if it is another or none.
func webAddress(address string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "" && !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		return nil
	}
	return u
}

// linkHost returns the canonical host of an address, or "".
func linkHost(address string) string {
	u := webAddress(address)
	if u == nil {
		return ""
	}
	return canonicalHost(u)
}

// canonicalHost returns the host in lower case and ASCII, without www and the scheme's own port.
func canonicalHost(u *url.URL) string {
	host := strings.TrimRight(u.Hostname(), ".")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	host = strings.TrimPrefix(strings.ToLower(host), "www.")
	if strings.Trim(host, ":") == "" {
		return ""
	}
	port := u.Port()
	if port == "" || port == "80" || port == "443" {
		return host
	}
	return host + ":" + port
}

// redirectTarget returns where one of Google's redirecting addresses leads to, or "".
func redirectTarget(u *url.URL, host string) string {
	if u.Path != "/url" || !strings.HasPrefix(host, "google.") {
		return ""
	}
	query := u.Query()
	for _, name := range []string{"url", "q"} {
		target := query.Get(name)
		if t := webAddress(target); t != nil && t.Scheme != "" && t.Path != "/url" {
			return target
		}
	}
	return ""
}

// withoutSessionPath strips the session of a Java server from the end of a path.
func withoutSessionPath(escaped string) string {
	if i := strings.Index(strings.ToLower(escaped), ";jsessionid="); i >= 0 {
		return escaped[:i]
	}
	return escaped
}

// canonicalQuery returns the parameters that neither count readers nor name a visit, in order.
func canonicalQuery(query, host string, sessions []string) string {
	kept := slices.DeleteFunc(strings.Split(query, "&"), func(parameter string) bool {
		name, value, _ := strings.Cut(parameter, "=")
		return parameter == "" || isTracker(name, value, host) || isSession(name) || slices.Contains(sessions, name)
	})
	slices.Sort(kept)
	return strings.Join(kept, "&")
}

// isTracker reports whether a parameter counts readers and doesn't name the article. Names that a site may give its own numbers
// count with the values only that their makers give them.
func isTracker(name, value, host string) bool {
	switch name {
	case "CMP", "__twitter_impression", "_bhlid", "_ga", "_gl", "_hsenc", "_hsmi", "dclid", "fbclid", "gbraid", "gclid", "guccounter", "igsh",
		"igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ns_campaign", "ns_fee", "ns_linkname", "ns_mchannel", "ns_source", "pk_campaign", "pk_content", "pk_keyword", "pk_kwd", "pk_medium", "pk_source",
		"srsltid", "twclid", "wbraid", "wt_mc", "xtor", "yclid":
		return true
	case "cmpid", "ocid", "smid", "smtyp", "spm": // Bloomberg, MSN, The New York Times (twice), Alibaba: words or several numbers
		return strings.Trim(value, "0123456789") != ""
	case "ref":
		return isFeedWord(value) || strings.TrimPrefix(value, "www.") == host // Ghost, in a newsletter's links to its own site
	case "rss":
		return value == "" || value == "1" || value == "true" || isFeedWord(value)
	case "campaign", "cid", "cmp", "emc", "from", "input", "medium", "mod", "partner", "referrer", "source", "src", "via":
		return isFeedWord(value) // as in Yonhap's input=rss
	}
	for _, prefix := range []string{"utm_", "mtm_", "at_"} { // at_ is the BBC's, like the names above that begin with ns_
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// isFeedWord reports whether a parameter says that its reader comes from a feed.
func isFeedWord(value string) bool { return value == "rss" || value == "feed" || value == "atom" }

// isSession reports whether a parameter is a visit's number by its name alone.
func isSession(name string) bool {
	return strings.EqualFold(name, "PHPSESSID") || strings.EqualFold(name, "jsessionid")
}

// isTrackingFragment reports whether a fragment only counts readers, or marks a passage of the page.
func isTrackingFragment(fragment string) bool {
	return fragment == "atom-everything" || strings.HasPrefix(fragment, "xtor=") || strings.HasPrefix(fragment, "ftag=") ||
		strings.HasPrefix(fragment, ":~:")
}

// withoutCount strips a number behind # from an address: what only a GUID has counts the revisions of the article (BBC).
func withoutCount(guid string) string {
	before, count, found := strings.Cut(guid, "#")
	if found && count != "" && strings.Trim(count, "0123456789") == "" {
		return before
	}
	return guid
}

// sessionsOf returns the parameters that carry one value in all of several addresses: the number of the visit, where
// the name alone does not decide. On some sites it is the story.
func sessionsOf(addresses []string) []string {
	const name = "sid"
	value := ""
	for i, address := range addresses {
		u := webAddress(address)
		if u == nil {
			return nil
		}
		is := u.Query().Get(name)
		if is == "" || i > 0 && is != value {
			return nil
		}
		value = is
	}
	if len(addresses) < 2 {
		return nil
	}
	return []string{name}
}

// sameButHost reports whether two addresses differ in nothing but where the site lives.
func sameButHost(a, b string) bool {
	a, b = canonicalLink(a), canonicalLink(b)
	i, j := strings.IndexAny(a, "/?#"), strings.IndexAny(b, "/?#")
	return i > 0 && j > 0 && a[i:] == b[j:]
}
