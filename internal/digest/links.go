package digest

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tidings/internal/htmltext"
)

// link gives articles without a link the one that their title has on the page.
func (d *Digest) link(page []htmltext.Line) {
	links := make(map[string]string, len(page))
	for _, l := range page {
		if key := titleKey(l.Text); l.Link != "" && links[key] == "" {
			links[key] = l.Link
		}
	}
	for i := range d.Articles {
		if a := &d.Articles[i]; a.URL == "" {
			a.URL = links[titleKey(a.Title)]
			a.GUID = a.URL
		}
	}
}

// titleKey returns the letters and digits of a title, which its text and its page have alike.
func titleKey(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(s))
}
