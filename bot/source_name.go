package bot

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"

	"golang.org/x/net/idna"
)

// MaxSourceName bounds the name of a source, in bytes: people type it in filters.
const MaxSourceName = 32

// SourceName makes the short name of a source from a feed's address or a file's name:
// "https://feeds.example.co.kr/rss" is "example", "news/Asia Desk.jsonl" is "asia-desk". It returns ""
// if nothing is left.
func SourceName(s string) string {
	if u, err := url.Parse(s); err == nil && u.Host != "" {
		return slug(knownHost(u))
	}
	base := filepath.Base(s)
	if s == "" || base == "-" || base == "." {
		return ""
	}
	return slug(strings.TrimSuffix(base, filepath.Ext(base)))
}

// FreeSourceName returns the SourceName of s, or "feed" if that is empty, with a number behind it if
// the name is in use.
func FreeSourceName(s string, taken func(name string) bool) string {
	return FreeName(cmp.Or(SourceName(s), "feed"), taken)
}

// BeginsWithAddress reports whether a text begins with a web address, as people paste it.
func BeginsWithAddress(text string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	first = strings.ToLower(first)
	for _, prefix := range []string{"https://", "http://", "www."} {
		if rest, ok := strings.CutPrefix(first, prefix); ok && strings.Contains(rest, ".") {
			return true
		}
	}
	return false
}

// FeedName makes the short name of a feed from its title, or from its address if that says nothing: "Kestrel Wire" is
// "kestrel-wire".
func FeedName(title, address string) string {
	const fewest = 3 // letters
	whole := slug(title)
	name := whole
	if cut := strings.LastIndexByte(whole, '-'); len(whole) == MaxSourceName && cut > 0 && len(slug(title+"x")) == len(whole) {
		name = whole[:cut] // the last word may not be whole
	}
	switch name {
	case "rss", "rss-feed", "feed", "atom", "news", "home", "blog", "all", "latest", "untitled":
		name = ""
	}
	if len(name) < fewest {
		return SourceName(address)
	}
	return name
}

// FreeName returns a name, with a number behind it if it is taken.
func FreeName(base string, taken func(name string) bool) string {
	name := base
	for n := 2; taken(name); n++ {
		suffix := fmt.Sprintf("-%d", n)
		name = base[:min(len(base), MaxSourceName-len(suffix))] + suffix
	}
	return name
}

// knownHost returns the part of an address by which people know the site: "bbc" of www.bbc.co.uk.
func knownHost(u *url.URL) string {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if ascii, err := idna.ToASCII(host); err == nil {
		host = ascii
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	labels := strings.Split(host, ".")
	n := len(labels) - 1
	// Below a country's domain there is often one more that is nobody's name: co.uk, or.kr, com.au.
	if n >= 2 && len(labels[n]) == countryCode && len(labels[n-1]) <= maxCategory {
		n--
	}
	return labels[max(n-1, 0)]
}

const (
	countryCode = 2 // letters of a country's domain
	maxCategory = 3 // letters of what stands below it
)

// slug returns s in lower case with a hyphen for every run of what is not a–z or 0–9.
func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String()[:min(b.Len(), MaxSourceName)], "-")
}

// SourceNameForm says what IsSourceName accepts.
const SourceNameForm = "up to 32 of a-z, 0-9 and -, with a letter or digit first"

// IsSourceName reports whether people can type a name to select a source.
func IsSourceName(name string) bool {
	other := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }
	return name != "" && name[0] != '-' && len(name) <= MaxSourceName && !strings.ContainsFunc(name, other)
}
