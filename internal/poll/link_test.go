package poll

import (
	"net/http"
	"net/url"
	"testing"

	"tidings/bot"
)

func FuzzReadLinks(f *testing.F) {
	for _, s := range []string{
		`</f>; rel="alternate"; type="application/rss+xml"; title="A, B"`, `<a>;rel=hub,<b>;rel=self`, "<", `<x>; rel="a`, "<%zz>; rel=hub", "<\xff>;rel=self", ",,,<>",
	} {
		f.Add(s)
	}
	base := &url.URL{Scheme: "https", Host: "e.example", Path: "/a/"}
	f.Fuzz(func(t *testing.T, s string) {
		l := readLinks(http.Header{"Link": {s}}, base)
		for _, found := range l.feeds {
			if bot.CleanURL(found.URL) != found.URL {
				t.Errorf("readLinks(%q) leads to %q", s, found.URL)
			}
		}
		if len(l.hubs)+len(l.feeds) > 2*maxLinks {
			t.Errorf("readLinks(%q) has %d hubs and %d feeds", s, len(l.hubs), len(l.feeds))
		}
	})
}
