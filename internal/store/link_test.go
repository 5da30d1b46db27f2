package store

import (
	"strings"
	"testing"
)

func TestCanonicalLink_KeepsWhatNamesTheArticle(t *testing.T) {
	for address, want := range map[string]string{
		"https://News.Example/2026/A?id=7":                         "news.example/2026/A?id=7",
		"http://www.news.example:80/2026/A/":                       "news.example/2026/A",
		"https://news.example:443/a":                               "news.example/a",
		"https://news.example:8443/a":                              "news.example:8443/a",
		"https://news.example./a#comments":                         "news.example/a#comments",
		"https://news.example/log#v2.1":                            "news.example/log#v2.1",
		"https://news.example/a#:~:text=storm":                     "news.example/a",
		"https://news.example/a#xtor=RSS-3":                        "news.example/a",
		"https://news.example/a#atom-everything":                   "news.example/a",
		"https://news.example/a#ftag=YHF1":                         "news.example/a",
		"https://news.example/a?xtor=RSS-3&ref=rss":                "news.example/a",
		"https://news.example/a?PHPSESSID=1f2e&id=2":               "news.example/a?id=2",
		"https://news.example/a;jsessionid=1F2E?id=2":              "news.example/a?id=2",
		"https://news.example/a?sid=26/01/05/123":                  "news.example/a?sid=26/01/05/123",
		"https://www.google.com/url?rct=j&url=https://n.example/a": "n.example/a",
		"https://www.google.com/url?q=https://n.example/a&sa=U":    "n.example/a",
		"https://www.google.com/url?q=javascript:1":                "google.com/url?q=javascript:1",
		"https://app.example/#!/story/7":                           "app.example#!/story/7",
		"https://app.example/#/story/7":                            "app.example#/story/7",
		"https://news.example/?p=12":                               "news.example?p=12",
		"https://news.example/a?v=2&id=1&utm_source=rss&utm_x=":    "news.example/a?id=1&v=2",
		"https://news.example/a?fbclid=1&gclid=2&mc_cid=3&CMP=twt": "news.example/a",
		"https://bbc.example/a?at_medium=RSS&at_campaign=KARANGA":  "bbc.example/a",
		"https://en.yna.example/view/AEN1?section=news&input=rss":  "en.yna.example/view/AEN1?section=news",
		"https://en.yna.example/view/AEN1?input=form":              "en.yna.example/view/AEN1?input=form",
		"https://ghost.example/a?ref=www.ghost.example":            "ghost.example/a",
		"https://ghost.example/a?ref=other.example":                "ghost.example/a?ref=other.example",
		"https://b\u00fccher.example/a":                            "xn--bcher-kva.example/a",
		"https://news.example/%E6%9D%B1":                           "news.example/%E6%9D%B1",
		"https://news.example/\u6771":                              "news.example/%E6%9D%B1",
		" https://user:secret@news.example/a ":                     "news.example/a",
		"https://news.example/":                                    "",
		"https://www.news.example":                                 "",
		"https://news.example/?utm_source=rss":                     "",
		"ftp://news.example/a":                                     "",
		"tag:news.example,2026:1":                                  "",
		"12345":                                                    "",
		"":                                                         "",
		"https://[::1]:80/a":                                       "::1/a",
		"https://news.example/%zz":                                 "",
		"//news.example/a":                                         "news.example/a",
		"HTTPS://NEWS.EXAMPLE/a":                                   "news.example/a",
		"https://news.example/a//":                                 "news.example/a",
		"https://news.example/a?b":                                 "news.example/a?b",
		"https://news.example/%c3%bc%2Da":                          "news.example/%C3%BC-a",
		"https://news.example/a%2fb":                               "news.example/a%2fb",
		"https://news.example/x/../a/./b":                          "news.example/a/b",
		"https://news.example//a//b":                               "news.example/a/b",
		"https://news.example/a/index.html":                        "news.example/a",
		"https://news.example/index.php?p=3":                       "news.example?p=3",
		"https://news.example/index.html":                          "",
		"https://news.example/a?rss":                               "news.example/a",
		"https://news.example/a?from=feed&wt_mc=rss.x&ns_source=1": "news.example/a",
		"https://news.example/a?ns_id=1":                           "news.example/a?ns_id=1",
		"https://news.example/a?pk_id=1&pk_campaign=x":             "news.example/a?pk_id=1",
		"https://news.example/a?rss=4711":                          "news.example/a?rss=4711",
		"https://news.example/a?slug=rss":                          "news.example/a?slug=rss",
		"https://news.example/a?tag=rss&emc=rss":                   "news.example/a?tag=rss",
		"https://news.example/a?smid=4711":                         "news.example/a?smid=4711",
		"https://news.example/a?smid=tw-share&ocid=x1":             "news.example/a",
		"https://news.example/a?from=mars":                         "news.example/a?from=mars",
		"https://news.example/a?&&b=1&":                            "news.example/a?b=1",
	} {
		if got := canonicalLink(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestSessionsOf_DistinguishesAVisitFromAStory(t *testing.T) {
	for _, tt := range []struct {
		name      string
		addresses []string
		want      int
	}{
		{"one visit", []string{"https://n.example/a?sid=1", "https://n.example/b?sid=1"}, 1},
		{"stories", []string{"https://n.example/a?sid=1", "https://n.example/a?sid=2"}, 0},
		{"one lacks it", []string{"https://n.example/a?sid=1", "https://n.example/b"}, 0},
		{"a single one proves nothing", []string{"https://n.example/a?sid=1"}, 0},
		{"none", nil, 0},
	} {
		if got := sessionsOf(tt.addresses); len(got) != tt.want {
			t.Errorf("%s: %v, want %d", tt.name, got, tt.want)
		}
	}
}

func TestSameButHost_DistinguishesAMoveFromAnotherPage(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"https://blog.example/a", "http://www.example.org/a/", true},
		{"https://blog.example/?p=1", "https://new.example/?p=1", true},
		{"https://blog.example/a", "https://blog.example/b", false},
		{"https://blog.example/", "https://new.example/", false},
		{"", "", false},
	} {
		if got := sameButHost(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzCanonicalLink(f *testing.F) {
	for _, seed := range []string{"https://www.news.example/a?utm_x=1&b=2#!/c", "http://[::1", "//a/%2f?&=", "https://xn--a/b", "//\x9c\x9c\x9d..#00000", "https://a.example//x/../%c3%bc/index.html/index.php"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		got := canonicalLink(address)
		if got == "" {
			return
		}
		if strings.HasPrefix(got, "www.") {
			t.Skip() // www.www.example has a www of its own
		}
		if again := canonicalLink("https://" + got); again != got {
			t.Errorf("%q becomes %q, and that %q", address, got, again)
		}
	})
}
