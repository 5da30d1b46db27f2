package feed

import (
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// maxSourceName is how many characters the name of a source may have; see [bot.Source].
const maxSourceName = 32

// SourceName makes the short name of a source from a feed's address or a file's name:
// "https://www.example.co.kr/rss" is "example", "news/Asia Desk.jsonl" is "asia-desk". It returns ""
// if nothing is left.
func SourceName(s string) string {
	if u, err := url.Parse(s); err == nil && u.Host != "" {
		host := strings.ToLower(u.Hostname())
		if _, err := netip.ParseAddr(host); err == nil {
			return slug(host)
		}
		if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
			host, _, _ = strings.Cut(domain, ".")
		}
		return slug(host)
	}
	base := filepath.Base(s)
	if s == "" || base == "-" || base == "." {
		return ""
	}
	return slug(strings.TrimSuffix(base, filepath.Ext(base)))
}

func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String()[:min(b.Len(), maxSourceName)], "-")
}
